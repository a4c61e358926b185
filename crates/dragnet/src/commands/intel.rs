//! `dragnet intel`: the graph of who makes, sells, solves and buys, and what the rest of
//! the world knows of them.

mod actor;
mod diff;
pub(crate) mod export;
pub(crate) mod import;
mod log;
mod path;
mod show;
mod trends;
mod validate;

use clap::Subcommand;

const EXAMPLES: &str = "\
Examples:
  dragnet intel import signups.dragnet          # what a scan found
  dragnet intel import enterprise-attack.json misp-event.json offers.csv
  dragnet intel show                            # what there is
  dragnet intel show Storm-1152
  dragnet intel path Storm-1152 'Octo Tempest'
  dragnet intel trends --window 30d
  dragnet intel diff 7d
  dragnet intel actor name Cluster-0007 Storm-1152 --why 'same shop, same kit'
  dragnet intel export --tlp green --out for-partners.json

Everything is kept in one file, dragnet.db here, or where --store or
DRAGNET_STORE says; postgres:// for a team. Nothing is overwritten: every
change is a version, and `dragnet intel log` says who made it and why.

Exit codes: 0 done; 1 failed, or invalid; 2 the command line is wrong.";

/// Keep, look through and exchange what is known of the trade in accounts
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IntelArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Validate(validate::ValidateArgs),
    Show(show::ShowArgs),
    Path(path::PathArgs),
    Diff(diff::DiffArgs),
    Trends(trends::TrendsArgs),
    Actor(actor::ActorArgs),
    Log(log::LogArgs),
}

/// Does what was asked for.
pub(crate) fn run(args: IntelArgs) -> anyhow::Result<()> {
    match args.what {
        What::Import(args) => import::run(args),
        What::Export(args) => export::run(&args),
        What::Validate(args) => validate::run(&args),
        What::Show(args) => show::run(&args),
        What::Path(args) => path::run(&args),
        What::Diff(args) => diff::run(&args),
        What::Trends(args) => trends::run(&args),
        What::Actor(args) => actor::run(args),
        What::Log(args) => log::run(&args),
    }
}
