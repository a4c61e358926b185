//! `_dragnet.json`: what belongs to a lake, and what it was made of. It is
//! written last and whole, so that an ingest has happened or has not.

use super::store::Version;
use super::{Extent, Part, Store, day_number};
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Its name in the lake.
pub const MANIFEST: &str = "_dragnet.json";

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// The manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of this form.
    pub version: u32,
    /// The files, by path, and so by day.
    pub files: Vec<Stored>,
    /// What was ingested, in that order.
    pub sources: Vec<Ingested>,
}

/// A file of the lake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Its path in the lake.
    pub path: String,
    /// The UTC day that all its rows are of.
    pub day: String,
    /// Its rows.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 in hex.
    pub sha256: String,
    /// The first row's time, in milliseconds since the epoch.
    pub min_ms: i64,
    /// The last row's.
    pub max_ms: i64,
    /// Rows per hour, by the hour's number since the epoch.
    pub hours: BTreeMap<i64, u64>,
}

/// An input that is in the lake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingested {
    /// As it was called.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes in hex, by which it is known again.
    pub sha256: String,
    /// Its rows that are in the lake.
    pub rows: u64,
    /// Its rows that are in none of the files: `_rejected/RUN.jsonl` has them.
    pub rejected: u64,
    /// The run that took it; names of files begin with it.
    pub run: String,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { version: VERSION, files: Vec::new(), sources: Vec::new() }
    }
}

impl Manifest {
    /// Reads it; none where there is none.
    pub fn read(store: &Store) -> anyhow::Result<Option<(Self, Version)>> {
        let shown = store.name(MANIFEST);
        let Some((bytes, version)) = store.read(MANIFEST)? else { return Ok(None) };
        let form: Form =
            serde_json::from_slice(&bytes).with_context(|| format!("{shown} is damaged"))?;
        if form.version != VERSION {
            bail!("{shown} is of version {}: a newer dragnet reads it", form.version);
        }
        let manifest =
            serde_json::from_slice(&bytes).with_context(|| format!("{shown} is damaged"))?;
        Ok(Some((manifest, version)))
    }

    /// Replaces it, if it still is the one that was read.
    pub fn write(&mut self, store: &Store, earlier: &Version) -> anyhow::Result<()> {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        store.replace(MANIFEST, bytes, earlier)
    }

    /// Whether these bytes are in the lake.
    pub fn has(&self, sha256: &str) -> bool {
        self.sources.iter().any(|source| source.sha256 == sha256)
    }

    /// Whether a run of this name is.
    pub fn has_run(&self, run: &str) -> bool {
        self.sources.iter().any(|source| source.run == run)
    }
}

#[derive(Deserialize)]
struct Form {
    version: u32,
}

impl From<&Stored> for Part {
    fn from(stored: &Stored) -> Self {
        Self {
            path: stored.path.clone(),
            day: day_number(&stored.day).unwrap_or_default(),
            bytes: stored.bytes,
            sha256: stored.sha256.clone(),
            extent: Some(Extent {
                rows: stored.rows,
                times: stored.min_ms..stored.max_ms.saturating_add(1),
                hours: stored.hours.clone(),
            }),
        }
    }
}
