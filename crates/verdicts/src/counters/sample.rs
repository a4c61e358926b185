//! How many different values there were, for keys that too many use to keep them all: a
//! sample of the values by their hashes, with the time that each was last seen.
//!
//! A value is in the sample if its hash is below a bound, which is halved whenever the
//! sample is full and doubled when it has emptied; each value stands for as many as the
//! bound was narrow when it was last seen (Horvitz & Thompson 1952; sampling by hash as
//! in Gibbons & Tirthapura 2001). With 64 values kept the estimate is off by an eighth
//! to a sixth in the mean.

use serde::{Deserialize, Serialize};

/// Values kept of a window.
const VALUES_MAX: usize = 64;
/// So often in a window what has left it is forgotten.
const TIDIED_TIMES: u32 = 4;

/// Of 32 bits no more can be zero and tell anything.
const ZEROS_MAX: u8 = 26;

/// Different values over one window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sample {
    /// Hashes have so many leading zeros at least.
    zeros: u8,
    /// When what had left the window was last forgotten.
    tidied: u32,
    values: Vec<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Value {
    hash: u32,
    last: u32,
    /// [`Sample::zeros`] when it was last seen.
    zeros: u8,
}

impl Sample {
    /// `hash` is of random bits; `window` in seconds.
    pub(super) fn add(&mut self, hash: u32, second: u32, window: u32) {
        if second.saturating_sub(self.tidied) > window / TIDIED_TIMES {
            self.tidy(second, window);
        }
        if hash.leading_zeros() < u32::from(self.zeros) {
            return;
        }
        if let Some(value) = self.values.iter_mut().find(|value| value.hash == hash) {
            value.last = value.last.max(second);
            value.zeros = self.zeros;
            return;
        }
        while self.values.len() >= VALUES_MAX && self.zeros < ZEROS_MAX {
            self.narrow();
        }
        if hash.leading_zeros() >= u32::from(self.zeros) && self.values.len() < VALUES_MAX {
            self.values.push(Value { hash, last: second, zeros: self.zeros });
        }
    }

    fn narrow(&mut self) {
        self.zeros += 1;
        self.values.retain(|value| value.hash.leading_zeros() >= u32::from(self.zeros));
        for value in &mut self.values {
            value.zeros = value.zeros.max(self.zeros);
        }
    }

    /// Forgets what has left the window, and lets in as many more as there is room for.
    fn tidy(&mut self, second: u32, window: u32) {
        self.tidied = second;
        self.values.retain(|value| value.last.saturating_add(window) > second);
        let (mut room, mut zeros) = (self.values.len().max(1) * 4, self.zeros);
        while zeros > 0 && room <= VALUES_MAX {
            (room, zeros) = (room * 2, zeros - 1);
        }
        self.zeros = zeros;
    }

    /// How many different ones there were in the window that ends at `now`.
    pub(super) fn count(&self, now: u32, window: u32) -> f64 {
        let is_within =
            |value: &&Value| value.last.saturating_add(window) > now && value.last <= now;
        let within = self.values.iter().filter(is_within);
        within.map(|value| f64::from(1u32 << value.zeros)).sum()
    }
}
