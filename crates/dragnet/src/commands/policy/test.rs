//! `dragnet policy test`: what would have happened.

use crate::args::ReadingArgs;
use crate::config::Replay;
use crate::terminal::{self, replay as shown};
use crate::{interrupt, replay};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dragnet policy test sign-up.toml --on lake --since 2026-01-08
  dragnet policy test sign-up.toml --on signups.csv.gz --labels labels.csv
  dragnet policy test new.toml --on lake --against live.toml
  dragnet policy test sign-up.toml --on s3://bucket/lake --scan-every 1h --json

Sign-ups are judged once more in the order of their times, each by what was
counted and scanned before it: nothing knows what came later. With --since, the
days before are counted and scanned, and not told of. That a campaign was taken
down is not in a log, so `returned` is never met.

Exit codes: 0 done; 1 failed, or a policy that cannot decide; 2 the command
line is wrong; 130 interrupted.";

/// Try a policy on history: what would have happened, to whom, and how right it was
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TestArgs {
    /// A policy
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Logs: files, folders, globs, lakes, s3://BUCKET/PATH, or - for standard input
    #[arg(long, required = true, num_args = 1.., value_name = "LOG_OR_LAKE")]
    pub(crate) on: Vec<PathBuf>,
    /// Another policy: what is decided otherwise than by it
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// Tell of sign-ups from this time on: 2026-01-08 (UTC) or RFC 3339
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Tell of sign-ups before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// What was found out about accounts: files of account_id, kind (banned, appealed,
    /// good, purchased); to see how right it was
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) labels: Vec<PathBuf>,
    /// Who is what, as for `dragnet eval`: account_id, label, campaign, crowd
    #[arg(long, value_name = "FILE", conflicts_with = "labels")]
    pub(crate) truth: Option<PathBuf>,
    /// How often the log is scanned for campaigns, in its own time
    #[arg(long, value_name = "TIME", default_value = "6h")]
    pub(crate) scan_every: String,
    /// How far back a scan looks
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(crate) scan_window: String,
    /// Never scan: count, and know no campaigns
    #[arg(long, conflicts_with_all = ["scan_every", "scan_window"])]
    pub(crate) no_scan: bool,
    /// Values that are counted at one time, some hundred bytes each
    #[arg(long, value_name = "N", default_value = "10M")]
    pub(crate) keys_max: String,
    /// Show account ids and what rules asked about instead of pseudonyms
    #[arg(long)]
    pub(crate) reveal: bool,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Reference tables that say which networks are which (see `dragnet refdata`)
    #[arg(long, value_name = "DIR")]
    pub(crate) refdata: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(args: &TestArgs) -> anyhow::Result<()> {
    let replay = Replay::resolve(args)?;
    interrupt::install()?;
    rayon::ThreadPoolBuilder::new().num_threads(replay.threads).build_global()?;
    let report = replay::run(&replay)?;
    let text = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&report)?),
        false => shown::words(&report, terminal::width()),
    };
    Ok(terminal::print(&text)?)
}
