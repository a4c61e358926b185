//! Cells: sign-ups that share a resource and, behind it, a behaviour, more
//! often than the rest of their countries would have it.
//!
//! Each family is one sort by resource and, inside each group, one sort by
//! behaviour; never a pair of accounts. Size is never evidence: the expected
//! count is conditional on how many sign-ups each country has in the group.

pub mod background;
pub mod families;
pub mod tail;

use background::{Background, Context, Contexts, LeftOut, Seen};
use families::{FAMILIES, Family};
use rayon::prelude::*;
use signals::{Kind, Table};
use std::collections::BTreeMap;

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
    /// In family order, then by resource and behaviour value.
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

/// Finds the significant cells of `table`, the background being the rows that
/// `background` lets count.
pub fn find(table: &Table, contexts: &Contexts, background: &[bool], floor: &Floor) -> Cells {
    let behaviours: Vec<Kind> =
        Kind::ALL.iter().copied().filter(|kind| is_behaviour(*kind)).collect();
    let backgrounds: BTreeMap<Kind, Background> = behaviours
        .par_iter()
        .map(|kind| {
            let contexts = contexts.for_behaviour(*kind);
            (*kind, Background::of(table.column(*kind), contexts, background))
        })
        .collect();
    let search = Search { table, contexts, background, backgrounds, floor };
    let found: Vec<Tested> =
        FAMILIES.par_iter().enumerate().map(|(i, family)| search.family(i as u8, family)).collect();
    discover(found, floor)
}

fn is_behaviour(kind: Kind) -> bool {
    FAMILIES.iter().any(|family| family.behaviours.contains(&kind))
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

struct Search<'a> {
    table: &'a Table,
    contexts: &'a Contexts,
    background: &'a [bool],
    backgrounds: BTreeMap<Kind, Background>,
    floor: &'a Floor,
}

/// One sign-up of a group: behaviour, context, row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    b: u32,
    context: Context,
    row: u32,
}

impl Search<'_> {
    fn family(&self, index: u8, family: &Family) -> Tested {
        let groups = Groups::of(self.table.column(family.resource), self.floor.observed_min);
        let mut tested = Tested::default();
        let mut scratch = Scratch::new();
        for behaviour in family.behaviours {
            let first = tested.candidates.cells.len();
            tested.filled.clear();
            let place = Place { family: index, resource: family.resource, behaviour: *behaviour };
            for (a, rows) in groups.iter() {
                self.group(&place, a, rows, &mut scratch, &mut tested);
            }
            let dispersion = dispersion(&tested.filled);
            for cell in &mut tested.candidates.cells[first..] {
                cell.log_p = tail::log_tail(cell.observed, cell.expected, dispersion);
            }
        }
        tested
    }

    fn group(
        &self,
        place: &Place,
        a: u32,
        rows: &[u32],
        scratch: &mut Scratch,
        tested: &mut Tested,
    ) {
        let values = self.table.column(place.behaviour);
        let contexts = self.contexts.for_behaviour(place.behaviour);
        tested.tests += scratch.count(rows, values);
        if scratch.present < self.floor.observed_min {
            return;
        }
        scratch.collect(rows, values, contexts, self);
        let (items, own) = (&scratch.items, &scratch.own);
        for cell_items in items.chunk_by(|x, y| x.b == y.b) {
            let observed = cell_items.len() as u32;
            if observed < self.floor.observed_min {
                continue;
            }
            let Some(expected) = self.expected(place.behaviour, cell_items, own, tested) else {
                continue;
            };
            let cells = &mut tested.candidates;
            cells.cells.push(Cell {
                resource: place.resource,
                behaviour: place.behaviour,
                family: place.family,
                a,
                b: cell_items[0].b,
                size: scratch.present,
                observed,
                expected,
                log_p: 0.0,
                start: cells.rows.len(),
            });
            let start = cells.rows.len();
            cells.rows.extend(cell_items.iter().map(|item| item.row));
            cells.rows[start..].sort_unstable();
        }
    }

    /// λ(a, b) = Σ over contexts of n(a, c) · P(b | c), the group left out of
    /// P; none where the cell is not [`Floor::lift_min`] times as full.
    fn expected(
        &self,
        behaviour: Kind,
        cell: &[Item],
        own: &Own,
        tested: &mut Tested,
    ) -> Option<f64> {
        let b = cell[0].b;
        let seen = self.backgrounds[&behaviour].seen(b);
        let counts = |item: &&Item| self.background[item.row as usize];
        let value = cell.iter().filter(counts).count() as u32;
        let world = seen.world(own.total, value);
        let observed = cell.len() as f64;
        let is_too_common = |expected: f64| observed < self.floor.lift_min * expected;
        // The contexts that the cell itself lies in hold most of what is
        // expected; where they alone are too full, the others need no look.
        let mut expected = 0.0;
        for items in cell.chunk_by(|x, y| x.context == y.context) {
            let both = items.iter().filter(counts).count() as u32;
            expected += own.expected_in(&seen, items[0].context, world, both);
        }
        let is_sampled = own.contexts.len() < CONTEXTS_FEW || b.is_multiple_of(SAMPLED_EVERY);
        if is_too_common(expected) && !is_sampled {
            return None;
        }
        let mut inside =
            cell.chunk_by(|x, y| x.context == y.context).map(|x| x[0].context).peekable();
        for (context, _, _) in &own.contexts {
            if inside.next_if_eq(context).is_none() {
                expected += own.expected_in(&seen, *context, world, 0);
            }
        }
        if is_sampled && expected >= FILLED_MIN {
            tested.filled.push((observed, expected));
        }
        (!is_too_common(expected)).then_some(expected)
    }
}

/// Groups of fewer contexts than this are cheap enough to be looked at whole.
const CONTEXTS_FEW: usize = 8;

/// In larger ones every so many values tell the dispersion.
const SAMPLED_EVERY: u32 = 16;

/// A family and one of its behaviours.
struct Place {
    family: u8,
    resource: Kind,
    behaviour: Kind,
}

/// A group's own make-up: its contexts, and what of it counts as background.
struct Own {
    total: u32,
    /// (context, members, members that count as background), ascending.
    contexts: Vec<(Context, u32, u32)>,
    /// Where in `contexts` each context is, while the group lasts.
    at: Vec<u32>,
}

impl Own {
    /// Members of the group expected to have the value in one context.
    fn expected_in(&self, seen: &Seen, context: Context, world: f64, both: u32) -> f64 {
        let (_, members, counted) = self.contexts[self.at[usize::from(context)] as usize];
        f64::from(members) * seen.rate(context, world, &LeftOut { context: counted, both })
    }
}

/// Buffers that every group of a family uses again.
struct Scratch {
    /// How often the values that share a slot occur in the group.
    slots: Vec<u32>,
    mask: u32,
    present: u32,
    items: Vec<Item>,
    own: Own,
}

impl Scratch {
    fn new() -> Self {
        let at = vec![u32::MAX; usize::from(Context::MAX) + 1];
        Self {
            slots: Vec::new(),
            mask: 0,
            present: 0,
            items: Vec::new(),
            own: Own { total: 0, contexts: Vec::new(), at },
        }
    }

    /// Counts the group's values in slots, four to a sign-up, so that those
    /// that occur too seldom need not be sorted. Returns how many slots are
    /// used: the number of cells looked at, but for rare collisions.
    fn count(&mut self, rows: &[u32], values: &[u32]) -> u64 {
        let slots = (rows.len() * 4).next_power_of_two();
        self.mask = slots as u32 - 1;
        self.slots.clear();
        self.slots.resize(slots, 0);
        let (mut used, mut present) = (0, 0);
        for row in rows {
            let value = values[*row as usize];
            if value != 0 {
                let slot = &mut self.slots[(value & self.mask) as usize];
                used += u64::from(*slot == 0);
                *slot += 1;
                present += 1;
            }
        }
        self.present = present;
        used
    }

    /// Gathers the sign-ups whose value may occur often enough, sorted, and the
    /// make-up of the whole group.
    fn collect(&mut self, rows: &[u32], values: &[u32], contexts: &[Context], search: &Search) {
        for (context, _, _) in self.own.contexts.drain(..) {
            self.own.at[usize::from(context)] = u32::MAX;
        }
        self.own.total = 0;
        self.items.clear();
        for row in rows {
            let b = values[*row as usize];
            if b == 0 {
                continue;
            }
            let context = contexts[*row as usize];
            let counted = u32::from(search.background[*row as usize]);
            self.own.total += counted;
            let at = &mut self.own.at[usize::from(context)];
            if *at == u32::MAX {
                *at = self.own.contexts.len() as u32;
                self.own.contexts.push((context, 0, 0));
            }
            let of_context = &mut self.own.contexts[*at as usize];
            of_context.1 += 1;
            of_context.2 += counted;
            if self.slots[(b & self.mask) as usize] >= search.floor.observed_min {
                self.items.push(Item { b, context, row: *row });
            }
        }
        self.items.sort_unstable();
        self.own.contexts.sort_unstable();
        for (at, (context, _, _)) in self.own.contexts.iter().enumerate() {
            self.own.at[usize::from(*context)] = at as u32;
        }
    }
}

/// Rows grouped by a resource's value; smaller groups than asked are left out.
struct Groups {
    bounds: Vec<(u32, usize, usize)>,
    rows: Vec<u32>,
}

impl Groups {
    fn of(column: &[u32], size_min: u32) -> Self {
        let mut keys: Vec<u64> = column
            .iter()
            .enumerate()
            .filter(|(_, value)| **value != 0)
            .map(|(row, value)| background::pair(*value, row as u32))
            .collect();
        keys.sort_unstable();
        let (mut bounds, mut rows) = (Vec::new(), Vec::new());
        for group in keys.chunk_by(|x, y| x >> 32 == y >> 32) {
            if group.len() >= size_min as usize {
                let start = rows.len();
                rows.extend(group.iter().map(|key| *key as u32));
                bounds.push(((group[0] >> 32) as u32, start, rows.len()));
            }
        }
        Self { bounds, rows }
    }

    fn iter(&self) -> impl Iterator<Item = (u32, &[u32])> {
        self.bounds.iter().map(|(a, start, end)| (*a, &self.rows[*start..*end]))
    }
}

/// Over-dispersion between groups where no data speak: people who share a
/// resource are a little alike for reasons of their own.
const DISPERSION_DEFAULT: f64 = 0.5;
/// Between this and [`DISPERSION_MAX`] the data decide.
const DISPERSION_MIN: f64 = 0.05;
/// Beyond this a family would be blind to anything.
const DISPERSION_MAX: f64 = 3.0;
/// A cell that expects fewer than this tells nothing of the dispersion.
const FILLED_MIN: f64 = 2.0;
/// Fewer cells than this do not tell a dispersion.
const DISPERSION_CELLS_MIN: usize = 50;

/// Robust over-dispersion of a family: the φ at which the median squared
/// deviation of well-filled cells is what chance alone would give (0.455, the
/// median of χ² with one degree of freedom). The median is untouched by the
/// few cells that are campaigns.
fn dispersion(filled: &[(f64, f64)]) -> f64 {
    if filled.len() < DISPERSION_CELLS_MIN {
        return DISPERSION_DEFAULT;
    }
    let median_z2 = |phi: f64| {
        let mut z2: Vec<f64> = filled
            .iter()
            .map(|(observed, expected)| {
                let excess = observed - expected;
                excess * excess / (expected + phi * expected * expected)
            })
            .collect();
        z2.sort_unstable_by(f64::total_cmp);
        z2[z2.len() / 2]
    };
    let (mut low, mut high) = (DISPERSION_MIN, DISPERSION_MAX);
    for _ in 0..20 {
        let middle = 0.5 * (low + high);
        if median_z2(middle) > 0.455 { low = middle } else { high = middle }
    }
    high
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
