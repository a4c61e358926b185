//! What came since, against the whole: all but the last hundredth of the log is
//! scanned, then that hundredth with the first result as the previous one.

use super::kept::Room;
use super::plan::Plan;
use super::scanned::{Scanned, Step, scan};
use crate::output::run::Run;
use anyhow::Context;
use dragnet::lake::{HOUR_MS, Lake, Store};
use events::read::Options;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ffi::OsString;
use synth::eval::ranking::operating;
use synth::eval::{self, Truth};

/// What is new, of all sign-ups: a day of a quarter.
const NEW: f64 = 0.01;

/// What scanning the new sign-ups took.
#[derive(Debug, Serialize)]
pub(crate) struct Increment {
    /// From this time on, RFC 3339.
    pub(crate) since: String,
    pub(crate) signups: u64,
    pub(crate) wall_s: f64,
    pub(crate) cpu_s: Option<f64>,
    pub(crate) wall_ns_per_row: f64,
    pub(crate) cpu_ns_per_row: Option<f64>,
    /// Of what scanning the whole took.
    pub(crate) share_of_wall: f64,
    pub(crate) share_of_cpu: Option<f64>,
    pub(crate) peak_memory_bytes: Option<u64>,
    /// New accounts at a risk of a half and more, and the share of fraud among them.
    pub(crate) flagged: u64,
    pub(crate) precision: Option<f64>,
}

impl Increment {
    /// Measures; none where the log ends too abruptly to be cut.
    pub(super) fn measure(
        plan: &Plan,
        room: &Room,
        truth: &Truth,
        whole: &Scanned,
    ) -> anyhow::Result<Option<Self>> {
        let Some(since) = since(room)? else { return Ok(None) };
        let (before, after) = (room.path("before.dragnet"), room.path("since.dragnet"));
        let arg = |text: &str| OsString::from(text);
        scan(plan, room, &before, &[arg("--until"), arg(&since)])?;
        let further = [arg("--since"), arg(&since), arg("--previous"), before.into()];
        let cost = scan(plan, room, &after, &further)?;
        let run = Run::read(&after)?;
        let options = eval::Options::default();
        let found = eval::Scan::open(&after, truth, options.campaign_risk_min)?;
        let flagged = operating(truth, &found.scores.risk, options.risk_min);
        let (whole, rows) = (whole.whole(), run.counts.signups as f64);
        Ok(Some(Self {
            since,
            signups: run.counts.signups,
            wall_s: cost.wall_s,
            cpu_s: cost.cpu_s,
            wall_ns_per_row: cost.wall_s * 1e9 / rows,
            cpu_ns_per_row: cost.cpu_s.map(|s| s * 1e9 / rows),
            share_of_wall: cost.wall_s / whole.wall_s,
            share_of_cpu: share(cost.cpu_s, whole),
            peak_memory_bytes: run.peak_memory_bytes,
            flagged: flagged.true_positives + flagged.false_positives,
            precision: flagged.precision,
        }))
    }
}

fn share(cpu_s: Option<f64>, whole: &Step) -> Option<f64> {
    cpu_s.zip(whole.cpu_s).map(|(part, whole)| part / whole)
}

/// The hour from which on the log has the new sign-ups.
fn since(room: &Room) -> anyhow::Result<Option<String>> {
    let mut lake = Lake::open(Store::Folder(room.lake()))?.context("the log is gone")?;
    lake.measure(&Options::default())?;
    let mut hours: BTreeMap<i64, u64> = BTreeMap::new();
    for (hour, rows) in lake.parts().iter().flat_map(|part| &part.extent).flat_map(|e| &e.hours) {
        *hours.entry(*hour).or_default() += rows;
    }
    let new = (hours.values().sum::<u64>() as f64 * NEW).ceil() as u64;
    let mut rows = 0;
    let hour = hours.iter().rev().find(|(_, of_hour)| {
        rows += **of_hour;
        rows >= new
    });
    let first = hours.keys().next();
    let hour = hour.map(|(hour, _)| hour).filter(|hour| Some(*hour) != first);
    let instant = hour.map(|hour| jiff::Timestamp::from_millisecond(hour * HOUR_MS));
    Ok(instant.transpose()?.map(|instant| instant.to_string()))
}
