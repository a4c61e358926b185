//! The commonest value of each kind in each group.

use super::{EXCLUSIVES, TOPS};
use crate::cells::background::HashedMap;
use crate::groups::Groups;
use rayon::prelude::*;
use signals::{Kind, Table};
use std::collections::BTreeMap;

/// The commonest value of each kind in each group, and how common it is.
pub(super) struct Tops {
    /// By kind, a group each: (value, members that have it, members that have any).
    top: BTreeMap<Kind, Vec<(u32, u32, u32)>>,
    /// By kind: sign-ups in all that have the value.
    total: BTreeMap<Kind, HashedMap<u32, u32>>,
}

impl Tops {
    pub(super) fn of(table: &Table, groups: &Groups) -> Self {
        let kinds: Vec<Kind> = TOPS.iter().chain(EXCLUSIVES).copied().collect();
        let top: BTreeMap<Kind, Vec<(u32, u32, u32)>> = kinds
            .par_iter()
            .map(|kind| {
                let column = table.column(*kind);
                (*kind, groups.members.iter().map(|members| commonest(column, members)).collect())
            })
            .collect();
        let total = EXCLUSIVES
            .par_iter()
            .map(|kind| {
                let mut counts: HashedMap<u32, u32> =
                    top[kind].iter().map(|(value, _, _)| (*value, 0)).collect();
                for value in table.column(*kind) {
                    if let Some(count) = counts.get_mut(value) {
                        *count += 1;
                    }
                }
                (*kind, counts)
            })
            .collect();
        Self { top, total }
    }

    pub(super) fn share(&self, kind: Kind, group: usize) -> f32 {
        let (_, n, present) = self.top[&kind][group];
        n as f32 / present.max(1) as f32
    }

    pub(super) fn exclusive(&self, kind: Kind, group: usize) -> f32 {
        let (value, n, _) = self.top[&kind][group];
        if value == 0 { 0.0 } else { n as f32 / self.total[&kind][&value].max(1) as f32 }
    }
}

/// Commonest value among `members`: (value, how many have it, how many have any).
pub fn commonest(column: &[u32], members: &[u32]) -> (u32, u32, u32) {
    let mut values: Vec<u32> =
        members.iter().map(|row| column[*row as usize]).filter(|value| *value != 0).collect();
    values.sort_unstable();
    let best = values.chunk_by(|x, y| x == y).fold((0, 0), |best, run| {
        if run.len() as u32 > best.1 { (run[0], run.len() as u32) } else { best }
    });
    (best.0, best.1, values.len() as u32)
}
