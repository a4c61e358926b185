//! Which accounts have been met, by hash: an eighth of what their ids take.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// The set. Nothing is ever read out of it, so its order reaches nobody.
#[derive(Default)]
pub(super) struct Seen(HashSet<u64, BuildHasherDefault<AsIs>>);

impl Seen {
    /// Whether it was met.
    pub(super) fn contains(&self, account: u64) -> bool {
        self.0.contains(&account)
    }

    /// Whether the account is new.
    pub(super) fn insert(&mut self, account: u64) -> bool {
        self.0.insert(account)
    }
}

/// Account hashes are evenly spread already; hashing them again buys nothing.
#[derive(Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("only account hashes are put in, which are u64");
    }
    fn finish(&self) -> u64 {
        self.0
    }
}
