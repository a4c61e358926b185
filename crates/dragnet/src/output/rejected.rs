//! `rejected.jsonl`: every row, and every field, that was set aside, with its
//! file, line and reason. Nothing is dropped silently.

use super::{File, Folder, Mode, REJECTED};
use anyhow::Context;
use events::{Rejected, place::Scope};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Different reasons that are kept apart in the summary. Reasons name no
/// values, so there are few; the bound is for a reader that breaks this.
const REASONS_MAX: usize = 200;

/// The file in the making, and what the summary says of it.
pub(crate) struct RejectedFile {
    file: File,
    tally: Tally,
}

/// How much was set aside, and why.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Rows that are not among the sign-ups.
    pub(crate) rows: Reasons,
    /// Fields that a sign-up goes without.
    pub(crate) fields: Reasons,
}

/// Reasons with how often each was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reasons {
    count: u64,
    by_words: BTreeMap<String, Reason>,
}

/// One reason of the tally.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reason {
    /// What is wrong, in words.
    pub(crate) reason: String,
    /// How often.
    pub(crate) count: u64,
    /// Where it was first met, such as `signups.csv:17`.
    pub(crate) first: String,
}

/// A line as it is read back.
#[derive(Deserialize)]
struct Told {
    file: String,
    line: Option<u64>,
    field: Option<String>,
    reason: String,
    scope: String,
}

fn words(field: Option<&str>, reason: &str) -> String {
    match field {
        Some(field) => format!("{field}: {reason}"),
        None => reason.to_owned(),
    }
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    rejected: &'a Rejected,
}

impl RejectedFile {
    /// Begins the file.
    pub(crate) fn begin(folder: &Folder) -> anyhow::Result<Self> {
        Self::named(folder, REJECTED)
    }

    /// Begins it under another name.
    pub(crate) fn named(folder: &Folder, name: &str) -> anyhow::Result<Self> {
        Ok(Self { file: folder.file(name, Mode::Shared)?, tally: Tally::default() })
    }

    /// Sets one row or field aside; `input` is its file's name.
    pub(crate) fn push(&mut self, input: &str, rejected: &Rejected) -> anyhow::Result<()> {
        self.write(input, rejected)?;
        self.tally.push(input, rejected);
        Ok(())
    }

    /// The same for a file beside the sign-ups, which has a tally of its own.
    pub(crate) fn push_beside(
        &mut self,
        input: &str,
        rejected: &Rejected,
        tally: &mut Tally,
    ) -> anyhow::Result<()> {
        tally.push(input, rejected);
        self.write(input, rejected)
    }

    fn write(&mut self, input: &str, rejected: &Rejected) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.file, &Line { file: input, rejected })
            .map_err(std::io::Error::from)?;
        Ok(self.file.write_all(b"\n")?)
    }

    /// Says that an input could not be read, or not to its end.
    pub(crate) fn push_input(&mut self, input: &str, problem: &str) -> anyhow::Result<()> {
        let line = serde_json::json!({ "file": input, "reason": problem, "scope": "rest" });
        Ok(writeln!(self.file, "{line}")?)
    }

    /// Appends what another file of this kind set aside.
    pub(crate) fn append(&mut self, path: &Path) -> anyhow::Result<()> {
        let shown = path.display();
        let file = fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
        for line in BufReader::new(file).lines() {
            let line = line.with_context(|| format!("cannot read {shown}"))?;
            let told: Told =
                serde_json::from_str(&line).with_context(|| format!("{shown} is damaged"))?;
            let place = || format!("{}:{}", told.file, told.line.unwrap_or_default());
            let words = words(told.field.as_deref(), &told.reason);
            match told.scope.as_str() {
                "row" => self.tally.rows.add(words, place),
                "field" => self.tally.fields.add(words, place),
                _ => {}
            }
            writeln!(self.file, "{line}")?;
        }
        Ok(())
    }

    /// Completes the file.
    pub(crate) fn finish(self) -> anyhow::Result<Tally> {
        self.file.finish()?;
        Ok(self.tally)
    }
}

impl Tally {
    fn push(&mut self, input: &str, rejected: &Rejected) {
        match rejected.scope {
            Scope::Row => self.rows.push(input, rejected),
            Scope::Field => self.fields.push(input, rejected),
        }
    }
}

impl Reasons {
    /// How many were set aside.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The most frequent reason first.
    pub(crate) fn most_frequent(&self) -> Vec<&Reason> {
        let mut reasons: Vec<_> = self.by_words.values().collect();
        // Stable, so that equally frequent ones stay in the order of their words.
        reasons.sort_by_key(|reason| Reverse(reason.count));
        reasons
    }

    fn push(&mut self, input: &str, rejected: &Rejected) {
        let words = words(rejected.field.as_deref(), &rejected.reason);
        self.add(words, || format!("{input}:{}", rejected.line));
    }

    fn add(&mut self, words: String, place: impl FnOnce() -> String) {
        self.count += 1;
        if let Some(reason) = self.by_words.get_mut(&words) {
            reason.count += 1;
        } else if self.by_words.len() < REASONS_MAX {
            let first = place();
            self.by_words.insert(words.clone(), Reason { reason: words, count: 1, first });
        }
    }
}
