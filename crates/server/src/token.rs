//! What is drawn at random: tokens of keys, ids of collections and of statuses.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use store::{CollectionId, KeyHash};
use uuid::Uuid;

/// By which a token is known that was left lying about.
const PREFIX: &str = "dragnet_";

/// A token, to be shown once to whoever it is for.
pub struct Token(String);

impl Token {
    /// Draws one: 256 random bits, in hexadecimal digits.
    pub fn draw() -> Self {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).expect("the system gives random bits");
        Self(bits.iter().fold(String::from(PREFIX), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a text does not fail");
            text
        }))
    }

    /// As it is shown.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The digits alone, for what is no key.
    pub(crate) fn bits(&self) -> String {
        self.0.trim_start_matches(PREFIX).to_owned()
    }

    /// What the store keeps of it.
    pub fn hash(&self) -> KeyHash {
        hash(&self.0)
    }
}

/// The hash of what somebody says is a token.
pub(crate) fn hash(token: &str) -> KeyHash {
    KeyHash(Sha256::digest(token).into())
}

/// An id for a new collection.
pub fn new_collection_id() -> CollectionId {
    CollectionId(uuid())
}

/// A random UUID (version 4).
pub fn uuid() -> Uuid {
    Uuid::new_v4()
}
