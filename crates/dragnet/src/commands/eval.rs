//! `dragnet eval`: how good a scan was, against labels, and beside simpler
//! methods on the same log. Opens files and prints; every figure is `synth`'s.

use anyhow::Context;
use events::SignUp;
use events::read::{self, Bytes};
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;
use synth::eval::baselines::Log;
use synth::eval::{Options, Scan, Truth, compare, evaluate, table};

const EXAMPLES: &str = "\
Examples:
  dragnet eval demo.dragnet --truth demo.truth.csv
  dragnet eval demo.dragnet --truth demo.truth.csv --log demo.csv
  dragnet eval demo.dragnet --truth labels.csv --json | jq '.scan.recall[1]'

The truth is a CSV `account_id,label,campaign,factory,level,crowd` with label
fraud or real; only the first two columns are needed, and usual other names
(user_id, is_fraud, campaign_id, cohort, …) are understood.";

/// Judge a scan against labelled accounts
///
/// Prints recall at fixed false-positive rates, campaigns found, B-cubed,
/// calibration and false positives by crowd; with --log, the same figures for
/// per-key thresholds, name rules, naive linking and one published method.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What `dragnet scan --out` wrote
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Labelled accounts, CSV or TSV
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// The log that was scanned: compare with simpler methods on it (repeatable)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    log: Vec<PathBuf>,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// Accounts of this risk and above count as flagged
    #[arg(long, value_name = "RISK", default_value_t = 0.5, value_parser = risk)]
    risk: f64,
    /// Campaigns of a lower risk do not count as predicted
    #[arg(long, value_name = "RISK", default_value_t = 0.5, value_parser = risk)]
    campaign_risk: f64,
    /// Resamples for the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(..=100_000))]
    resamples: u32,
    /// Seed of the resampling
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Judges and prints.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let options = options(&args);
    let file =
        File::open(&args.truth).with_context(|| format!("cannot read {}", args.truth.display()))?;
    let truth = Truth::read(file, &args.truth.display().to_string())?;
    let scan = Scan::open(&args.dir, &truth, options.campaign_risk_min)?;
    let mut report = evaluate(&truth, &scan, &options);
    if !args.log.is_empty() {
        let log = Log::gather(&truth, log_rows(&args.log)?);
        let mut last = Instant::now();
        report.baselines = compare(&truth, &log, &options, |name| {
            let seconds = last.elapsed().as_secs_f64();
            last = Instant::now();
            // Progress only: a closed standard error must not end the run.
            let _ = writeln!(
                io::stderr(),
                "{name}: {} sign-ups in {seconds:.1} s",
                log.len()
            );
        });
    }
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        out.write_all(table(&report).as_bytes())?;
    }
    Ok(out.flush()?)
}

fn options(args: &Args) -> Options {
    let mut options = Options {
        risk_min: args.risk,
        campaign_risk_min: args.campaign_risk,
        ..Options::default()
    };
    options.resampling.seed = args.seed;
    options.resampling.resamples = args.resamples;
    options
}

fn risk(text: &str) -> Result<f64, String> {
    let risk = text.parse().ok().filter(|risk| (0.0..=1.0).contains(risk));
    risk.ok_or_else(|| "a risk is a number from 0 to 1".into())
}

/// The sign-ups of the log, read as a scan reads them.
fn log_rows(files: &[PathBuf]) -> anyhow::Result<impl Iterator<Item = SignUp>> {
    let mut signups = Vec::new();
    for (number, path) in files.iter().enumerate() {
        let shown = path.display();
        let file = File::open(path).with_context(|| format!("cannot read {shown}"))?;
        let options = read::Options { input: number as u32, ..read::Options::default() };
        let opened = read::open(Bytes::File(file), &options).with_context(|| shown.to_string())?;
        for chunk in opened.chunks {
            signups.extend(chunk.with_context(|| shown.to_string())?.parse().signups);
        }
    }
    Ok(signups.into_iter())
}
