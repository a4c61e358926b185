//! `dragnet share releases`: what left, to whom, when, by which policy.

use crate::intel::{Desk, DeskArgs, find};
use crate::terminal::{self, faint, heading, text, units};
use serde_json::{Value, json};
use store::{Release, Released};

const EXAMPLES: &str = "\
Examples:
  dragnet share releases
  dragnet share releases 12                 # what left with release 12
  dragnet share releases --of Storm-1152    # to whom a correction has to go

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Releases that are listed at once.
const LISTED_MAX: u32 = 1000;

/// Show what left, to whom, when, and by which policy
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReleasesArgs {
    /// What left with this release
    #[arg(value_name = "N")]
    number: Option<i64>,
    /// The releases that this left with
    #[arg(long, value_name = "NAME", conflicts_with = "number")]
    of: Option<String>,
    /// Releases after this number
    #[arg(long, value_name = "N", default_value_t = 0)]
    after: i64,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ReleasesArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    if let Some(number) = args.number {
        let left = desk.wait(desk.store().released(number))?;
        return Ok(terminal::print(&objects(&left, args.json)?)?);
    }
    let releases = match &args.of {
        Some(name) => {
            let id = find(&desk.graph()?, name)?;
            desk.wait(desk.store().releases_of(&id))?
        }
        None => desk.wait(desk.store().releases(args.after, LISTED_MAX))?,
    };
    terminal::list(&releases, args.json, "releases", "nothing left yet", document, line)
}

fn document(one: &Release) -> Value {
    json!({
        "number": one.seq, "at": one.at.to_string(), "who": one.who, "why": one.why,
        "recipient": one.recipient, "policy": one.policy,
    })
}

fn line(one: &Release) -> String {
    let head = format!(
        "{:>5}  {}  to {}",
        one.seq,
        units::second(one.at.ms()),
        text::harmless(&one.recipient)
    );
    let words = format!("by {}: {}", one.who, one.why);
    let policy = text::wrapped("       ", &one.policy, terminal::width());
    format!(
        "{}\n{}{}",
        heading(&head),
        text::wrapped("       ", &words, terminal::width()),
        faint(&policy)
    )
}

fn objects(left: &[Released], is_json: bool) -> anyhow::Result<String> {
    if is_json {
        let all = left
            .iter()
            .map(|one| json!({ "id": one.id, "version": one.version, "sha256": one.sha256 }));
        let all: Vec<_> = all.collect();
        return Ok(format!("{}\n", serde_json::to_string_pretty(&json!({ "released": all }))?));
    }
    let line = |one: &Released| {
        let version = one.version.as_deref().unwrap_or("–");
        format!("{}  {version}\n  {}\n", one.id, faint(&one.sha256))
    };
    Ok(left.iter().map(line).collect())
}
