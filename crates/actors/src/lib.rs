//! Who is behind it: the ecosystem graph of STIX objects, attribution, aliases, merges,
//! trends; and what other formats say, as STIX.
//!
//! No clock, no I/O, no randomness: bytes, times and seeds are arguments.

pub mod act;
pub mod extension;
pub mod graph;
pub mod import;
pub mod lineage;
pub mod scan;

pub mod attribution;
pub mod estimate;

pub mod trends;

pub use act::{Act, Refused};
pub use graph::Graph;
