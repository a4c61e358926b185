//! A part of all keys, under one lock, and which of them make room for others.

use super::plan::{BEHIND_MAX, Plan};
use super::saved;
use super::track::Track;
use indexmap::IndexMap;
use indexmap::map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// Keys and what is kept of them.
#[derive(Debug)]
pub(super) struct Shard {
    plan: Arc<Plan>,
    tracks: IndexMap<u64, Kept, BuildHasherDefault<Mixed>>,
    hand: usize,
    evicted: Evicted,
    /// Number of the last cut.
    cut: u16,
    /// While the state at that cut is being saved: the keys that changed before they
    /// were, as they were at the cut.
    before: Option<Vec<u8>>,
}

/// Keys are random bits already; those of one shard share some of them.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }
}

/// What is kept of a key.
#[derive(Debug)]
pub(super) struct Kept {
    /// Second of the last sign-up.
    pub(super) last: u32,
    /// Place of the key's kind in the plan.
    pub(super) by: u8,
    /// The last cut that it was saved at, or after which it was made.
    cut: u16,
    pub(super) track: Track,
}

/// Keys that made room for others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evicted {
    /// No window covered them any more: nothing was lost.
    pub over: u64,
    /// Counts were lost: there are more keys than memory was given.
    pub full: u64,
}

/// So many keys are looked at, and the one that was not seen for longest makes room: it
/// is among the oldest eighth of all as good as always, and to look at more costs more
/// than it brings.
const LOOKED_AT: usize = 24;

impl Shard {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        Self {
            plan,
            tracks: IndexMap::default(),
            hand: 0,
            evicted: Evicted::default(),
            cut: 0,
            before: None,
        }
    }

    /// Counts a sign-up in, which has `values` behind the key; `keys_max` keys are kept.
    pub(super) fn add(
        &mut self,
        (by, key): (usize, u64),
        second: u32,
        values: &[u32; BEHIND_MAX],
        keys_max: usize,
    ) {
        if self.tracks.len() >= keys_max && !self.tracks.contains_key(&key) {
            self.make_room(second);
        }
        let (cut, before) = (self.cut, &mut self.before);
        let kept = match self.tracks.entry(key) {
            Entry::Occupied(kept) => {
                let kept = kept.into_mut();
                kept.save_before(key, cut, before);
                kept
            }
            Entry::Vacant(place) => {
                place.insert(Kept { last: second, by: by as u8, cut, track: Track::default() })
            }
        };
        kept.last = kept.last.max(second);
        let behind = &self.plan.all()[by].behind;
        kept.track.add(second, &values[..behind.len()], behind);
    }

    /// What `ask` makes of a key's track and of the numbers that each sign-up has in it.
    pub(super) fn ask<T>(&self, key: u64, ask: impl FnOnce(&Track, usize) -> T) -> Option<T> {
        let kept = self.tracks.get(&key)?;
        Some(ask(&kept.track, self.plan.all()[usize::from(kept.by)].behind.len() + 1))
    }

    fn make_room(&mut self, second: u32) {
        let keys = self.tracks.len();
        let looked_at = (0..LOOKED_AT.min(keys)).map(|step| (self.hand + step) % keys);
        let oldest = looked_at.min_by_key(|at| self.tracks[*at].last);
        let Some(oldest) = oldest else { return };
        self.hand = (self.hand + LOOKED_AT) % keys;
        // Whoever saves goes from place to place: who moves or leaves is saved first.
        for at in [oldest, keys - 1] {
            if let Some((key, kept)) = self.tracks.get_index_mut(at) {
                kept.save_before(*key, self.cut, &mut self.before);
            }
        }
        if let Some((_, gone)) = self.tracks.swap_remove_index(oldest) {
            match gone.last.saturating_add(super::Window::Week.seconds()) <= second {
                true => self.evicted.over += 1,
                false => self.evicted.full += 1,
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tracks.len()
    }

    pub(super) fn evicted(&self) -> Evicted {
        self.evicted
    }

    /// From now on keeps what `plan` says, which has all that the plan so far has, in its
    /// order.
    pub(super) fn extend(&mut self, plan: &Arc<Plan>) {
        let earlier = std::mem::replace(&mut self.plan, Arc::clone(plan));
        let columns: Vec<_> = earlier.all().iter().map(|by| plan.columns(by)).collect();
        for (key, kept) in &mut self.tracks {
            kept.save_before(*key, self.cut, &mut self.before);
            let by = usize::from(kept.by);
            if let Some((_, columns)) = &columns[by] {
                kept.track.arrange(earlier.all()[by].behind.len() + 1, columns, &plan.all()[by]);
            }
        }
    }

    /// From now on a save has what was counted so far, and nothing of what comes.
    pub(super) fn cut(&mut self) {
        self.cut = self.cut.wrapping_add(1);
        self.before = Some(Vec::new());
    }

    /// Saves `count` keys from the place `from` on, as they were at the cut; where to go on,
    /// until all are saved.
    pub(super) fn save(&mut self, from: usize, count: usize, out: &mut Vec<u8>) -> Option<usize> {
        let to = (from + count).min(self.tracks.len());
        for at in from..to {
            let Some((key, kept)) = self.tracks.get_index_mut(at) else { break };
            if kept.cut != self.cut {
                kept.cut = self.cut;
                saved::entry(*key, kept, out);
            }
        }
        if to < self.tracks.len() {
            return Some(to);
        }
        out.append(&mut self.before.take().unwrap_or_default());
        None
    }

    /// Puts in what was saved of a key.
    pub(super) fn restore(&mut self, key: u64, last: u32, by: usize, track: Track, max: usize) {
        if self.tracks.len() >= max && !self.tracks.contains_key(&key) {
            self.make_room(last);
        }
        self.tracks.insert(key, Kept { last, by: by as u8, cut: self.cut, track });
    }
}

impl Kept {
    /// It is about to change or to move: as it was at the cut, it is saved.
    fn save_before(&mut self, key: u64, cut: u16, before: &mut Option<Vec<u8>>) {
        if let Some(before) = before
            && self.cut != cut
        {
            self.cut = cut;
            saved::entry(key, self, before);
        }
    }
}
