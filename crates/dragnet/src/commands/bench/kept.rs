//! Where log and results lie: a folder that is kept, or one that goes.

use super::child::{self, Cost};
use super::plan::{Parameters, Plan};
use crate::interrupt;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// What the log was made of, and what that took; stands before the log does, so
/// that a folder with it is known for ours.
const MADE: &str = "bench.json";

/// See [`MADE`].
#[derive(Serialize, Deserialize)]
struct Made {
    parameters: Parameters,
    /// None while it is being made.
    cost: Option<Cost>,
}

/// The folder.
pub(super) struct Room {
    dir: PathBuf,
    /// Removed at the end, where it is not kept.
    passing: Option<tempfile::TempDir>,
}

impl Room {
    /// Opens `keep`, which is empty or an earlier measurement's, or makes one that
    /// goes at the end and on Ctrl-C.
    pub(super) fn open(keep: Option<&Path>) -> anyhow::Result<Self> {
        let Some(keep) = keep else {
            let passing = tempfile::Builder::new().prefix("dragnet-bench-").tempdir();
            let passing = passing.context("cannot make a folder for the log; give --keep DIR")?;
            interrupt::guard(passing.path());
            return Ok(Self { dir: passing.path().to_owned(), passing: Some(passing) });
        };
        let cannot = || format!("cannot make {}", keep.display());
        fs::create_dir_all(keep).with_context(cannot)?;
        let is_empty = fs::read_dir(keep).with_context(cannot)?.next().is_none();
        if !is_empty && !keep.join(MADE).is_file() {
            bail!("{} holds something else: give --keep another folder", keep.display());
        }
        Ok(Self { dir: keep.to_owned(), passing: None })
    }

    /// Takes away what is not kept.
    pub(super) fn close(self) -> anyhow::Result<()> {
        match self.passing {
            Some(passing) => {
                let path = passing.path().to_owned();
                Ok(interrupt::release(&path, || passing.close())?)
            }
            None => Ok(()),
        }
    }

    /// A place in it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(super) fn lake(&self) -> PathBuf {
        self.path("log").join("signups")
    }

    pub(super) fn truth(&self) -> PathBuf {
        self.path("log").join("truth.parquet")
    }

    pub(super) fn result(&self) -> PathBuf {
        self.path("log.dragnet")
    }

    /// What making the log took, if one of these parameters is here.
    pub(super) fn kept(&self, parameters: &Parameters) -> anyhow::Result<Option<Cost>> {
        let path = self.path(MADE);
        if !path.is_file() {
            return Ok(None);
        }
        let damaged = || format!("{} is damaged: remove it and what is beside it", path.display());
        let made: Made = serde_json::from_slice(&fs::read(&path)?).with_context(damaged)?;
        Ok(made.cost.filter(|_| made.parameters == *parameters))
    }

    /// Makes the log in place of what was there.
    pub(super) fn generate(&self, plan: &Plan) -> anyhow::Result<Cost> {
        let parameters = plan.parameters.clone();
        let mut made = Made { parameters, cost: None };
        self.note(&made)?;
        let Parameters { rows, fraud, seed, days, columns, ids, .. } = &made.parameters;
        let mut args = ["synth", "--format", "lake", "--truth", "parquet", "--no-aftermath"]
            .map(str::to_owned)
            .to_vec();
        let mut flag = |name: &str, value: String| args.extend([name.to_owned(), value]);
        flag("--rows", rows.to_string());
        flag("--fraud", fraud.to_string());
        flag("--seed", seed.to_string());
        flag("--ids", ids.clone());
        if let Some(days) = days {
            flag("--days", days.to_string());
        }
        if !columns.is_empty() {
            flag("--columns", columns.join(","));
        }
        let log = self.path("log");
        let mut args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
        args.extend([OsStr::new("--force"), OsStr::new("--out"), log.as_os_str()]);
        let cost = child::dragnet(&args, plan.threads)?;
        made.cost = Some(cost);
        self.note(&made)?;
        Ok(cost)
    }

    fn note(&self, made: &Made) -> anyhow::Result<()> {
        let path = self.path(MADE);
        fs::write(&path, serde_json::to_vec_pretty(made)?)
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// Bytes of all files of a folder and of its folders.
pub(super) fn bytes_below(dir: &Path) -> anyhow::Result<u64> {
    let cannot = || format!("cannot read {}", dir.display());
    let mut bytes = 0;
    for entry in fs::read_dir(dir).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let facts = entry.metadata().with_context(cannot)?;
        bytes += if facts.is_dir() { bytes_below(&entry.path())? } else { facts.len() };
    }
    Ok(bytes)
}
