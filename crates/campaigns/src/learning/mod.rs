//! Learning from labels: what bans, purchases and checks of a few accounts say of
//! all the others. Three lessons: how far the company that an account keeps is to
//! be trusted (`company`, `regression`), which groups are genuine after all
//! (`acquittal`), and what else one seller made (`seeds`).
//!
//! A label never changes the risk of its own account: a ban is what somebody
//! decided, not evidence of how the account was made.

mod acquittal;
mod regression;
mod seeds;
mod standing;

pub use seeds::Seed;

use crate::cells::background::{Background, Contexts};
use crate::cells::dictionary::Dictionaries;
use crate::company::{self, Company, Ground, Seen, counted, shifted};
use crate::groups::Groups;
use crate::labels::Label;
use crate::limits::RISK_MIN;
use rayon::prelude::*;
use regression::{Example, Judge};
use signals::Table;
use standing::{Found, Standing};
use std::collections::BTreeMap;

/// What lessons are drawn from.
pub(crate) struct Lessons<'a> {
    pub(crate) table: &'a Table,
    pub(crate) dictionaries: &'a Dictionaries,
    pub(crate) contexts: &'a Contexts,
    pub(crate) backgrounds: &'a [Background],
    pub(crate) groups: &'a Groups,
    /// Risk of each row before any label.
    pub(crate) risk: &'a [f32],
    /// Whether that is by the company of those at risk already.
    pub(crate) is_by_company: bool,
    /// Rows that are explained as an organisation's own: no label raises them.
    pub(crate) organised: &'a [u32],
}

/// What the sentences begin with that labels taught.
pub const SAID: &str = "learned from labels: ";

/// What was learned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taught {
    /// Risk of every row.
    pub(crate) risk: Vec<f32>,
    /// The same before any label.
    pub(crate) before: Vec<f32>,
    /// Why, of each row that labels brought to a risk of one half and above.
    pub(crate) because: BTreeMap<u32, Because>,
    /// What each seller's purchases led to, by index of seller.
    pub(crate) seeds: BTreeMap<u32, Seed>,
}

impl Taught {
    /// Brings what seeds found into the groups of their sellers.
    pub(crate) fn settle(&self, groups: &mut Groups) {
        let group_of = groups.by_row(self.risk.len());
        for seed in self.seeds.values() {
            seed.settle(&self.risk, &group_of, groups);
        }
    }

    /// The same in words; `sellers` are the names that labels cite.
    pub(crate) fn told(self, sellers: &[String]) -> Learned {
        let because = self.because.into_iter();
        Learned {
            before: self.before,
            because: because.map(|(row, because)| (row, because.words(sellers))).collect(),
            seeds: self.seeds,
        }
    }
}

/// What was learned from labels, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learned {
    /// Risk of every sign-up before any label, 0..1.
    pub before: Vec<f32>,
    /// Why, of each row that labels brought to a risk of one half and above.
    pub because: BTreeMap<u32, String>,
    /// What each seller's purchases led to, by index of seller.
    pub seeds: BTreeMap<u32, Seed>,
}

/// Why labels raised the risk of an account.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Because {
    /// So many of those it shares values with are banned, purchased or at risk.
    Company(Vec<Seen>),
    /// It is like what this seller sold.
    Seller(u32),
}

impl Because {
    /// A sentence for people.
    fn words(&self, sellers: &[String]) -> String {
        match self {
            Self::Company(seen) => {
                let seen = company::words(seen);
                format!("{SAID}banned, purchased or at risk are {seen}")
            }
            Self::Seller(seller) => {
                let name = sellers.get(*seller as usize).map_or("one seller", String::as_str);
                format!("{SAID}made as those that {name} sold are")
            }
        }
    }
}

/// A standard error of what was learned is left to doubt: with few labels it is so
/// large that nothing changes.
const DOUBT: f64 = 1.0;

/// A ban counts at least so much: of bans of accounts that nothing else ties to a
/// factory, about half are right.
const BAN_SUSPICION: f32 = 0.5;

impl Lessons<'_> {
    /// Learns from `labels`.
    pub(crate) fn learn(&self, labels: &[Label]) -> Taught {
        let standing = Standing::of(labels, self.table.len());
        let mut taught =
            Taught { risk: self.risk.to_vec(), before: self.risk.to_vec(), ..Taught::default() };
        self.by_company(&standing, &mut taught);
        acquittal::lower(self.groups, &standing, self.risk, &mut taught.risk);
        self.by_seller(&standing, &mut taught);
        for row in self.organised.iter().map(|row| *row as usize) {
            taught.risk[row] = taught.risk[row].min(self.risk[row]);
        }
        let risk = &taught.risk;
        taught.because.retain(|row, _| risk[*row as usize] >= RISK_MIN);
        taught
    }

    /// Weighs company as the labels say it should be.
    fn by_company(&self, standing: &Standing, taught: &mut Taught) {
        let at_risk = company::suspicion(self.risk);
        let suspicion = |row: usize| match standing.of[row] {
            Found::Good => 0.0,
            Found::Bad => self.risk[row].max(BAN_SUSPICION),
            Found::Nothing => at_risk(row),
        };
        let ground =
            Ground { dictionaries: self.dictionaries, contexts: self.contexts, risk: self.risk };
        let company = Company::of(ground, suspicion);
        let example = |(row, weight): (u32, f64)| Example {
            inputs: company.inputs(row as usize),
            weight,
            likely: match standing.of[row as usize] {
                Found::Good => 0.0,
                _ => f64::from(self.risk[row as usize]),
            },
            found: standing.of[row as usize],
        };
        let chosen = standing.chosen(self.table.accounts());
        let examples: Vec<Example> = chosen.into_par_iter().map(example).collect();
        let judge = Judge::fit(&examples, self.risk, standing, self.is_by_company);
        let Some(judge) = judge else { return };
        let judged: Vec<Option<f32>> = (0..self.table.len())
            .into_par_iter()
            .map(|row| {
                let inputs = company.inputs(row);
                let (logit, error) = judge.logit(&inputs);
                let change = beyond(logit - inputs[0], DOUBT * error);
                let change = counted(change, &inputs);
                (change != 0.0).then(|| shifted(self.risk[row], change))
            })
            .collect();
        for (row, risk) in judged.into_iter().enumerate() {
            let Some(risk) = risk else { continue };
            taught.risk[row] = risk;
            if risk >= RISK_MIN && self.risk[row] < RISK_MIN {
                let seen = company.best(row, judge.weights());
                taught.because.insert(row as u32, Because::Company(seen));
            }
        }
    }

    fn by_seller(&self, standing: &Standing, taught: &mut Taught) {
        for (seller, found) in seeds::grow(self, standing, &taught.risk) {
            for row in &found.rows {
                let risk = &mut taught.risk[*row as usize];
                if *risk < RISK_MIN {
                    *risk = seeds::RISK;
                    taught.because.insert(*row, Because::Seller(seller));
                }
            }
            taught.seeds.insert(seller, found);
        }
    }
}

/// What is left of `change` once `doubt` is taken off.
fn beyond(change: f64, doubt: f64) -> f64 {
    change.signum() * (change.abs() - doubt).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_swallows_small_changes() {
        assert_eq!(beyond(0.4, 0.5), 0.0);
        assert_eq!(beyond(-0.4, 0.5), 0.0);
        assert_eq!(beyond(2.0, 0.5), 1.5);
        assert_eq!(beyond(-2.0, 0.5), -1.5);
    }

    #[test]
    fn a_shift_of_nothing_keeps_a_risk() {
        assert!((shifted(0.25, 0.0) - 0.25).abs() < 1e-6);
        assert!((shifted(0.5, 3.0f64.ln()) - 0.75).abs() < 1e-6);
    }
}
