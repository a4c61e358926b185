//! What may leave, for whom, and how: the release policy makes the only type that can
//! leave; MISP and the TAXII client carry it. It reads no clock and no environment.

pub mod misp;
pub mod release;
pub mod taxii;

pub use release::{Policy, Release, Released, release};
