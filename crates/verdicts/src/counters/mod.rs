//! How many sign-ups had a value lately, and how many different values of other kinds
//! they had: over a minute, ten minutes, an hour, a day and a week.
//!
//! Nothing is kept of a sign-up but hashes and its second. Memory is bounded by the
//! number of keys: who was not seen for long makes room.

mod plan;
mod sample;
mod saved;
mod shard;
mod slots;
mod told;
mod track;
mod window;

pub use plan::{BEHIND_MAX, Behind, By, Plan, TooMany};
pub use saved::Damaged;
pub use shard::Evicted;
pub(crate) use told::Larger;
pub use told::{Counted, Key, OfKey, Told};
pub use track::LAST_MAX;
pub use window::{NoWindow, Window};

use arc_swap::ArcSwap;
use shard::Shard;
use signals::{Kind, Row};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use track::Track;

/// Counters, for many threads at once.
#[derive(Debug)]
pub struct Counters {
    plan: ArcSwap<Plan>,
    /// Whoever extends the plan.
    extending: Mutex<()>,
    shards: Box<[Mutex<Shard>]>,
    keys_max: usize,
}

/// Locks: many more than threads, so that they seldom meet.
const SHARDS: usize = 64;

impl Counters {
    /// None yet. `keys_max` keys are kept, of some hundred bytes each; of a busy
    /// one up to [`LAST_MAX`] sign-ups of [`BEHIND_MAX`] values are.
    pub fn new(plan: Plan, keys_max: usize) -> Self {
        let plan = Arc::new(plan);
        let shards = (0..SHARDS).map(|_| Mutex::new(Shard::new(Arc::clone(&plan)))).collect();
        let keys_max = keys_max.div_ceil(SHARDS).max(1);
        Self { plan: ArcSwap::new(plan), extending: Mutex::default(), shards, keys_max }
    }

    /// What is counted.
    pub fn plan(&self) -> Arc<Plan> {
        self.plan.load_full()
    }

    /// From now on counts what `plan` says too. Nothing that is counted is lost, and places
    /// in the plan stay.
    pub fn extend(&self, plan: &Plan) {
        let _alone = self.extending.lock().unwrap_or_else(PoisonError::into_inner);
        let own = self.plan();
        let mut extended = Plan::clone(&own);
        extended.extend(plan);
        if extended == *own {
            return;
        }
        let extended = Arc::new(extended);
        (0..SHARDS).for_each(|at| self.shard_at(at).extend(&extended));
        self.plan.store(extended);
    }

    /// Counts a sign-up in, for every key that it has.
    pub fn add(&self, row: &Row, second: u32) {
        for (at, by) in self.plan.load().all().iter().enumerate() {
            let Some(key) = key(row, by.kind) else { continue };
            self.shard(key).add((at, key), second, &behind(row, by), self.keys_max);
        }
    }

    /// Sign-ups with `row`'s value of the plan's `by`-th kind, in the window that ends at
    /// `second`; 0 where it has none.
    pub fn count(&self, row: &Row, by: usize, window: Window, second: u32) -> f64 {
        self.ask(row, by, |track, stride| track.count(window, second, stride))
    }

    /// Different values of the `at`-th kind that the plan counts behind it, among them.
    pub fn distinct(
        &self,
        row: &Row,
        (by, at): (usize, usize),
        window: Window,
        second: u32,
    ) -> f64 {
        self.ask(row, by, |track, stride| track.distinct(at, window, second, stride))
    }

    /// How alike the last sign-ups with `row`'s value of the plan's `by`-th kind are to it:
    /// of at most [`LAST_MAX`] of the week before `second`, how many have the same value of
    /// each kind that is kept behind it, and how many have one at all.
    pub fn alike(&self, row: &Row, by: usize, second: u32) -> Alike {
        let plan = self.plan.load();
        let by = &plan.all()[by];
        let mut alike = Alike::default();
        let Some(key) = key(row, by.kind) else { return alike };
        let own = behind(row, by);
        self.shard(key).ask(key, |track, stride| {
            track.last(second, stride, |values| alike.add(&own, values));
        });
        alike
    }

    fn ask(&self, row: &Row, by: usize, ask: impl FnOnce(&Track, usize) -> f64) -> f64 {
        let kind = self.plan.load().all()[by].kind;
        let Some(key) = key(row, kind) else { return 0.0 };
        self.shard(key).ask(key, ask).unwrap_or_default()
    }

    fn shard(&self, key: u64) -> MutexGuard<'_, Shard> {
        self.shard_at((key >> 32) as usize % SHARDS)
    }

    fn shard_at(&self, at: usize) -> MutexGuard<'_, Shard> {
        // Whoever panicked with it left counts that are at worst one short.
        self.shards[at].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keys that are kept.
    pub fn keys(&self) -> usize {
        (0..SHARDS).map(|at| self.shard_at(at).len()).sum()
    }

    /// Keys that made room for others.
    pub fn evicted(&self) -> Evicted {
        (0..SHARDS).map(|at| self.shard_at(at).evicted()).fold(Evicted::default(), |all, one| {
            Evicted { over: all.over + one.over, full: all.full + one.full }
        })
    }
}

/// What the last sign-ups of a key have in common with another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// How many there are.
    pub others: u8,
    /// By kind kept behind the key: how many have a value.
    pub have: [u8; BEHIND_MAX],
    /// How many have the same.
    pub same: [u8; BEHIND_MAX],
}

impl Alike {
    /// One more, with the `values` that are kept behind the key, to compare with `own`.
    pub fn add(&mut self, own: &[u32], values: &[u32]) {
        self.others += 1;
        for (at, (own, value)) in own.iter().zip(values).enumerate().take(BEHIND_MAX) {
            self.have[at] += u8::from(*value != 0);
            self.same[at] += u8::from(*value != 0 && own == value);
        }
    }
}

/// The values that are kept behind a key.
fn behind(row: &Row, by: &By) -> [u32; BEHIND_MAX] {
    let mut values = [0; BEHIND_MAX];
    for (value, behind) in values.iter_mut().zip(&by.behind) {
        *value = row.short(behind.kind);
    }
    values
}

/// What stands for a value among those of all kinds.
pub(crate) fn key(row: &Row, kind: Kind) -> Option<u64> {
    let long = row.long(kind);
    (long != 0).then_some(long ^ (kind as u64))
}
