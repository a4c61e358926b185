//! Logs of which only reading them tells when their sign-ups were (CSV, JSONL, pipes):
//! one that is too large to be looked at at once is first made a lake, beside the
//! result and as long as the scan lasts.

use super::work::Work;
use crate::commands::ingest;
use crate::config::{Ingest, Output, Repeats};
use crate::output::run;
use crate::reading::{Input, Need};
use crate::sources;
use anyhow::Context;
use dragnet::lake::{Manifest, Store};
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
    /// at once, by what its first rows take.
    pub(super) fn is_too_large(&self) -> bool {
        let new = &self.inputs[usize::from(self.scan.live.is_some())..];
        let rows: u64 = new.iter().map(|input| input.rows_guessed(&self.plan)).sum();
        rows > self.rows_at_once()
    }

    /// Makes a lake of the log at `dir`, which becomes what is scanned.
    pub(super) fn spill(&mut self, dir: PathBuf) -> anyhow::Result<Spilled> {
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
        for input in self.inputs.drain(usize::from(self.scan.live.is_some())..) {
            input.discard(&self.folder)?;
        }
        self.inputs.extend(parts);
        self.plan = self.plan.of_lake();
        let mut spilled = spilled(dir)?;
        spilled.inputs.extend(taken.left_out());
        Ok(spilled)
    }
}

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
