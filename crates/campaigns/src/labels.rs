//! What was found out about accounts, beside the campaigns that they are in: who
//! sold them, and where labels and campaigns disagree. Nothing is learned here.

use crate::finding::{Findings, Kind};
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// By what was found out.
    pub by_word: BTreeMap<Word, Placed>,
    /// By name.
    pub sellers: Vec<Seller>,
    /// Campaigns that may be none, in the order of the findings.
    pub doubtful: Vec<Doubtful>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// Joins labels to campaigns; `sellers` are the names that labels cite. A campaign
/// without a labelled account gets none.
pub fn join(findings: &mut Findings, labels: &[Label], sellers: &[String]) -> Agreement {
    let mut agreement = Agreement::default();
    let mut by_seller: BTreeMap<&str, Seller> = BTreeMap::new();
    for label in settled(labels) {
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
    agreement.sellers = by_seller.into_iter().map(|(name, s)| named(name, s, findings)).collect();
    agreement
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

fn named(name: &str, seller: Seller, findings: &Findings) -> Seller {
    let theirs = findings.campaigns.iter().filter(|c| seller.campaigns.contains_key(&c.id));
    let accounts: u64 = theirs.map(|c| c.accounts).sum();
    let further_accounts = accounts.saturating_sub(seller.in_campaigns);
    Seller { seller: name.to_owned(), further_accounts, ..seller }
}
