//! Logs of which only reading them tells when their sign-ups were (CSV, JSONL, pipes):
//! one that is too large to be looked at at once is first made a lake, beside the
//! result and as long as the scan lasts.

use super::windowed::Log;
use super::work::Work;
use crate::commands::ingest;
use crate::config::{Ingest, Output, Repeats};
use crate::output::run;
use crate::reading::{Input, Need, Plan};
use crate::sources;
use anyhow::Context;
use dragnet::lake::{Manifest, Store};
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// A lake that lasts as long as the scan.
pub(super) struct Spilled {
    dir: PathBuf,
    /// What it was made of.
    pub(super) inputs: Vec<run::Input>,
    /// What was set aside on the way, in order.
    pub(super) rejected: Vec<PathBuf>,
}

impl Spilled {
    /// Removes it.
    pub(super) fn remove(self) -> anyhow::Result<()> {
        fs::remove_dir_all(&self.dir)
            .with_context(|| format!("cannot remove {}", self.dir.display()))
    }
}

impl Work<'_> {
    /// Whether a log without an index of time has more sign-ups than may be looked at
    /// at once: by what its first take, and where that is close, counted.
    pub(super) fn is_too_large(&self) -> bool {
        let new = &self.inputs[self.carried()..];
        let sum = |rows: fn(&Input, &Plan) -> u64| -> u64 {
            new.par_iter().map(|input| rows(input, &self.plan)).sum()
        };
        let (guess, most) = (sum(Input::rows_guessed), self.rows_at_once());
        let is_close = guess > most / CLOSE && guess / CLOSE < most;
        (if is_close { sum(Input::rows_counted) } else { guess }) > most
    }

    /// Makes a lake of the log at `dir`, which becomes what is scanned; none, and
    /// everything as it was, where the log turns out to be small.
    pub(super) fn spill(&mut self, dir: PathBuf) -> anyhow::Result<Option<Log>> {
        if !self.scan.wide.resume && dir.exists() {
            fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
        }
        let taken = ingest::take(&Ingest {
            sources: self.scan.sources.clone(),
            lake: Store::Folder(dir.clone()),
            repeats: Repeats::Skipped,
            reading: self.scan.reading.clone(),
            max_rejected: self.scan.max_rejected,
            threads: self.scan.threads,
            show: Output::Nothing,
            progress: self.scan.progress,
        })?;
        self.timed("spill");
        let parts = sources::expand(std::slice::from_ref(&dir), None)?;
        let parts = parts.iter().enumerate();
        let parts = parts.map(|(at, part)| Input::prepare(part, at, &self.folder, Need::Columns));
        let parts = parts.collect::<anyhow::Result<Vec<_>>>()?;
        let mut spilled = spilled(dir)?;
        spilled.inputs.extend(taken.left_out());
        let of_lake = self.plan.of_lake();
        let (plan, log) =
            (std::mem::replace(&mut self.plan, of_lake), self.inputs.split_off(self.carried()));
        self.inputs.extend(parts);
        match self.timed_log()?.flatten() {
            Some(cut) => {
                log.iter().try_for_each(|input| input.discard(&self.folder))?;
                Ok(Some(Log { spilled: Some(spilled), ..cut }))
            }
            None => {
                self.inputs.truncate(self.carried());
                self.inputs.extend(log);
                self.plan = plan;
                spilled.remove()?;
                Ok(None)
            }
        }
    }
}

/// A guess within so many times of what may be looked at at once is not relied on.
const CLOSE: u64 = 2;

fn spilled(dir: PathBuf) -> anyhow::Result<Spilled> {
    let store = Store::Folder(dir.clone());
    let (manifest, _) = Manifest::read(&store)?.context("the lake of the log is gone")?;
    let rejected = |run: &str| dir.join("_rejected").join(format!("{run}.jsonl"));
    let mut runs: Vec<&str> = manifest.sources.iter().map(|source| &source.run[..]).collect();
    runs.dedup();
    let rejected = runs.into_iter().map(rejected).filter(|path| path.is_file()).collect();
    let inputs = manifest.sources.iter().map(|source| run::Input {
        name: source.name.clone(),
        bytes: source.bytes,
        sha256: source.sha256.clone(),
        rows: source.rows + source.rejected,
        signups: source.rows,
        rejected: source.rejected,
        ..run::Input::default()
    });
    Ok(Spilled { inputs: inputs.collect(), rejected, dir })
}

/// Where it is, for a state at `dir`.
pub(super) fn beside(dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!("{name}.lake"))
}
