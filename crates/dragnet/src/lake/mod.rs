//! A lake: Parquet files by day (`day=2026-01-31/…`), in a folder or under a
//! prefix of an S3-compatible store. One that we wrote has a manifest, which
//! alone says what belongs to it; one that somebody else wrote is what lies there.
//!
//! Which files a stretch of time is in, and how many rows an hour has, is
//! answered here without reading sign-ups. Reading them is `events::read`.

mod encode;
mod foreign;
mod ingest;
mod manifest;
mod remote;
mod rows;
mod store;

pub use encode::{Encoded, encode};
pub use ingest::{Ingest, STAGING};
pub use manifest::{Ingested, MANIFEST, Manifest, Stored};
pub use remote::Remote;
pub use rows::{Block, DayRows, Texts};
pub use store::{Bucket, Store, Version, is_remote};

use anyhow::Context;
use events::read::{Bytes, Options, time_counts};
use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

/// Milliseconds of an hour and of a UTC day.
pub const HOUR_MS: i64 = 60 * 60 * 1000;
/// See [`HOUR_MS`].
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A lake that was looked at.
#[derive(Debug)]
pub struct Lake {
    store: Store,
    parts: Vec<Part>,
}

/// One of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its path in the lake, with `/` between folders.
    pub path: String,
    /// The UTC day of its name, counted from the epoch; another writer may mean
    /// the day of another zone.
    pub day: i64,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hex; empty where no manifest says it.
    pub sha256: String,
    /// What is in it; none where that was not looked at.
    pub extent: Option<Extent>,
}

/// What is in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Its rows that have a time.
    pub rows: u64,
    /// From the first to behind the last, in milliseconds since the epoch.
    pub times: Range<i64>,
    /// Rows per hour, by the hour's number since the epoch.
    pub hours: BTreeMap<i64, u64>,
}

impl Lake {
    /// Opens what `store` holds; none where it is not a lake. Files are listed, or
    /// the manifest is read, no more.
    pub fn open(store: Store) -> anyhow::Result<Option<Self>> {
        let parts = match Manifest::read(&store)? {
            Some((manifest, _)) => manifest.files.iter().map(Part::from).collect(),
            None => foreign::parts(&store)?,
        };
        let is_lake = !parts.is_empty() || store.exists(MANIFEST)?;
        Ok(is_lake.then_some(Self { store, parts }))
    }

    /// Its files, by day and path.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The files that may have rows of a stretch of time, in milliseconds since
    /// the epoch.
    pub fn files_between(&self, between: &Range<i64>) -> Vec<&Part> {
        self.parts.iter().filter(|part| part.may_hold(between)).collect()
    }

    /// What people call a file.
    pub fn name(&self, part: &Part) -> String {
        self.store.name(&part.path)
    }

    /// Where it is.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The bytes of a file, for [`events::read::open`].
    pub fn bytes(&self, part: &Part) -> anyhow::Result<Bytes> {
        let cannot = || format!("cannot read {}", self.name(part));
        match &self.store {
            Store::Folder(folder) => {
                Ok(Bytes::File(File::open(folder.join(&part.path)).with_context(cannot)?))
            }
            Store::Bucket(bucket) => {
                let remote = Remote::new(bucket.clone(), &part.path, part.bytes);
                Ok(Bytes::Ranges(Arc::new(remote)))
            }
        }
    }

    /// Finds out what is in the files of which no manifest tells, by reading their
    /// column of times.
    pub fn measure(&mut self, options: &Options) -> anyhow::Result<()> {
        for at in 0..self.parts.len() {
            let part = &self.parts[at];
            if part.extent.is_none() {
                let hours = time_counts(self.bytes(part)?, options, HOUR_MS)
                    .with_context(|| format!("cannot read {}", self.name(part)))?;
                self.parts[at].extent = Some(Extent::of(hours));
            }
        }
        Ok(())
    }
}

impl Part {
    fn may_hold(&self, between: &Range<i64>) -> bool {
        let times = match &self.extent {
            Some(extent) => extent.times.clone(),
            // The day may be that of any zone: its neighbours are looked into.
            None => (self.day - 1) * DAY_MS..(self.day + 2) * DAY_MS,
        };
        times.start < between.end && between.start < times.end
    }
}

impl Extent {
    /// As far as hours tell.
    fn of(hours: BTreeMap<i64, u64>) -> Self {
        let first = hours.first_key_value().map_or(0, |(hour, _)| hour * HOUR_MS);
        let end = hours.last_key_value().map_or(first, |(hour, _)| (hour + 1) * HOUR_MS);
        Self { rows: hours.values().sum(), times: first..end, hours }
    }
}

/// The number of a day written `2026-01-31`.
pub(crate) fn day_number(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.parse().ok()?;
    let start = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(start.timestamp().as_millisecond().div_euclid(DAY_MS))
}

/// `2026-01-31`, for the number of a day since the epoch.
pub fn day_name(day: i64) -> String {
    let start = jiff::Timestamp::from_millisecond(day.saturating_mul(DAY_MS)).unwrap_or_default();
    start.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
