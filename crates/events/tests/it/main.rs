//! The crate's stories, one binary.
#![allow(clippy::unwrap_used)]

mod normalise;
mod reference;
