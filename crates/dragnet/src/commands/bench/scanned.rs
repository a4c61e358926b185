//! A scan, step by step and pass by pass, for each sign-up.

use super::child::{self, Cost};
use super::kept::{Room, bytes_below};
use super::plan::Plan;
use crate::output::run::{Run, Timing};
use serde::Serialize;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Nanoseconds of a second.
const NS: f64 = 1e9;

/// A pass that took less had nothing to do, as one that learns has without labels.
const PASS_S_MIN: f64 = 1e-5;

/// What a scan took.
#[derive(Debug, Serialize)]
pub(crate) struct Scanned {
    pub(crate) signups: u64,
    /// The whole first, then what it consists of.
    pub(crate) steps: Vec<Step>,
    /// None where the system does not tell.
    pub(crate) peak_memory_bytes: Option<u64>,
    /// Windows, where it was done in some, and what was kept on the disk for them.
    pub(crate) windows: Option<u64>,
    pub(crate) spill_bytes: Option<u64>,
    pub(crate) result_bytes: u64,
    pub(crate) campaigns: u64,
    /// Columns of the log that were used.
    #[serde(skip)]
    pub(crate) columns: Vec<String>,
}

/// A step, or a part of one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) name: String,
    /// 0 for a program's run, 1 for a step of it, 2 and more for parts of that.
    pub(crate) depth: usize,
    pub(crate) wall_s: f64,
    /// None where the system does not tell, or where windows ran beside each other.
    pub(crate) cpu_s: Option<f64>,
    pub(crate) rows_per_s: f64,
    /// By each of the threads that it could have used.
    pub(crate) rows_per_s_per_core: f64,
    pub(crate) wall_ns_per_row: f64,
    pub(crate) cpu_ns_per_row: Option<f64>,
}

impl Step {
    /// Of all rows of the log.
    pub(super) fn of(name: &str, depth: usize, cost: Cost, plan: &Plan) -> Self {
        let rows = plan.parameters.rows as f64;
        // A step too short for the clock has no rate of its own.
        let rows_per_s = rows / cost.wall_s.max(1.0 / NS);
        Self {
            name: name.to_owned(),
            depth,
            wall_s: cost.wall_s,
            cpu_s: cost.cpu_s,
            rows_per_s,
            rows_per_s_per_core: rows_per_s / plan.threads as f64,
            wall_ns_per_row: cost.wall_s * NS / rows,
            cpu_ns_per_row: cost.cpu_s.map(|s| s * NS / rows),
        }
    }
}

impl Scanned {
    /// Scans the log.
    pub(super) fn run(plan: &Plan, room: &Room) -> anyhow::Result<Self> {
        let result = room.result();
        let cost = scan(plan, room, &result, &[])?;
        let run = Run::read(&result)?;
        let mut steps = vec![Step::of("scan", 0, cost, plan)];
        for timing in &run.timings {
            steps.push(step(timing, 1, plan));
            for part in parts(&run, &timing.step) {
                steps.push(Step { depth: part.depth, ..step(part.timing, part.depth, plan) });
            }
        }
        let mapped = run.inputs.iter().max_by_key(|input| input.mapping.len());
        let mapped = mapped.map(|input| &input.mapping[..]).unwrap_or_default();
        Ok(Self {
            signups: run.counts.signups,
            steps,
            peak_memory_bytes: run.peak_memory_bytes,
            windows: run.windows.as_ref().map(|windows| windows.windows),
            spill_bytes: run.windows.as_ref().map(|windows| windows.spill_bytes),
            result_bytes: bytes_below(&result)?,
            campaigns: run.counts.campaigns,
            columns: mapped.iter().map(|mapped| mapped.column.clone()).collect(),
        })
    }

    /// The whole.
    pub(crate) fn whole(&self) -> &Step {
        &self.steps[0]
    }
}

/// Scans the log into `out`, with these further arguments.
pub(super) fn scan(
    plan: &Plan,
    room: &Room,
    out: &Path,
    further: &[OsString],
) -> anyhow::Result<Cost> {
    let lake = room.lake();
    let mut args = vec![OsStr::new("scan"), lake.as_os_str(), OsStr::new("--out"), out.as_os_str()];
    args.extend(["--force", "--quiet"].map(OsStr::new));
    args.extend(plan.flags.iter().map(OsStr::new));
    args.extend(further.iter().map(OsString::as_os_str));
    child::dragnet(&args, plan.threads)
}

fn step(timing: &Timing, depth: usize, plan: &Plan) -> Step {
    let cost = Cost { wall_s: timing.seconds, cpu_s: timing.cpu_seconds };
    Step::of(&timing.step, depth, cost, plan)
}

struct Part<'a> {
    timing: &'a Timing,
    depth: usize,
}

/// What a step of the scan consists of: passes, or what was done in each window.
fn parts<'a>(run: &'a Run, step: &str) -> Vec<Part<'a>> {
    let at = |timings: &'a [Timing], depth| {
        timings
            .iter()
            .filter(|timing| timing.seconds >= PASS_S_MIN)
            .map(move |timing| Part { timing, depth })
    };
    match (step, &run.windows) {
        ("find" | "join", _) => at(&run.passes, 2).collect(),
        ("windows", Some(windows)) => at(&windows.timings, 2)
            .flat_map(|part| {
                let is_find = part.timing.step == "find";
                let passes = if is_find { &windows.passes[..] } else { &[] };
                std::iter::once(part).chain(at(passes, 3))
            })
            .collect(),
        _ => Vec::new(),
    }
}
