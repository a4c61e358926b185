//! How a run reads: the same options for every input, on both readings.

use crate::config::{Output, Reading};
use crate::output::evidence::EXTRA;
use crate::output::run::Mapped;
use events::columns::{Mapping, Target};
use events::read::{Compression, Extras, Opened, Options};
use events::reference::Tables;
use events::time::{DateOrder, Zone};
use signals::Extractor;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// How far a log may run ahead of our clock, zones and all, before its rows
/// count as dated in the future.
const CLOCKS_DIFFER_MS: i64 = 24 * 60 * 60 * 1000;

/// Resolved once, used by every thread.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) threads: usize,
    pub(crate) extractor: Extractor,
    /// The run's extra columns begin with these, which are signals.
    pub(super) signals: Vec<String>,
    /// Whether the columns used are said.
    pub(super) say: Say,
    pub(super) tables: Arc<Tables>,
    map: BTreeMap<String, String>,
    zone: Zone,
    date_order: Option<DateOrder>,
    latest_ms: i64,
    /// The time that is scanned, in milliseconds since the epoch.
    between: Option<Range<i64>>,
    /// So many of the first inputs are carried over from an earlier run.
    carried: usize,
}

/// Whether a person is told of the columns used while the input is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Say {
    Columns,
    Nothing,
}

impl Plan {
    /// The plan of a run.
    pub(crate) fn of(
        reading: &Reading,
        threads: usize,
        show: Output,
        tables: impl Into<Arc<Tables>>,
    ) -> Self {
        let signals = reading.signals.clone();
        Self {
            threads,
            // The named columns come first among the extra ones, so that
            // their indices are known before any input is opened.
            extractor: Extractor::new((0..signals.len() as u16).collect()),
            signals,
            tables: tables.into(),
            say: if show == Output::Nothing { Say::Nothing } else { Say::Columns },
            map: reading.map.clone(),
            zone: reading.zone.clone(),
            date_order: reading.date_order,
            latest_ms: reading.now_ms.saturating_add(CLOCKS_DIFFER_MS),
            between: reading.between.clone(),
            carried: 0,
        }
    }

    /// The same for a part of the time, by so many threads and in silence.
    pub(crate) fn within(&self, between: Range<i64>, threads: usize) -> Self {
        let asked = self.between.clone().unwrap_or(i64::MIN..i64::MAX);
        let between = between.start.max(asked.start)..between.end.min(asked.end);
        Self { between: Some(between), threads, say: Say::Nothing, ..self.clone() }
    }

    /// The same for lines of evidence, all of the time.
    pub(crate) fn of_evidence(&self) -> Self {
        let signals = self.signals.iter().map(|name| format!("{EXTRA}{name}")).collect();
        Self { signals, map: BTreeMap::new(), between: None, say: Say::Nothing, ..self.clone() }
    }

    /// The same for a lake that was made of the inputs: columns have their own names.
    pub(crate) fn of_lake(&self) -> Self {
        Self { map: BTreeMap::new(), zone: Zone::default(), date_order: None, ..self.clone() }
    }

    /// The same where the first `inputs` are lines of evidence of an earlier run.
    pub(crate) fn carrying(self, inputs: usize) -> Self {
        Self { carried: inputs, ..self }
    }

    /// Whether an input is carried over from an earlier run.
    pub(super) fn carries(&self, number: usize) -> bool {
        number < self.carried
    }

    /// Options for one input; `extra` are the run's extra columns so far.
    pub(super) fn options(&self, number: usize, extra: &[String]) -> Options {
        if self.carries(number) {
            let signals = self.signals.iter().map(|name| format!("{EXTRA}{name}"));
            return Options {
                input: number as u32,
                extra: signals.collect(),
                ..Options::default()
            };
        }
        Options {
            input: number as u32,
            map: self.map.clone(),
            zone: self.zone.clone(),
            date_order: self.date_order,
            latest_ms: Some(self.latest_ms),
            extra: extra.to_vec(),
            between: self.between.clone(),
            ..Options::default()
        }
    }

    /// The same for a first reading, which needs of the extra columns only those
    /// that are signals.
    pub(super) fn first_options(&self, number: usize, extra: &[String]) -> Options {
        Options { extras: Extras::First(self.signals.len()), ..self.options(number, extra) }
    }

    /// Such as `CSV in gzip`.
    pub(super) fn format_name(&self, opened: &Opened) -> String {
        match opened.compression {
            Compression::Plain => opened.format.name().to_owned(),
            packed => format!("{} in {}", opened.format.name(), packed.name()),
        }
    }

    /// The columns of the record that were found.
    pub(super) fn mapped(&self, mapping: &Mapping) -> Vec<Mapped> {
        let used = mapping.columns.iter().filter_map(|mapped| match mapped.target {
            Target::Canonical { column, .. } => {
                Some(Mapped { field: column.name().to_owned(), column: mapped.source.clone() })
            }
            Target::Extra { .. } | Target::Dropped => None,
        });
        used.collect()
    }

    /// Columns that the record does not know and that could be signals.
    pub(super) fn unused(&self, mapping: &Mapping) -> Vec<String> {
        let unused = mapping.columns.iter().filter(|mapped| {
            let could_be = matches!(mapped.target, Target::Extra { outcome: false, .. });
            could_be && !self.signals.contains(&mapped.source)
        });
        unused.map(|mapped| mapped.source.clone()).collect()
    }
}
