//! `dragnet share pseudonym`: what stands for somebody in what left, so that a partner
//! who holds the key finds them in what they know.

use crate::intel::policy;
use crate::terminal;
use anyhow::Context;
use share::release::Kind;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  dragnet share pseudonym --key partners.key mira@example.com
  cut -d, -f2 users.csv | dragnet share pseudonym --key partners.key - > ours
  dragnet share pseudonym --key partners.key --kind account u-88213

A line in, a line out: the pseudonym, a tab, and nothing of who it is unless
--with-value is given. A key that is not there is made, for its owner only;
partners get it by another way than what it protects.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Make the pseudonyms of addresses and accounts, to match what a partner shared
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PseudonymArgs {
    /// Whose pseudonyms; - reads lines from standard input
    #[arg(required = true, value_name = "VALUE")]
    values: Vec<String>,
    /// The key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// What the values are
    #[arg(long, value_name = "KIND", default_value = "email")]
    kind: TypedKind,
    /// Print the value behind its pseudonym
    #[arg(long)]
    with_value: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TypedKind {
    /// E-mail addresses
    Email,
    /// Account ids and logins
    Account,
    /// Display names
    Name,
}

pub(super) fn run(args: &PseudonymArgs) -> anyhow::Result<()> {
    let key = policy::key(Path::new(&args.key))?;
    let kind = match args.kind {
        TypedKind::Email => Kind::Email,
        TypedKind::Account => Kind::Account,
        TypedKind::Name => Kind::Name,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut tell = |value: &str| -> io::Result<()> {
        let pseudonym = key.pseudonym(kind, value);
        match args.with_value {
            true => writeln!(out, "{pseudonym}\t{}", terminal::text::harmless(value)),
            false => writeln!(out, "{pseudonym}"),
        }
    };
    if args.values == ["-"] {
        for line in io::stdin().lock().lines() {
            tell(line.context("cannot read standard input")?.trim_end_matches('\r'))?;
        }
    } else {
        for value in &args.values {
            tell(value)?;
        }
    }
    Ok(out.flush()?)
}
