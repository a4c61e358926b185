//! How many sign-ups of each kind a world holds.

use crate::plan::Mark;
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts of a world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Census {
    /// All sign-ups.
    pub rows: u64,
    /// Those made by factories.
    pub fraud: u64,
    /// Campaigns.
    pub campaigns: u64,
    /// Factories.
    pub factories: u64,
    /// Fraudulent sign-ups by level of evasion.
    pub by_level: BTreeMap<u8, u64>,
    /// Campaigns by level of evasion.
    pub campaigns_by_level: BTreeMap<u8, u64>,
    /// Honest sign-ups by crowd.
    pub by_crowd: BTreeMap<String, u64>,
    /// Honest sign-ups of no crowd.
    pub ordinary: u64,
}

impl Census {
    pub(crate) fn of(sources: impl Iterator<Item = (Mark, u64)>) -> Self {
        let mut census = Self::default();
        let mut factories = std::collections::BTreeSet::new();
        for (mark, size) in sources {
            census.rows += size;
            match mark {
                Mark::Ordinary => census.ordinary += size,
                Mark::Crowd(name) => *census.by_crowd.entry(name.to_owned()).or_default() += size,
                Mark::Campaign { factory, level, .. } => {
                    census.fraud += size;
                    census.campaigns += 1;
                    factories.insert(factory);
                    *census.by_level.entry(level).or_default() += size;
                    *census.campaigns_by_level.entry(level).or_default() += 1;
                }
            }
        }
        census.factories = factories.len() as u64;
        census
    }
}
