//! What can be said of one sign-up: one file per family of signals.
//! No clock, no I/O, no randomness.

pub mod kind;
pub mod table;
pub mod values;

pub use kind::Kind;
pub use table::{Extractor, Table};
pub use values::Values;
