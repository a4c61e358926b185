//! `dragnet act appeal`: somebody says that it was a mistake.

use super::reason;
use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, WhoArgs};
use crate::terminal::{self, faint, heading, text, units};
use clap::Subcommand;
use server::acting::show;
use store::{Appeal, AppealOutcome};

const EXAMPLES: &str = "\
Examples:
  dragnet act appeal add user-18823 --text 'It is me.'
  dragnet act appeal list                  # what waits
  dragnet act appeal restore 3 --why 'called back, is a person'
  dragnet act appeal uphold 4 --why 'same phone as forty others'

A restored account is left out of all that is decided on it, now and later; with
`dragnet act labels` the next scan learns from it.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Take appeals, and decide on them
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct AppealArgs {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Take an appeal
    Add {
        /// Whose account, as the platform has it
        #[arg(value_name = "ACCOUNT")]
        account: String,
        /// What they say
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
    },
    /// List appeals
    List {
        /// Those that are decided on, too
        #[arg(long)]
        all: bool,
        /// Those after this number
        #[arg(long, value_name = "N", default_value_t = 0)]
        after: i64,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    /// It was a mistake: the account is restored
    Restore {
        /// Its number, or its id
        #[arg(value_name = "APPEAL")]
        appeal: String,
    },
    /// What was decided stands
    Uphold {
        /// Its number, or its id
        #[arg(value_name = "APPEAL")]
        appeal: String,
    },
}

pub(super) fn run(args: &AppealArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let store = desk.store();
    let appeal = match &args.what {
        What::List { all, after, limit } => {
            let wanted = (!all).then_some(AppealOutcome::Open);
            let all = desk.wait(store.appeals(wanted, *after, *limit))?;
            let none = "no appeal waits: dragnet act appeal add ACCOUNT takes one";
            return terminal::list(&all, args.json, "appeals", none, show::appeal, line);
        }
        What::Add { account, text } => {
            let act = desk.act(&args.who, "an appeal came in");
            desk.wait(store.add_appeal(&act, server::new_id(), account, text))?
        }
        What::Restore { appeal } => {
            reason(&args.who)?;
            let appeal = find(&desk, appeal)?;
            desk.wait(store.restore(&desk.act(&args.who, ""), appeal.id))?
        }
        What::Uphold { appeal } => {
            reason(&args.who)?;
            let appeal = find(&desk, appeal)?;
            desk.wait(store.uphold(&desk.act(&args.who, ""), appeal.id))?
        }
    };
    let shown = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&show::appeal(&appeal))?),
        false => line(&appeal),
    };
    Ok(terminal::print(&shown)?)
}

/// The appeal that is meant. An id is looked for page by page: appeals are few.
fn find(desk: &Desk, typed: &str) -> anyhow::Result<Appeal> {
    let number = typed.parse::<i64>().ok();
    let mut after = number.map_or(0, |number| number.saturating_sub(1));
    loop {
        let some = desk.wait(desk.store().appeals(None, after, 1_000))?;
        let words = format!("there is no appeal {typed}: `dragnet act appeal list --all`");
        let Some(last) = some.last() else { return Err(Usage(words).into()) };
        after = last.seq;
        let is_meant = |one: &Appeal| Some(one.seq) == number || one.id.to_string() == typed;
        if let Some(found) = some.into_iter().find(is_meant) {
            return Ok(found);
        }
    }
}

fn line(appeal: &Appeal) -> String {
    let account = text::cut(&appeal.account, terminal::width() / 2);
    let head = format!("{:>4}  {account}: {}", appeal.seq, appeal.outcome.name());
    let mut words = format!("{}, {}: {}", units::minute(appeal.at.ms()), appeal.who, appeal.text);
    if let Some(by) = &appeal.settled {
        words += &format!("; {}, {}: {}", units::minute(by.at.ms()), by.who, by.why);
    }
    let id = faint(&appeal.id.to_string());
    format!("{}  {id}\n{}", heading(&head), text::wrapped("      ", &words, terminal::width()))
}
