//! `dragnet intel log`: who changed what, when and why.

use crate::hex::hex;
use crate::intel::{Desk, DeskArgs};
use crate::terminal::{self, text, units};
use anyhow::bail;
use serde_json::json;
use store::{Entry, Whole};

const EXAMPLES: &str = "\
Examples:
  dragnet intel log
  dragnet intel log --after 200 --limit 50
  dragnet intel log --check      # whether it is as it was written

Each entry has a hash over itself and the one before it. Note the last one
elsewhere now and then: it shows later that nothing was cut from the end.

Exit codes: 0 done; 1 failed, or the log is not whole; 2 the command line is
wrong.";

/// Show who changed what, when and why
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LogArgs {
    /// Entries after this number
    #[arg(long, value_name = "N", default_value_t = 0)]
    after: i64,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    /// Check that every entry follows from the one before it
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &LogArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    if args.check {
        return check(&desk, args.json);
    }
    let entries = desk.wait(desk.store().audit(args.after, args.limit))?;
    let shown = match args.json {
        true => {
            let all: Vec<_> = entries.iter().map(entry_json).collect();
            format!("{}\n", serde_json::to_string_pretty(&json!({ "entries": all }))?)
        }
        false => {
            let mut shown: String = entries.iter().map(line).collect();
            if let Some(last) =
                entries.last().filter(|_| entries.len() as u64 >= u64::from(args.limit))
            {
                shown += &terminal::faint(&format!("there may be more: --after {}\n", last.seq));
            }
            shown
        }
    };
    Ok(terminal::print(&shown)?)
}

fn check(desk: &Desk, is_json: bool) -> anyhow::Result<()> {
    match desk.wait(desk.store().audit_is_whole())? {
        Whole::Yes { entries, last_hash } => {
            let hash = hex(&last_hash);
            let shown = match is_json {
                true => {
                    format!("{}\n", json!({ "whole": true, "entries": entries, "last_hash": hash }))
                }
                false => format!(
                    "whole: {}, the last hash is\n{hash}\n",
                    units::counted(entries.unsigned_abs(), "entry", "entries"),
                ),
            };
            Ok(terminal::print(&shown)?)
        }
        Whole::BrokenAt(seq) => {
            bail!("the log was changed: entry {seq} does not follow from the one before it")
        }
    }
}

fn entry_json(entry: &Entry) -> serde_json::Value {
    json!({
        "seq": entry.seq, "at": entry.at.to_string(), "who": entry.who, "why": entry.why,
        "action": entry.action, "subject": entry.subject, "detail": entry.detail,
        "hash": hex(&entry.hash),
    })
}

fn line(entry: &Entry) -> String {
    let head = format!("{:>5}  {}  {}", entry.seq, units::second(entry.at.ms()), entry.who);
    let what = format!("{} {}", entry.action, entry.subject);
    // Where nobody gave a reason it is the action once more.
    let is_said =
        entry.why.is_empty() || entry.why == format!("{} of {}", entry.action, entry.subject);
    let why = if is_said { String::new() } else { format!(": {}", entry.why) };
    let head = terminal::faint(&text::harmless(&head));
    format!("{head}\n{}", text::wrapped("       ", &format!("{what}{why}"), terminal::width()))
}
