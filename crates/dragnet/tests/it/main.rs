//! Drives the real binary, as a user would.
#![allow(clippy::unwrap_used)]

mod bad_input;
mod explain;
mod inputs;
mod interrupted;
mod room;
mod scan;
mod shared_inputs;
