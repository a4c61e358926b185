//! `dragnet intel diff`: what is new, changed, revoked or merged since a time.

use crate::intel::{Desk, DeskArgs, since};
use crate::terminal::{self, graph as shown};

const EXAMPLES: &str = "\
Examples:
  dragnet intel diff 7d
  dragnet intel diff 2026-03-01
  dragnet intel diff 12h --json | jq '.new[].name'

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Show what changed since a time
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArgs {
    /// 7d, 12h, 2w, a day or a time
    #[arg(value_name = "SINCE")]
    since: String,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &DiffArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let since = since("since", &args.since, desk.now())?;
    let changes = desk.graph()?.changed_since(since);
    let text = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&changes)?),
        false => shown::changes(since, &changes),
    };
    Ok(terminal::print(&text)?)
}
