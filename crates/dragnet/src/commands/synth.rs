//! `dragnet synth`: writes a seeded, labelled synthetic log to files. Everything
//! that touches the disk stands here; the crate `synth` only fills writers.

mod against;
mod published;
mod told;

use against::Blocklist;
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use published::Published;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;
use synth::{Aftermath, Description, Format, Log, PRESETS, World, write_log};
use told::Told;

const EXAMPLES: &str = "\
Examples:
  dragnet synth --rows 1000000 --fraud 0.1 --seed 7 --out log
  dragnet synth --preset hard --format parquet --out hard

An adversary who reads what you publish, over two rounds:
  dragnet synth --seed 7 --out wave0
  dragnet scan wave0/signups.csv --out found0
  dragnet synth --seed 7 --against found0 --out wave1
  dragnet scan wave1/signups.csv --out found1
  dragnet synth --seed 7 --against found0 --against found1 --out wave2

Everything else that names the world (--rows, --fraud, --days, --levels,
--crowds, --shares, --preset) has to be the same for all waves of it. What was
published comes round by round, the first round first.";

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder for signups.*, the sign-ups; truth.csv, who made each; harm.csv, what
    /// accounts did later; labels.csv, what was found out about 1 % of them (bans,
    /// some mistaken, accounts checked as good, test purchases with their seller);
    /// and world.json, the description of the world.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Sign-ups to write.
    #[arg(long, default_value_t = 100_000)]
    rows: u64,
    /// Share of sign-ups made by factories (default 0.1, or the preset's).
    #[arg(long)]
    fraud: Option<f64>,
    /// Names the world: the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Days that the log covers (default 14, or the preset's).
    #[arg(long)]
    days: Option<u32>,
    /// Evasion levels, 0 (crude) to 5 (made by hand), the same number of accounts each.
    #[arg(long, value_delimiter = ',', value_name = "0,1,…")]
    levels: Option<Vec<u8>>,
    /// Scales the benign crowds.
    #[arg(long, value_name = "TIMES")]
    crowds: Option<f64>,
    /// Share of all sign-ups by crowd, such as mobile_cgnat=0.05,campus=0.02.
    #[arg(long, value_delimiter = ',', value_name = "CROWD=SHARE", value_parser = share)]
    shares: Vec<(String, f64)>,
    /// What was published about each wave so far: a result of `dragnet scan`, or
    /// its campaigns.jsonl. Writes the next wave of the same world: factories that
    /// a signature meets change what it cites, as far as it is worth it to them
    /// (repeatable, a round each).
    #[arg(long, value_name = "SIGNATURES", num_args = 1..)]
    against: Vec<PathBuf>,
    /// csv, csv.gz, csv.zst, jsonl, jsonl.gz, jsonl.zst or parquet.
    #[arg(long, default_value = "csv", value_parser = format)]
    format: Format,
    /// A named world to start from: demo, null, wild, easy, hard, flood, rare, crowds.
    #[arg(long, default_value = "demo", value_parser = preset)]
    preset: String,
    /// Replace the files of an earlier run.
    #[arg(long)]
    force: bool,
    /// Print the counts as JSON.
    #[arg(long)]
    json: bool,
}

/// What was resolved.
struct Config {
    world: World,
    /// What was published, round by round.
    rounds: Vec<Vec<Published>>,
    format: Format,
    rows_path: PathBuf,
    truth_path: PathBuf,
    harm_path: PathBuf,
    labels_path: PathBuf,
    world_path: PathBuf,
}

impl Config {
    fn paths(&self) -> [&Path; 5] {
        [&self.rows_path, &self.truth_path, &self.harm_path, &self.labels_path, &self.world_path]
    }
}

/// Writes a synthetic world.
///
/// # Errors
/// The request cannot be met, files are in the way, or the disk refuses; nothing
/// half-written is left under a final name.
pub(crate) fn run(args: Args) -> Result<()> {
    let json = args.json;
    let config = resolve(args)?;
    let started = Instant::now();
    let wave = against::replay(&config.world, &config.rounds)?;
    let log = Log::draw_wave(&config.world, &wave)?;
    let mut blocklist = Blocklist::of(&config.rounds);
    write_files(&log, &config, &mut blocklist)?;
    let told = Told::of(&log, &wave, blocklist);
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
        return Ok(());
    }
    told.head(&mut out, &config.world, started.elapsed())?;
    for path in config.paths() {
        writeln!(out, "  {}", path.display())?;
    }
    told.counts(&mut out)?;
    Ok(())
}

fn resolve(args: Args) -> Result<Config> {
    let mut world = World::preset(&args.preset, args.seed, args.rows)
        .with_context(|| format!("no preset `{}`", args.preset))?;
    world.fraud = args.fraud.unwrap_or(world.fraud);
    world.days = args.days.unwrap_or(world.days);
    world.levels = args.levels.unwrap_or(world.levels);
    world.crowds = args.crowds.unwrap_or(world.crowds);
    world.shares.extend(args.shares);
    world.check()?;
    let rounds = args.against.iter().map(|path| published::read(path));
    let config = Config {
        rounds: rounds.collect::<Result<_>>()?,
        world,
        rows_path: args.out.join(format!("signups.{}", args.format.ending())),
        format: args.format,
        truth_path: args.out.join("truth.csv"),
        harm_path: args.out.join("harm.csv"),
        labels_path: args.out.join("labels.csv"),
        world_path: args.out.join("world.json"),
    };
    for path in config.paths() {
        if path.exists() && !args.force {
            bail!(
                "{} is there already: give --force to replace it, or another --out",
                path.display()
            );
        }
    }
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot create {}", args.out.display()))?;
    Ok(config)
}

fn write_files(log: &Log, config: &Config, blocklist: &mut Blocklist) -> Result<()> {
    let [rows, truth, harm, labels, world] = config.paths().map(Part::create);
    let (rows, truth, harm, labels, world) = (rows?, truth?, harm?, labels?, world?);
    let bar = progress(config.world.rows);
    let aftermath = Aftermath::of(log);
    let (mut harm_writer, mut labels_writer) = (harm.writer()?, labels.writer()?);
    Aftermath::headers(&mut harm_writer, &mut labels_writer)?;
    write_log(log, config.format, rows.writer()?, truth.writer()?, |page| {
        bar.inc(page.rows.len() as u64);
        blocklist.page(page).map_err(io::Error::other)?;
        aftermath.page(page, &mut harm_writer, &mut labels_writer)
    })
    .with_context(|| format!("cannot write {}", config.rows_path.display()))?;
    bar.finish_and_clear();
    flush(harm_writer, &config.harm_path)?;
    flush(labels_writer, &config.labels_path)?;
    let mut writer = world.writer()?;
    serde_json::to_writer_pretty(&mut writer, &Description::of(log))?;
    flush(writer, &config.world_path)?;
    // The description last: where it stands, the others are whole.
    [rows, truth, harm, labels, world].into_iter().try_for_each(Part::keep)
}

fn flush(mut writer: BufWriter<File>, path: &Path) -> Result<()> {
    writer.flush().with_context(|| format!("cannot write {}", path.display()))
}

/// Shown on a terminal only.
fn progress(rows: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(
        "{bar:30} {human_pos}/{human_len} rows, {per_sec}, {eta} left",
    );
    ProgressBar::new(rows).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A file under a passing name, removed unless it is kept.
struct Part {
    passing: PathBuf,
    last: PathBuf,
}

impl Part {
    fn create(last: &Path) -> Result<Self> {
        let name = last.file_name().and_then(|name| name.to_str()).unwrap_or("part");
        let passing = last.with_file_name(format!(".{name}.part"));
        File::create(&passing).with_context(|| format!("cannot create {}", passing.display()))?;
        Ok(Self { passing, last: last.to_owned() })
    }

    fn writer(&self) -> Result<BufWriter<File>> {
        let file = File::create(&self.passing)
            .with_context(|| format!("cannot write {}", self.passing.display()))?;
        Ok(BufWriter::with_capacity(1 << 18, file))
    }

    fn keep(self) -> Result<()> {
        fs::rename(&self.passing, &self.last)
            .with_context(|| format!("cannot move {} into place", self.last.display()))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove, and that is fine.
        let _ = fs::remove_file(&self.passing);
    }
}

fn share(text: &str) -> Result<(String, f64), String> {
    let (name, share) = text.split_once('=').ok_or("expected CROWD=SHARE")?;
    let share = share.parse().map_err(|_| format!("`{share}` is not a share"))?;
    Ok((name.to_owned(), share))
}

fn format(text: &str) -> Result<Format, String> {
    Format::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|(ending, _)| *ending).collect();
        format!("no format `{text}`: one of {}", known.join(", "))
    })
}

fn preset(text: &str) -> Result<String, String> {
    if PRESETS.iter().any(|(name, _)| *name == text) {
        return Ok(text.to_owned());
    }
    let known: Vec<String> =
        PRESETS.iter().map(|(name, reason)| format!("{name} ({reason})")).collect();
    Err(format!("no preset `{text}`: one of {}", known.join(", ")))
}
