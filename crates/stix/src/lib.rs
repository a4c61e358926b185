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

pub mod bundle;
pub mod canonical;
pub mod convert;
pub mod id;
pub mod marking;
pub mod object;
pub mod pattern;
mod refs;
pub mod schema;
pub mod time;
pub mod validate;
pub mod version;
pub mod vocabulary;

pub use bundle::Bundle;
pub use id::Id;
pub use object::{Head, Object};
pub use time::Timestamp;
