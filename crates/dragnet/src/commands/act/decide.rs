//! `dragnet act preview` and `dragnet act decide`: what would be done, and doing it once it
//! was looked at.

use super::reason;
use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, WhoArgs, timestamp};
use crate::results::Results;
use crate::terminal::{self, faint, heading, text, units};
use anyhow::bail;
use server::acting::{self, Asked, Preview, Wanted, show};
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;
use store::{Action, DecisionState};
use uuid::Uuid;

const EXAMPLES: &str = "\
Examples:
  dragnet act preview C-7F3K2M9Q suspend --in monday.dragnet
  dragnet act preview C-7F3K2M9Q challenge --floor 0.9 --sample 50 --seed 7
  dragnet act decide C-7F3K2M9Q suspend --in monday.dragnet --why 'shop X' \\
    --expires 2027-01-31
  dragnet act decide C-7F3K2M9Q suspend --preview 5d2c… --yes --why 'shop X'

On a terminal `decide` shows the preview and asks for the campaign's id; a
script gives --yes, and with --preview decides only on what was looked at.
Accounts that an appeal restored are left out. Above a number of accounts
(`dragnet act rule`) a second person has to approve it.

Exit codes: 0 done; 1 failed, or the campaign is not what the preview showed;
2 the command line is wrong.";

/// A campaign, and what is to be done to it.
#[derive(Debug, clap::Args)]
struct OnArgs {
    /// Which campaign, by its id or an earlier one
    #[arg(value_name = "CAMPAIGN")]
    campaign: String,
    /// What is to be done to its accounts
    #[arg(value_name = "ACTION")]
    action: TypedAction,
    /// The result of a scan
    #[arg(long = "in", value_name = "DIR", default_value = "dragnet.state/found")]
    dir: PathBuf,
    /// Only accounts of at least this risk, 0 to 1
    #[arg(long, value_name = "RISK", default_value_t = 0.0)]
    floor: f64,
    /// How many accounts to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    sample: usize,
    /// Another seed shows others
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TypedAction {
    /// They may do nothing until further notice
    Suspend,
    /// They prove something before they go on
    Challenge,
    /// They are looked at, and notice nothing
    Watch,
    /// They are genuine: nothing is done to them
    Clear,
}

impl TypedAction {
    fn action(self) -> Action {
        match self {
            Self::Suspend => Action::Suspend,
            Self::Challenge => Action::Challenge,
            Self::Watch => Action::Watch,
            Self::Clear => Action::Clear,
        }
    }
}

/// Show what a decision would do
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PreviewArgs {
    #[command(flatten)]
    on: OnArgs,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Decide what is done to a campaign's accounts
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DecideArgs {
    #[command(flatten)]
    on: OnArgs,
    /// Until when: a day or a time [default: for good]
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
    /// Only if it is what this preview showed
    #[arg(long, value_name = "PREVIEW")]
    preview: Option<String>,
    /// Ask nothing
    #[arg(long)]
    yes: bool,
    /// The decision's id: the same one again is the same decision [default: drawn]
    #[arg(long, value_name = "UUID")]
    id: Option<Uuid>,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn preview(args: &PreviewArgs) -> anyhow::Result<()> {
    let desk = Desk::draft(&args.desk)?;
    let found = look(&desk, &args.on)?;
    let shown = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&show::preview(&found))?),
        false => format!("{}{}", words(&found), faint(&format!("preview {}\n", found.fingerprint))),
    };
    Ok(terminal::print(&shown)?)
}

pub(super) fn decide(args: &DecideArgs) -> anyhow::Result<()> {
    reason(&args.who)?;
    let desk = Desk::make(&args.desk)?;
    let expires = args.expires.as_deref().map(|typed| timestamp("expires", Some(typed)));
    let expires = expires.transpose()?;
    if expires.is_some_and(|time| time <= desk.now()) {
        bail!(Usage("--expires: a time to come".to_owned()));
    }
    let fingerprint = match (&args.preview, args.yes) {
        (Some(looked_at), true) => looked_at.clone(),
        (looked_at, is_sure) => {
            let found = look(&desk, &args.on)?;
            if looked_at.as_ref().is_some_and(|before| *before != found.fingerprint) {
                bail!(acting::Failed::Changed);
            }
            if !is_sure {
                confirm(&found)?;
            }
            found.fingerprint
        }
    };
    let wanted = Wanted {
        id: args.id.unwrap_or_else(server::new_id),
        campaign: args.on.campaign.clone(),
        action: args.on.action.action(),
        risk_floor: args.on.floor,
        expires,
        fingerprint,
    };
    let act = desk.act(&args.who, "");
    let results = Arc::new(Results { dir: args.on.dir.clone() });
    let decision = desk.wait(acting::decide(desk.store(), results, &act, wanted))?;
    let shown = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&show::decision(&decision))?),
        false => {
            let next = match decision.state {
                DecisionState::Proposed => format!(
                    "it waits for a second person: dragnet act approve {} --who NAME\n",
                    decision.seq
                ),
                _ => format!("taken back by: dragnet act undo {}\n", decision.seq),
            };
            format!("{}{}", super::look::line(&decision), faint(&next))
        }
    };
    Ok(terminal::print(&shown)?)
}

fn look(desk: &Desk, on: &OnArgs) -> anyhow::Result<Preview> {
    if !(0.0..=1.0).contains(&on.floor) {
        bail!(Usage(format!("--floor {}: a number from 0 to 1", on.floor)));
    }
    let asked = Asked {
        campaign: on.campaign.clone(),
        action: on.action.action(),
        risk_floor: on.floor,
        sample: on.sample,
        seed: on.seed,
    };
    let results = Arc::new(Results { dir: on.dir.clone() });
    Ok(desk.wait(acting::preview(desk.store(), results, asked))?)
}

/// Asks whoever sits there to type the campaign's id.
fn confirm(found: &Preview) -> anyhow::Result<()> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let words = "nobody is asked here: look at `dragnet act preview` first, then give --yes";
        bail!(Usage(words.to_owned()));
    }
    terminal::say(&words(found));
    terminal::say(&format!("Type {} to {} these accounts:", found.found.id, found.action.name()));
    let mut typed = String::new();
    io::stdin().read_line(&mut typed)?;
    match typed.trim() == found.found.id {
        true => Ok(()),
        false => bail!("nothing was done: that is not the campaign's id"),
    }
}

fn words(preview: &Preview) -> String {
    let (found, width) = (&preview.found, terminal::width());
    let accounts = units::counted(preview.accounts, "account", "accounts");
    let head = format!("{} {}: {accounts}", preview.action.name(), text::harmless(&found.id));
    let mut said = format!("{}\n", heading(&head));
    let mut say = |words: &str| said += &text::wrapped("  ", words, width);
    if preview.risk_floor > 0.0 {
        say(&format!(
            "of {} in the campaign, those of risk {:.2} and above",
            units::count(found.accounts),
            preview.risk_floor
        ));
    }
    found.reasons.iter().take(3).for_each(|reason| say(reason));
    for (action, accounts) in &preview.standing.by_action {
        let what = match action {
            Action::Suspend => "suspended",
            Action::Challenge => "challenged",
            Action::Watch => "watched",
            Action::Clear => "cleared",
        };
        say(&format!("{} of them {what} already", units::count(*accounts)));
    }
    if preview.standing.restored > 0 {
        let restored = units::count(preview.standing.restored);
        say(&format!("{restored} more were restored on appeal, and are left out"));
    }
    if found.is_organisation {
        say("It looks like one organisation's own accounts, not like a factory's.");
    }
    if preview.needs_second {
        let above = units::count(preview.second_above);
        say(&format!(
            "A second person has to approve it (above {above} accounts, or an organisation's)."
        ));
    }
    if !preview.sample.is_empty() {
        said += &format!("{}\n", heading("Some of them"));
        for one in &preview.sample {
            let account = text::cut(&one.account, width / 3);
            let head = format!("  {}  {account}  ", terminal::risk(one.risk.into()));
            let reasons = one.reasons.first().map(String::as_str).unwrap_or_default();
            said += &text::wrapped(&head, reasons, width);
        }
    }
    said
}
