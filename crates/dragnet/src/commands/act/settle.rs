//! `dragnet act approve`, `refuse` and `undo`.

use super::{find, look, reason};
use crate::intel::{Desk, DeskArgs, WhoArgs};
use crate::terminal;
use server::acting::show;
use store::Decision;

/// Which decision, and who says so.
#[derive(Debug, clap::Args)]
struct OfArgs {
    /// Its number, or its id
    #[arg(value_name = "DECISION")]
    decision: String,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const APPROVE: &str = "\
Examples:
  dragnet act show 7
  dragnet act approve 7 --who ben --why 'looked at twenty of them'

Who proposed it cannot approve it. At the command line people are who they say
they are; over HTTP they have keys or sessions.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Approve what somebody else proposed: it is in force
#[derive(Debug, clap::Args)]
#[command(after_help = APPROVE)]
pub(super) struct ApproveArgs {
    #[command(flatten)]
    of: OfArgs,
}

const REFUSE: &str = "\
Examples:
  dragnet act refuse 7 --who ben --why 'half of them are a school'

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Refuse what was proposed, or take back what one proposed
#[derive(Debug, clap::Args)]
#[command(after_help = REFUSE)]
pub(super) struct RefuseArgs {
    #[command(flatten)]
    of: OfArgs,
}

const UNDO: &str = "\
Examples:
  dragnet act undo 7 --why 'a school, not a shop'

Each account is as the other decisions in force have it, whether they came
before this one or after.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Take back what is in force
#[derive(Debug, clap::Args)]
#[command(after_help = UNDO)]
pub(super) struct UndoArgs {
    #[command(flatten)]
    of: OfArgs,
}

pub(super) fn approve(args: &ApproveArgs) -> anyhow::Result<()> {
    let (desk, decision) = open(&args.of)?;
    let act = desk.act(&args.of.who, "");
    tell(&args.of, &desk.wait(desk.store().approve(&act, decision.id))?)
}

pub(super) fn refuse(args: &RefuseArgs) -> anyhow::Result<()> {
    let (desk, decision) = open(&args.of)?;
    let act = desk.act(&args.of.who, "");
    tell(&args.of, &desk.wait(desk.store().refuse(&act, decision.id))?)
}

pub(super) fn undo(args: &UndoArgs) -> anyhow::Result<()> {
    let (desk, decision) = open(&args.of)?;
    let act = desk.act(&args.of.who, "");
    tell(&args.of, &desk.wait(desk.store().undo(&act, decision.id))?)
}

fn open(of: &OfArgs) -> anyhow::Result<(Desk, Decision)> {
    reason(&of.who)?;
    let desk = Desk::open(&of.desk)?;
    let decision = find(&desk, &of.decision)?;
    Ok((desk, decision))
}

fn tell(of: &OfArgs, decision: &Decision) -> anyhow::Result<()> {
    let shown = match of.json {
        true => format!("{}\n", serde_json::to_string_pretty(&show::decision(decision))?),
        false => look::line(decision),
    };
    Ok(terminal::print(&shown)?)
}
