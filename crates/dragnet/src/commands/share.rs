//! `dragnet share`: what goes to partners and comes from them: collections and their
//! keys, pulls and pushes, holds, quarantine, and the record of what left.

mod collection;
mod hold;
mod key;
mod pseudonym;
mod publish;
mod pull;
mod push;
mod quarantine;
mod releases;
mod remote;

use clap::Subcommand;

const EXAMPLES: &str = "\
Examples:
  dragnet share collection add Partners --alias partners --tlp green
  dragnet share publish partners             # what the policy lets them have
  dragnet share key add cert-example --read partners
  dragnet serve                              # TAXII 2.1

  dragnet share pull https://taxii.example.com/taxii2/ --every 15m
  dragnet share push https://taxii.example.com/api/collections/ID/ --tlp green
  dragnet intel export --as misp --tlp green --out feed    # MISP

  dragnet share releases                         # what left, to whom, when
  dragnet share hold Storm-1152 --why 'matter 7'

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Exchange with partners: TAXII collections, pulls and pushes, and what may leave
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShareArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Collection(collection::CollectionArgs),
    Key(key::KeyArgs),
    Publish(publish::PublishArgs),
    Pull(pull::PullArgs),
    Push(push::PushArgs),
    Releases(releases::ReleasesArgs),
    Quarantine(quarantine::QuarantineArgs),
    Hold(hold::HoldArgs),
    Pseudonym(pseudonym::PseudonymArgs),
}

/// Does what was asked for.
pub(crate) fn run(args: ShareArgs) -> anyhow::Result<()> {
    match args.what {
        What::Collection(args) => collection::run(args),
        What::Key(args) => key::run(args),
        What::Publish(args) => publish::run(&args),
        What::Pull(args) => pull::run(&args),
        What::Push(args) => push::run(&args),
        What::Releases(args) => releases::run(&args),
        What::Quarantine(args) => quarantine::run(args),
        What::Hold(args) => hold::run(&args),
        What::Pseudonym(args) => pseudonym::run(&args),
    }
}
