//! The command line's rooms, as a library so that its tests can enter them.

pub mod lake;
pub mod lock;
pub mod report;
