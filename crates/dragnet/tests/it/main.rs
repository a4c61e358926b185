//! The program's stories, one binary.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod refdata;
