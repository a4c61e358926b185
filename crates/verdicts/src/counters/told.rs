//! Counters that several who judge share: what is to be known of them for one sign-up, key
//! by key, and what they told. They are kept elsewhere; nothing is asked here.

use super::{Alike, Counters, LAST_MAX, Plan, Window};
use signals::{Kind, Row};
use std::sync::Arc;

/// Who knows how often values came.
pub trait Counted: Sync {
    /// What is counted.
    fn plan(&self) -> Arc<Plan>;
    /// As [`Counters::count`].
    fn count(&self, row: &Row, by: usize, window: Window, second: u32) -> f64;
    /// As [`Counters::distinct`].
    fn distinct(&self, row: &Row, at: (usize, usize), window: Window, second: u32) -> f64;
    /// As [`Counters::alike`].
    fn alike(&self, row: &Row, by: usize, second: u32) -> Alike;
}

impl Counted for Counters {
    fn plan(&self) -> Arc<Plan> {
        self.plan()
    }
    fn count(&self, row: &Row, by: usize, window: Window, second: u32) -> f64 {
        self.count(row, by, window, second)
    }
    fn distinct(&self, row: &Row, at: (usize, usize), window: Window, second: u32) -> f64 {
        self.distinct(row, at, window, second)
    }
    fn alike(&self, row: &Row, by: usize, second: u32) -> Alike {
        self.alike(row, by, second)
    }
}

/// A key of a sign-up, and what is to be known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its kind's place in the plan.
    pub by: usize,
    /// Its kind.
    pub kind: Kind,
    /// What stands for its value.
    pub value: u64,
    /// (Kind, what stands for the value, 0 where it is absent) of all that is kept behind
    /// it, in the plan's order.
    pub behind: Vec<(Kind, u32)>,
    /// The windows over which sign-ups are counted.
    pub counts: Vec<Window>,
    /// (Place behind the key, window) of the different values that are counted.
    pub distinct: Vec<(usize, Window)>,
    /// Whether it is asked what the last sign-ups were like.
    pub is_last_asked: bool,
}

/// What was told of one key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfKey {
    /// Its kind's place in the plan.
    pub by: usize,
    /// How many, by window.
    pub counts: Vec<(Window, f64)>,
    /// How many different ones, by place behind the key and window.
    pub distinct: Vec<((usize, Window), f64)>,
    /// What the last ones have in common with the sign-up.
    pub alike: Alike,
}

/// What was told of a sign-up's keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told(pub Vec<OfKey>);

/// One's own counters and what others told. Each counted some of all sign-ups and none of
/// them twice, so that the larger count is the truer one, whoever lost something.
#[derive(Debug)]
pub(crate) struct Larger<'a> {
    pub(crate) own: &'a Counters,
    pub(crate) told: &'a Told,
}

/// By so much one's own estimate of different values may be too large.
const ESTIMATED: f64 = 1.5;

impl Larger<'_> {
    fn told(&self, by: usize) -> Option<&OfKey> {
        self.told.0.iter().find(|key| key.by == by)
    }
}

impl Counted for Larger<'_> {
    fn plan(&self) -> Arc<Plan> {
        self.own.plan()
    }

    fn count(&self, row: &Row, by: usize, window: Window, second: u32) -> f64 {
        let told = self.told(by).and_then(|key| of(&key.counts, window));
        self.own.count(row, by, window, second).max(told.unwrap_or(0.0))
    }

    fn distinct(&self, row: &Row, at: (usize, usize), window: Window, second: u32) -> f64 {
        let told = self.told(at.0).and_then(|key| of(&key.distinct, (at.1, window)));
        let own = self.own.distinct(row, at, window, second);
        match told {
            // Above this one's own is an estimate, and the larger of two estimates is too
            // large: it stands only where others have plainly forgotten.
            Some(told) if own > LAST_MAX as f64 && own <= told * ESTIMATED => told,
            told => own.max(told.unwrap_or(0.0)),
        }
    }

    fn alike(&self, row: &Row, by: usize, second: u32) -> Alike {
        let own = self.own.alike(row, by, second);
        let told = self.told(by).map_or(own, |key| key.alike);
        if told.others >= own.others { told } else { own }
    }
}

fn of<K: PartialEq>(all: &[(K, f64)], key: K) -> Option<f64> {
    all.iter().find(|(own, _)| *own == key).map(|(_, value)| *value)
}
