//! STIX 2.1 (OASIS Standard, 10 June 2021): objects that lose nothing on the way
//! through, what makes them valid, and patterns that can be matched.
//!
//! An [`Object`] keeps the text that it came as and indexes beside it what is needed of
//! every object: its type, its id, its times. So whatever this crate does not know
//! (custom types and properties, extensions, how a timestamp was written) leaves as it
//! came. Whoever wants an object typed asks for it: [`Object::read`] gives the
//! structures of [`schema`].
//!
//! No clock, no I/O, no randomness: bytes, times and seeds are arguments.
//!
//! ```
//! use stix::pattern::{self, Matcher, Observed};
//! use stix::schema::observable::UserAccount;
//! use stix::{Bundle, Object, bundle, validate};
//!
//! let text = br#"{"type": "bundle", "id": "bundle--44af6c39-c09b-49c5-9de2-394224b04982", "objects": [
//!   {"type": "user-account", "spec_version": "2.1", "id": "user-account--5c665025-5d73-582e-95ac-3afc60265dd3",
//!    "account_type": "x", "account_login": "mallory", "is_disabled": false},
//!   {"type": "observed-data", "spec_version": "2.1", "id": "observed-data--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
//!    "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
//!    "first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-01T00:00:00Z",
//!    "number_observed": 1, "object_refs": ["user-account--5c665025-5d73-582e-95ac-3afc60265dd3"]}]}"#;
//!
//! // Read, as objects and as what they are.
//! let mut objects: Vec<Object> = Vec::new();
//! bundle::read(text, |(_, object)| objects.extend(object))?;
//! let account: UserAccount = objects[0].read()?;
//! assert_eq!(account.account_login.as_deref(), Some("mallory"));
//!
//! // Validated: each finding names the object, the path and the rule.
//! let found = validate::object(&objects[0]);
//! assert_eq!((&found[0].path[..], found[0].rule), ("account_type", "vocabulary"));
//!
//! // Matched.
//! let pattern = pattern::parse("[user-account:account_login LIKE 'mal%']")?;
//! assert_eq!(Matcher::new(pattern)?.find(&Observed::among(&objects)), Some(vec![0]));
//!
//! // Written: with the text that they came as.
//! let written = serde_json::to_string(&Bundle::of(&objects))?;
//! assert!(written.contains(objects[0].text()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The README says where this crate differs from the libraries of OASIS, and why.

pub mod bundle;
pub mod canonical;
pub mod convert;
pub mod id;
pub mod marking;
mod members;
pub mod object;
pub mod pattern;
mod refs;
pub mod schema;
pub mod time;
mod unique;
pub mod validate;
pub mod version;
pub mod vocabulary;

pub use bundle::Bundle;
pub use id::Id;
pub use object::{Head, Object};
pub use time::Timestamp;

/// The example of the README, tried.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
