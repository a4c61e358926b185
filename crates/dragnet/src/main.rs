//! Finds account factories in sign-up logs. This file is the table of
//! contents: what was typed is parsed and dispatched.

mod commands;
mod refdata;

use clap::{Parser, Subcommand};

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

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Refdata(args) => commands::refdata::run(args),
    }
}
