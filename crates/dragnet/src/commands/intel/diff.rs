//! `dragnet intel diff`: what is new, changed, revoked or merged since a time.

use crate::intel::{Desk, DeskArgs, since};
use crate::terminal::{self, graph as shown};
use actors::graph::Changes;
use serde_json::json;
use std::collections::HashMap;
use stix::{Object, Timestamp};
use store::Arrival;

const EXAMPLES: &str = "\
Examples:
  dragnet intel diff 7d                        # what came in the last week
  dragnet intel diff 2026-03-01
  dragnet intel diff 7d --by object-time       # what says that it is so young
  dragnet intel diff 12h --json | jq '.new[].name'

What came in under an id of which an older version was known is told as
changed, with what differs. A report of last year that was imported today is
new by arrival, and not by object time.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Show what came or changed since a time
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArgs {
    /// 7d, 12h, 2w, a day or a time
    #[arg(value_name = "SINCE")]
    since: String,
    /// By which time
    #[arg(long, value_name = "TIME", default_value = "arrival")]
    by: By,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// When it came into the store
    Arrival,
    /// When it says that it was made or changed; observables do not say
    ObjectTime,
}

pub(super) fn run(args: &DiffArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let since = since("since", &args.since, desk.now())?;
    let changes = match args.by {
        By::Arrival => arrived(&desk, since)?,
        By::ObjectTime => desk.graph()?.changed_since(since),
    };
    let text = match (args.json, args.by) {
        (true, by) => {
            let mut document = serde_json::to_value(&changes)?;
            document["by"] = json!(if by == By::Arrival { "arrival" } else { "object-time" });
            document["since"] = json!(since.to_string());
            format!("{}\n", serde_json::to_string_pretty(&document)?)
        }
        (false, By::Arrival) => shown::changes(&changes, "nothing came", since),
        (false, By::ObjectTime) => shown::changes(&changes, "nothing changed", since),
    };
    Ok(terminal::print(&text)?)
}

fn arrived(desk: &Desk, since: Timestamp) -> anyhow::Result<Changes> {
    let arrivals = desk.wait(desk.store().arrived_since(since))?;
    let at = |one: Arrival| ((one.id, one.version), one.at);
    let arrivals: HashMap<_, _> = arrivals.into_iter().map(at).collect();
    let came = |object: &Object| {
        let version = object.head().version().map(|version| version.to_string());
        arrivals.get(&(object.id().clone(), version)).copied()
    };
    Ok(desk.graph()?.came_since(since, came))
}
