//! One binary for all tests of the command line.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod report;
