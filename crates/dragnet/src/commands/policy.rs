//! `dragnet policy`: policies are checked, shown, and tried on history before they decide
//! about anybody.

mod check;
mod names;
mod show;
mod test;

use clap::Subcommand;

pub(crate) use check::{Checked, Understood};
pub(crate) use names::document as names_document;
pub(crate) use test::TestArgs;

const EXAMPLES: &str = "\
Examples:
  dragnet policy names                         # what conditions may ask about
  dragnet policy check sign-up.toml --against live.toml
  dragnet policy show sign-up.toml
  dragnet policy test sign-up.toml --on lake --since 2026-01-08
  dragnet policy test new.toml --on lake --against live.toml --labels labels.csv

A policy is a file: docs/policy.md says how one is written.

Exit codes: 0 done; 1 failed, or a policy that cannot decide; 2 the command
line is wrong.";

/// Check policies, and try them on history before they decide
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Check(check::CheckArgs),
    Names(names::NamesArgs),
    Show(show::ShowArgs),
    Test(Box<TestArgs>),
}

/// Does what was asked for.
pub(crate) fn run(args: PolicyArgs) -> anyhow::Result<()> {
    match args.what {
        What::Check(args) => check::run(&args),
        What::Names(args) => names::run(&args),
        What::Show(args) => show::run(&args),
        What::Test(args) => test::run(&args),
    }
}
