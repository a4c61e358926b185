//! `dragnet bench`: what a scan costs on this machine, what it finds on the same
//! log, and what other programs cost and find there. Generates a log, scans it in a
//! process of its own, and measures the machine's own limits beside it.

mod child;
mod increment;
mod kept;
mod machine;
mod peers;
mod plan;
mod quality;
mod scanned;
mod venv;

pub(crate) use increment::Increment;
pub(crate) use machine::Machine;
pub(crate) use peers::{Peer, Ran};
pub(crate) use plan::Parameters;
pub(crate) use quality::Quality;
pub(crate) use scanned::{Scanned, Step};

use crate::config::Output;
use crate::progress::{Progress, Show};
use crate::{interrupt, terminal};
use anyhow::Context;
use kept::Room;
use plan::Plan;
use serde::Serialize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dragnet bench                                  # a million sign-ups, all columns
  dragnet bench --rows 10M --columns compact --keep bench
  dragnet bench --rows 10M --columns compact --keep bench --window 2M --incremental
  dragnet bench --peers all                      # beside Splink and two others
  dragnet bench --json | jq '.scan.steps[] | [.name, .cpu_ns_per_row]'

A log of a million takes some 100 MB of disk with all columns, 30 MB with compact
ones; without --keep it lies in the folder for passing files and is removed.

--peers needs python3 (with venv) and, the first time, the network: it makes a
Python of its own with the versions that are written in tools/bench/, some 700 MB
in $XDG_CACHE_HOME/dragnet or ~/.cache/dragnet. Nothing is fetched without it.

CPU time counts all threads; other programs that run meanwhile change it little,
but rows/s a lot.";

/// Measure what a scan costs on this machine
///
/// Generates a labelled log as a lake, scans it in a process of its own, judges what
/// was found, and measures what reading the disk, copying memory and decoding the
/// same columns take here. Prints a table, a line for each step and pass.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Sign-ups of the log, such as 1M or 250k
    #[arg(long, value_name = "ROWS", default_value = "1M")]
    rows: String,
    /// Share of them that factories make
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    fraud: f64,
    /// Names the log: the same seed gives the same
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Days that the log covers [default: 14]
    #[arg(long, value_name = "N")]
    days: Option<u32>,
    /// Columns of the log: all; compact, eight of them and ids in order of time; or a
    /// list such as account_id,timestamp,ip,email
    #[arg(long, value_name = "COLUMNS", default_value = "all")]
    columns: String,
    /// As for `dragnet scan`: sign-ups of a window
    #[arg(long, value_name = "ROWS")]
    window: Option<String>,
    /// As for `dragnet scan`: memory to take; a peer that takes more is stopped
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// Threads of everything that is measured [default: one per core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Other programs on the same log: none, all, or some of splink, components, forest
    #[arg(long, value_name = "PEERS", default_value = "none")]
    peers: String,
    /// Also scan the last hundredth of the log as what came since
    #[arg(long)]
    incremental: bool,
    /// Keep log and results there; a log of the same parameters is used again
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Print one JSON document instead of tables
    #[arg(long)]
    json: bool,
}

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) version: &'static str,
    pub(crate) parameters: Parameters,
    pub(crate) threads: usize,
    pub(crate) machine: Machine,
    pub(crate) log: Log,
    pub(crate) scan: Scanned,
    pub(crate) quality: Quality,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) incremental: Option<Increment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) peers: Vec<Peer>,
}

/// The log.
#[derive(Debug, Serialize)]
pub(crate) struct Log {
    /// Whether it was there from an earlier run, which measured what making it took.
    pub(crate) is_kept: bool,
    pub(crate) bytes: u64,
    pub(crate) bytes_per_row: f64,
    pub(crate) generate: Step,
}

/// Measures and prints.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let plan = Plan::resolve(args)?;
    interrupt::install()?;
    let room = Room::open(plan.keep.as_deref())?;
    let bench = Bench { plan: &plan, room: &room, progress: Progress::new(Show::OnTerminal) };
    let measured = bench.measure().context("the measurement is not complete")?;
    room.close()?;
    let text = match plan.show {
        Output::Json => format!("{}\n", serde_json::to_string_pretty(&measured)?),
        _ => terminal::bench::words(&measured),
    };
    Ok(terminal::print(&text)?)
}

/// A measurement under way.
struct Bench<'a> {
    plan: &'a Plan,
    room: &'a Room,
    progress: Progress,
}

impl Bench<'_> {
    fn measure(mut self) -> anyhow::Result<Measured> {
        let log = self.log()?;
        self.say("Scanning");
        let scan = Scanned::run(self.plan, self.room)?;
        self.say("Comparing with who was made by factories");
        let truth = quality::truth(self.room)?;
        let quality = Quality::of(&self.room.result(), &truth)?;
        self.say("Measuring the machine: disk, memory, Parquet");
        let machine = Machine::measure(self.room, self.plan, &scan)?;
        let incremental = match self.plan.is_incremental {
            true => {
                self.say("Scanning all but the last hundredth, then that");
                Increment::measure(self.plan, self.room, &truth, &scan)?
            }
            false => None,
        };
        let peers = self.peers(&truth)?;
        self.progress.clear();
        Ok(Measured {
            version: env!("CARGO_PKG_VERSION"),
            parameters: self.plan.parameters.clone(),
            threads: self.plan.threads,
            machine,
            log,
            scan,
            quality,
            incremental,
            peers,
        })
    }

    /// Makes the log, or finds it.
    fn log(&mut self) -> anyhow::Result<Log> {
        let kept = self.room.kept(&self.plan.parameters)?;
        let is_kept = kept.is_some();
        let cost = match kept {
            Some(cost) => {
                self.say("Using the log that was kept");
                cost
            }
            None => {
                self.say("Generating the log");
                self.room.generate(self.plan)?
            }
        };
        let (bytes, rows) = (kept::bytes_below(&self.room.lake())?, self.plan.parameters.rows);
        let generate = Step::of("generate", 0, cost, self.plan);
        Ok(Log { is_kept, bytes, bytes_per_row: bytes as f64 / rows as f64, generate })
    }

    fn peers(&mut self, truth: &synth::eval::Truth) -> anyhow::Result<Vec<Peer>> {
        if self.plan.peers.is_empty() {
            return Ok(Vec::new());
        }
        self.say("Making a Python for the others, if there is none yet");
        let python = venv::python(self.room);
        let mut peers = Vec::new();
        for program in &self.plan.peers {
            self.say(&format!("Running {}", program.title()));
            peers.push(Peer::measure(*program, &python, self.plan, self.room, truth)?);
        }
        Ok(peers)
    }

    /// A line that stays, and on a terminal something that moves.
    fn say(&mut self, line: &str) {
        self.progress.clear();
        let rows = terminal::units::count(self.plan.parameters.rows);
        terminal::say(&format!("{line} ({rows} sign-ups)"));
        self.progress.step("");
    }
}
