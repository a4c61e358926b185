//! From cells to groups of sign-ups: cells are linked by the accounts they
//! share, communities of cells are found, and each account goes to the
//! community that most of its evidence votes for.

use crate::affinity::Fit;
use crate::boundaries;
use crate::cells::{Cell, Cells};
use crate::evidence::{Evidence, weight};
use crate::graph::Graph;
use crate::sums::Sums;
use signals::{Kind, Table};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Sign-ups that belong together, by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// Rows of each group, ascending; groups by their first row.
    pub members: Vec<Vec<u32>>,
    /// Cells of each group's community, ascending.
    pub cells: Vec<Vec<u32>>,
}

impl Groups {
    /// The group of each of `rows` rows.
    pub fn by_row(&self, rows: usize) -> Vec<Option<u32>> {
        let mut of = vec![None; rows];
        for (index, members) in (0..).zip(&self.members) {
            for row in members {
                of[*row as usize] = Some(index);
            }
        }
        of
    }

    /// Merges each group into the one that it prefers; indices change.
    pub fn merged(&self, preferences: &[Option<u32>]) -> Self {
        let mut root: Vec<u32> = (0..self.members.len() as u32).collect();
        for (from, to) in (0..).zip(preferences) {
            if let Some(to) = to {
                let (x, y) = (find(&mut root, from), find(&mut root, *to));
                root[x.max(y) as usize] = x.min(y);
            }
        }
        let mut merged: BTreeMap<u32, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        for group in 0..self.members.len() {
            let (members, cells) = merged.entry(find(&mut root, group as u32)).or_default();
            members.extend_from_slice(&self.members[group]);
            cells.extend_from_slice(&self.cells[group]);
        }
        Self::sorted(merged.into_values().collect())
    }

    /// Each member goes to the group that it fits best; a group may lose all.
    pub fn settled(&self, group_of: &[Option<u32>], fits: &[Option<Fit>]) -> Self {
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.members.len()];
        for (row, (own, fit)) in group_of.iter().zip(fits).enumerate() {
            if let Some(own) = own {
                let to = fit.map_or(*own, |fit| fit.group);
                members[to as usize].push(row as u32);
            }
        }
        Self { members, cells: self.cells.clone() }
    }

    fn sorted(mut groups: Vec<(Vec<u32>, Vec<u32>)>) -> Self {
        for (members, cells) in &mut groups {
            members.sort_unstable();
            cells.sort_unstable();
            cells.dedup();
        }
        groups.sort_unstable();
        let (members, cells) = groups.into_iter().unzip();
        Self { members, cells }
    }

    /// Adds the rows without a group that fit one and are `admitted`.
    pub fn admit(&mut self, fits: &[Option<Fit>], admitted: impl Fn(usize) -> bool) {
        let of = self.by_row(fits.len());
        for (row, fit) in fits.iter().enumerate() {
            if let (None, Some(fit)) = (of[row], fit)
                && fit.is_close()
                && admitted(row)
            {
                self.members[fit.group as usize].push(row as u32);
            }
        }
        for members in &mut self.members {
            members.sort_unstable();
        }
    }
}

/// A row's strongest cells carry its evidence; more would only repeat it, and
/// pairs of them are what linking costs.
const CELLS_PER_ROW_MAX: usize = 7;

/// Log odds from which a cell is convincing, fifty to one.
const CONVINCING: f32 = 4.0;

/// A community is split again while its best split reaches this: the lowest
/// modularity that tells of structure (Newman & Girvan 2004).
const MODULARITY_FINE: f64 = 0.3;

/// The same for what holds campaigns together, where only clear structure cuts.
const MODULARITY_COARSE: f64 = 0.5;

/// Cells that share fewer accounts than this are not linked: one shared
/// account never chains two campaigns.
const SHARED_MIN: u32 = 2;

/// Weaker links than this say only that both lie in the same large crowd.
const COSINE_MIN: f64 = 0.03;

/// Below this much evidence, in nats summed over classes of behaviour, a
/// sign-up is where a few honest coincidences are.
const EVIDENCE_MIN: f32 = 1.5;

/// A silence longer than this ends a campaign; what follows is another one.
const SILENCE_MS_MAX: i64 = 30 * 24 * 3600 * 1000;

/// Groups the sign-ups; smaller groups than `accounts_min` are dropped.
pub fn group(cells: &Cells, evidence: &Evidence, table: &Table, accounts_min: usize) -> Groups {
    let all = Memberships::of(cells, table.len());
    let communities = |preference| {
        let strongest = all.strongest(cells, evidence, preference);
        Communities::of(&strongest, cells.cells.len(), preference)
    };
    let (fine, coarse) =
        rayon::join(|| communities(Preference::Strong), || communities(Preference::Large));
    let mut fragments: Vec<(Vec<u32>, u32)> = Vec::new();
    let mut cells_of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut rows_of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (row, label) in fine.of_row.iter().enumerate().filter(|(_, label)| **label != NONE) {
        rows_of.entry(*label).or_default().push(row as u32);
    }
    for (cell, label) in fine.of_cell.iter().enumerate() {
        cells_of.entry(*label).or_default().push(cell as u32);
    }
    let mut fine_of_first: BTreeMap<u32, u32> = BTreeMap::new();
    for (label, rows) in rows_of {
        for piece in split_by_silence(rows, table.times_ms()) {
            fine_of_first.insert(piece[0], label);
            let of: Vec<u32> = piece.iter().map(|row| coarse.of_row[*row as usize]).collect();
            fragments.push((piece, majority(of)));
        }
    }
    let mut groups: Vec<(Vec<u32>, Vec<u32>)> = boundaries::join(table, fragments)
        .into_iter()
        .map(|pieces| {
            let labels: BTreeSet<u32> =
                pieces.iter().map(|piece| fine_of_first[&piece[0]]).collect();
            let mut rows: Vec<u32> = pieces.concat();
            rows.sort_unstable();
            let mut cells: Vec<u32> =
                labels.iter().flat_map(|label| cells_of[label].clone()).collect();
            cells.sort_unstable();
            (rows, cells)
        })
        .filter(|(rows, _)| rows.len() >= accounts_min)
        .collect();
    groups.sort_unstable();
    let (members, cells) = groups.into_iter().unzip();
    Groups { members, cells }
}

fn find(root: &mut [u32], mut group: u32) -> u32 {
    while root[group as usize] != group {
        root[group as usize] = root[root[group as usize] as usize];
        group = root[group as usize];
    }
    group
}

/// Label of a row without enough evidence.
const NONE: u32 = u32::MAX;

fn majority(mut labels: Vec<u32>) -> u32 {
    labels.sort_unstable();
    let longest = labels.chunk_by(|x, y| x == y).max_by_key(|run| (run.len(), Reverse(run[0])));
    longest.map_or(NONE, |run| run[0])
}

/// Which of a row's cells tie it to others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Preference {
    /// The most surprising ones: what sets a group apart.
    Strong,
    /// The largest of the convincing ones: what holds a campaign together.
    Large,
}

/// The community of every cell, and that of every row.
struct Communities {
    of_cell: Vec<u32>,
    of_row: Vec<u32>,
}

impl Communities {
    fn of(memberships: &Memberships, cells: usize, preference: Preference) -> Self {
        let modularity_min = match preference {
            Preference::Strong => MODULARITY_FINE,
            Preference::Large => MODULARITY_COARSE,
        };
        let of_cell = memberships.graph(cells).communities(modularity_min);
        let mut votes: Vec<(u32, f32)> = Vec::new();
        let of_row = (0..memberships.rows())
            .map(|row| {
                votes.clear();
                for (cell, weight) in memberships.of_row(row) {
                    let label = of_cell[*cell as usize];
                    match votes.iter_mut().find(|(l, _)| *l == label) {
                        Some(vote) => vote.1 += weight,
                        None => votes.push((label, *weight)),
                    }
                }
                let best = votes.iter().max_by(|x, y| x.1.total_cmp(&y.1).then(y.0.cmp(&x.0)));
                best.map_or(NONE, |(label, _)| *label)
            })
            .collect();
        Self { of_cell, of_row }
    }
}

/// Strength (0 or more) before size, as one number: so are the bits of such floats ordered.
fn rank(strength: f32, size: u32) -> u64 {
    u64::from(strength.to_bits()) << 32 | u64::from(size)
}

/// Whether a cell says no more than that challenges were passed in one way.
fn is_service(cell: &Cell) -> bool {
    const PASSED: &[Kind] = &[Kind::IssueNet, Kind::Redeem, Kind::Solve];
    PASSED.contains(&cell.resource) || PASSED.contains(&cell.behaviour)
}

fn split_by_silence(mut rows: Vec<u32>, times_ms: &[i64]) -> Vec<Vec<u32>> {
    rows.sort_unstable_by_key(|row| (times_ms[*row as usize], *row));
    let mut pieces: Vec<Vec<u32>> = rows
        .chunk_by(|x, y| times_ms[*y as usize] - times_ms[*x as usize] <= SILENCE_MS_MAX)
        .map(<[u32]>::to_vec)
        .collect();
    for piece in &mut pieces {
        piece.sort_unstable();
    }
    pieces
}

/// The cells of each row, with their weights.
struct Memberships {
    bounds: Vec<usize>,
    cells: Vec<(u32, f32)>,
}

impl Memberships {
    fn of(cells: &Cells, rows: usize) -> Self {
        let mut bounds = vec![0usize; rows + 1];
        for row in cells.cells.iter().flat_map(|cell| cells.rows(cell)) {
            bounds[*row as usize + 1] += 1;
        }
        for row in 0..rows {
            bounds[row + 1] += bounds[row];
        }
        let mut all = vec![(0u32, 0f32); bounds[rows]];
        let mut next = bounds.clone();
        for (index, cell) in cells.cells.iter().enumerate() {
            let weight = weight(cell);
            for row in cells.rows(cell) {
                let row = *row as usize;
                all[next[row]] = (index as u32, weight);
                next[row] += 1;
            }
        }
        Self { bounds, cells: all }
    }

    /// The strongest cells of each row that has evidence enough.
    fn strongest(&self, cells: &Cells, evidence: &Evidence, preference: Preference) -> Self {
        // The strongest first; of equally strong ones the largest.
        let strength = |weight: f32| match preference {
            Preference::Strong => weight,
            Preference::Large => weight.min(CONVINCING),
        };
        let is_service: Vec<bool> = cells.cells.iter().map(is_service).collect();
        let mut mine: Vec<(Reverse<u64>, u32, f32)> = Vec::new();
        let mut kept = Self { bounds: vec![0; self.bounds.len()], cells: Vec::new() };
        for row in 0..self.rows() {
            if evidence.total(row) >= EVIDENCE_MIN {
                let of_row = self.of_row(row);
                // A service is its customers' in common: whatever else a sign-up is
                // told by says better whose it is.
                let tells = |cell: u32| !is_service[cell as usize];
                let is_told = of_row.iter().any(|(cell, _)| tells(*cell));
                let of_row = of_row.iter().filter(|(cell, _)| !is_told || tells(*cell));
                mine.clear();
                mine.extend(of_row.map(|(cell, weight)| {
                    let size = cells.cells[*cell as usize].observed;
                    (Reverse(rank(strength(*weight), size)), *cell, *weight)
                }));
                if mine.len() > CELLS_PER_ROW_MAX {
                    mine.select_nth_unstable_by_key(CELLS_PER_ROW_MAX, |(rank, cell, _)| {
                        (*rank, *cell)
                    });
                    mine.truncate(CELLS_PER_ROW_MAX);
                }
                mine.sort_unstable_by_key(|(rank, cell, _)| (*rank, *cell));
                kept.cells.extend(mine.iter().map(|(_, cell, weight)| (*cell, *weight)));
            }
            kept.bounds[row + 1] = kept.cells.len();
        }
        kept
    }

    fn rows(&self) -> usize {
        self.bounds.len() - 1
    }

    fn of_row(&self, row: usize) -> &[(u32, f32)] {
        &self.cells[self.bounds[row]..self.bounds[row + 1]]
    }

    /// The rows of each of `cells` cells: where those of each begin, and all.
    fn by_cell(&self, cells: usize) -> (Vec<usize>, Vec<u32>) {
        let mut starts = vec![0; cells + 2];
        for (cell, _) in &self.cells {
            starts[*cell as usize + 2] += 1;
        }
        for cell in 2..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        let mut rows = vec![0; self.cells.len()];
        for row in 0..self.rows() {
            for (cell, _) in self.of_row(row) {
                let at = &mut starts[*cell as usize + 1];
                rows[*at] = row as u32;
                *at += 1;
            }
        }
        (starts, rows)
    }

    /// Cells linked by the cosine of their memberships.
    fn graph(&self, cells: usize) -> Graph {
        let (starts, rows) = self.by_cell(cells);
        let of_cell = |cell: u32| &rows[starts[cell as usize]..starts[cell as usize + 1]];
        let mut shared = Sums::of(cells);
        let mut edges = vec![Vec::new(); cells];
        for x in 0..cells as u32 {
            let mine = of_cell(x);
            for (y, _) in mine.iter().flat_map(|row| self.of_row(*row as usize)) {
                if *y > x {
                    shared.add(*y, 1u32);
                }
            }
            for (y, n) in shared.drain().filter(|(_, n)| *n >= SHARED_MIN) {
                let sizes = mine.len() as f64 * of_cell(y).len() as f64;
                let cosine = f64::from(n) / sizes.sqrt();
                if cosine >= COSINE_MIN {
                    edges[x as usize].push((y, cosine));
                    edges[y as usize].push((x, cosine));
                }
            }
        }
        Graph { edges }
    }
}
