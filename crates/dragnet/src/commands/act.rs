//! `dragnet act`: what people do about a campaign: decide, take it back, hear appeals, tell
//! the platform.

mod appeal;
mod decide;
mod labels;
mod look;
mod rule;
mod settle;
mod webhook;

use crate::commands::Usage;
use crate::intel::Desk;
use clap::Subcommand;
use store::{Decision, Sought};

const EXAMPLES: &str = "\
Examples:
  dragnet act preview C-7F3K2M9Q suspend --in monday.dragnet
  dragnet act decide C-7F3K2M9Q suspend --in monday.dragnet --why 'shop X'
  dragnet act approve 7 --who ben --why 'looked at twenty of them'
  dragnet act undo 7 --why 'a school, not a shop'
  dragnet act list
  dragnet act export 7 --csv > accounts.csv

  dragnet act appeal add user-18823 --text 'It is me.'
  dragnet act appeal restore 3 --why 'called back, is a person'
  dragnet act labels --out good.csv      # for dragnet scan --labels

  dragnet act webhook add platform https://platform.example.com/dragnet
  dragnet act webhook deliveries

What is decided is in force at once, or after a second person approved it. A
running `dragnet serve` on the same store tells webhooks, and ends what is over.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Decide on campaigns, take it back, hear appeals, tell the platform
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ActArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Preview(decide::PreviewArgs),
    Decide(decide::DecideArgs),
    Approve(settle::ApproveArgs),
    Refuse(settle::RefuseArgs),
    Undo(settle::UndoArgs),
    List(look::ListArgs),
    Show(look::ShowArgs),
    Export(look::ExportArgs),
    Appeal(appeal::AppealArgs),
    Labels(labels::LabelsArgs),
    Webhook(webhook::WebhookArgs),
    Rule(rule::RuleArgs),
}

/// Does what was asked for.
pub(crate) fn run(args: ActArgs) -> anyhow::Result<()> {
    match args.what {
        What::Preview(args) => decide::preview(&args),
        What::Decide(args) => decide::decide(&args),
        What::Approve(args) => settle::approve(&args),
        What::Refuse(args) => settle::refuse(&args),
        What::Undo(args) => settle::undo(&args),
        What::List(args) => look::list(&args),
        What::Show(args) => look::show(&args),
        What::Export(args) => look::export(&args),
        What::Appeal(args) => appeal::run(&args),
        What::Labels(args) => labels::run(&args),
        What::Webhook(args) => webhook::run(args),
        What::Rule(args) => rule::run(&args),
    }
}

/// The decision that is meant, by its number or its id.
fn find(desk: &Desk, typed: &str) -> anyhow::Result<Decision> {
    let missing = || Usage(format!("there is no decision {typed}: `dragnet act list` lists them"));
    if let Ok(number) = typed.parse::<i64>() {
        let sought = Sought { after: number.saturating_sub(1), limit: 1, ..Sought::default() };
        let found = desk.wait(desk.store().decisions(&sought))?;
        let found = found.into_iter().find(|one| one.seq == number);
        return Ok(found.ok_or_else(missing)?);
    }
    let id = typed.parse().map_err(|_| missing())?;
    Ok(desk.wait(desk.store().decision(id))?)
}

/// A change needs its reason.
fn reason(who: &crate::intel::WhoArgs) -> anyhow::Result<()> {
    match who.why.as_deref().map(str::trim) {
        None | Some("") => Err(Usage("say why: --why 'what it rests on'".to_owned()).into()),
        Some(_) => Ok(()),
    }
}
