//! What a machine is told, to look at a window as we would.

use super::archive::{self, Files};
use crate::config::Reading;
use crate::output::run::Table;
use crate::reading::Sent;
use crate::windows::{Quota, Window};
use anyhow::{Context, bail};
use campaigns::Weighing;
use serde::{Deserialize, Serialize};

/// Version of a job's form.
const VERSION: u32 = 1;

/// Names in the blob that a job is.
const JOB: &str = "job.json";
const CARRIED: &str = "carried.jsonl.zst";

/// Who made a job; read before the rest, which another program may not understand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Maker {
    version: u32,
    program: String,
    rules: u32,
}

impl Maker {
    fn us() -> Self {
        Self {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            rules: campaigns::RULE_VERSION,
        }
    }

    fn words(&self) -> String {
        format!("dragnet {} (rules {}, jobs {})", self.program, self.rules, self.version)
    }
}

/// A window to be looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    maker: Maker,
    pub(super) window: Window,
    /// Where its sign-ups are.
    pub(super) inputs: Vec<Sent>,
    pub(super) reading: Reading,
    /// The reference tables that the scan was started with.
    pub(super) tables: Vec<Table>,
    pub(super) weighing: Weighing,
    pub(super) quota: Quota,
    /// Names of what is carried over from an earlier run, and travels with the job.
    carried: Vec<String>,
    #[serde(skip)]
    lines: Vec<Vec<u8>>,
}

/// What is carried over from an earlier run: a name, and lines of evidence in zstd.
pub(super) type Carried = (String, Vec<u8>);

/// All but what differs from window to window.
pub(super) struct Common<'a> {
    pub(super) reading: &'a Reading,
    pub(super) tables: &'a [Table],
    pub(super) weighing: Weighing,
    pub(super) quota: Quota,
    pub(super) carried: &'a [Carried],
}

impl Job {
    pub(super) fn of(common: &Common<'_>, window: &Window, inputs: Vec<Sent>) -> Self {
        Self {
            maker: Maker::us(),
            window: window.clone(),
            inputs,
            reading: common.reading.clone(),
            tables: common.tables.to_vec(),
            weighing: common.weighing,
            quota: common.quota,
            carried: common.carried.iter().map(|(name, _)| name.clone()).collect(),
            lines: common.carried.iter().map(|(_, lines)| lines.clone()).collect(),
        }
    }

    pub(super) fn pack(self) -> anyhow::Result<Vec<u8>> {
        let job = serde_json::to_vec(&self)?;
        let lines = self.lines.into_iter().map(|lines| (CARRIED.to_owned(), lines));
        let files: Files = std::iter::once((JOB.to_owned(), job)).chain(lines).collect();
        archive::pack(&files, cluster::BYTES_MAX)
    }

    /// A job that the same program made.
    pub(super) fn unpack(blob: &[u8]) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Head {
            maker: Maker,
        }
        let mut files = archive::unpack(blob)?.into_iter();
        let (_, job) = files.next().filter(|(name, _)| name == JOB).context("this is no job")?;
        let Head { maker } = serde_json::from_slice(&job).context("this is no job")?;
        if maker != Maker::us() {
            bail!(
                "the scan is of {}, this executor of {}: all have to be the same",
                maker.words(),
                Maker::us().words()
            );
        }
        let job: Self = serde_json::from_slice(&job).context("this is no job")?;
        let lines: Vec<Vec<u8>> = files.map(|(_, lines)| lines).collect();
        if lines.len() != job.carried.len() {
            bail!("a job without its live campaigns");
        }
        Ok(Self { lines, ..job })
    }

    /// What is carried over from an earlier run.
    pub(super) fn carried(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.carried.iter().map(String::as_str).zip(self.lines.iter().map(Vec::as_slice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn job() -> Job {
        let reading = Reading {
            map: BTreeMap::from([("account_id".to_owned(), "user".to_owned())]),
            signals: vec!["plan".to_owned()],
            zone: events::time::Zone::parse("Europe/Paris").unwrap(),
            date_order: Some(events::time::DateOrder::DayFirst),
            now_ms: 1,
            between: Some(0..7),
            refdata: None,
        };
        let common = Common {
            reading: &reading,
            tables: &[],
            weighing: Weighing::Untrained,
            quota: Quota::of(1, 1, 1),
            carried: &[("live campaigns".to_owned(), vec![1, 2, 3])],
        };
        Job::of(&common, &Window { between: 0..3_600_000, rows: 5 }, Vec::new())
    }

    #[test]
    fn a_job_arrives_as_it_was() {
        let came = Job::unpack(&job().pack().unwrap()).unwrap();
        assert_eq!(format!("{came:?}"), format!("{:?}", job()));
        assert_eq!(came.carried().collect::<Vec<_>>(), [("live campaigns", &[1, 2, 3][..])]);
    }

    #[test]
    fn another_version_is_told_so() {
        let mut job = job();
        job.maker.program = "0.0.9".to_owned();
        let refused = Job::unpack(&job.pack().unwrap()).unwrap_err().to_string();
        assert!(refused.contains("dragnet 0.0.9"), "{refused}");
        assert!(refused.contains(env!("CARGO_PKG_VERSION")), "{refused}");
        assert!(Job::unpack(b"").is_err());
    }
}
