//! What leaves for the shared counters: nothing that was in a sign-up, and no hash that
//! could be told from the value without the secret (SipHash-2-4, Aumasson & Bernstein
//! 2012). All addresses could be tried on a plain hash within a minute.

use siphasher::sip::SipHasher24;
use std::fmt;
use std::hash::Hasher as _;

/// Hashes by a secret.
#[derive(Clone)]
pub(super) struct Veil([u8; 16]);

/// A secret is no shorter: 128 bits, however they are written.
pub const SECRET_BYTES_MIN: usize = 32;

impl Veil {
    /// By a secret of any length.
    pub(super) fn of(secret: &[u8]) -> Self {
        use sha2::{Digest as _, Sha256};
        let digest: [u8; 32] = Sha256::digest(secret).into();
        let (mut key, half) = ([0; 16], 16);
        key.copy_from_slice(&digest[..half]);
        Self(key)
    }

    /// Of one of many, each of which has a name.
    pub(super) fn of_one(&self, name: &str, value: u64) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write(name.as_bytes());
        hasher.write_u8(0);
        hasher.write_u64(value);
        hasher.finish()
    }

    /// The same in few bits; 0 stays what it is, which is nothing.
    pub(super) fn short(&self, name: &str, value: u32) -> u32 {
        match value {
            0 => 0,
            value => (self.of_one(name, value.into()) as u32).max(1),
        }
    }
}

impl fmt::Debug for Veil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Veil")
    }
}
