//! Predicted campaigns against true ones.
//!
//! *True campaign* C: the fraud accounts that the truth puts in one campaign.
//! *Predicted campaign* P: the labelled accounts in one campaign of kind
//! `factory` whose risk counts (see [`super::Options`]); |P| includes the real
//! accounts in it, and accounts without a label do not exist here.
//!
//! **Found**, of true campaigns of at least [`ACCOUNTS_MIN`] accounts: *one* P
//! holds at least half of C, and at least 80 % of P is C. **Found in pieces**:
//! the P that are each at least 80 % C hold at least half of C together.
//!
//! **B-cubed on flagged fraud.** Over the fraud accounts i that have a true
//! campaign C and stand in a predicted one P: precision is the mean of
//! |P ∩ C| / |P|, so that a real account inside costs precision; recall is the
//! mean of |P ∩ C| / |C ∩ flagged|, so that it judges the drawing of
//! boundaries and not the detection.
//!
//! **B-cubed extended to unclustered.** Over all fraud accounts that have a
//! true campaign, an account in no predicted campaign standing alone in one of
//! its own (Amigó et al. 2009): precision 1, recall 1 / |C|. Precision of the
//! clustered is as above; recall is |P ∩ C| / |C|. Precision is generous to a
//! method that flags little: read it with the recall beside it.
//!
//! **Fragmentation**: predicted campaigns that hold at least one account of a
//! true one, mean over the true campaigns of [`ACCOUNTS_MIN`] or more that any
//! touches. **Merging**: true campaigns with at least one account in a
//! predicted one, mean over the predicted ones that hold any fraud. Both are
//! also given as effective numbers, 1 / Σ share², which a stray account hardly
//! moves. **Purity**: share of clustered accounts that belong to the commonest
//! true campaign (or factory) of their predicted one, real ones being wrong.
//!
//! **Actors**: a campaign that names no actor is one by itself. Purity is as above,
//! actor against factory; **completeness** is the share of the clustered fraud
//! accounts that stand in the actor which holds most of their factory's.

use super::ranking::ratio;
use super::{Scores, Truth};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Smallest true campaign that counts for `found`: below it, half is a handful
/// of accounts and the rule says little.
pub const ACCOUNTS_MIN: u64 = 20;
const COVERED_MIN: f64 = 0.5;
const PURE_MIN: f64 = 0.8;

/// How well the campaigns were drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Grouping {
    /// True campaigns of at least [`ACCOUNTS_MIN`] accounts.
    pub campaigns: u64,
    /// Those found by one predicted campaign.
    pub found: u64,
    /// Those found by one or by several pure pieces together.
    pub found_in_pieces: u64,
    /// The same by level of the true campaign, in the truth's order of levels.
    pub levels: Vec<LevelFound>,
    /// Predicted campaigns with at least one labelled account.
    pub predicted: u64,
    /// Predicted campaigns without any fraud account.
    pub predicted_real_only: u64,
    /// B-cubed over flagged fraud.
    pub flagged: Bcubed,
    /// B-cubed over all fraud, the unclustered alone.
    pub extended: Bcubed,
    /// Predicted per true campaign: mean count, and mean effective number.
    pub fragmentation: Spread,
    /// True per predicted campaign: mean count, and mean effective number.
    pub merging: Spread,
    /// Share of clustered accounts in their predicted campaign's commonest true one.
    pub campaign_purity: Option<f64>,
    /// The same for factories; none where the truth names none.
    pub factory_purity: Option<f64>,
    /// Predicted actors; none where the truth names no factory.
    pub actors: Option<Actors>,
}

/// How well campaigns are linked to actors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Actors {
    /// Predicted ones.
    pub predicted: u64,
    /// Share of clustered accounts that belong to their actor's commonest factory.
    pub purity: Option<f64>,
    /// Share of clustered accounts in the actor that holds most of their factory's.
    pub completeness: Option<f64>,
}

/// Actors (by truth row) against the truth's factories.
pub fn actors(truth: &Truth, actor: &[Option<u32>]) -> Option<Actors> {
    if truth.factories.is_empty() {
        return None;
    }
    let sizes = Sizes::new(actor, &truth.factory, truth.factories.len());
    let mut largest: BTreeMap<u32, u64> = BTreeMap::new();
    for shared in &sizes.shared {
        let most = largest.entry(shared.campaign).or_default();
        *most = shared.accounts.max(*most);
    }
    let completeness = ratio(largest.into_values().sum(), sizes.clustered.iter().sum());
    Some(Actors { predicted: sizes.predicted.len() as u64, purity: purity(&sizes), completeness })
}

/// `found` for the campaigns of one level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LevelFound {
    /// The level's name.
    pub name: String,
    /// True campaigns of at least [`ACCOUNTS_MIN`] accounts.
    pub campaigns: u64,
    /// Those found by one predicted campaign.
    pub found: u64,
}

/// B-cubed precision and recall, and over how many accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Bcubed {
    /// Fraud accounts that are averaged over.
    pub accounts: u64,
    /// Mean precision; none without accounts.
    pub precision: Option<f64>,
    /// Mean recall; none without accounts.
    pub recall: Option<f64>,
}

/// Into how many parts things fall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// Mean number of parts.
    pub mean: Option<f64>,
    /// Mean of 1 / Σ share².
    pub effective: Option<f64>,
}

/// Accounts that one predicted and one true campaign share.
#[derive(Clone, Copy, Debug)]
struct Shared {
    predicted: u32,
    campaign: u32,
    accounts: u64,
}

/// The sizes that every figure is made of.
struct Sizes {
    /// Labelled accounts by predicted campaign.
    predicted: BTreeMap<u32, u64>,
    /// Accounts by true campaign.
    campaign: Vec<u64>,
    /// Clustered accounts by true campaign.
    clustered: Vec<u64>,
    /// Sorted by predicted, then true campaign.
    shared: Vec<Shared>,
}

/// Every campaign figure.
pub fn grouping(truth: &Truth, scores: &Scores) -> Grouping {
    let sizes = Sizes::new(&scores.group, &truth.campaign, truth.campaigns.len());
    let mut grouping = Grouping { predicted: sizes.predicted.len() as u64, ..Grouping::default() };
    found(truth, &sizes, &mut grouping);
    grouping.flagged = flagged(&sizes);
    grouping.extended = extended(&sizes);
    grouping.fragmentation = fragmentation(&sizes);
    grouping.merging = merging(&sizes);
    grouping.campaign_purity = purity(&sizes);
    if !truth.factories.is_empty() {
        let factories = Sizes::new(&scores.group, &truth.factory, truth.factories.len());
        grouping.factory_purity = purity(&factories);
    }
    let with_fraud = scores
        .group
        .iter()
        .zip(&truth.fraud)
        .filter(|(_, fraud)| **fraud)
        .filter_map(|(group, _)| *group);
    let with_fraud: BTreeSet<u32> = with_fraud.collect();
    grouping.predicted_real_only = grouping.predicted - with_fraud.len() as u64;
    grouping
}

impl Sizes {
    fn new(groups: &[Option<u32>], of: &[Option<u32>], count: usize) -> Self {
        let (mut campaign, mut clustered) = (vec![0; count], vec![0; count]);
        let mut predicted = BTreeMap::new();
        let mut pairs = Vec::new();
        for (&group, &is_in) in groups.iter().zip(of) {
            if let Some(group) = group {
                *predicted.entry(group).or_insert(0) += 1;
            }
            let Some(is_in) = is_in else { continue };
            campaign[is_in as usize] += 1;
            if let Some(group) = group {
                clustered[is_in as usize] += 1;
                pairs.push((group, is_in));
            }
        }
        pairs.sort_unstable();
        let shared = pairs
            .chunk_by(|a, b| a == b)
            .map(|same| Shared {
                predicted: same[0].0,
                campaign: same[0].1,
                accounts: same.len() as u64,
            })
            .collect();
        Self { predicted, campaign, clustered, shared }
    }
    fn by_predicted(&self) -> impl Iterator<Item = &[Shared]> {
        self.shared.chunk_by(|a, b| a.predicted == b.predicted)
    }
}

fn found(truth: &Truth, sizes: &Sizes, grouping: &mut Grouping) {
    let (mut best, mut pieces) = (vec![0; sizes.campaign.len()], vec![0; sizes.campaign.len()]);
    for shared in &sizes.shared {
        let at = shared.campaign as usize;
        if shared.accounts as f64 >= PURE_MIN * sizes.predicted[&shared.predicted] as f64 {
            best[at] = shared.accounts.max(best[at]);
            pieces[at] += shared.accounts;
        }
    }
    let mut levels: BTreeMap<Option<usize>, LevelFound> = BTreeMap::new();
    let order = truth.levels.sorted();
    let level_of = levels_of_campaigns(truth);
    for (at, &accounts) in
        sizes.campaign.iter().enumerate().filter(|(_, accounts)| **accounts >= ACCOUNTS_MIN)
    {
        let half = COVERED_MIN * accounts as f64;
        let (is_found, is_in_pieces) = (best[at] as f64 >= half, pieces[at] as f64 >= half);
        grouping.campaigns += 1;
        grouping.found += u64::from(is_found);
        grouping.found_in_pieces += u64::from(is_in_pieces);
        let place = level_of[at].and_then(|level| order.iter().position(|l| *l == level));
        let new =
            || LevelFound { name: truth.level_name(level_of[at]).into(), campaigns: 0, found: 0 };
        let level = levels.entry(place).or_insert_with(new);
        level.campaigns += 1;
        level.found += u64::from(is_found);
    }
    grouping.levels = levels.into_values().collect();
}

/// A campaign's level is its accounts' commonest one, the first of equals.
fn levels_of_campaigns(truth: &Truth) -> Vec<Option<u32>> {
    let mut pairs: Vec<(u32, u32)> = truth
        .campaign
        .iter()
        .zip(&truth.level)
        .filter_map(|(campaign, level)| Some(((*campaign)?, (*level)?)))
        .collect();
    pairs.sort_unstable();
    let mut best = vec![(0, None); truth.campaigns.len()];
    for same in pairs.chunk_by(|a, b| a == b) {
        let (campaign, level) = same[0];
        if same.len() > best[campaign as usize].0 {
            best[campaign as usize] = (same.len(), Some(level));
        }
    }
    best.into_iter().map(|(_, level)| level).collect()
}

fn flagged(sizes: &Sizes) -> Bcubed {
    let (mut accounts, mut precision, mut recall) = (0, 0.0, 0.0);
    for shared in &sizes.shared {
        let n = shared.accounts as f64;
        accounts += shared.accounts;
        precision += n * n / sizes.predicted[&shared.predicted] as f64;
        recall += n * n / sizes.clustered[shared.campaign as usize] as f64;
    }
    bcubed(accounts, precision, recall)
}

fn extended(sizes: &Sizes) -> Bcubed {
    let (mut accounts, mut precision, mut recall) = (0, 0.0, 0.0);
    for (&all, &clustered) in
        sizes.campaign.iter().zip(&sizes.clustered).filter(|(all, _)| **all > 0)
    {
        let alone = (all - clustered) as f64;
        accounts += all;
        precision += alone;
        recall += alone / all as f64;
    }
    for shared in &sizes.shared {
        let n = shared.accounts as f64;
        precision += n * n / sizes.predicted[&shared.predicted] as f64;
        recall += n * n / sizes.campaign[shared.campaign as usize] as f64;
    }
    bcubed(accounts, precision, recall)
}

fn bcubed(accounts: u64, precision: f64, recall: f64) -> Bcubed {
    let mean = |sum: f64| (accounts > 0).then(|| sum / accounts as f64);
    Bcubed { accounts, precision: mean(precision), recall: mean(recall) }
}

fn fragmentation(sizes: &Sizes) -> Spread {
    let mut parts: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for shared in sizes
        .shared
        .iter()
        .filter(|shared| sizes.campaign[shared.campaign as usize] >= ACCOUNTS_MIN)
    {
        parts.entry(shared.campaign).or_default().push(shared.accounts);
    }
    spread(parts.into_values())
}

fn merging(sizes: &Sizes) -> Spread {
    spread(sizes.by_predicted().map(|shared| shared.iter().map(|shared| shared.accounts).collect()))
}

fn spread(wholes: impl Iterator<Item = Vec<u64>>) -> Spread {
    let (mut count, mut parts, mut effective) = (0u64, 0u64, 0.0);
    for whole in wholes {
        let sum: u64 = whole.iter().sum();
        let squares: f64 = whole.iter().map(|part| (*part as f64 / sum as f64).powi(2)).sum();
        count += 1;
        parts += whole.len() as u64;
        effective += 1.0 / squares;
    }
    Spread { mean: ratio(parts, count), effective: (count > 0).then(|| effective / count as f64) }
}

fn purity(sizes: &Sizes) -> Option<f64> {
    let most = |shared: &[Shared]| shared.iter().map(|shared| shared.accounts).max().unwrap_or(0);
    ratio(sizes.by_predicted().map(most).sum(), sizes.predicted.values().sum())
}
