//! What is kept of a scan under way: a folder with a part for each window that is
//! done. A part appears whole or not at all, so that a scan that was stopped, however
//! it was stopped, can go on behind the last of them.

use super::cut::Window;
use super::part::PART;
use crate::commands::Usage;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Version of the state's files: one program reads what the same version wrote.
const VERSION: u32 = 1;

const PLAN: &str = "plan.json";

/// What a scan must have in common with the one that it goes on with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    version: u32,
    program: String,
    rules: u32,
    options: BTreeMap<String, serde_json::Value>,
    /// Name and size of each input.
    inputs: Vec<(String, u64)>,
    windows: Vec<Window>,
}

impl Fingerprint {
    /// Of a scan with these `options`, as far as they change what is found.
    pub(crate) fn of(
        options: &BTreeMap<String, serde_json::Value>,
        inputs: Vec<(String, u64)>,
        windows: &[Window],
    ) -> Self {
        const MATTER: &[&str] =
            &["date_order", "map", "refdata", "signal", "since", "until", "untrained", "zone"];
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
}

impl State {
    /// Begins at `dir`, or goes on with what is there if `resume` says so.
    pub(crate) fn open(dir: PathBuf, plan: &Fingerprint, resume: bool) -> anyhow::Result<Self> {
        let shown = dir.display();
        let state = Self { dir: dir.clone(), windows: plan.windows.len() };
        match fs::read(dir.join(PLAN)) {
            Ok(text) if resume => {
                let earlier: Fingerprint = serde_json::from_slice(&text).with_context(|| {
                    format!("{shown} cannot be gone on with: begin again without --resume")
                })?;
                if earlier != *plan {
                    bail!(Usage(format!(
                        "{shown} is of another scan (other inputs, options or program): \
                         begin again without --resume"
                    )));
                }
                state.tidy()?;
                return Ok(state);
            }
            _ if dir.exists() => {
                fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {shown}"))?;
            }
            _ => {}
        }
        fs::create_dir_all(&dir).with_context(|| format!("cannot create {shown}"))?;
        let unfinished = dir.join(".plan");
        fs::write(&unfinished, serde_json::to_vec(plan)?)
            .and_then(|()| fs::rename(&unfinished, dir.join(PLAN)))
            .with_context(|| format!("cannot write {shown}"))?;
        Ok(state)
    }

    /// Takes away what was being written when the scan was killed.
    fn tidy(&self) -> anyhow::Result<()> {
        let shown = self.dir.display();
        for entry in fs::read_dir(&self.dir).with_context(|| format!("cannot list {shown}"))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') && path.is_dir() {
                fs::remove_dir_all(&path)
                    .with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Where the part of a window is, or will be.
    pub(crate) fn part(&self, window: usize) -> PathBuf {
        self.dir.join(format!("window-{window:05}"))
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

    /// The scan is done: nothing of it is needed any more.
    pub(crate) fn remove(self) -> anyhow::Result<()> {
        let shown = self.dir.display();
        fs::remove_dir_all(&self.dir).with_context(|| format!("cannot remove {shown}"))
    }
}
