//! What was found out about accounts, beside the campaigns that they are in: who
//! sold them, and where labels and campaigns disagree. What is learned of it, see
//! `learning`; labels that were learned from are no test of what was found.

use crate::finding::{Findings, Kind};
use crate::limits::RISK_MIN;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was found out about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// It was banned.
    Banned,
    /// It was banned, and the appeal was granted: it counts as this alone.
    Appealed,
    /// It was checked and is genuine.
    Good,
    /// It was bought in a test purchase.
    Purchased,
}

/// One label of a sign-up of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The sign-up's row.
    pub row: u32,
    /// What was found out.
    pub word: Word,
    /// Index into the names of sellers.
    pub seller: Option<u32>,
}

/// The labels of a log's accounts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// To learn from.
    pub labels: &'a [Label],
    /// Kept back, to see what learning from the others is worth.
    pub held_out: &'a [Label],
    /// The names that labels cite.
    pub sellers: &'a [String],
}

/// The labels of one campaign's accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// Labelled accounts by what was found out.
    pub accounts: BTreeMap<Word, u64>,
    /// Purchased accounts by who sold them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sellers: BTreeMap<String, u64>,
    /// Whether so many are good or had their appeal granted that the campaign may
    /// be none.
    pub is_doubtful: bool,
}

/// How labels and campaigns agree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// By what was found out.
    pub by_word: BTreeMap<Word, Placed>,
    /// By name.
    pub sellers: Vec<Seller>,
    /// Campaigns that may be none, in the order of the findings.
    pub doubtful: Vec<Doubtful>,
    /// What labels changed, where they were learned from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson: Option<Lesson>,
}

/// What labels changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// Labelled accounts that were learned from.
    pub learned_from: u64,
    /// Accounts that were brought to a risk of one half and above.
    pub raised: u64,
    /// Accounts that were brought below.
    pub lowered: u64,
    /// Accounts whose labels were kept back, by what was found out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held_out: BTreeMap<Word, Checked>,
}

/// Labelled accounts that nothing was learned from: an honest test.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// In the log.
    pub accounts: u64,
    /// At a risk of one half and above.
    pub at_risk: u64,
    /// The same without learning.
    pub at_risk_before: u64,
}

/// Labelled accounts, and where they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// In the log.
    pub accounts: u64,
    /// In a campaign.
    pub in_campaigns: u64,
    /// In a group shown as an organisation.
    pub in_organisations: u64,
}

/// What the test purchases from one seller lead to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seller {
    /// As the labels name it; empty where they do not.
    pub seller: String,
    /// Accounts bought that the log has.
    pub purchased: u64,
    /// These that are in campaigns.
    pub in_campaigns: u64,
    /// The campaigns, with how many of the purchased each holds.
    pub campaigns: BTreeMap<String, u64>,
    /// What these campaigns hold beyond the purchased.
    pub further_accounts: u64,
    /// These campaigns' accounts that a signature recognises.
    #[serde(default)]
    pub recognised_accounts: u64,
    /// Accounts at risk outside these campaigns that are made as the purchased and
    /// those in their groups are, twenty to one.
    #[serde(default)]
    pub found_accounts: u64,
    /// The other campaigns that these are in, with how many each holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub found_in: BTreeMap<String, u64>,
    /// Mean risk of the accounts of these campaigns, 0..1; 0 without any.
    #[serde(default)]
    pub risk: f64,
}

/// A campaign that may be none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubtful {
    /// Its id.
    pub campaign: String,
    /// Accounts that were checked and are genuine.
    pub good: u64,
    /// Accounts whose appeal was granted.
    pub appealed: u64,
}

/// One good account in a campaign may be a stray, or a mistaken label.
const DOUBT_MIN: u64 = 2;

/// Joins labels to campaigns, those held out too. A campaign without a labelled
/// account gets none.
pub fn join(findings: &mut Findings, known: &Known<'_>) -> Agreement {
    let sellers = known.sellers;
    let mut agreement = Agreement::default();
    let mut by_seller: BTreeMap<&str, Seller> = BTreeMap::new();
    for label in settled(&[known.labels, known.held_out].concat()) {
        let at = findings.campaign[label.row as usize].map(|c| c as usize);
        let placed = agreement.by_word.entry(label.word).or_default();
        placed.accounts += 1;
        let bought_from = (label.word == Word::Purchased)
            .then(|| label.seller.map_or("", |seller| sellers[seller as usize].as_str()));
        let seller = bought_from.map(|name| by_seller.entry(name).or_default());
        let Some(campaign) = at.map(|at| &mut findings.campaigns[at]) else {
            seller.into_iter().for_each(|seller| seller.purchased += 1);
            continue;
        };
        let in_campaign = campaign.kind == Kind::Factory;
        placed.in_campaigns += u64::from(in_campaign);
        placed.in_organisations += u64::from(!in_campaign);
        let here = campaign.labels.get_or_insert_default();
        *here.accounts.entry(label.word).or_default() += 1;
        if let (Some(seller), Some(name)) = (seller, bought_from) {
            seller.purchased += 1;
            seller.in_campaigns += u64::from(in_campaign);
            if in_campaign {
                *seller.campaigns.entry(campaign.id.clone()).or_default() += 1;
            }
            *here.sellers.entry(name.to_owned()).or_default() += 1;
        }
    }
    agreement.doubtful = doubtful(findings);
    agreement.sellers =
        by_seller.into_iter().map(|(name, s)| named(name, s, findings, sellers)).collect();
    agreement.lesson = lesson(findings, known);
    agreement
}

fn lesson(findings: &Findings, known: &Known<'_>) -> Option<Lesson> {
    let learned = findings.learned.as_ref()?;
    let at_risk = |risk: &[f32], row: usize| risk[row] >= RISK_MIN;
    let accounts: BTreeSet<u32> = known.labels.iter().map(|label| label.row).collect();
    let mut lesson = Lesson { learned_from: accounts.len() as u64, ..Lesson::default() };
    for row in 0..findings.risk.len() {
        let (before, now) = (at_risk(&learned.before, row), at_risk(&findings.risk, row));
        lesson.raised += u64::from(now && !before);
        lesson.lowered += u64::from(before && !now);
    }
    for label in settled(known.held_out) {
        let checked = lesson.held_out.entry(label.word).or_default();
        let row = label.row as usize;
        checked.accounts += 1;
        checked.at_risk += u64::from(at_risk(&findings.risk, row));
        checked.at_risk_before += u64::from(at_risk(&learned.before, row));
    }
    Some(lesson)
}

/// Each label of an account once; a granted appeal undoes its ban.
pub(crate) fn settled(labels: &[Label]) -> BTreeSet<Label> {
    let appealed: BTreeSet<u32> =
        labels.iter().filter(|l| l.word == Word::Appealed).map(|l| l.row).collect();
    let stands = |l: &&Label| l.word != Word::Banned || !appealed.contains(&l.row);
    labels.iter().filter(stands).copied().collect()
}

fn doubtful(findings: &mut Findings) -> Vec<Doubtful> {
    let mut doubtful = Vec::new();
    for campaign in findings.campaigns.iter_mut().filter(|c| c.kind == Kind::Factory) {
        let Some(labels) = &mut campaign.labels else { continue };
        let of = |word| labels.accounts.get(&word).copied().unwrap_or(0);
        let (good, appealed) = (of(Word::Good), of(Word::Appealed));
        labels.is_doubtful = good + appealed >= DOUBT_MIN;
        if labels.is_doubtful {
            doubtful.push(Doubtful { campaign: campaign.id.clone(), good, appealed });
        }
    }
    doubtful
}

fn named(name: &str, seller: Seller, findings: &Findings, sellers: &[String]) -> Seller {
    let theirs = findings.campaigns.iter().filter(|c| seller.campaigns.contains_key(&c.id));
    let (mut accounts, mut recognised, mut risk) = (0, 0, 0.0);
    for campaign in theirs {
        accounts += campaign.accounts;
        recognised += campaign.signature.as_ref().map_or(0, |signature| signature.hits);
        risk += campaign.risk * campaign.accounts as f64;
    }
    let number = sellers.iter().position(|seller| seller == name).map(|at| at as u32);
    let seeds = findings.learned.as_ref().map(|learned| &learned.seeds);
    let seed = seeds.zip(number).and_then(|(seeds, number)| seeds.get(&number));
    let (mut found_accounts, mut found_in) = (0, BTreeMap::new());
    for row in seed.iter().flat_map(|seed| &seed.rows).map(|row| *row as usize) {
        let at = findings.campaign[row].map(|c| &findings.campaigns[c as usize]);
        let is_known = at.is_some_and(|campaign| seller.campaigns.contains_key(&campaign.id));
        if findings.risk[row] < RISK_MIN || is_known {
            continue;
        }
        found_accounts += 1;
        if let Some(campaign) = at {
            *found_in.entry(campaign.id.clone()).or_default() += 1;
        }
    }
    Seller {
        seller: name.to_owned(),
        further_accounts: accounts.saturating_sub(seller.in_campaigns),
        recognised_accounts: recognised,
        found_accounts,
        found_in,
        risk: if accounts == 0 { 0.0 } else { risk / accounts as f64 },
        ..seller
    }
}
