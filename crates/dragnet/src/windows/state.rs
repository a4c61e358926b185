//! What is kept of a scan under way: a folder with a part for each window that is
//! done. A part appears whole or not at all, so that a scan that was stopped, however
//! it was stopped, can go on behind the last of them.

use super::cut::Window;
use super::part::PART;
use crate::commands::Usage;
use anyhow::{Context, bail};
use dragnet::lock::lock;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

/// Version of the state's files: one program reads what the same version wrote.
const VERSION: u32 = 1;

const PLAN: &str = "plan.json";
const LOCK: &str = ".lock";

/// What the names of parts begin with.
const PARTS: &str = "window-";

/// Name, size and time of change of an input, in ms since the epoch.
pub(crate) type Known = (String, u64, Option<u64>);

/// What a scan must have in common with the one that it goes on with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    version: u32,
    program: String,
    rules: u32,
    options: BTreeMap<String, serde_json::Value>,
    /// Each input.
    inputs: Vec<Known>,
    windows: Vec<Window>,
}

impl Fingerprint {
    /// Of a scan with these `options`, as far as they change what is found.
    pub(crate) fn of(
        options: &BTreeMap<String, serde_json::Value>,
        inputs: Vec<Known>,
        windows: &[Window],
    ) -> Self {
        const MATTER: &[&str] = &[
            "date_order",
            "map",
            "previous",
            "refdata",
            "signal",
            "since",
            "until",
            "untrained",
            "zone",
        ];
        let matter = options.iter().filter(|(name, _)| MATTER.contains(&name.as_str()));
        Self {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            rules: campaigns::RULE_VERSION,
            options: matter.map(|(name, value)| (name.clone(), value.clone())).collect(),
            inputs,
            windows: windows.to_vec(),
        }
    }
}

/// The folder.
#[derive(Debug)]
pub(crate) struct State {
    dir: PathBuf,
    windows: usize,
    /// Held as long as the scan lasts.
    _lock: File,
}

impl State {
    /// Begins at `dir`, or goes on with what is there if `resume` says so.
    pub(crate) fn open(dir: PathBuf, plan: &Fingerprint, resume: bool) -> anyhow::Result<Self> {
        let shown = dir.display();
        fs::create_dir_all(&dir).with_context(|| format!("cannot create {shown}"))?;
        let state = Self { windows: plan.windows.len(), _lock: lock(&dir, LOCK)?, dir };
        match fs::read(state.dir.join(PLAN)) {
            Ok(text) if resume => {
                let shown = state.dir.display();
                let earlier: Fingerprint = serde_json::from_slice(&text).with_context(|| {
                    format!("{shown} cannot be gone on with: begin again without --resume")
                })?;
                if earlier != *plan {
                    bail!(Usage(format!(
                        "{shown} is of another scan (other inputs, options or program): \
                         begin again without --resume"
                    )));
                }
                state.clear(|name| name.starts_with('.'))?;
            }
            _ => {
                state.clear(|_| true)?;
                state.begin(plan)?;
            }
        }
        Ok(state)
    }

    fn begin(&self, plan: &Fingerprint) -> anyhow::Result<()> {
        let unfinished = self.dir.join(".plan");
        fs::write(&unfinished, serde_json::to_vec(plan)?)
            .and_then(|()| fs::rename(&unfinished, self.dir.join(PLAN)))
            .with_context(|| format!("cannot write {}", self.dir.display()))
    }

    /// Takes away parts: those of windows that are done, and those (with a dot before
    /// their name) that were being written when a scan was killed.
    fn clear(&self, is_meant: impl Fn(&str) -> bool) -> anyhow::Result<()> {
        let shown = self.dir.display();
        for entry in fs::read_dir(&self.dir).with_context(|| format!("cannot list {shown}"))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_part = name.trim_start_matches('.').starts_with(PARTS);
            if is_part && is_meant(&name) {
                fs::remove_dir_all(&path)
                    .with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Where the part of a window is, or will be.
    pub(crate) fn part(&self, window: usize) -> PathBuf {
        self.dir.join(format!("{PARTS}{window:05}"))
    }

    /// The parts of all windows.
    pub(crate) fn parts(&self) -> Vec<PathBuf> {
        (0..self.windows).map(|window| self.part(window)).collect()
    }

    /// Whether a window is done.
    pub(crate) fn is_done(&self, window: usize) -> bool {
        self.part(window).join(PART).is_file()
    }

    /// How many are.
    pub(crate) fn done(&self) -> usize {
        (0..self.windows).filter(|window| self.is_done(*window)).count()
    }

    /// What all of it takes, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        let parts = self.parts().into_iter().filter_map(|part| fs::read_dir(part).ok());
        let files = parts.flatten().filter_map(|entry| entry.ok()?.metadata().ok());
        files.map(|file| file.len()).sum()
    }

    /// The scan is done: nothing of it is needed any more. What is not ours stays.
    pub(crate) fn remove(self) -> anyhow::Result<()> {
        self.clear(|_| true)?;
        let shown = self.dir.display();
        for file in [PLAN, LOCK] {
            fs::remove_file(self.dir.join(file))
                .with_context(|| format!("cannot remove {file} of {shown}"))?;
        }
        match fs::remove_dir(&self.dir) {
            Err(e) if e.kind() != io::ErrorKind::DirectoryNotEmpty => {
                Err(e).with_context(|| format!("cannot remove {shown}"))
            }
            _ => Ok(()),
        }
    }
}
