//! `dragnet eval`: how good a scan was, against labels, and beside simpler
//! methods on the same log. Opens files and prints; every figure is `synth`'s.

use anyhow::Context;
use events::SignUp;
use events::read::{self, Batch, Bytes, Chunk};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;
use synth::eval::baselines::Log;
use synth::eval::{Options, Scan, Truth, compare, evaluate, table};

const EXAMPLES: &str = "\
Examples:
  dragnet eval demo.dragnet --truth demo.truth.csv
  dragnet eval demo.dragnet --truth demo.truth.csv --log demo.csv
  dragnet eval demo.dragnet --truth labels.csv --json | jq '.scan.recall[1]'

The truth is a table `account_id,label,campaign,factory,level,crowd` with label
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
    /// Labelled accounts, CSV, TSV or Parquet
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// The log that was scanned: compare with simpler methods on it (repeatable)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    log: Vec<PathBuf>,
    /// Which column of the log is which, as for scan: account_id=user_id,…
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',', value_parser = pair)]
    map: Vec<(String, String)>,
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
    let truth = truth(&args.truth)?;
    let scan = Scan::open(&args.dir, &truth, options.campaign_risk_min)?;
    let mut report = evaluate(&truth, &scan, &options);
    if !args.log.is_empty() {
        let rejected = Cell::new(0);
        let log = Log::gather(&truth, log_rows(&args, &rejected))?;
        report.log = Some(log.join(&truth, rejected.get()));
        let mut last = Instant::now();
        report.baselines = compare(&truth, &log, &options, |name| {
            let seconds = last.elapsed().as_secs_f64();
            last = Instant::now();
            // Progress only: a closed standard error must not end the run.
            let _ = writeln!(io::stderr(), "{name}: {} sign-ups in {seconds:.1} s", log.len());
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

fn truth(path: &Path) -> anyhow::Result<Truth> {
    let name = path.display().to_string();
    let (file, is_parquet) = sniff(path)?;
    Ok(if is_parquet { Truth::read_parquet(file, &name) } else { Truth::read(file, &name) }?)
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

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').ok_or_else(|| "write it as FIELD=COLUMN".to_owned())?;
    Ok((pair.0.trim().to_owned(), pair.1.trim().to_owned()))
}

/// The sign-ups of the log, file by file in the given order: the one place
/// that knows how a log is read. Rejected rows are added to `rejected`; ends at
/// the first file that cannot be read.
fn log_rows(args: &Args, rejected: &Cell<u64>) -> impl Iterator<Item = anyhow::Result<SignUp>> {
    let options = read::Options { map: args.map.iter().cloned().collect(), ..Default::default() };
    let chunks = args.log.iter().flat_map(move |path| match open(path, &options) {
        Ok(chunks) => chunks,
        Err(error) => Box::new(std::iter::once(Err(error))) as Chunks,
    });
    Ahead { chunks }.flatten().flat_map(|batch| match batch {
        Ok(batch) => {
            rejected.set(rejected.get() + batch.rows - batch.signups.len() as u64);
            batch.signups.into_iter().map(Ok).collect()
        }
        Err(error) => vec![Err(error)],
    })
}

type Chunks = Box<dyn Iterator<Item = anyhow::Result<Chunk>>>;

fn open(path: &Path, options: &read::Options) -> anyhow::Result<Chunks> {
    let name = path.display().to_string();
    let (file, is_parquet) = sniff(path)?;
    let bytes = if is_parquet { Bytes::File(file) } else { Bytes::Stream(Box::new(file)) };
    let opened = read::open(bytes, options).with_context(|| format!("cannot read {name}"))?;
    Ok(Box::new(
        opened.chunks.map(move |chunk| chunk.with_context(|| format!("cannot read {name}"))),
    ))
}

/// A file at its begin, and whether it is Parquet.
fn sniff(path: &Path) -> anyhow::Result<(File, bool)> {
    let look = || -> io::Result<(File, bool)> {
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        Read::by_ref(&mut file).take(4).read_to_end(&mut head)?;
        file.rewind()?;
        Ok((file, read::is_parquet(&head)))
    };
    look().with_context(|| format!("cannot read {}", path.display()))
}

/// Parses some chunks at once on all threads and hands them on in order.
struct Ahead<C> {
    chunks: C,
}

/// Chunks parsed at once: of a megabyte each, enough for a few dozen threads.
const CHUNKS_AHEAD: usize = 64;

impl<C: Iterator<Item = anyhow::Result<Chunk>>> Iterator for Ahead<C> {
    type Item = Vec<anyhow::Result<Batch>>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunks: Vec<_> = self.chunks.by_ref().take(CHUNKS_AHEAD).collect();
        let parse = |chunk: anyhow::Result<Chunk>| chunk.map(Chunk::parse);
        (!chunks.is_empty()).then(|| chunks.into_par_iter().map(parse).collect())
    }
}
