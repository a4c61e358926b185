//! Campaigns from what was flagged. A group is what one tool kit leaves in one
//! corner of the log: an operation that rotates networks lies in several, and
//! several campaigns of one kit may lie in one. So groups are first put together
//! as operations, by tools, names and infrastructure, whatever the time; and each
//! operation is then cut into campaigns, by what each campaign has for itself
//! alone: an affiliate's code, a stem, own domains, devices and fingerprints.

mod apart;
mod cut;
mod habit;
mod own;
mod ties;

use crate::cells::background::{Background, Contexts};
use crate::cells::dictionary::Dictionaries;
use habit::{Habit, Lead};
use rayon::prelude::*;
use signals::{Kind, Table};
use std::collections::{BTreeSet, HashMap};
pub use ties::{Link, Tie};

/// Kinds for which the dictionaries must have codes.
pub fn kinds() -> Vec<Kind> {
    let own = own::KINDS.iter().map(|(kind, _)| *kind).collect();
    [habit::CLASSES.concat(), own, own::BANNERS.to_vec()].concat()
}

/// Agreement beyond chance from which two pieces are one operation's: halfway
/// between none and all.
const AGREEMENT_MIN: f64 = 0.5;

/// A piece of fewer sign-ups shows no habits of its own.
const PIECE_MIN: usize = 5;

/// What pieces are compared by.
pub struct Assembly<'a> {
    table: &'a Table,
    dictionaries: &'a Dictionaries,
    backgrounds: &'a [Background],
    contexts: &'a Contexts,
    /// Codes of the mail domains of providers.
    providers: BTreeSet<u32>,
}

/// Which operations a lead leads to.
#[derive(Default)]
struct Led(HashMap<Lead, BTreeSet<usize>>);

/// A piece is compared with so many operations, those that its rarest leads lead to:
/// what leads to more is what everybody does.
const COMPARED_MAX: usize = 256;

impl Led {
    /// The operations that `leads` lead to, ascending.
    fn to(&self, leads: &[Lead]) -> Vec<usize> {
        let mut lists: Vec<&BTreeSet<usize>> =
            leads.iter().filter_map(|lead| self.0.get(lead)).collect();
        lists.sort_by_key(|list| list.len());
        let mut found = BTreeSet::new();
        for operation in lists.into_iter().flatten() {
            found.insert(*operation);
            if found.len() == COMPARED_MAX {
                break;
            }
        }
        found.into_iter().collect()
    }

    fn add(&mut self, leads: impl Iterator<Item = Lead>, operation: usize) {
        for lead in leads {
            self.0.entry(lead).or_default().insert(operation);
        }
    }
}

/// The campaigns of one operation.
pub struct Operation {
    /// Rows of each campaign, ascending.
    pub campaigns: Vec<Vec<u32>>,
}

impl<'a> Assembly<'a> {
    /// Compares sign-ups of `table` by their codes in `dictionaries` (of all
    /// [`kinds`]), and with what everyone else does (by kind).
    pub fn new(
        table: &'a Table,
        dictionaries: &'a Dictionaries,
        backgrounds: &'a [Background],
        contexts: &'a Contexts,
    ) -> Self {
        let (domains, known) = (dictionaries.kind(Kind::Domain), signals::mail::providers());
        let is_provider = |code: &u32| known.contains(&domains.value(*code));
        let providers = (1..domains.size() as u32).filter(is_provider).collect();
        Self { table, dictionaries, backgrounds, contexts, providers }
    }

    /// Puts `flagged` together, the flagged rows (ascending) of each group.
    pub fn operations(&self, flagged: &[Vec<u32>]) -> Vec<Operation> {
        let pieces: Vec<Vec<u32>> = flagged.iter().flat_map(|rows| self.by_silence(rows)).collect();
        let of = |pieces_of: Vec<usize>| {
            let mut rows = pieces_of.iter().map(|at| &pieces[*at][..]).collect::<Vec<_>>().concat();
            rows.sort_unstable();
            Operation { campaigns: self.campaigns(&rows) }
        };
        self.join(&pieces).into_par_iter().map(of).collect()
    }

    /// Which of `pieces` are one operation's; each inner list of indices is one.
    fn join(&self, pieces: &[Vec<u32>]) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        order.sort_unstable_by(|x, y| {
            let (x, y) = (&pieces[*x], &pieces[*y]);
            y.len().cmp(&x.len()).then(x.cmp(y))
        });
        let mut operations: Vec<(Habit, Vec<usize>)> = Vec::new();
        let mut led = Led::default();
        for piece in order {
            let habit = Habit::of(self, &pieces[piece]);
            let own = habit.own_leads();
            let candidates = led.to(&[&own[..], &habit.large_leads()].concat());
            let agreements = candidates
                .into_par_iter()
                .map(|operation| (operations[operation].0.kinship(&habit), operation));
            let best = agreements.max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1)));
            let operation = match best.filter(|(agreement, _)| *agreement >= AGREEMENT_MIN) {
                Some((_, operation)) => {
                    operations[operation].0.add(&habit, self);
                    operations[operation].1.push(piece);
                    operation
                }
                None => {
                    operations.push((habit, vec![piece]));
                    operations.len() - 1
                }
            };
            led.add(own.into_iter().chain(operations[operation].0.large_leads()), operation);
        }
        operations.into_iter().map(|(_, pieces)| pieces).collect()
    }
}
