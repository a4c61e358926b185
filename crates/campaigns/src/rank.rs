//! In what order campaigns are shown. The findings keep their own order, riskiest
//! first; a person with one hour may want the largest, or the most harmful, first.

use crate::finding::Campaign;
use std::cmp::Reverse;

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rank {
    /// The riskiest and then the largest: the order of the findings.
    #[default]
    Risk,
    /// The largest.
    Size,
    /// The one with most accounts that did harm.
    Harm,
}

impl Rank {
    /// Indices of the campaigns in this order; equals stay in that of the findings.
    pub fn order(self, campaigns: &[Campaign]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..campaigns.len()).collect();
        let harmful = |c: &Campaign| c.harm.as_ref().map_or(0, |harm| harm.accounts);
        match self {
            Rank::Risk => {}
            Rank::Size => order.sort_by_key(|at| Reverse(campaigns[*at].accounts)),
            Rank::Harm => order.sort_by_key(|at| Reverse(harmful(&campaigns[*at]))),
        }
        order
    }

    /// Its name, as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Rank::Risk => "risk",
            Rank::Size => "size",
            Rank::Harm => "harm",
        }
    }
}
