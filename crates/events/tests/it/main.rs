//! Stories of `events`, as a caller sees it: bytes in, sign-ups out.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod reading;

mod bad_input;
mod between;
mod chunks;
mod companion;
mod form;
mod formats;
mod hidden;
mod mapping;
mod normalise;
mod real_layouts;
mod reference;
mod times;
mod values;
