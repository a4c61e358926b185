//! The sign-ups of a log in the order of its time, some hours at a time. A log that does
//! not tell its times without being read (CSV, JSONL, pipes) is first made a lake, for as
//! long as the run lasts.

use super::known::Truth;
use crate::commands::ingest;
use crate::config::{Ingest, Output, Reading, Repeats, Replay};
use crate::interrupt;
use crate::output::Folder;
use crate::output::folder::Earlier;
use crate::output::rejected::RejectedFile;
use crate::progress::{Progress, Show};
use crate::reading::{Beside, Input, Need, Outlets, Plan, Whole, read_whole};
use crate::sources::{self, Source};
use crate::windows::{Window, cut};
use anyhow::Context;
use dragnet::lake::{HOUR_MS, Store};
use events::reference::Tables;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Sign-ups that are held at a time: an hour of a large platform.
const WINDOW_ROWS: u64 = 100_000;

/// A log, cut by hours.
pub(crate) struct History {
    plan: Plan,
    inputs: Vec<Input>,
    /// Sign-ups of each input by hour since the epoch.
    hours: Vec<BTreeMap<i64, u64>>,
    windows: Vec<Window>,
    folder: Folder,
    room: Room,
}

/// A folder of the run's own.
struct Room(PathBuf);

impl Room {
    fn make() -> anyhow::Result<Self> {
        let dir = tempfile::Builder::new().prefix("dragnet-replay-").tempdir()?.keep();
        interrupt::guard(&dir);
        Ok(Self(dir))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // What is left is in the system's folder for what is temporary.
        let _ = interrupt::release(&self.0, || interrupt::remove(&self.0));
    }
}

impl History {
    /// Opens a log and finds out when its sign-ups were.
    pub(crate) fn open(replay: &Replay, progress: &mut Progress) -> anyhow::Result<Self> {
        let room = Room::make()?;
        let folder = Folder::begin(&room.0.join("work"), Earlier::Keep)?;
        let plan = Plan::of(&replay.reading, replay.threads, Output::Nothing, Tables::built_in());
        let (sources, between) = (&replay.sources, replay.reading.between.as_ref());
        // A pipe is read once only.
        let is_pipe = |source: &Source| matches!(source, Source::Stdin | Source::Pipe(_));
        let as_it_is = match sources.iter().any(is_pipe) {
            true => None,
            false => timed(sources, &plan, &folder)?,
        };
        let (plan, (inputs, mut hours)) = match as_it_is {
            Some(timed) => (plan, timed),
            None => {
                progress.step("Sorting");
                let lake = room.0.join("lake");
                ingest::take(&ingested(replay, lake.clone()))?;
                progress.clear();
                let (plan, sources) = (plan.of_lake(), sources::expand(&[lake], between)?);
                let timed = timed(&sources, &plan, &folder)?;
                (plan, timed.context("a lake tells its times")?)
            }
        };
        if let Some(between) = between {
            let is_asked =
                |hour: &i64| hour * HOUR_MS < between.end && (hour + 1) * HOUR_MS > between.start;
            hours.iter_mut().for_each(|hours| hours.retain(|hour, _| is_asked(hour)));
        }
        let mut all = BTreeMap::new();
        for (hour, rows) in hours.iter().flatten() {
            *all.entry(*hour).or_default() += rows;
        }
        let windows = cut(&all, WINDOW_ROWS);
        Ok(Self { plan, inputs, hours, windows, folder, room })
    }

    /// Its sign-ups, or a few more.
    pub(crate) fn rows(&self) -> u64 {
        self.windows.iter().map(|window| window.rows).sum()
    }

    /// Stretches of time, each after the one before it.
    pub(crate) fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// The sign-ups of one.
    pub(crate) fn read(&self, window: &Window) -> anyhow::Result<Whole> {
        let hours =
            window.between.start.div_euclid(HOUR_MS)..window.between.end.div_euclid(HOUR_MS);
        let has = |of: &BTreeMap<i64, u64>| of.range(hours.clone()).next().is_some();
        let inputs = self.inputs.iter().zip(&self.hours).filter(|(_, of)| has(of));
        let inputs: Vec<Input> = inputs.map(|(input, _)| input.clone()).collect();
        read_whole(&self.plan.within(window.between.clone(), self.plan.threads), &inputs)
    }

    /// Who is known to be what.
    pub(crate) fn truth(&self, replay: &Replay, progress: &mut Progress) -> anyhow::Result<Truth> {
        if let Some(path) = &replay.truth {
            return Truth::read(path);
        }
        let mut truth = Truth::default();
        if replay.labels.is_empty() {
            return Ok(truth);
        }
        let plan = self.plan.of_lake();
        let beside = Beside { plan: &plan, role: "labels", max_rejected: replay.max_rejected };
        let labels = Folder::begin(&self.room.0.join("labels"), Earlier::Keep)?;
        let mut rejected = RejectedFile::begin(&labels)?;
        let outlets = Outlets { rejected: &mut rejected, progress };
        beside.read(&replay.labels, outlets, |label| truth.label(&label))?;
        Ok(truth)
    }
}

impl Drop for History {
    fn drop(&mut self) {
        // Copies of objects, as long as the folder is there; it goes with the room.
        for input in &self.inputs {
            let _ = input.discard(&self.folder);
        }
    }
}

type Timed = (Vec<Input>, Vec<BTreeMap<i64, u64>>);

/// The inputs, and when their sign-ups were; none where one does not tell.
fn timed(sources: &[Source], plan: &Plan, folder: &Folder) -> anyhow::Result<Option<Timed>> {
    let (mut inputs, mut all) = (Vec::new(), Vec::new());
    for (number, source) in sources.iter().enumerate() {
        let input = Input::prepare(source, number, folder, Need::Columns)?.undigested();
        let Some(hours) = input.hours(plan)? else { return Ok(None) };
        inputs.push(input);
        all.push(hours);
    }
    Ok(Some((inputs, all)))
}

fn ingested(replay: &Replay, lake: PathBuf) -> Ingest {
    Ingest {
        sources: replay.sources.clone(),
        lake: Store::Folder(lake),
        repeats: Repeats::Skipped,
        // What is not of the time asked for is left out when it is read.
        reading: Reading { between: None, ..replay.reading.clone() },
        max_rejected: replay.max_rejected,
        threads: replay.threads,
        show: Output::Nothing,
        progress: Show::Never,
    }
}
