//! `dragnet explain`: why an account or a campaign was flagged, down to the
//! sign-ups behind each figure.

mod behind;
mod subject;

use crate::args::ExplainArgs;
use crate::config::{Explain, Output};
use crate::output::accounts::Account;
use crate::output::evidence;
use crate::output::pseudonym::Pseudonyms;
use crate::output::run::Run;
use crate::output::shown::Shown;
use crate::terminal;
use behind::Behind;
use campaigns::{Campaign, Reason};
use serde::Serialize;
use std::collections::BTreeSet;
use subject::{Members, Subject};

/// Explains, or says what comes close to what was asked for.
pub(crate) fn run(args: ExplainArgs) -> anyhow::Result<()> {
    let explain = Explain::resolve(args)?;
    let explanation = explanation(&explain)?;
    let text = match explain.show {
        Output::Json => format!("{}\n", serde_json::to_string_pretty(&explanation)?),
        Output::Tables | Output::Nothing => {
            terminal::explanation::words(&explanation, &explain, terminal::width())
        }
    };
    Ok(terminal::print(&text)?)
}

/// All that is said.
#[derive(Debug, Serialize)]
#[serde(tag = "subject", rename_all = "lowercase")]
pub(crate) enum Explanation {
    Account(Box<AccountExplained>),
    Campaign(Box<CampaignExplained>),
}

/// Why an account was flagged, or that it was not.
#[derive(Debug, Serialize)]
pub(crate) struct AccountExplained {
    /// As it was asked for.
    pub(crate) account: String,
    pub(crate) risk: f32,
    pub(crate) campaign: Option<Campaign>,
    /// The account's own sign-up, where it stands behind a figure.
    pub(crate) signup: Option<Shown>,
    pub(crate) reasons: Vec<ReasonExplained>,
    /// What labels taught of it, in words.
    pub(crate) because: Option<String>,
    /// Columns of the record that the scan had.
    pub(crate) looked_at: BTreeSet<String>,
    /// Signals that it had not.
    pub(crate) missing: Vec<String>,
}

/// What a campaign is, and who is in it.
#[derive(Debug, Serialize)]
pub(crate) struct CampaignExplained {
    pub(crate) campaign: Campaign,
    pub(crate) reasons: Vec<ReasonExplained>,
    pub(crate) members: Vec<Shown>,
}

/// A reason with the sign-ups behind it.
#[derive(Debug, Serialize)]
pub(crate) struct ReasonExplained {
    #[serde(flatten)]
    pub(crate) reason: Reason,
    /// How many sign-ups of the evidence meet its conditions.
    pub(crate) found: u64,
    /// How many of those are the account, or of the campaign, asked for.
    pub(crate) members: u64,
    /// The first of them.
    pub(crate) behind: Vec<Shown>,
}

/// Explains an account or a campaign of a result.
pub(crate) fn explanation(explain: &Explain) -> anyhow::Result<Explanation> {
    let run = Run::read(&explain.dir)?;
    let subject = subject::find(&explain.dir, &explain.subject)?;
    let pseudonyms = Pseudonyms::of(&explain.dir, explain.names)?;
    match subject {
        Subject::Account(account, campaign) => {
            let behind =
                look(explain, &run, campaign.as_ref(), &Members::only(account.row), &pseudonyms)?;
            let explained = account_explained(account, campaign, behind, run);
            Ok(Explanation::Account(Box::new(explained)))
        }
        Subject::Campaign(campaign, members) => {
            let behind = look(explain, &run, Some(&campaign), &members, &pseudonyms)?;
            Ok(Explanation::Campaign(Box::new(CampaignExplained {
                campaign,
                reasons: behind.reasons,
                members: behind.members,
            })))
        }
    }
}

fn account_explained(
    account: Account,
    campaign: Option<Campaign>,
    behind: Behind,
    run: Run,
) -> AccountExplained {
    let mapping = run.inputs.into_iter().flat_map(|input| input.mapping);
    AccountExplained {
        account: account.account_id,
        risk: account.risk,
        campaign,
        signup: behind.members.into_iter().next(),
        reasons: behind.reasons,
        because: account.because,
        looked_at: mapping.map(|mapped| mapped.field).collect(),
        missing: run.missing,
    }
}

fn look(
    explain: &Explain,
    run: &Run,
    campaign: Option<&Campaign>,
    members: &Members,
    pseudonyms: &Pseudonyms,
) -> anyhow::Result<Behind> {
    let reasons = campaign.map(|campaign| campaign.reasons.as_slice()).unwrap_or_default();
    let reading = evidence::Reading { signals: run.signals() };
    behind::look(&explain.dir, &reading, reasons, members, explain.limit, pseudonyms)
}
