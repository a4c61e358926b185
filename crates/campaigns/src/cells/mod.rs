//! Cells: sign-ups that share a resource and, behind it, a behaviour, more
//! often than the rest of their countries would have it.
//!
//! Each family is one grouping by resource and, inside each group, one count
//! of each behaviour; never a pair of accounts. Size is never evidence: the
//! expected count is conditional on how many sign-ups each country has in the
//! group. Most counts are as expected, which bounds show at a few operations
//! each; only the others are weighed exactly.

pub mod background;
pub mod dictionary;
mod dispersion;
pub mod families;
mod group;
pub mod tail;

use background::{Background, Context, Contexts, is_client};
use dictionary::Dictionaries;
use dispersion::{FILLED_MIN, Sample, dispersion};
use families::{FAMILIES, Family};
use group::{Bounds, Groups, Judge, Standing, Tally};
use rayon::prelude::*;
use signals::Kind;
use std::ops::Range;

/// A significant cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The shared resource's kind.
    pub resource: Kind,
    /// The shared behaviour's kind.
    pub behaviour: Kind,
    /// Index of the family.
    pub family: u8,
    /// Resource value.
    pub a: u32,
    /// Behaviour value.
    pub b: u32,
    /// Sign-ups with the resource (and some value of the behaviour).
    pub size: u32,
    /// Sign-ups in the cell.
    pub observed: u32,
    /// Sign-ups expected in it.
    pub expected: f64,
    /// ln P(so many or more).
    pub log_p: f64,
    /// Where its rows begin in [`Cells::rows`].
    start: usize,
}

impl Cell {
    /// How many times the expected number is there.
    pub fn lift(&self) -> f64 {
        f64::from(self.observed) / self.expected
    }
    /// Log odds that a member belongs to the surplus rather than to the
    /// expected part: ln((k − λ) / λ).
    pub fn log_odds(&self) -> f64 {
        let observed = f64::from(self.observed);
        ((observed - self.expected).max(1e-9) / self.expected).ln()
    }
}

/// All significant cells and the rows in them.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// In family order, then by behaviour and by falling frequency of the resource.
    pub cells: Vec<Cell>,
    rows: Vec<u32>,
}

impl Cells {
    /// The rows of a cell, ascending.
    pub fn rows(&self, cell: &Cell) -> &[u32] {
        &self.rows[cell.start..cell.start + cell.observed as usize]
    }
}

/// What a cell must reach before it counts.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    /// Smallest cell.
    pub observed_min: u32,
    /// Smallest lift: a significant surplus of a few per cent in a crowd of a
    /// hundred thousand says nothing of any one of them.
    pub lift_min: f64,
    /// Share of cells that may be there by chance (Benjamini–Hochberg).
    pub false_discovery_rate: f64,
}

/// Looks for cells in one table; the background may change from search to search.
pub struct Search<'a> {
    dictionaries: &'a Dictionaries,
    contexts: &'a Contexts,
    sample: Sample,
}

/// Every kind that a family looks at.
pub fn kinds() -> Vec<Kind> {
    let of = |family: &Family| [&[family.resource], family.behaviours].concat();
    let mut kinds: Vec<Kind> = FAMILIES.iter().flat_map(of).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

impl<'a> Search<'a> {
    /// A search of a table of `rows`, whose columns `dictionaries` has for all
    /// [`kinds`].
    pub fn new(dictionaries: &'a Dictionaries, contexts: &'a Contexts, rows: usize) -> Self {
        Self { dictionaries, contexts, sample: Sample::of(rows) }
    }

    /// What the rows that `background` lets count do, by kind.
    pub fn backgrounds(&self, background: &[bool]) -> Vec<Background> {
        let of = |kind: &Kind| {
            let dictionary = self.dictionaries.kind(*kind);
            let contexts = self.contexts.for_behaviour(*kind);
            Background::of(dictionary.codes(), dictionary.size(), contexts, background)
        };
        Kind::ALL.par_iter().map(of).collect()
    }

    /// Finds the significant cells, the background being the rows that `counts`
    /// lets count, and what they do `backgrounds`.
    pub fn find(&self, counts: &[bool], backgrounds: &[Background], floor: &Floor) -> Cells {
        let pass = Pass { search: self, counts, backgrounds, floor };
        let found: Vec<Tested> = FAMILIES
            .par_iter()
            .enumerate()
            .map(|(index, family)| pass.family(index as u8, family))
            .collect();
        discover(found, floor)
    }
}

/// Candidates of one family, and how many cells were looked at to get them.
#[derive(Default)]
struct Tested {
    candidates: Cells,
    tests: u64,
    /// (observed, expected) of the cells of one behaviour, surprising or not,
    /// that are full enough to tell the dispersion.
    filled: Vec<(f64, f64)>,
}

/// One search with one background.
struct Pass<'a> {
    search: &'a Search<'a>,
    counts: &'a [bool],
    /// By kind.
    backgrounds: &'a [Background],
    floor: &'a Floor,
}

/// A family and one of its behaviours, in group order.
struct Lane<'a> {
    family: u8,
    resource: Kind,
    behaviour: Kind,
    groups: &'a Groups,
    standings: &'a [Standing],
    codes: &'a [u32],
}

impl Pass<'_> {
    fn family(&self, index: u8, family: &Family) -> Tested {
        let dictionaries = self.search.dictionaries;
        let groups = Groups::of(dictionaries.kind(family.resource));
        let by_country = self.standings(&groups, &self.search.contexts.country);
        let by_client = self.standings(&groups, &self.search.contexts.client);
        let frequent = family.behaviours.iter().map(|kind| dictionaries.kind(*kind).frequent());
        let mut tally = Tally::new(frequent.max().unwrap_or(0) as usize);
        let mut tested = Tested::default();
        let mut codes = Vec::with_capacity(groups.rows().len());
        for behaviour in family.behaviours {
            let dictionary = dictionaries.kind(*behaviour);
            if dictionary.frequent() == 0 {
                continue;
            }
            let rare = dictionary.frequent() + 1;
            codes.clear();
            codes.extend(
                groups.rows().iter().map(|row| dictionary.codes()[*row as usize].min(rare)),
            );
            let lane = Lane {
                family: index,
                resource: family.resource,
                behaviour: *behaviour,
                groups: &groups,
                standings: if is_client(*behaviour) { &by_client } else { &by_country },
                codes: &codes,
            };
            self.lane(&lane, &mut tally, &mut tested);
        }
        tested
    }

    fn standings(&self, groups: &Groups, contexts: &[Context]) -> Vec<Standing> {
        let of = |row: &u32| Standing::new(contexts[*row as usize], self.counts[*row as usize]);
        groups.rows().iter().map(of).collect()
    }

    /// All groups of one lane, and what chance makes of their counts.
    fn lane(&self, lane: &Lane, tally: &mut Tally, tested: &mut Tested) {
        let first = tested.candidates.cells.len();
        tested.filled.clear();
        let judge = Judge {
            background: &self.backgrounds[lane.behaviour as usize],
            frequent: self.search.dictionaries.kind(lane.behaviour).frequent(),
            observed_min: self.floor.observed_min,
        };
        for (a, at) in lane.groups.iter() {
            let choose = |b: u32, observed: u32, bounds: Bounds| {
                !self.is_too_common(observed, bounds.low)
                    || (bounds.high >= FILLED_MIN && self.search.sample.holds(a, b))
            };
            let standings = &lane.standings[at.clone()];
            tested.tests += tally.count(&lane.codes[at.clone()], standings, &judge, choose);
            self.keep(lane, (a, at), &judge, tally, tested);
        }
        let dispersion = dispersion(&tested.filled);
        for cell in &mut tested.candidates.cells[first..] {
            // Until here the tail given how many others have the value.
            let unconditional = tail::log_tail(cell.observed, cell.expected, dispersion);
            cell.log_p = cell.log_p.max(unconditional);
        }
    }

    fn is_too_common(&self, observed: u32, expected: f64) -> bool {
        f64::from(observed) < self.floor.lift_min * expected
    }

    /// Keeps the candidates of a group that are [`Floor::lift_min`] times as
    /// full as expected.
    fn keep(
        &self,
        lane: &Lane,
        (a, at): (u32, Range<usize>),
        judge: &Judge,
        tally: &mut Tally,
        tested: &mut Tested,
    ) {
        let dictionary = |kind: Kind| self.search.dictionaries.kind(kind);
        let rows = &lane.groups.rows()[at.clone()];
        for candidate in 0..tally.candidates().len() {
            let candidate = tally.candidates()[candidate];
            let observed = candidate.observed;
            let standings = &lane.standings[at.clone()];
            let expected = tally.expected(&candidate, standings, judge.background);
            if expected >= FILLED_MIN && self.search.sample.holds(a, candidate.b) {
                tested.filled.push((f64::from(observed), expected));
            }
            if self.is_too_common(observed, expected) {
                continue;
            }
            let seen = judge.background.seen(candidate.b);
            let others = seen.total() - tally.counted(&candidate, standings);
            let cells = &mut tested.candidates;
            cells.cells.push(Cell {
                resource: lane.resource,
                behaviour: lane.behaviour,
                family: lane.family,
                a: dictionary(lane.resource).value(a),
                b: dictionary(lane.behaviour).value(candidate.b),
                size: tally.present(),
                observed,
                expected,
                log_p: tail::log_conditional_tail(observed, expected, others),
                start: cells.rows.len(),
            });
            cells.rows.extend(tally.members(&candidate).iter().map(|at| rows[*at as usize]));
        }
    }
}

/// Benjamini–Hochberg over all cells of all families.
fn discover(found: Vec<Tested>, floor: &Floor) -> Cells {
    let tests: u64 = found.iter().map(|tested| tested.tests).sum();
    let mut log_ps: Vec<f64> =
        found.iter().flat_map(|t| t.candidates.cells.iter().map(|cell| cell.log_p)).collect();
    log_ps.sort_unstable_by(f64::total_cmp);
    let rank_line = |i: usize| (floor.false_discovery_rate * (i + 1) as f64 / tests as f64).ln();
    let threshold = log_ps.iter().enumerate().rev().find(|(i, p)| **p <= rank_line(*i));
    let Some((_, threshold)) = threshold else { return Cells::default() };
    let mut kept = Cells::default();
    for tested in &found {
        for cell in tested.candidates.cells.iter().filter(|cell| cell.log_p <= *threshold) {
            let start = kept.rows.len();
            kept.rows.extend_from_slice(tested.candidates.rows(cell));
            kept.cells.push(Cell { start, ..*cell });
        }
    }
    kept
}
