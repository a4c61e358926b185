//! Drives the real binary, as a user would.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod act;
mod against;
mod agents;
mod bad_input;
mod bench;
mod campaign;
mod captcha;
#[cfg(feature = "cluster")]
mod cluster;
mod explain;
#[cfg(unix)]
mod fleet;
mod harm;
mod inputs;
mod intel;
mod interrupted;
mod labels;
mod lake;
mod peers;
mod policy;
mod refdata;
mod report;
mod room;
mod scan;
mod scenarios;
mod serve;
mod share;
mod shared_inputs;
mod windows;
