//! What becomes of the journal: what is counted is saved, what came goes into the lake,
//! and what is older than it is to be kept goes.

use crate::args::{Args, Command};
use crate::commands::ingest;
use crate::config::Ingest;
use crate::hex::hex;
use anyhow::{Context, bail};
use clap::Parser;
use dragnet::lake::{self, DAY_MS, Manifest, Store};
use server::live::{Live, Segment};
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The lake, in the folder of the state.
pub(super) const LAKE: &str = "lake";

/// The journal goes into the lake when it has so much, or its first file is so old: few
/// files, and little that a scan reads as text.
const JOURNAL_BYTES_MAX: u64 = 256 << 20;
const JOURNAL_AGE_MAX: Duration = Duration::from_secs(60 * 60);

/// Keeps what a service acknowledged.
pub(super) struct Keeping {
    live: Arc<Live>,
    lake: PathBuf,
    keep: Duration,
    /// What is left in the journal may be in the lake already: whoever put it there was
    /// stopped before it was taken out of the journal.
    is_first: bool,
}

impl Keeping {
    pub(super) fn new(live: &Arc<Live>, state: &Path, keep: Duration) -> Self {
        Self { live: Arc::clone(live), lake: state.join(LAKE), keep, is_first: true }
    }

    /// Everything that is to be done now and then.
    pub(super) fn round(&mut self, now: SystemTime) -> anyhow::Result<()> {
        let files = self.live.journal().seal().context("cannot go on to the next journal file")?;
        // Only then nobody needs the journal to count again.
        self.live.snapshot().context("cannot save what is counted")?;
        let files = self.done(files);
        let done = match () {
            () if files.is_empty() => Vec::new(),
            () if is_due(&files, now) => {
                self.ingest(&files)?;
                files
            }
            () if self.is_first => self.ingested(files)?,
            () => Vec::new(),
        };
        self.live.journal().remove(&done).context("cannot clear the journal")?;
        self.is_first = false;
        self.forget(now)
    }

    /// The files that nobody needs any more where they are: other scorers have been told of
    /// all that is in them.
    fn done(&self, mut files: Vec<Segment>) -> Vec<Segment> {
        let untold = self.live.untold();
        let last = [self.live.journal().next()];
        let ends = files.iter().skip(1).map(|later| later.first).chain(last);
        let told = ends.take_while(|end| *end <= untold).count();
        files.truncate(told);
        files.retain(|file| bytes(file) > 0);
        files
    }

    /// Those of the files that are in the lake.
    fn ingested(&self, mut files: Vec<Segment>) -> anyhow::Result<Vec<Segment>> {
        let manifest = match self.lake.exists() {
            true => Manifest::read(&Store::at(&self.lake)?)?,
            false => None,
        };
        let Some((manifest, _)) = manifest else { return Ok(Vec::new()) };
        files.retain(|file| {
            let sha256 = fs::read(&file.path).map(|bytes| hex(&Sha256::digest(bytes)));
            sha256.is_ok_and(|sha256| manifest.has(&sha256))
        });
        Ok(files)
    }

    fn ingest(&self, files: &[Segment]) -> anyhow::Result<()> {
        let mut typed: Vec<OsString> =
            ["dragnet", "ingest", "--quiet", "--max-rejected", "100%", "--threads", "1"]
                .map(OsString::from)
                .to_vec();
        typed.extend(["--lake".into(), self.lake.clone().into_os_string()]);
        typed.extend(files.iter().map(|file| file.path.clone().into_os_string()));
        match Args::try_parse_from(typed)?.command {
            Command::Ingest(args) => ingest::take(&Ingest::resolve(&args)?).map(drop),
            _ => bail!("nothing else was meant"),
        }
    }

    fn forget(&self, now: SystemTime) -> anyhow::Result<()> {
        if !self.lake.exists() {
            return Ok(());
        }
        let kept_ms = now.duration_since(UNIX_EPOCH)?.saturating_sub(self.keep).as_millis();
        let day = i64::try_from(kept_ms)?.div_euclid(DAY_MS);
        lake::Ingest::begin(Store::at(&self.lake)?)?.forget(day)?;
        Ok(())
    }
}

fn is_due(files: &[Segment], now: SystemTime) -> bool {
    let written = files.iter().filter_map(|file| file.path.metadata().ok()?.modified().ok());
    let age = written.min().and_then(|oldest| now.duration_since(oldest).ok());
    files.iter().map(bytes).sum::<u64>() > JOURNAL_BYTES_MAX
        || age.is_some_and(|age| age > JOURNAL_AGE_MAX)
}

pub(super) fn bytes(file: &Segment) -> u64 {
    file.path.metadata().map_or(0, |file| file.len())
}
