//! Growing waits for whoever guesses: by what they guess at, and by where they are. The
//! counts stand in a table of one size, at a place that a keyed hash gives, so that nobody
//! can fill the memory or drive the count of another out; two that meet there share their
//! waits. An attempt counts before it is known whether it succeeds: many at one time are
//! no way round it.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Half a megabyte; of a hundred names that are guessed at, hardly two meet.
const SLOTS: usize = 16_384;
/// Doublings of a second: past them a wait has its greatest length by far.
const DOUBLINGS_MAX: u32 = 16;

/// How one waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// Attempts that cost no wait.
    pub(crate) free: u32,
    /// No wait is longer.
    pub(crate) wait_max: Duration,
    /// After so long without an attempt all is forgotten.
    pub(crate) forgotten: Duration,
}

/// Of a name. Anybody can make its owner wait, so it is short; with the length that
/// passwords have, it is enough.
pub(crate) const OF_A_NAME: Manner =
    Manner { free: 4, wait_max: Duration::from_secs(60), forgotten: Duration::from_secs(15 * 60) };
/// Of an address, behind which a whole office may be.
pub(crate) const OF_AN_ADDRESS: Manner = Manner {
    free: 20,
    wait_max: Duration::from_secs(15 * 60),
    forgotten: Duration::from_secs(60 * 60),
};

/// Who waits.
#[derive(Debug)]
pub(crate) struct Waits {
    manner: Manner,
    keys: RandomState,
    slots: Mutex<Vec<Slot>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    attempts: u32,
    last: Option<Instant>,
}

impl Waits {
    pub(crate) fn new(manner: Manner) -> Self {
        let slots = Mutex::new(vec![Slot::default(); SLOTS]);
        Self { manner, keys: RandomState::new(), slots }
    }

    /// Begins an attempt; how many seconds to wait, where it is too early.
    pub(crate) fn attempt(&self, at: impl Hash, now: Instant) -> Result<(), u64> {
        let place = self.place(at);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = &mut slots[place];
        if let Some(last) = slot.last {
            let since = now.saturating_duration_since(last);
            if since >= self.manner.forgotten {
                slot.attempts = 0;
            }
            let wait = self.wait(slot.attempts);
            if since < wait {
                return Err((wait - since).as_secs() + 1);
            }
        }
        slot.attempts = slot.attempts.saturating_add(1);
        slot.last = Some(now);
        Ok(())
    }

    /// The attempt succeeded: all is forgotten.
    pub(crate) fn forget(&self, at: impl Hash) {
        let place = self.place(at);
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)[place] = Slot::default();
    }

    /// The attempt succeeded, and does not count; what was before still does.
    pub(crate) fn take_back(&self, at: impl Hash) {
        let place = self.place(at);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots[place].attempts = slots[place].attempts.saturating_sub(1);
    }

    fn wait(&self, attempts: u32) -> Duration {
        let Some(over) = attempts.checked_sub(self.manner.free) else { return Duration::ZERO };
        Duration::from_secs(1 << over.min(DOUBLINGS_MAX)).min(self.manner.wait_max)
    }

    fn place(&self, at: impl Hash) -> usize {
        (self.keys.hash_one(at) % SLOTS as u64) as usize
    }
}

/// What counts as one address: of IPv6 what one customer has, who could otherwise come
/// from as many as they like.
pub(crate) fn customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_greatest_and_are_forgotten() {
        let waits = Waits::new(OF_A_NAME);
        let mut now = Instant::now();
        for _ in 0..4 {
            waits.attempt("anna", now).unwrap();
        }
        let mut waited = Vec::new();
        for _ in 0..8 {
            let wait_s = waits.attempt("anna", now).unwrap_err();
            waited.push(wait_s);
            now += Duration::from_secs(wait_s);
            waits.attempt("anna", now).unwrap();
        }
        assert_eq!(waited, [2, 3, 5, 9, 17, 33, 61, 61]);
        assert!(waits.attempt("anna", now).is_err());
        now += OF_A_NAME.forgotten;
        for _ in 0..4 {
            waits.attempt("anna", now).unwrap();
        }
        assert!(waits.attempt("anna", now).is_err());
        waits.forget("anna");
        waits.attempt("anna", now).unwrap();
    }

    #[test]
    fn a_customer_has_many_addresses() {
        let of = |text: &str| customer(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_eq!(of("::ffff:198.51.100.7"), "198.51.100.7");
    }
}
