//! Writing to a lake. Files are written where nobody looks, brought to the disk,
//! moved to their places, and listed in the manifest last: before that, nothing
//! has happened, and what is left of a run that was stopped is no part of the lake.

use super::day_number;
use super::store::sync_folder;
use super::{Encoded, Ingested, MANIFEST, Manifest, Store, Stored, Version};
use anyhow::{Context, bail};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Where rejected rows go.
const REJECTED: &str = "_rejected";

/// What the folder of unfinished files is named after, in a lake that is a folder.
pub const STAGING: &str = "_ingest";

/// Held while one process writes to a folder.
const LOCK: &str = "._dragnet.lock";

/// Digits of a run's name: enough that no two of a lake's life meet.
const RUN_DIGITS: usize = 12;

/// A lake that rows are being added to.
pub struct Ingest {
    store: Store,
    manifest: Manifest,
    earlier: Version,
    files: Vec<Stored>,
    /// Held to the end, in a folder.
    _lock: Option<File>,
}

impl Ingest {
    /// Opens the lake, or begins one; removes what an earlier run that was stopped
    /// left behind. In a folder, fails while another process writes to it.
    pub fn begin(store: Store) -> anyhow::Result<Self> {
        let lock = match &store {
            Store::Folder(folder) => Some(lock(folder)?),
            Store::Bucket(_) => None,
        };
        let found = Manifest::read(&store)?;
        let (manifest, earlier) = found.unwrap_or((Manifest::default(), Version::Absent));
        let ingest = Self { store, manifest, earlier, files: Vec::new(), _lock: lock };
        ingest.sweep()?;
        Ok(ingest)
    }

    /// Whether these bytes are in the lake.
    pub fn has(&self, sha256: &str) -> bool {
        self.manifest.has(sha256)
    }

    /// The name of a run over such inputs: the same whenever and wherever it runs,
    /// and another where the lake has had it.
    pub fn name<'a>(&self, digests: impl Iterator<Item = &'a str>) -> String {
        let inputs: Vec<&str> = digests.collect();
        let name = |again: u32| {
            let mut hash = Sha256::new();
            inputs.iter().for_each(|digest| hash.update(format!("{digest}\n")));
            if again > 0 {
                hash.update(format!("again {again}\n"));
            }
            let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            hex[..RUN_DIGITS].to_owned()
        };
        (0..).map(name).find(|run| !self.manifest.has_run(run)).unwrap_or_default()
    }

    /// Takes a file: into `staging`, or, where a single request makes it appear
    /// whole, to its place.
    pub fn put(&mut self, run: &str, encoded: Encoded, staging: &Path) -> anyhow::Result<()> {
        let Encoded { bytes, mut stored } = encoded;
        let number = self.files.len() + 1;
        stored.path = format!("day={}/{run}-{number:05}.parquet", stored.day);
        match &self.store {
            Store::Folder(_) => {
                let path = staging.join(staged(&stored));
                let written = File::create_new(&path).and_then(|mut file| file.write_all(&bytes));
                written
                    .with_context(|| format!("cannot write {}", self.store.name(&stored.path)))?;
            }
            Store::Bucket(bucket) => bucket.put(&stored.path, bytes)?,
        }
        self.files.push(stored);
        Ok(())
    }

    /// Makes the files part of the lake; `rejected` is what was set aside, if
    /// anything was. Returns the paths of the files.
    pub fn commit(
        mut self,
        sources: Vec<Ingested>,
        staging: &Path,
        rejected: Option<&Path>,
    ) -> anyhow::Result<Vec<Stored>> {
        if let (Some(rejected), Some(source)) = (rejected, sources.first()) {
            self.put_rejected(&format!("{REJECTED}/{}.jsonl", source.run), rejected)?;
        }
        if let Store::Folder(folder) = &self.store {
            put_in_place(folder, staging, &self.files)?;
        }
        self.manifest.files.extend(self.files.iter().cloned());
        self.manifest.sources.extend(sources);
        self.manifest.write(&self.store, &self.earlier)?;
        Ok(self.files)
    }

    /// Takes the days before `day` (days since the epoch) out of the lake: first out of the
    /// manifest, then off the disk. Gives how many rows that were. What was ingested only
    /// into them may be ingested again.
    pub fn forget(mut self, day: i64) -> anyhow::Result<u64> {
        let is_kept = |file: &Stored| day_number(&file.day).is_none_or(|own| own >= day);
        let gone = self.manifest.files.iter().filter(|file| !is_kept(file));
        let rows = gone.map(|file| file.rows).sum();
        if rows == 0 {
            return Ok(0);
        }
        self.manifest.files.retain(is_kept);
        let runs: BTreeSet<&str> =
            self.manifest.files.iter().filter_map(|file| run_of(&file.path)).collect();
        self.manifest.sources.retain(|source| runs.contains(source.run.as_str()));
        self.manifest.write(&self.store, &self.earlier)?;
        self.sweep()?;
        Ok(rows)
    }

    fn put_rejected(&self, path: &str, rejected: &Path) -> anyhow::Result<()> {
        let cannot = || format!("cannot write {}", self.store.name(path));
        match &self.store {
            Store::Folder(folder) => {
                fs::create_dir_all(folder.join(REJECTED)).with_context(cannot)?;
                fs::rename(rejected, folder.join(path)).with_context(cannot)?;
                sync_folder(&folder.join(REJECTED)).with_context(cannot)
            }
            Store::Bucket(bucket) => bucket.put(path, fs::read(rejected).with_context(cannot)?),
        }
    }

    /// Removes files that bear a run's name and are in no manifest. Others are
    /// somebody's, and stay.
    fn sweep(&self) -> anyhow::Result<()> {
        if let Store::Folder(folder) = &self.store {
            sweep_staging(folder)?;
        }
        let listed: BTreeSet<&str> =
            self.manifest.files.iter().map(|file| file.path.as_str()).collect();
        for object in self.store.days()? {
            if is_ours(&object.path) && !listed.contains(object.path.as_str()) {
                self.store.remove(&object.path)?;
            }
        }
        for object in self.store.list(REJECTED)? {
            let name = object.path.rsplit('/').next().unwrap_or_default();
            let run = name.strip_suffix(".jsonl").filter(|run| is_run(run));
            if run.is_some_and(|run| !self.manifest.has_run(run)) {
                self.store.remove(&object.path)?;
            }
        }
        Ok(())
    }
}

/// Locks a folder, which is made where there is none.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let shown = folder.display();
    fs::create_dir_all(folder).with_context(|| format!("cannot create {shown}"))?;
    let is_lake = folder.join(MANIFEST).exists() || folder.join(LOCK).exists();
    let mut names = fs::read_dir(folder).with_context(|| format!("cannot list {shown}"))?;
    if !is_lake && names.next().is_some() {
        bail!("{shown} holds something else: name a new folder, or one that `dragnet ingest` made");
    }
    crate::lock::lock(folder, LOCK)
}

/// Removes the unfinished files of runs that were stopped.
fn sweep_staging(folder: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot clear {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        if entry.file_name().to_string_lossy().starts_with(&format!(".{STAGING}.")) {
            fs::remove_dir_all(entry.path()).with_context(cannot)?;
        }
    }
    Ok(())
}

fn put_in_place(folder: &Path, staging: &Path, files: &[Stored]) -> anyhow::Result<()> {
    // The system has brought most of it to the disk meanwhile: waiting for that here,
    // side by side, is a fraction of waiting for each file when it is written.
    files.par_iter().try_for_each(|file| {
        let synced = File::open(staging.join(staged(file))).and_then(|file| file.sync_all());
        synced.with_context(|| format!("cannot bring {} to the disk", file.path))
    })?;
    let mut days = BTreeSet::new();
    for file in files {
        let target = folder.join(&file.path);
        let cannot = || format!("cannot write {}", target.display());
        let day = target.parent().unwrap_or(folder).to_owned();
        fs::create_dir_all(&day).with_context(cannot)?;
        fs::rename(staging.join(staged(file)), &target).with_context(cannot)?;
        days.insert(day);
    }
    days.insert(folder.to_owned());
    days.par_iter().try_for_each(|day| {
        sync_folder(day).with_context(|| format!("cannot bring {} to the disk", day.display()))
    })
}

/// A file's name before it is in its place: no glob of Parquet files finds it.
fn staged(stored: &Stored) -> String {
    format!("{}.part", stored.path.replace('/', "."))
}

/// The run that wrote `day=…/RUN-00001.parquet`.
fn run_of(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.split('-').next()
}

fn is_run(text: &str) -> bool {
    text.len() == RUN_DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a file bears the name of one of ours.
fn is_ours(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let parts = name.strip_suffix(".parquet").and_then(|stem| stem.split_once('-'));
    parts.is_some_and(|(run, number)| {
        is_run(run) && number.len() >= 5 && number.bytes().all(|b| b.is_ascii_digit())
    })
}
