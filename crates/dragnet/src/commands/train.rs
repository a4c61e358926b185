//! `dragnet train`: learns how evidence is weighed, from generated worlds, and
//! writes the model that `campaigns` ships. Each world differs in actors, kits,
//! crowds, prevalence and size; some forget columns, since logs lack them. Every
//! fifth world is held out: from those it is learned how far company is to be
//! trusted, and what of a factory's accounts leaves a trace; and they judge the result.

use anyhow::{Context, Result};
use campaigns::company::{Inputs, Weights, inputs};
use campaigns::features::Features;
use campaigns::risk::Model;
use campaigns::share::Traces;
use campaigns::trees::{self, Forest, Growth, Sample};
use campaigns::{Limits, features, scored};
use events::read::{self, Bytes, Options};
use events::reference::Tables;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use signals::{Extractor, Kind, Table};
use std::collections::HashMap;
use std::io::Cursor;
use std::path::PathBuf;
use synth::{Format, Log, Squeeze, TruthFile, World};

/// Learn how evidence is weighed from generated worlds.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dragnet train --worlds 40 --out crates/campaigns/src/model.json
  dragnet train --worlds 10 --rows 20000 --out model.json")]
pub(crate) struct Args {
    /// Worlds to generate; every fifth is held out.
    #[arg(long, default_value_t = 40)]
    worlds: u64,
    /// Median number of sign-ups in a world.
    #[arg(long, default_value_t = 60_000)]
    rows: u64,
    /// First seed.
    #[arg(long, default_value_t = 1_000_000)]
    seed: u64,
    /// Trees in the model.
    #[arg(long, default_value_t = 120)]
    trees: usize,
    /// Levels of a tree.
    #[arg(long, default_value_t = 5)]
    depth: u32,
    /// Where the model is written.
    #[arg(long)]
    out: PathBuf,
}

/// Runs `dragnet train`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut learned = Lessons::default();
    let mut held_out = Vec::new();
    // As many at a time as there are threads: each is scanned on one.
    let seeds: Vec<u64> = (args.seed..args.seed + args.worlds).collect();
    for batch in seeds.chunks(rayon::current_num_threads().max(1)) {
        let lessons: Vec<Result<Lesson>> =
            batch.par_iter().map(|seed| lesson(*seed, args.rows)).collect();
        for (seed, lesson) in batch.iter().zip(lessons) {
            let lesson = lesson?;
            say(&format!("world {seed}: {}", lesson.describe()));
            let index = seed - args.seed;
            if index % 5 == 4 { held_out.push(lesson) } else { learned.add(&lesson) }
        }
    }
    let growth = Growth {
        trees: args.trees,
        depth: args.depth,
        rate: 0.15,
        leaf_min: 20.0,
        ridge: 5.0,
        monotone: features_monotone(),
    };
    let sample =
        Sample { columns: &learned.columns, labels: &learned.labels, weights: &learned.weights };
    let forest = trees::grow(&sample, &growth);
    let kept: Vec<Company> = held_out.iter().map(|lesson| lesson.company(&forest)).collect();
    let examples: Vec<(Inputs, bool)> = kept.iter().flat_map(Company::examples).collect();
    let weights = Weights::fit(&examples).context("company tells nothing")?;
    for (lesson, company) in held_out.iter().zip(&kept) {
        say(&lesson.judge(&company.risk));
        say(&lesson.judge(&weights.weighed(&company.risk, &company.inputs)));
    }
    let whole = held_out.iter().zip(&kept).filter(|(lesson, _)| lesson.forgotten.is_empty());
    let means = whole.map(|(_, company)| company.means(&weights));
    let model = Model { forest, company: weights.list().to_vec(), traces: traces(means.collect()) };
    let model = serde_json::to_string(&model)?.replace("]],[[", "]],\n[[");
    std::fs::write(&args.out, model + "\n")
        .with_context(|| format!("cannot write {}", args.out.display()))
}

/// The points between which nine of ten worlds lie, of (factories', people's) means.
fn traces(means: Vec<(f64, f64)>) -> Traces {
    let points = |mut means: Vec<f64>| {
        means.sort_unstable_by(f64::total_cmp);
        let at = |point: f64| (point * (means.len() - 1) as f64).round() as usize;
        [0.05, 0.5, 0.95].map(|point| means[at(point)])
    };
    let (factories, people) = means.into_iter().unzip();
    Traces { factories: points(factories), people: points(people) }
}

/// The risk of every sign-up of a world without its company, and the company.
struct Company {
    risk: Vec<f32>,
    inputs: Vec<Inputs>,
    is_fraud: Vec<bool>,
}

impl Company {
    fn examples(&self) -> impl Iterator<Item = (Inputs, bool)> {
        self.inputs.iter().copied().zip(self.is_fraud.iter().copied())
    }

    /// Mean risk of factories' accounts, and of people's.
    fn means(&self, weights: &Weights) -> (f64, f64) {
        let risk = weights.weighed(&self.risk, &self.inputs);
        let mean = |fraud: bool| {
            let of = || risk.iter().zip(&self.is_fraud).filter(move |(_, is)| **is == fraud);
            of().map(|(risk, _)| f64::from(*risk)).sum::<f64>() / of().count().max(1) as f64
        };
        (mean(true), mean(false))
    }
}

fn features_monotone() -> Vec<i8> {
    campaigns::features::monotone()
}

#[expect(clippy::print_stderr, reason = "what a command says while it works")]
fn say(line: &str) {
    eprintln!("{line}");
}

/// One world: the features of its sign-ups that have any, and the truth.
struct Lesson {
    table: Table,
    fraud: usize,
    features: Features,
    /// By row of the table.
    levels: Vec<u8>,
    /// Fraud by level, with or without evidence.
    fraud_by_level: [usize; LEVELS],
    forgotten: Vec<&'static str>,
}

/// Crowds that look most like a factory; some worlds have many times more of
/// them than usual, or the model would hardly ever meet one.
const LOOK_ALIKES: &[&str] = &[
    "qa_team",
    "classroom",
    "privacy_relay",
    "ngo_campaign",
    "alias_user",
    "campus",
    "public_wifi",
    "family",
    "mobile_cgnat",
];

const LEVELS: usize = 6;
const REAL: u8 = u8::MAX;

fn lesson(seed: u64, rows: u64) -> Result<Lesson> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let scale = 2f64.powf(dice.random_range(-1.5..1.5));
    let mut world = World::wild(seed, (rows as f64 * scale) as u64);
    // A flood leaves no room for more of them.
    for crowd in LOOK_ALIKES.iter().filter(|_| world.fraud < 0.4) {
        if dice.random_bool(0.3) {
            world.shares.insert((*crowd).to_owned(), dice.random_range(0.005..0.02));
        }
    }
    let log = Log::draw(&world)?;
    let mut csv = Vec::new();
    let truth = TruthFile::<std::io::Sink>::none();
    synth::write_log(&log, Format::Csv(Squeeze::None), &mut csv, truth, |_| Ok(()))?;
    let mut level_of: HashMap<u64, u8> = HashMap::new();
    for truth in log.pages().flat_map(|page| page.truth) {
        let level = if truth.is_fraud() { truth.level.unwrap_or(0) } else { REAL };
        level_of.insert(signals::table::account_hash(&truth.account_id), level);
    }
    let mut table = read_table(csv)?;
    let forgotten = forget(&mut table, &mut dice);
    let levels: Vec<u8> = table.accounts().iter().map(|a| level_of[a]).collect();
    let mut fraud_by_level = [0; LEVELS];
    for level in levels.iter().filter(|level| **level != REAL) {
        fraud_by_level[usize::from(*level)] += 1;
    }
    Ok(Lesson {
        features: features(&table, &Limits::default()),
        table,
        fraud: fraud_by_level.iter().sum(),
        levels,
        fraud_by_level,
        forgotten,
    })
}

/// The signals of a generated log in comma-separated values, as a scan without
/// tables of its own has them.
pub(super) fn read_table(csv: Vec<u8>) -> Result<Table> {
    let opened = read::open(Bytes::Stream(Box::new(Cursor::new(csv))), &Options::default())?;
    let (extractor, tables) = (Extractor::default(), Tables::built_in());
    let mut table = Table::default();
    for chunk in opened.chunks {
        let mut signups = chunk?.parse().signups;
        signups.iter_mut().for_each(|signup| tables.enrich(signup));
        table.append(extractor.extract(&signups));
    }
    Ok(table)
}

/// Columns that logs lack together.
const COLUMNS: &[(&str, &[Kind])] = &[
    ("network", &[Kind::Ip, Kind::Net, Kind::Asn, Kind::NetworkKind, Kind::Country]),
    ("operator", &[Kind::Asn, Kind::NetworkKind]),
    ("device", &[Kind::Device]),
    ("fingerprint", &[Kind::Fingerprint]),
    ("ja4", &[Kind::Ja4, Kind::Client]),
    ("agent", &[Kind::Agent, Kind::Client, Kind::AgentText, Kind::Platform, Kind::Language]),
    ("email", &[Kind::Domain, Kind::Mailbox, Kind::MailShape, Kind::MailGrammar, Kind::Relation]),
    ("phone", &[Kind::Phone, Kind::PhoneBlock, Kind::PhoneHome]),
    ("captcha", &[Kind::IssueNet, Kind::Redeem, Kind::Solve]),
    ("referrer", &[Kind::Referrer]),
];

/// Half of the worlds keep all columns, a tenth keep names and times alone, the
/// others forget each with one chance in three.
fn forget(table: &mut Table, dice: &mut ChaCha8Rng) -> Vec<&'static str> {
    let fate: f64 = dice.random();
    let chance = if fate < 0.5 {
        0.0
    } else if fate < 0.6 {
        1.0
    } else {
        0.33
    };
    let mut forgotten = Vec::new();
    for (name, kinds) in COLUMNS {
        if dice.random_bool(chance) {
            forgotten.push(*name);
            kinds.iter().for_each(|kind| table.forget(*kind));
        }
    }
    forgotten
}

impl Lesson {
    /// What each sign-up that has features was: 1 a factory's, 0 a person's.
    fn labels(&self) -> impl Iterator<Item = f32> {
        let levels = self.features.rows.iter().map(|row| self.levels[*row as usize]);
        levels.map(|level| if level == REAL { 0.0 } else { 1.0 })
    }

    fn describe(&self) -> String {
        format!(
            "{} sign-ups, {:.2} % fraud, {} with evidence, {} of them real; without {:?}",
            self.levels.len(),
            100.0 * self.fraud as f64 / self.levels.len() as f64,
            self.features.rows.len(),
            self.labels().filter(|label| *label == 0.0).count(),
            self.forgotten,
        )
    }

    /// The risk of its sign-ups by `forest`, and the company that they keep.
    fn company(&self, forest: &Forest) -> Company {
        let limits = Limits::default();
        let risk = scored(&self.features, &self.table, forest);
        let inputs = inputs(&self.table, &risk, limits.accounts_min);
        let is_fraud = self.levels.iter().map(|level| *level != REAL).collect();
        Company { risk, inputs, is_fraud }
    }

    /// Recall at one false alarm in a thousand and in ten thousand, by level.
    fn judge(&self, risk: &[f32]) -> String {
        let mut ranked: Vec<(f32, u8)> =
            risk.iter().copied().zip(self.levels.iter().copied()).collect();
        ranked.sort_by(|x, y| y.0.total_cmp(&x.0));
        let real = self.levels.len() - self.fraud;
        let recall = |rate: f64| {
            let allowed = (real as f64 * rate) as usize;
            let (mut alarms, mut hits) = (0, [0usize; LEVELS]);
            for (_, level) in &ranked {
                alarms += usize::from(*level == REAL);
                if alarms > allowed {
                    break;
                }
                if *level != REAL {
                    hits[usize::from(*level)] += 1;
                }
            }
            hits
        };
        let words = |hits: [usize; LEVELS]| {
            let levels = hits.iter().zip(&self.fraud_by_level);
            let levels: Vec<String> = levels
                .map(|(hit, all)| format!("{:.2}", *hit as f64 / (*all).max(1) as f64))
                .collect();
            let all = hits.iter().sum::<usize>() as f64 / self.fraud.max(1) as f64;
            format!("{all:.3} [{}]", levels.join(" "))
        };
        format!(
            "held out: {} | 1e-3: {} | 1e-4: {}",
            self.describe(),
            words(recall(1e-3)),
            words(recall(1e-4))
        )
    }
}

/// What the model learns from, feature by feature.
#[derive(Default)]
struct Lessons {
    columns: Vec<Vec<f32>>,
    labels: Vec<f32>,
    weights: Vec<f32>,
}

impl Lessons {
    fn add(&mut self, lesson: &Lesson) {
        self.columns.resize(campaigns::features::COUNT, Vec::new());
        for values in &lesson.features.values {
            for (column, value) in self.columns.iter_mut().zip(values) {
                column.push(*value);
            }
        }
        self.labels.extend(lesson.labels());
        self.weights.resize(self.labels.len(), 1.0);
    }
}
