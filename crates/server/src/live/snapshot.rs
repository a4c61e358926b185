//! Snapshots of what is counted, so that whoever starts again reads only the end of the
//! journal. One is complete or is not there: it is written beside its place and moved.

use super::Live;
use super::made::Made;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

const ENDING: &str = ".counters";
const UNFINISHED: &str = ".unfinished";
/// Read and written at once.
const BUFFER_BYTES: usize = 1 << 20;

/// A snapshot: which line of the journal comes first behind it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Snapshot {
    pub(super) line: u64,
    path: PathBuf,
}

impl Live {
    /// Writes what is counted, and gives the line of the journal from which on it is not in
    /// it. Older snapshots go. Sign-ups are judged meanwhile.
    pub fn snapshot(&self) -> io::Result<u64> {
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let dir = &self.snapshots;
        let line = {
            // Whoever counts has written what it counted when this is ours.
            let _alone = self.counting.write().unwrap_or_else(PoisonError::into_inner);
            self.engine.counters().cut();
            self.journal.next()
        };
        self.journal.sync()?;
        let path = dir.join(format!("{line:020}{ENDING}"));
        let unfinished = dir.join(format!("{line:020}{UNFINISHED}"));
        let mut file = BufWriter::with_capacity(BUFFER_BYTES, File::create(&unfinished)?);
        self.engine.counters().save(&mut file)?;
        self.save_seen(&mut file)?;
        file.into_inner().map_err(|e| e.into_error())?.sync_all()?;
        fs::rename(&unfinished, &path)?;
        File::open(dir)?.sync_all()?;
        for older in snapshots(dir)?.into_iter().filter(|older| older.line < line) {
            fs::remove_file(&older.path)?;
        }
        Ok(line)
    }

    /// Counts what the latest snapshot has; the line of the journal that comes next, if
    /// there is a snapshot.
    pub(super) fn restore(&self) -> io::Result<Option<u64>> {
        sweep(&self.snapshots)?;
        let Some(latest) = snapshots(&self.snapshots)?.pop() else { return Ok(None) };
        let mut file = BufReader::with_capacity(BUFFER_BYTES, File::open(&latest.path)?);
        self.engine.counters().restore(&mut file).map_err(io::Error::other)?;
        self.restore_seen(&mut file)?;
        Ok(Some(latest.line))
    }

    /// Event by event a line: its hash, and what was made of it.
    fn save_seen(&self, out: &mut impl Write) -> io::Result<()> {
        let mut outcome = Ok(());
        self.seen.each(|event, answer| {
            if outcome.is_ok() {
                outcome = serde_json::to_string(&(event, Made::of(answer)))
                    .map_err(io::Error::from)
                    .and_then(|line| writeln!(out, "{line}"));
            }
        });
        outcome
    }

    fn restore_seen(&self, from: &mut impl Read) -> io::Result<()> {
        let policy = self.policy();
        let events = serde_json::Deserializer::from_reader(from).into_iter::<(u64, Made)>();
        for event in events {
            let (event, made) = event?;
            self.seen.remember(event, &Arc::new(made.answer(&policy)));
        }
        Ok(())
    }
}

/// The snapshots in `dir`, the oldest first.
pub(super) fn snapshots(dir: &Path) -> io::Result<Vec<Snapshot>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(line) = name.strip_suffix(ENDING).and_then(|digits| digits.parse().ok()) {
            all.push(Snapshot { line, path });
        }
    }
    all.sort();
    Ok(all)
}

/// Takes away what a process left that was stopped while it wrote.
fn sweep(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.to_str().is_some_and(|path| path.ends_with(UNFINISHED)) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
