//! Pseudonyms of what must not leave in clear: a keyed hash, so that partners who hold
//! the same key find the same person in what they know, and nobody else can try names
//! one by one until one fits.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// Bytes of a hash that are written: at 2⁶⁴ values two of them meet.
const WRITTEN_BYTES: usize = 16;

/// Where addresses of pseudonyms lie: a domain that no mail can reach (RFC 2606).
const DOMAIN: &str = "pseudonym.invalid";

/// What is hidden; its name goes into the hash, so that an account name that equals a
/// user's number does not show that it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An e-mail address; upper and lower case are one.
    Email,
    /// The number or name by which a platform knows an account.
    Account,
    /// What a person calls themselves.
    Name,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Account => "account",
            Self::Name => "name",
        }
    }
}

/// What pseudonyms are made with. Partners who are to match them hold the same.
#[derive(Clone)]
pub struct Key([u8; KEY_BYTES]);

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is {} hexadecimal digits; `dragnet share pseudonym --key FILE` makes one", 2 * KEY_BYTES)]
pub struct NotAKey;

impl Key {
    /// Of bytes, which ought to be random.
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// As it is kept in a file: hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let digits = text.trim().as_bytes();
        if digits.len() != 2 * KEY_BYTES {
            return Err(NotAKey);
        }
        let mut bytes = [0; KEY_BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| (pair[at] as char).to_digit(16).ok_or(NotAKey);
            *byte = (digit(0)? << 4 | digit(1)?) as u8;
        }
        Ok(Self(bytes))
    }

    /// As it is kept in a file.
    pub fn write(&self) -> String {
        hex(&self.0)
    }

    /// A name by which two can see that they hold the same key, and learn nothing else.
    pub fn name(&self) -> String {
        hex(&self.hash("key", "")[..4])
    }

    /// What stands for `value`.
    pub fn pseudonym(&self, kind: Kind, value: &str) -> String {
        match kind {
            Kind::Email => {
                let value = value.trim().to_lowercase();
                format!("{}@{DOMAIN}", hex(&self.hash(kind.name(), &value)[..WRITTEN_BYTES]))
            }
            Kind::Account | Kind::Name => {
                format!("hmac:{}", hex(&self.hash(kind.name(), value.trim())[..WRITTEN_BYTES]))
            }
        }
    }

    /// A UUID that stands for what `text` says, and tells nothing of it.
    pub(crate) fn uuid(&self, text: &str) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.hash("id", text)[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    fn hash(&self, kind: &str, value: &str) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.name())
    }
}

/// Whether `address` is a pseudonym already.
pub(crate) fn is_pseudonym(address: &str) -> bool {
    address.split_once('@').is_some_and(|(_, domain)| domain == DOMAIN)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
