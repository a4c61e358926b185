//! `dragnet intel path`: how two things are tied.

use crate::intel::{Desk, DeskArgs, find};
use crate::terminal::{self, graph as shown};
use actors::graph::PathLimits;

const EXAMPLES: &str = "\
Examples:
  dragnet intel path Storm-1152 'Octo Tempest'
  dragnet intel path Cluster-0007 198.51.100.7 --longest 8
  dragnet intel path C-7F3K2M9Q hotmailbox.me --json

What everything is tied to, such as markings and whoever made the objects, is
no way.

Exit codes: 0 done, with or without a way; 1 failed; 2 the command line is
wrong.";

/// Show how two things are tied, the shortest ways first
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PathArgs {
    /// Where to start: a name, an alias, an id or how it begins
    #[arg(value_name = "FROM")]
    from: String,
    /// Where to get to
    #[arg(value_name = "TO")]
    to: String,
    /// Ways of at most so many steps
    #[arg(long, value_name = "N")]
    longest: Option<usize>,
    /// At most so many ways
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &PathArgs) -> anyhow::Result<()> {
    let graph = Desk::open(&args.desk)?.graph()?;
    let (from, to) = (find(&graph, &args.from)?, find(&graph, &args.to)?);
    let mut limits = PathLimits::default();
    limits.length_max = args.longest.unwrap_or(limits.length_max);
    limits.paths_max = args.limit.unwrap_or(limits.paths_max);
    let paths = graph.paths(&from, &to, &limits);
    let text = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&paths)?),
        false => shown::paths(&graph, &from, &to, &paths),
    };
    Ok(terminal::print(&text)?)
}
