//! Finds account factories in sign-up logs. This file is the table of
//! contents: what was typed is parsed and dispatched.

mod commands;
// `scan` will be its other user.
#[allow(dead_code)]
mod refdata;

use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// Finds account factories in sign-up logs
#[derive(Debug, Parser)]
#[command(name = "dragnet", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Refdata(commands::refdata::RefdataArgs),
}

fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Refdata(args) => commands::refdata::run(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if this fails.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
