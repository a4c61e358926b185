//! What is kept of one key: of most keys, which few sign-ups have, the sign-ups
//! themselves, so that their counts are exact; of others counts and samples.

use super::ring::Ring;
use super::sample::Sample;
use super::window::Window;
use smallvec::SmallVec;

/// Sign-ups of a key that are kept one by one.
const EXACT_MAX: usize = 16;
/// Numbers that are kept without an allocation: most keys have one sign-up.
const INLINE: usize = 6;

/// The sign-ups of one key: of each, when it was, and the hash of the value of each kind
/// that is counted behind the key (0 where it is absent).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Track {
    /// One by one, in the order in which they came.
    Exact(SmallVec<[u32; INLINE]>),
    /// Counted.
    Counted(Box<Counted>),
}

/// Of a busy key.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counted {
    ring: Ring,
    /// By kind counted behind the key, then by window.
    samples: Vec<[Sample; Window::ALL.len()]>,
}

impl Track {
    pub(super) fn new() -> Self {
        Self::Exact(SmallVec::new())
    }

    /// Adds a sign-up at `second` with `values` behind it, as many as every time.
    pub(super) fn add(&mut self, second: u32, values: &[u32]) {
        let stride = values.len() + 1;
        if let Self::Exact(kept) = self {
            if kept.len() / stride >= EXACT_MAX {
                forget(kept, stride, second);
            }
            if kept.len() / stride < EXACT_MAX {
                kept.push(second);
                kept.extend_from_slice(values);
                return;
            }
            let mut counted = Counted::new(values.len());
            kept.chunks_exact(stride).for_each(|one| counted.add(one[0], &one[1..]));
            *self = Self::Counted(Box::new(counted));
        }
        if let Self::Counted(counted) = self {
            counted.add(second, values);
        }
    }

    /// Sign-ups in the window that ends at `now`; `stride` as in [`Self::add`].
    pub(super) fn count(&self, window: Window, now: u32, stride: usize) -> f64 {
        match self {
            Self::Exact(kept) => within(kept, window, now, stride).count() as f64,
            Self::Counted(counted) => counted.ring.count(window, now),
        }
    }

    /// Different values of the `at`-th kind among them.
    pub(super) fn distinct(&self, at: usize, window: Window, now: u32, stride: usize) -> f64 {
        match self {
            Self::Exact(kept) => {
                let values = within(kept, window, now, stride).map(|one| one[at + 1]);
                let mut values: SmallVec<[u32; EXACT_MAX]> =
                    values.filter(|value| *value != 0).collect();
                values.sort_unstable();
                values.dedup();
                values.len() as f64
            }
            Self::Counted(counted) => {
                counted.samples[at][window as usize].count(now, window.seconds())
            }
        }
    }
}

fn within(kept: &[u32], window: Window, now: u32, stride: usize) -> impl Iterator<Item = &[u32]> {
    kept.chunks_exact(stride)
        .filter(move |one| one[0] <= now && one[0].saturating_add(window.seconds()) > now)
}

/// Takes out what no window covers any more.
fn forget(kept: &mut SmallVec<[u32; INLINE]>, stride: usize, second: u32) {
    let recent: SmallVec<[u32; INLINE]> =
        within(kept, Window::Week, second, stride).flatten().copied().collect();
    *kept = recent;
}

impl Counted {
    fn new(kinds: usize) -> Self {
        let samples = (0..kinds).map(|_| Default::default()).collect();
        Self { samples, ..Self::default() }
    }

    fn add(&mut self, second: u32, values: &[u32]) {
        self.ring.add(second);
        for (samples, value) in self.samples.iter_mut().zip(values) {
            if *value == 0 {
                continue;
            }
            for (sample, window) in samples.iter_mut().zip(Window::ALL) {
                sample.add(*value, second, window.seconds());
            }
        }
    }
}
