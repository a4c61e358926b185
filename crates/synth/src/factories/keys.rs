//! What a campaign uses up: stems, own domains, fixed addresses, profiles, an
//! affiliate's tag. Each hangs on a key, so that one can be made anew and the
//! others stay as they were when the factory goes on in the next wave.

use super::habit::Habit;
use crate::dice::{hash, hash_text};

/// The keys of one campaign; in the first wave all are one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Keys {
    pub(super) campaign: u64,
    pub(super) names: u64,
    pub(super) mail: u64,
    pub(super) addresses: u64,
    pub(super) devices: u64,
    pub(super) fingerprints: u64,
    pub(super) referrer: u64,
    /// Accounts made under these keys before: counters go on from there.
    pub(super) made: u32,
}

impl Keys {
    pub(super) fn new(key: u64) -> Self {
        Self {
            campaign: key,
            names: key,
            mail: key,
            addresses: key,
            devices: key,
            fingerprints: key,
            referrer: key,
            made: 0,
        }
    }

    /// After so many more accounts.
    pub(crate) fn used(self, accounts: u32) -> Self {
        Self { made: self.made.saturating_add(accounts), ..self }
    }

    /// With a fresh one for this habit, where it hangs on one.
    pub(crate) fn renew(&mut self, habit: Habit) {
        let key = match habit {
            Habit::Names => &mut self.names,
            Habit::Mail => &mut self.mail,
            Habit::Addresses | Habit::Lines => &mut self.addresses,
            Habit::Devices => &mut self.devices,
            Habit::Fingerprints => &mut self.fingerprints,
            Habit::Referrer => &mut self.referrer,
            _ => return,
        };
        *key = hash(&[*key, hash_text("renewed")]);
    }
}
