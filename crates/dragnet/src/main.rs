//! Table of contents.

mod commands;

use clap::Parser;

#[derive(Parser)]
#[command(name = "dragnet")]
enum Command {
    Eval(commands::eval::Args),
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Eval(args) => commands::eval::run(args),
    }
}
