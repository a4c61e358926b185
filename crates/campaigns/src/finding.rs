//! What a scan found, ready to be shown: plain values, no hashes, stable order.
//! This is `campaigns.jsonl`, line for line, and what every view is built from.

use crate::captcha::Defeat;
use crate::harm::Harm;
use crate::labels::Labels;
use crate::learning::Learned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The result of one scan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Risk of every sign-up in input order, 0..1.
    pub risk: Vec<f32>,
    /// Index into `campaigns` for every sign-up in input order; none where it
    /// belongs to no campaign.
    pub campaign: Vec<Option<u32>>,
    /// Campaigns and organisations, riskiest and largest first.
    pub campaigns: Vec<Campaign>,
    /// Estimated fraudulent share of all sign-ups.
    pub share: Share,
    /// Signals that the input could not give, in words, with what that costs.
    pub missing: Vec<String>,
    /// Why, of each row that its company or labels brought to a risk of one half
    /// and above, in words.
    #[serde(skip)]
    pub because: BTreeMap<u32, String>,
    /// What was learned from labels, where there were any.
    #[serde(skip)]
    pub learned: Option<Learned>,
}

/// One campaign: sign-ups made by one operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Stable id, such as `C-7F3K2M9Q`.
    pub id: String,
    /// Ids that merged into this one, oldest first.
    pub aliases: Vec<String>,
    /// A factory, or something benign that was recognised.
    pub kind: Kind,
    /// Number of member accounts.
    pub accounts: u64,
    /// First member's time, ms since the epoch.
    pub first_ms: i64,
    /// Last member's time, ms since the epoch.
    pub last_ms: i64,
    /// Calibrated probability that this is a factory's, 0..1.
    pub risk: f64,
    /// Best evidence first.
    pub reasons: Vec<Reason>,
    /// A readable rule that recognises it; none where no rule is precise enough.
    pub signature: Option<Signature>,
    /// What earlier runs knew of it, where it was live then: `accounts` and all other
    /// figures are of this run's sign-ups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
    /// Members by hour of the day, UTC.
    pub hours: [u64; 24],
    /// Members by day: (ms of the day's start UTC, count), ascending.
    pub days: Vec<(i64, u64)>,
    /// Who made it and others, where anything ties it to another campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// How its challenges were got past, where the log shows that somebody
    /// else, or something, solved them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captcha_defeat: Option<Defeat>,
    /// What its accounts did later, where the scan was told; never part of the risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm: Option<Harm>,
    /// What was found out about some of its accounts, where the scan was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
}

/// What earlier runs knew of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Its accounts.
    pub accounts: u64,
    /// Time of the first of them, ms since the epoch.
    pub first_ms: i64,
}

/// Whoever made a campaign and others, known by what they have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// Id, such as `A-7F3K2M9Q`: that of its earliest campaign.
    pub id: String,
    /// The campaigns that this one is tied to most, the surest first.
    pub links: Vec<Link>,
}

/// Another campaign of the same actor, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Id of the other campaign.
    pub campaign: String,
    /// How sure it is.
    pub grade: Grade,
    /// Why, each with what it stands on.
    pub ties: Vec<Tie>,
}

/// How sure a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The same machines, or the same names, tools and supplies.
    Strong,
    /// Two of names, tools and supplies.
    Moderate,
}

impl Grade {
    /// In a word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Moderate => "moderate",
        }
    }
}

/// What two campaigns have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// How accounts are named.
    Names,
    /// The client programs.
    Tools,
    /// Mail providers, languages, networks, numbers, solvers.
    Supplies,
    /// Devices and browser fingerprints.
    Machines,
    /// The hours of the day.
    Rhythm,
}

impl What {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Tools => "tools",
            Self::Supplies => "supplies",
            Self::Machines => "machines",
            Self::Rhythm => "rhythm",
        }
    }
}

/// One thing that two campaigns have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tie {
    /// What it is.
    pub what: What,
    /// (signal kind, value) that most of both have, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<(String, String)>,
    /// Share of this campaign, 0..1.
    pub here: f64,
    /// Share of the other campaign.
    pub there: f64,
    /// Share of the sign-ups that nothing suspects; of a rhythm, that of its hours in
    /// the day.
    pub usual: f64,
    /// The sentence a person reads.
    pub words: String,
}

/// What a group of alike sign-ups is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Looks like an account factory.
    Factory,
    /// Looks like one organisation's own accounts: shown, never risky.
    Organisation,
}

/// One piece of evidence, with the numbers it stands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Code of the cell family, such as `ja4×shape`.
    pub code: String,
    /// A sentence for people, such as "411 accounts share TLS client X and
    /// name shape Llllll0000; 9 expected".
    pub words: String,
    /// Sign-ups in the cell.
    pub observed: u64,
    /// Sign-ups expected there, were the resource's users like everyone else.
    pub expected: f64,
    /// Natural logarithm of the probability of so many or more by chance.
    pub log_p: f64,
    /// The conditions that select exactly these sign-ups: (signal kind, value).
    pub conditions: Vec<(String, String)>,
}

/// A readable rule: all conditions must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// (signal kind, value), all of which must hold.
    pub conditions: Vec<(String, String)>,
    /// The rule in words.
    pub words: String,
    /// Members of the campaign that it matches.
    pub hits: u64,
    /// Background sign-ups (in no campaign) that it matches.
    pub false_hits: u64,
    /// Background sign-ups in all.
    pub background: u64,
    /// Rule version that made it.
    pub version: u32,
}

impl Signature {
    /// Share of the background that the rule matches by mistake.
    pub fn false_positive_rate(&self) -> f64 {
        if self.background == 0 { 0.0 } else { self.false_hits as f64 / self.background as f64 }
    }
}

/// An estimate with its interval, or why none can be given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Point estimate, 0..1.
    pub estimate: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end of the 90 % interval.
    pub high: f64,
    /// Why the estimate should not be trusted, where it should not.
    pub caveat: Option<String>,
}
