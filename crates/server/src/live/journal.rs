//! What was acknowledged, on the disk before it is: sign-ups line by line, in files that
//! are only ever added to. The lines have the record's own columns, so that each file is a
//! log like any other.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A journal in a folder.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    open: Mutex<Open>,
}

/// The file that is written to.
#[derive(Debug)]
struct Open {
    file: File,
    path: PathBuf,
    bytes: u64,
    /// Number of the next line.
    next: u64,
    is_synced: bool,
}

/// A file that is not written to any more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// Number of its first line.
    pub first: u64,
    /// Where it is.
    pub path: PathBuf,
}

/// A larger file is left, and another one begun: what a scan takes in at once, and what
/// is read again after a crash at the latest snapshot.
const SEGMENT_BYTES_MAX: u64 = 64 << 20;
/// What files end with.
const ENDING: &str = ".jsonl";

impl Journal {
    /// Opens the journal in `dir`, which is made where there is none; its next line is
    /// `from` or a later one. What was written by half when the power failed is cut off: it
    /// was not acknowledged.
    pub fn open(dir: &Path, from: u64) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let next = match segments(dir)?.pop() {
            None => from,
            Some(last) => from.max(last.first + whole_lines(&last.path)?),
        };
        let open = Mutex::new(Open::begin(dir, next)?);
        Ok(Self { dir: dir.to_owned(), open })
    }

    /// Writes whole lines, and gives the number of the first. They survive the end of the
    /// process when this returns, and a loss of power after the next [`Self::sync`].
    pub fn write(&self, lines: &[u8]) -> io::Result<u64> {
        let mut open = self.lock();
        if open.bytes + lines.len() as u64 > SEGMENT_BYTES_MAX && open.bytes > 0 {
            open.sync()?;
            *open = Open::begin(&self.dir, open.next)?;
        }
        let first = open.next;
        if let Err(e) = open.file.write_all(lines) {
            // The disk may be full: what was written by half is nobody's line.
            let (bytes, file) = (open.bytes, &open.file);
            drop(file.set_len(bytes));
            return Err(e);
        }
        open.bytes += lines.len() as u64;
        open.next += lines.iter().filter(|byte| **byte == b'\n').count() as u64;
        open.is_synced = false;
        Ok(first)
    }

    /// Brings what was written to the disk itself.
    pub fn sync(&self) -> io::Result<()> {
        let (file, next) = {
            let open = self.lock();
            if open.is_synced {
                return Ok(());
            }
            (open.file.try_clone()?, open.next)
        };
        // Others write meanwhile; what they write is synced the next time.
        file.sync_data()?;
        let mut open = self.lock();
        open.is_synced |= open.next == next;
        Ok(())
    }

    /// Leaves the file that is written to, so that all there is can be taken in; gives the
    /// files that are not written to any more, the oldest first.
    pub fn seal(&self) -> io::Result<Vec<Segment>> {
        let mut open = self.lock();
        if open.bytes > 0 {
            open.sync()?;
            *open = Open::begin(&self.dir, open.next)?;
        }
        let current = open.path.clone();
        Ok(segments(&self.dir)?.into_iter().filter(|one| one.path != current).collect())
    }

    /// Removes files that [`Self::seal`] gave, once what is in them is elsewhere.
    pub fn remove(&self, files: &[Segment]) -> io::Result<()> {
        let current = self.lock().path.clone();
        for file in files.iter().filter(|file| file.path != current) {
            fs::remove_file(&file.path)?;
        }
        File::open(&self.dir)?.sync_all()
    }

    /// Number of the next line.
    pub fn next(&self) -> u64 {
        self.lock().next
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn begin(dir: &Path, next: u64) -> io::Result<Self> {
        let path = dir.join(format!("{next:020}{ENDING}"));
        let file = OpenOptions::new().append(true).create(true).open(&path)?;
        let bytes = file.metadata()?.len();
        File::open(dir)?.sync_all()?;
        Ok(Self { file, path, bytes, next, is_synced: true })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        self.is_synced = true;
        Ok(())
    }
}

/// The files in `dir`, the oldest first.
pub fn segments(dir: &Path) -> io::Result<Vec<Segment>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(first) = name.strip_suffix(ENDING).and_then(|digits| digits.parse().ok()) {
            all.push(Segment { first, path });
        }
    }
    all.sort();
    Ok(all)
}

/// Whole lines of a file; half a line at its end is cut off.
fn whole_lines(path: &Path) -> io::Result<u64> {
    let text = fs::read(path)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < text.len() {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(whole as u64)?;
        file.sync_all()?;
    }
    Ok(text[..whole].iter().filter(|byte| **byte == b'\n').count() as u64)
}
