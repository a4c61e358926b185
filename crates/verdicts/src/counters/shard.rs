//! A part of all keys, under one lock, and which of them make room for others.

use super::plan::Behind;
use super::track::Track;
use indexmap::IndexMap;
use indexmap::map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// Keys and what is kept of them.
#[derive(Debug, Default)]
pub(super) struct Shard {
    tracks: IndexMap<u64, Kept, BuildHasherDefault<Mixed>>,
    hand: usize,
    evicted: Evicted,
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

#[derive(Debug)]
struct Kept {
    /// Second of the last sign-up.
    last: u32,
    track: Track,
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
    /// Counts a sign-up in; `keys_max` of them are kept.
    pub(super) fn add(
        &mut self,
        key: u64,
        second: u32,
        values: &[u32],
        behind: &[Behind],
        keys_max: usize,
    ) {
        if self.tracks.len() >= keys_max && !self.tracks.contains_key(&key) {
            self.make_room(second);
        }
        let kept = match self.tracks.entry(key) {
            Entry::Occupied(kept) => kept.into_mut(),
            Entry::Vacant(place) => place.insert(Kept { last: second, track: Track::default() }),
        };
        kept.last = kept.last.max(second);
        kept.track.add(second, values, behind);
    }

    pub(super) fn track(&self, key: u64) -> Option<&Track> {
        self.tracks.get(&key).map(|kept| &kept.track)
    }

    fn make_room(&mut self, second: u32) {
        let keys = self.tracks.len();
        let looked_at = (0..LOOKED_AT.min(keys)).map(|step| (self.hand + step) % keys);
        let oldest = looked_at.min_by_key(|at| self.tracks[*at].last);
        let Some(oldest) = oldest else { return };
        self.hand = (self.hand + LOOKED_AT) % keys;
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
}
