//! The subcommands, a file each, and the one place where an error becomes a
//! message and an exit code.

pub(crate) mod ingest;
pub(crate) mod scan;

pub(crate) mod explain;

pub(crate) mod act;
pub(crate) mod config;
pub(crate) mod intel;
pub(crate) mod mcp;
pub(crate) mod policy;
pub(crate) mod serve;
pub(crate) mod share;
pub(crate) mod user;

pub(crate) mod bench;
pub(crate) mod cluster;
pub(crate) mod eval;
pub(crate) mod refdata;
pub(crate) mod synth;
pub(crate) mod train;

use crate::{interrupt, terminal};
use std::io;
use std::process::ExitCode;

/// What was typed cannot be carried out as typed; exits with 2, as clap does.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Shows an error once and turns the outcome into an exit code.
pub(crate) fn exit_code(outcome: anyhow::Result<()>) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    // Once Ctrl-C took the half-written folder away, whatever fails on the
    // way is a consequence of that and not worth a second message.
    interrupt::wait_if_requested();
    if is_closed_pipe(&error) {
        return ExitCode::SUCCESS;
    }
    terminal::say(&format!("{} {error:#}", terminal::alarm("error:")));
    if error.is::<Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// `dragnet … | head` closes our output early; that is not a failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
