//! `dragnet act rule`: above how many accounts one person is not enough.

use super::reason;
use crate::intel::{Desk, DeskArgs, WhoArgs};
use crate::terminal::{self, units};
use serde_json::json;

const EXAMPLES: &str = "\
Examples:
  dragnet act rule
  dragnet act rule --second-above 500 --why 'two on shift'
  dragnet act rule --second-above 0 --why 'never alone'

An organisation's own accounts are never suspended or challenged by one person.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Say above how many accounts a second person has to approve a decision
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RuleArgs {
    /// From now on above so many
    #[arg(long, value_name = "N")]
    second_above: Option<u64>,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &RuleArgs) -> anyhow::Result<()> {
    let desk = match args.second_above {
        Some(_) => Desk::make(&args.desk)?,
        None => Desk::draft(&args.desk)?,
    };
    if let Some(accounts) = args.second_above {
        reason(&args.who)?;
        desk.wait(desk.store().set_second_above(&desk.act(&args.who, ""), accounts))?;
    }
    let above = desk.wait(desk.store().second_above())?;
    let accounts = units::counted(above, "account", "accounts");
    let shown = match args.json {
        true => format!("{}\n", json!({ "second_above": above })),
        false => format!("a second person approves decisions on more than {accounts}\n"),
    };
    Ok(terminal::print(&shown)?)
}
