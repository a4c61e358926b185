//! What a decision would do, before it is made; and that what is made is what was shown.

use super::{Account, Campaigns, Found, Unread};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use stix::Timestamp;
use store::{Act, Action, Decision, Proposal, Standing, Store, Target};
use uuid::Uuid;

/// What somebody thinks of doing.
#[derive(Clone, Debug)]
pub struct Asked {
    /// To which campaign.
    pub campaign: String,
    /// What.
    pub action: Action,
    /// Only to accounts of at least this risk, 0..1.
    pub risk_floor: f64,
    /// How many accounts to show of it.
    pub sample: usize,
    /// Another seed shows others.
    pub seed: u64,
}

/// What it would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The campaign.
    pub found: Found,
    /// What would be done.
    pub action: Action,
    /// Only to accounts of at least this risk.
    pub risk_floor: f64,
    /// To how many.
    pub accounts: u64,
    /// What holds for them already.
    pub standing: Standing,
    /// How many of them look like an organisation's own.
    pub in_organisations: u64,
    /// Whether one person is not enough.
    pub needs_second: bool,
    /// Above how many accounts one is not.
    pub second_above: u64,
    /// Some of them, drawn by the seed.
    pub sample: Vec<Account>,
    /// Of all this: who decides gives it, and so decides on what was shown.
    pub fingerprint: String,
    /// All of them, the riskiest first.
    pub targets: Vec<Target>,
}

/// What somebody does.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The decision's id: the same one again is the same decision.
    pub id: Uuid,
    /// To which campaign.
    pub campaign: String,
    /// What.
    pub action: Action,
    /// Only to accounts of at least this risk, 0..1.
    pub risk_floor: f64,
    /// Until when.
    pub expires: Option<Timestamp>,
    /// Of the preview.
    pub fingerprint: String,
}

/// Why it cannot be shown or done.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Nothing was found under that name.
    #[error("the last scan found no campaign {0}")]
    NoCampaign(String),
    /// The results cannot be read.
    #[error(transparent)]
    Unread(#[from] Unread),
    /// What was shown is not what is there.
    #[error("the campaign is not what the preview showed: look at it again, then decide")]
    Changed,
    /// More than one decision takes.
    #[error("one decision has at most {ACCOUNTS_MAX} accounts: raise the risk floor")]
    TooMany,
    /// The store failed, or refused.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The work was cut short.
    #[error("reading the results was cut short")]
    Cut,
}

/// Accounts of one decision: they are held in memory while it is made, some 100 bytes each.
const ACCOUNTS_MAX: usize = 1_000_000;
/// Accounts of a sample: more than a person looks at.
const SAMPLE_MAX: usize = 100;

/// What a decision would do.
pub async fn preview(
    store: &Store,
    campaigns: Arc<dyn Campaigns>,
    asked: Asked,
) -> Result<Preview, Failed> {
    let (action, risk_floor) = (asked.action, asked.risk_floor);
    let read = tokio::task::spawn_blocking(move || Seen::read(&*campaigns, &asked)).await;
    let Seen { found, targets, sample } = read.map_err(|_| Failed::Cut)??;
    let accounts: Vec<&str> = targets.iter().map(|one| one.account.as_str()).collect();
    let standing = store.standing(&accounts).await?;
    let second_above = store.second_above().await?;
    let all = targets.len() as u64;
    let accounts = all - standing.restored.min(all);
    let is_harsh = matches!(action, Action::Suspend | Action::Challenge);
    Ok(Preview {
        fingerprint: fingerprint(&found.id, action, risk_floor, &targets),
        in_organisations: if found.is_organisation { all } else { 0 },
        needs_second: accounts > second_above || found.is_organisation && is_harsh,
        sample: sample.into_values().collect(),
        found,
        action,
        risk_floor,
        accounts,
        standing,
        second_above,
        targets,
    })
}

/// Decides, if the campaign still is what the preview showed.
pub async fn decide(
    store: &Store,
    campaigns: Arc<dyn Campaigns>,
    act: &Act,
    wanted: Wanted,
) -> Result<Decision, Failed> {
    let Wanted { id, campaign, action, risk_floor, expires, fingerprint } = wanted;
    let proposal = |campaign: String, is_organisation| Proposal {
        id,
        campaign,
        action,
        expires,
        risk_floor,
        fingerprint: fingerprint.clone(),
        is_organisation,
    };
    // Whoever asks again is told what became of it, whatever was scanned since.
    if let Ok(there) = store.decision(id).await {
        return Ok(store.decide(act, proposal(there.campaign, false), []).await?);
    }
    let asked = Asked { campaign, action, risk_floor, sample: 0, seed: 0 };
    let read = tokio::task::spawn_blocking(move || Seen::read(&*campaigns, &asked)).await;
    let Seen { found, targets, .. } = read.map_err(|_| Failed::Cut)??;
    if self::fingerprint(&found.id, action, risk_floor, &targets) != fingerprint {
        return Err(Failed::Changed);
    }
    let proposal = proposal(found.id, found.is_organisation);
    Ok(store.decide(act, proposal, targets).await?)
}

/// What is seen of a campaign.
struct Seen {
    found: Found,
    targets: Vec<Target>,
    /// By its place in a drawing.
    sample: BTreeMap<u64, Account>,
}

impl Seen {
    fn read(campaigns: &dyn Campaigns, asked: &Asked) -> Result<Self, Failed> {
        let (mut targets, mut sample) = (Vec::new(), BTreeMap::new());
        let shown_max = asked.sample.min(SAMPLE_MAX);
        let found = campaigns.read(&asked.campaign, asked.risk_floor, &mut |account| {
            if targets.len() > ACCOUNTS_MAX {
                return;
            }
            targets.push(Target { account: account.account.clone(), risk: account.risk.into() });
            sample.insert(drawn(asked.seed, &account.account), account);
            if sample.len() > shown_max {
                sample.pop_last();
            }
        })?;
        let found = found.ok_or_else(|| Failed::NoCampaign(asked.campaign.clone()))?;
        if targets.len() > ACCOUNTS_MAX {
            return Err(Failed::TooMany);
        }
        targets.sort_by(|a, b| b.risk.total_cmp(&a.risk).then_with(|| a.account.cmp(&b.account)));
        // Who signed up twice is one account, with the higher risk.
        targets.dedup_by(|later, first| later.account == first.account);
        Ok(Self { found, targets, sample })
    }
}

/// An account's place in a drawing.
fn drawn(seed: u64, account: &str) -> u64 {
    let hash = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(account).finalize();
    hash.iter().take(8).fold(0, |place, byte| place << 8 | u64::from(*byte))
}

fn fingerprint(campaign: &str, action: Action, risk_floor: f64, targets: &[Target]) -> String {
    let mut hash = Sha256::new();
    let mut say = |text: &[u8]| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    say(campaign.as_bytes());
    say(action.name().as_bytes());
    say(&risk_floor.to_le_bytes());
    for target in targets {
        say(target.account.as_bytes());
        say(&target.risk.to_le_bytes());
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a text does not fail");
        text
    })
}
