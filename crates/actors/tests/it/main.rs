//! Stories of `actors`, as a caller sees it.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod imports;
mod scans;
