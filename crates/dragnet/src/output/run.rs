//! `run.json`: what was run on what, so that it can be repeated and checked.

use super::{Folder, Mode, RUN, rejected::Reason};
use crate::refdata;
use anyhow::Context;
use campaigns::Share;
use campaigns::harm::Done;
use campaigns::labels::Agreement;
use events::reference::{About, Tables};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// The facts of a finished run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Version of the program.
    pub(crate) version: String,
    /// Version of the rules that made the findings.
    pub(crate) rule_version: u32,
    /// When the run began, RFC 3339.
    pub(crate) started: String,
    /// Options in force, by name.
    pub(crate) options: BTreeMap<String, serde_json::Value>,
    /// What was read, in that order.
    pub(crate) inputs: Vec<Input>,
    /// What was read beside the sign-ups: harm, labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) companions: Vec<Companion>,
    /// Reference tables in use.
    #[serde(default)]
    pub(crate) reference: Reference,
    /// Totals.
    pub(crate) counts: Counts,
    /// Where harm was done, where any was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) harm: Option<HarmDone>,
    /// How labels and campaigns agree, where any were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) labels: Option<LabelsDone>,
    /// Estimated fraudulent share of all sign-ups.
    pub(crate) share: Share,
    /// Signals that the input could not give, and what that costs.
    pub(crate) missing: Vec<String>,
    /// Reasons for which rows were set aside, the most frequent first.
    pub(crate) rejected_rows: Vec<Reason>,
    /// Reasons for which fields were set aside, the most frequent first.
    pub(crate) rejected_fields: Vec<Reason>,
    /// Seconds per step, in order.
    pub(crate) timings: Vec<Timing>,
    /// Seconds per pass of the step "find", in order.
    #[serde(default)]
    pub(crate) passes: Vec<Timing>,
    /// How it was looked at, where that was in windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) windows: Option<Windows>,
    /// Most memory that the process held at once, where the system tells.
    pub(crate) peak_memory_bytes: Option<u64>,
}

/// One input of the run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Input {
    /// As it was named on the command line, or found there.
    pub(crate) name: String,
    /// How it was read, such as `csv+gzip`; none where it could not be.
    pub(crate) format: Option<String>,
    /// Size in bytes, as stored.
    pub(crate) bytes: u64,
    /// SHA-256 of the bytes, in hex.
    pub(crate) sha256: String,
    /// Which column was taken for which field.
    pub(crate) mapping: Vec<Mapped>,
    /// Columns that the record does not know and that were not used.
    #[serde(default)]
    pub(crate) unused_columns: Vec<String>,
    /// What a person should know of how it was read.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    /// Values not kept, by column: it first turned up far below the first
    /// rows, and is not one that the record knows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) late_columns: BTreeMap<String, u64>,
    /// Rows met.
    pub(crate) rows: u64,
    /// Rows accepted as sign-ups.
    pub(crate) signups: u64,
    /// Rows set aside.
    pub(crate) rejected: u64,
    /// Good rows that lie outside of the time asked for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) outside: u64,
    /// Why it could not be read, or not to its end.
    pub(crate) problem: Option<String>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A file beside the sign-ups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Companion {
    /// What it holds: `harm` or `labels`.
    pub(crate) role: String,
    /// As it was named on the command line, or found there.
    pub(crate) name: String,
    /// How it was read.
    pub(crate) format: Option<String>,
    /// Size in bytes, as stored.
    pub(crate) bytes: u64,
    /// SHA-256 of the bytes, in hex.
    pub(crate) sha256: String,
    /// Which column was taken for which field.
    pub(crate) mapping: Vec<Mapped>,
    /// What a person should know of how it was read.
    pub(crate) notes: Vec<String>,
    /// Rows met.
    pub(crate) rows: u64,
    /// Rows accepted.
    pub(crate) records: u64,
    /// Rows set aside.
    pub(crate) rejected: u64,
}

/// Where harm was done.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct HarmDone {
    /// By accounts of the log.
    #[serde(flatten)]
    pub(crate) done: Done,
    /// Events of accounts that the log does not have.
    pub(crate) unknown_events: u64,
    /// These accounts.
    pub(crate) unknown_accounts: u64,
}

/// How labels and campaigns agree.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct LabelsDone {
    /// Of accounts of the log.
    #[serde(flatten)]
    pub(crate) agreement: Agreement,
    /// Labelled accounts that the log does not have.
    pub(crate) unknown_accounts: u64,
}

/// A column and the field that it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mapped {
    /// The record's name.
    pub(crate) field: String,
    /// The input's name.
    pub(crate) column: String,
}

/// Reference tables of the run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Reference {
    /// By kind, the built-in ones too.
    pub(crate) tables: Vec<Table>,
    /// What a person should know of them.
    pub(crate) notes: Vec<String>,
    /// What the input would have needed and was not there: (field of the
    /// record, in words).
    #[serde(skip)]
    absent: Vec<(String, String)>,
}

/// One reference table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) kind: String,
    pub(crate) name: String,
    /// As of when, if known.
    pub(crate) date: Option<String>,
    pub(crate) licence: String,
    pub(crate) rows: u64,
}

impl Reference {
    /// The tables as they were opened, with the notes of that.
    pub(crate) fn of(tables: &Tables, notes: Vec<String>) -> Self {
        let table = |about: About| Table {
            kind: about.kind.name().to_owned(),
            name: about.name,
            date: about.date,
            licence: about.licence,
            rows: about.rows,
        };
        let absent = refdata::absent(tables)
            .into_iter()
            .map(|(kind, words)| (kind.name().to_owned(), words));
        Self {
            tables: tables.about().into_iter().map(table).collect(),
            notes,
            absent: absent.collect(),
        }
    }

    /// Notes only what these inputs miss: an absent table matters where there
    /// are addresses and the rows do not tell by themselves.
    pub(crate) fn for_inputs<'a>(&self, inputs: impl Iterator<Item = &'a Input>) -> Self {
        let fields: Vec<_> =
            inputs.map(|input| &input.mapping).filter(|mapping| !mapping.is_empty()).collect();
        let lacks = |field: &str| {
            let has = |mapping: &&Vec<Mapped>, field: &str| {
                mapping.iter().any(|mapped| mapped.field == field)
            };
            fields.iter().any(|mapping| has(mapping, "ip") && !has(mapping, field))
        };
        let mut reference = self.clone();
        reference.absent.retain(|(field, _)| lacks(field));
        reference.notes.extend(reference.absent.iter().map(|(_, words)| words.clone()));
        reference
    }
}

/// Totals of the run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Rows met.
    pub(crate) rows: u64,
    /// Rows accepted as sign-ups.
    pub(crate) signups: u64,
    /// Rows set aside.
    pub(crate) rejected_rows: u64,
    /// Fields set aside, their rows kept.
    pub(crate) rejected_fields: u64,
    /// Campaigns that look like a factory's.
    pub(crate) campaigns: u64,
    /// Accounts in these.
    pub(crate) accounts_in_campaigns: u64,
    /// Groups that look like one organisation's own accounts.
    pub(crate) organisations: u64,
}

/// How a log was looked at in windows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Windows {
    /// How many.
    pub(crate) windows: u64,
    /// Sign-ups that each was to have at most.
    pub(crate) rows_max: u64,
    /// Sign-ups on which campaigns were put together; reasons and signatures count these.
    pub(crate) sample: u64,
    /// What was kept on the disk on the way, in bytes.
    pub(crate) spill_bytes: u64,
    /// Seconds per step, summed over windows that ran beside each other.
    pub(crate) timings: Vec<Timing>,
    /// The same per pass of the search.
    pub(crate) passes: Vec<Timing>,
}

/// The seconds of each step together, in the order of their first mention.
pub(crate) fn added<'a>(timings: impl Iterator<Item = &'a Timing>) -> Vec<Timing> {
    let mut added: Vec<Timing> = Vec::new();
    for timing in timings {
        match added.iter_mut().find(|known| known.step == timing.step) {
            Some(known) => {
                known.seconds += timing.seconds;
                let both = known.cpu_seconds.zip(timing.cpu_seconds);
                known.cpu_seconds = both.map(|(known, further)| known + further);
            }
            None => added.push(timing.clone()),
        }
    }
    added
}

/// How long a step took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Timing {
    /// Its name.
    pub(crate) step: String,
    /// Wall-clock seconds.
    pub(crate) seconds: f64,
    /// CPU seconds, where the system tells and nothing ran beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cpu_seconds: Option<f64>,
}

impl Run {
    /// Writes the file.
    pub(crate) fn write(&self, folder: &Folder) -> anyhow::Result<()> {
        let mut file = folder.file(RUN, Mode::Shared)?;
        serde_json::to_writer_pretty(&mut file, self).map_err(std::io::Error::from)?;
        file.write_all(b"\n")?;
        file.finish()
    }

    /// Unknown columns that were named as signals.
    pub(crate) fn signals(&self) -> Vec<String> {
        let names = self.options.get("signal").and_then(|names| names.as_array());
        names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
    }

    /// The facts of a finished result.
    pub(crate) fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(RUN);
        let shown = path.display();
        let text = std::fs::read(&path).with_context(|| {
            format!("cannot read {shown}: is {} a result of `dragnet scan`?", dir.display())
        })?;
        serde_json::from_slice(&text).with_context(|| format!("{shown} is damaged"))
    }
}

/// Most memory that this process held at once; Linux only.
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb * 1024)
}
