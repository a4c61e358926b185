//! How many sign-ups had a value lately, and how many different values of other kinds
//! they had: over a minute, ten minutes, an hour, a day and a week.
//!
//! Nothing is kept of a sign-up but hashes and its second. Memory is bounded by the
//! number of keys: who was not seen for long makes room.

mod plan;
mod ring;
mod sample;
mod shard;
mod track;
mod window;

pub use plan::{By, DISTINCT_MAX, Plan, TooMany};
pub use shard::Evicted;
pub use window::{NoWindow, Window};

use shard::Shard;
use signals::{Kind, Row};
use std::sync::{Mutex, MutexGuard, PoisonError};
use track::Track;

/// Counters, for many threads at once.
#[derive(Debug)]
pub struct Counters {
    plan: Plan,
    shards: Box<[Mutex<Shard>]>,
    keys_max: usize,
}

/// Locks: many more than threads, so that they seldom meet.
const SHARDS: usize = 64;

impl Counters {
    /// None yet. `keys_max` keys, of some 120 bytes each, are kept.
    pub fn new(plan: Plan, keys_max: usize) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { plan, shards, keys_max: keys_max.div_ceil(SHARDS).max(1) }
    }

    /// What is counted.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Counts a sign-up in, for every key that it has.
    pub fn add(&self, row: &Row, second: u32) {
        for by in self.plan.all() {
            let Some(key) = key(row, by.kind) else { continue };
            let mut values = [0; DISTINCT_MAX];
            for (value, kind) in values.iter_mut().zip(&by.distinct) {
                *value = row.short(*kind);
            }
            let values = &values[..by.distinct.len()];
            self.shard(key).add(key, second, values, self.keys_max);
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

    fn ask(&self, row: &Row, by: usize, ask: impl FnOnce(&Track, usize) -> f64) -> f64 {
        let by = &self.plan.all()[by];
        let Some(key) = key(row, by.kind) else { return 0.0 };
        let shard = self.shard(key);
        shard.track(key).map_or(0.0, |track| ask(track, by.distinct.len() + 1))
    }

    fn shard(&self, key: u64) -> MutexGuard<'_, Shard> {
        let shard = &self.shards[(key >> 32) as usize % SHARDS];
        // Whoever panicked with it left counts that are at worst one short.
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keys that are kept.
    pub fn keys(&self) -> usize {
        (0..SHARDS as u64).map(|at| self.shard(at << 32).len()).sum()
    }

    /// Keys that made room for others.
    pub fn evicted(&self) -> Evicted {
        (0..SHARDS as u64).map(|at| self.shard(at << 32).evicted()).fold(
            Evicted::default(),
            |all, one| Evicted { over: all.over + one.over, full: all.full + one.full },
        )
    }
}

/// What stands for a value among those of all kinds.
fn key(row: &Row, kind: Kind) -> Option<u64> {
    let long = row.long(kind);
    (long != 0).then_some(long ^ (kind as u64))
}
