//! Counts over all windows in little space: each window is cut into slots, of which the
//! oldest counts as far as it still lies within.

use super::window::Window;
use serde::{Deserialize, Serialize};

/// Slots of a window. What is wrong by is at most the unevenness within one slot, a
/// twelfth of the window.
const SLOTS: u32 = 12;
/// One more, which the window has only partly left behind.
const KEPT: usize = SLOTS as usize + 1;

/// How many, over every window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Counts {
    windows: [Slots; Window::ALL.len()],
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Slots {
    /// Number of the newest slot since the epoch.
    newest: u32,
    /// By number, modulo [`KEPT`].
    counts: [u32; KEPT],
}

impl Counts {
    pub(super) fn add(&mut self, second: u32) {
        for (slots, window) in self.windows.iter_mut().zip(Window::ALL) {
            slots.add(second / length(window));
        }
    }

    /// How many there were in the window that ends at `now`.
    pub(super) fn count(&self, window: Window, now: u32) -> f64 {
        let length = length(window);
        let slots = &self.windows[window as usize];
        let from = now.saturating_sub(window.seconds()) + 1;
        let (first, last) = (from / length, now / length);
        // The part of the oldest slot that the window still covers.
        let covered = 1.0 - f64::from(from % length) / f64::from(length);
        let whole: f64 = (first + 1..=last).map(|slot| f64::from(slots.of(slot))).sum();
        whole + covered * f64::from(slots.of(first))
    }
}

const fn length(window: Window) -> u32 {
    window.seconds() / SLOTS
}

impl Slots {
    fn add(&mut self, slot: u32) {
        if slot > self.newest {
            let passed = (slot - self.newest).min(KEPT as u32);
            for gone in slot + 1 - passed..=slot {
                self.counts[gone as usize % KEPT] = 0;
            }
            self.newest = slot;
        }
        if slot + KEPT as u32 > self.newest {
            let count = &mut self.counts[slot as usize % KEPT];
            *count = count.saturating_add(1);
        }
    }

    fn of(&self, slot: u32) -> u32 {
        let is_kept = slot <= self.newest && slot + KEPT as u32 > self.newest;
        if is_kept { self.counts[slot as usize % KEPT] } else { 0 }
    }
}
