//! `dragnet act list`, `show` and `export`: what was decided, and on whom.

use super::find;
use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs};
use crate::terminal::{self, faint, heading, text, units};
use anyhow::Context;
use server::acting::show;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use store::{Decision, DecisionState, Sought};

const LIST: &str = "\
Examples:
  dragnet act list
  dragnet act list --state proposed        # what waits for a second person
  dragnet act list --campaign C-7F3K2M9Q --json

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// List decisions
#[derive(Debug, clap::Args)]
#[command(after_help = LIST)]
pub(super) struct ListArgs {
    /// In this state: proposed, in-force, undone, expired, refused
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// On this campaign
    #[arg(long, value_name = "CAMPAIGN")]
    campaign: Option<String>,
    /// Those after this number
    #[arg(long, value_name = "N", default_value_t = 0)]
    after: i64,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const SHOW: &str = "\
Examples:
  dragnet act show 7
  dragnet act show 7 --json

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Show one decision
#[derive(Debug, clap::Args)]
#[command(after_help = SHOW)]
pub(super) struct ShowArgs {
    /// Its number, or its id
    #[arg(value_name = "DECISION")]
    decision: String,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXPORT: &str = "\
Examples:
  dragnet act export 7 > accounts.jsonl
  dragnet act export 7 --csv --out accounts.csv

Each line has the account, its risk when it was decided, what was done to it
before, what is done to it now by whichever decision, and why it was left out.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Write the accounts of a decision, for whoever carries it out
#[derive(Debug, clap::Args)]
#[command(after_help = EXPORT)]
pub(super) struct ExportArgs {
    /// Its number, or its id
    #[arg(value_name = "DECISION")]
    decision: String,
    /// As CSV instead of a JSON document a line
    #[arg(long)]
    csv: bool,
    /// Where to [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    desk: DeskArgs,
}

/// Accounts that are read at a time.
const READ_AT_ONCE: u32 = 10_000;

pub(super) fn list(args: &ListArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let named = |typed: &String| {
        let word = typed.replace(['-', '_'], " ");
        let words = || format!("--state {typed}: proposed, in-force, undone, expired or refused");
        DecisionState::named(&word).ok_or_else(|| Usage(words()))
    };
    let sought = Sought {
        state: args.state.as_ref().map(named).transpose()?,
        campaign: args.campaign.clone(),
        after: args.after,
        limit: args.limit,
    };
    let all = desk.wait(desk.store().decisions(&sought))?;
    let none = "nothing is decided: dragnet act preview CAMPAIGN suspend --in RESULT";
    terminal::list(&all, args.json, "decisions", none, show::decision, line)
}

pub(super) fn show(args: &ShowArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let decision = find(&desk, &args.decision)?;
    let shown = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&show::decision(&decision))?),
        false => line(&decision),
    };
    Ok(terminal::print(&shown)?)
}

pub(super) fn export(args: &ExportArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let decision = find(&desk, &args.decision)?;
    match &args.out {
        None => written(&desk, &decision, args.csv, io::stdout().lock()),
        Some(path) => {
            let file = OpenOptions::new().write(true).create_new(true).open(path);
            let file = file.with_context(|| format!("cannot create {}", path.display()))?;
            written(&desk, &decision, args.csv, file)
        }
    }
}

fn written(desk: &Desk, decision: &Decision, is_csv: bool, out: impl Write) -> anyhow::Result<()> {
    let mut out = BufWriter::new(out);
    if is_csv {
        out.write_all(show::DECIDED_COLUMNS.as_bytes())?;
    }
    let mut after = 0;
    loop {
        let some = desk.wait(desk.store().decided(decision.id, after, READ_AT_ONCE))?;
        let Some(last) = some.last() else { break };
        after = last.number;
        for one in &some {
            match is_csv {
                true => out.write_all(show::decided_line(one).as_bytes())?,
                false => writeln!(out, "{}", show::decided(one))?,
            }
        }
    }
    Ok(out.flush()?)
}

/// A decision in a few lines.
pub(super) fn line(decision: &Decision) -> String {
    let head = format!(
        "{:>4}  {} {}: {}",
        decision.seq,
        decision.action.name(),
        text::harmless(&decision.campaign),
        decision.state.name()
    );
    let mut words = units::counted(decision.accounts, "account", "accounts");
    if decision.left_out > 0 {
        words += &format!(", {} left out", units::count(decision.left_out));
    }
    words += &format!("; {}, {}: {}", units::minute(decision.at.ms()), decision.who, decision.why);
    for (what, by) in [("second", &decision.second), ("ended", &decision.ended)] {
        if let Some(by) = by {
            words += &format!("; {what} {}, {}: {}", units::minute(by.at.ms()), by.who, by.why);
        }
    }
    if let Some(expires) = decision.expires {
        words += &format!("; until {}", units::minute(expires.ms()));
    }
    let id = faint(&decision.id.to_string());
    format!("{}  {id}\n{}", heading(&head), text::wrapped("      ", &words, terminal::width()))
}
