//! `manifest.json`: what the folder holds.

use anyhow::{Context, bail};
use events::reference::{About, Kind};
use serde::{Deserialize, Serialize};
use std::path::Path;

const FILE: &str = "manifest.json";
/// Raised when an older program could misread the folder.
const VERSION: u32 = 1;

/// What the folder holds, by kind.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    version: u32,
    pub(crate) tables: Vec<Entry>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// [`Kind::name`].
    pub(crate) kind: String,
    pub(crate) form: Form,
    pub(crate) name: String,
    /// As of when, `YYYY-MM-DD`.
    pub(crate) date: Option<String>,
    pub(crate) licence: String,
    /// Where it came from.
    pub(crate) source: String,
    /// What its publisher warns of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) caution: Option<String>,
    pub(crate) rows: u64,
    pub(crate) files: Vec<Stored>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// Ranges with a value.
    Csv,
    /// A MaxMind DB.
    Mmdb,
    /// A line an entry.
    List,
}

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) file: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

impl Manifest {
    /// An absent manifest is an empty one.
    pub(crate) fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(FILE);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(error).context(format!("cannot read {}", path.display())),
        };
        let manifest: Self = serde_json::from_slice(&text).with_context(|| {
            format!("{} is damaged; remove it and fetch the tables again", path.display())
        })?;
        if manifest.version > VERSION {
            bail!("{} was written by a newer dragnet", path.display());
        }
        // A file name leads nowhere outside the folder.
        let outside =
            |stored: &Stored| stored.file.contains(['/', '\\']) || stored.file.starts_with('.');
        if manifest.tables.iter().any(|entry| entry.files.iter().any(outside)) {
            bail!("{} names files outside its folder", path.display());
        }
        Ok(manifest)
    }

    /// Replaces the manifest in one step.
    pub(crate) fn write(&mut self, dir: &Path) -> anyhow::Result<()> {
        self.version = VERSION;
        self.tables.sort_by(|a, b| (&a.kind, &a.name).cmp(&(&b.kind, &b.name)));
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        super::storing::replace(dir, FILE, &text)
    }

    /// Puts the entry in the place of the one of its kind, and returns that.
    pub(crate) fn put(&mut self, entry: Entry) -> Option<Entry> {
        let place = self.tables.iter().position(|known| known.kind == entry.kind);
        match place {
            Some(at) => Some(std::mem::replace(&mut self.tables[at], entry)),
            None => {
                self.tables.push(entry);
                None
            }
        }
    }
}

impl Entry {
    pub(crate) fn about(&self) -> Option<About> {
        Some(About {
            kind: Kind::parse(&self.kind)?,
            name: self.name.clone(),
            date: self.date.clone(),
            licence: self.licence.clone(),
            rows: self.rows,
        })
    }
}
