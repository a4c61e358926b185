//! What is kept of one key: the last sign-ups themselves, so that few are counted exactly
//! and what they have in common can be seen; of busy keys counts and samples beside them.

use super::plan::{Behind, By};
use super::sample::Sample;
use super::slots::Counts;
use super::window::Window;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// Sign-ups of a key that are kept one by one: as many as tell whether those who come
/// from one place are alike, whatever it is that they have in common.
pub const LAST_MAX: usize = 16;
/// Numbers that are kept without an allocation.
const INLINE: usize = 6;

/// The sign-ups of one key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Track {
    /// Of each of the last, when it was and the hash of each value behind the key (0 where
    /// it is absent), in the order in which they came.
    #[serde(with = "numbers")]
    last: SmallVec<[u32; INLINE]>,
    /// Where there were more.
    counted: Option<Box<Counted>>,
}

/// Of a busy key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counted {
    counts: Counts,
    /// By kind behind the key, then by window; none where it is not counted.
    samples: Vec<Option<Box<Samples>>>,
}

type Samples = [Sample; Window::ALL.len()];

impl Track {
    /// Adds a sign-up at `second` with the `values` of the kinds `behind`, the same kinds
    /// every time.
    pub(super) fn add(&mut self, second: u32, values: &[u32], behind: &[Behind]) {
        let stride = values.len() + 1;
        if self.counted.is_none() && self.last.len() / stride >= LAST_MAX {
            forget(&mut self.last, stride, second);
        }
        if self.counted.is_none() && self.last.len() / stride >= LAST_MAX {
            let mut counted = Box::new(Counted::of(behind));
            self.last.chunks_exact(stride).for_each(|one| counted.add(one[0], &one[1..]));
            self.counted = Some(counted);
        }
        if let Some(counted) = &mut self.counted {
            counted.add(second, values);
        }
        if self.last.len() / stride >= LAST_MAX {
            self.last.drain(..stride);
        }
        self.last.push(second);
        self.last.extend_from_slice(values);
    }

    /// Sign-ups in the window that ends at `now`; `stride` is one more than the values.
    pub(super) fn count(&self, window: Window, now: u32, stride: usize) -> f64 {
        match &self.counted {
            None => within(&self.last, window, now, stride).count() as f64,
            Some(counted) => counted.counts.count(window, now),
        }
    }

    /// Different values of the `at`-th kind among them; of a busy key only if that kind is
    /// counted.
    pub(super) fn distinct(&self, at: usize, window: Window, now: u32, stride: usize) -> f64 {
        if let Some(counted) = &self.counted {
            let samples = counted.samples[at].as_ref();
            return samples.map_or(0.0, |s| s[window as usize].count(now, window.seconds()));
        }
        let values = within(&self.last, window, now, stride).map(|one| one[at + 1]);
        let mut values: SmallVec<[u32; LAST_MAX]> = values.filter(|value| *value != 0).collect();
        values.sort_unstable();
        values.dedup();
        values.len() as f64
    }

    /// Puts the values behind the key in the order of `by`'s kinds: of each, `columns` tells
    /// where it was, if it was kept. What begins to be counted has what is left to count.
    pub(super) fn arrange(&mut self, stride: usize, columns: &[Option<usize>], by: &By) {
        let mut last = SmallVec::new();
        for one in self.last.chunks_exact(stride) {
            last.push(one[0]);
            last.extend(columns.iter().map(|column| column.map_or(0, |at| one[at + 1])));
        }
        self.last = last;
        let Some(counted) = &mut self.counted else { return };
        let mut fresh = Counted::of(&by.behind);
        for one in self.last.chunks_exact(columns.len() + 1) {
            fresh.add(one[0], &one[1..]);
        }
        for (samples, column) in fresh.samples.iter_mut().zip(columns) {
            let earlier = column.and_then(|at| counted.samples[at].take());
            if let (Some(samples), Some(earlier)) = (samples.as_mut(), earlier) {
                *samples = earlier;
            }
        }
        counted.samples = fresh.samples;
    }

    /// Shows the values of each of the last sign-ups of the week before `now`.
    pub(super) fn last(&self, now: u32, stride: usize, mut show: impl FnMut(&[u32])) {
        within(&self.last, Window::Week, now, stride).for_each(|one| show(&one[1..]));
    }
}

/// Numbers, as they are saved.
mod numbers {
    use super::{INLINE, SmallVec};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        numbers: &SmallVec<[u32; INLINE]>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        numbers.as_slice().serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(
        from: D,
    ) -> Result<SmallVec<[u32; INLINE]>, D::Error> {
        Vec::deserialize(from).map(SmallVec::from_vec)
    }
}

fn within(kept: &[u32], window: Window, now: u32, stride: usize) -> impl Iterator<Item = &[u32]> {
    kept.chunks_exact(stride)
        .filter(move |one| one[0] <= now && one[0].saturating_add(window.seconds()) > now)
}

/// Takes out what no window covers any more.
fn forget(kept: &mut SmallVec<[u32; INLINE]>, stride: usize, second: u32) {
    let recent = within(kept, Window::Week, second, stride).flatten().copied().collect();
    *kept = recent;
}

impl Counted {
    fn of(behind: &[Behind]) -> Self {
        let samples = |behind: &Behind| behind.is_counted.then(Box::default);
        Self { counts: Counts::default(), samples: behind.iter().map(samples).collect() }
    }

    fn add(&mut self, second: u32, values: &[u32]) {
        self.counts.add(second);
        for (samples, value) in self.samples.iter_mut().zip(values).filter(|(_, v)| **v != 0) {
            for (sample, window) in samples.iter_mut().flat_map(|s| s.iter_mut()).zip(Window::ALL) {
                sample.add(*value, second, window.seconds());
            }
        }
    }
}
