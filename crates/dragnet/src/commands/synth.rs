//! `dragnet synth`: writes a seeded, labelled synthetic log to files. Everything
//! that touches the disk stands here; the crate `synth` only fills writers.

mod against;
mod files;
mod published;
mod told;

use against::Blocklist;
use anyhow::{Context, Result, bail};
use files::Files;
use published::Published;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;
use synth::{Column, Columns, Format, Ids, Log, PRESETS, Texts, World};
use told::Told;

const EXAMPLES: &str = "\
Examples:
  dragnet synth --rows 1000000 --fraud 0.1 --seed 7 --out log
  dragnet synth --preset hard --format parquet --out hard

A large one, by day and with eight columns, in some 30 bytes a sign-up:
  dragnet synth --rows 100000000 --days 60 --seed 7 --format lake --ids sequential \\
    --columns account_id,timestamp,ip,asn,country,email,user_agent,referrer \\
    --truth parquet --no-aftermath --out large

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
    /// csv, csv.gz, csv.zst, jsonl, jsonl.gz, jsonl.zst, parquet, or lake: Parquet
    /// by UTC day, signups/day=2026-01-31/part-00000.parquet.
    #[arg(long, default_value = "csv", value_parser = format)]
    format: Output,
    /// Write these columns of the log alone, such as account_id,timestamp,ip,email;
    /// their values are those of the whole log.
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS", value_parser = column, conflicts_with = "against")]
    columns: Vec<Column>,
    /// Ids of accounts: random letters, or u000000001 and on in order of time,
    /// which compress to a byte or two.
    #[arg(long, default_value = "random", value_name = "random|sequential", value_parser = ids)]
    ids: Ids,
    /// The truth as truth.csv, as truth.parquet (a third of the bytes; with
    /// sequential ids a thirtieth), or not at all.
    #[arg(long, value_enum, default_value_t = TruthKind::Csv)]
    truth: TruthKind,
    /// Write no harm.csv and no labels.csv.
    #[arg(long)]
    no_aftermath: bool,
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

/// What the sign-ups are written as.
#[derive(Clone, Copy, Debug)]
enum Output {
    File(Format),
    Lake,
}

/// How the truth is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TruthKind {
    Csv,
    Parquet,
    None,
}

/// What was resolved.
struct Config {
    world: World,
    /// What was published, round by round.
    rounds: Vec<Vec<Published>>,
    columns: Columns,
    ids: Ids,
    files: Files,
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
    let log = Log::draw_wave(&config.world, &wave)?.only(config.columns).with_ids(config.ids);
    // Signatures are looked for in whole rows.
    let texts = if config.rounds.is_empty() { Texts::Spent } else { Texts::Kept };
    let log = log.with_texts(texts);
    let mut blocklist = Blocklist::of(&config.rounds);
    config.files.write(&log, &mut blocklist)?;
    let told = Told::of(&log, &wave, blocklist);
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
        return Ok(());
    }
    told.head(&mut out, &config.world, started.elapsed())?;
    for path in config.files.paths() {
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
    let rounds = args.against.iter().map(|path| published::read(path)).collect::<Result<_>>()?;
    let columns = match args.columns.is_empty() {
        true => Columns::all(),
        false => args.columns.into_iter().collect(),
    };
    let mut files = Files::of(&args.out, args.format).truth(&args.out, args.truth);
    if !args.no_aftermath {
        files = files.aftermath(&args.out);
    }
    for path in files.paths() {
        if path.exists() && !args.force {
            bail!(
                "{} is there already: give --force to replace it, or another --out",
                path.display()
            );
        }
    }
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot create {}", args.out.display()))?;
    Ok(Config { rounds, world, columns, ids: args.ids, files })
}

fn share(text: &str) -> Result<(String, f64), String> {
    let (name, share) = text.split_once('=').ok_or("expected CROWD=SHARE")?;
    let share = share.parse().map_err(|_| format!("`{share}` is not a share"))?;
    Ok((name.to_owned(), share))
}

fn format(text: &str) -> Result<Output, String> {
    if text == "lake" {
        return Ok(Output::Lake);
    }
    Format::parse(text).map(Output::File).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|(ending, _)| *ending).collect();
        format!("no format `{text}`: one of {}, lake", known.join(", "))
    })
}

fn column(text: &str) -> Result<Column, String> {
    Column::parse(text).ok_or_else(|| {
        let known = Column::ALL.map(|(_, name)| name);
        format!("no column `{text}`: one of {}", known.join(", "))
    })
}

fn ids(text: &str) -> Result<Ids, String> {
    match text {
        "random" => Ok(Ids::Random),
        "sequential" => Ok(Ids::Sequential),
        _ => Err(format!("no ids `{text}`: random or sequential")),
    }
}

fn preset(text: &str) -> Result<String, String> {
    if PRESETS.iter().any(|(name, _)| *name == text) {
        return Ok(text.to_owned());
    }
    let known: Vec<String> =
        PRESETS.iter().map(|(name, reason)| format!("{name} ({reason})")).collect();
    Err(format!("no preset `{text}`: one of {}", known.join(", ")))
}
