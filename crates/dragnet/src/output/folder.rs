//! The result's folder. Everything is written to a hidden folder beside it,
//! brought to the disk, and renamed into place last, so that nothing
//! half-written can be taken for a result.

use super::is_result;
use crate::{commands::Usage, interrupt};
use anyhow::{Context, bail};
use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;

/// Large enough that a write is worth a system call, small enough for a dozen.
const BUFFER_BYTES: usize = 1 << 18;

/// What happens to an earlier result of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// It is left alone, and the run refused.
    Keep,
    /// The new one takes its place.
    Replace,
}

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As the user's umask has it.
    Shared,
    /// The owner only: it holds raw sign-ups, or what undoes a pseudonym.
    Private,
}

/// A result in the making; dropped before [`Folder::finish`], it is removed.
#[derive(Debug)]
pub(crate) struct Folder {
    partial: PathBuf,
    target: PathBuf,
    earlier: Earlier,
    is_ours: fn(&Path) -> bool,
    finished: bool,
}

/// Refuses a target that must not be written to, before any work is done.
pub(crate) fn check(target: &Path, earlier: Earlier) -> anyhow::Result<()> {
    check_as(target, earlier, is_result)
}

/// The same for a folder of another kind, which `is_ours` knows.
fn check_as(target: &Path, earlier: Earlier, is_ours: fn(&Path) -> bool) -> anyhow::Result<()> {
    let shown = target.display();
    if fs::symlink_metadata(target).is_err() {
        return Ok(());
    }
    if !target.is_dir() {
        bail!(Usage(format!("{shown} exists and is not a folder: choose another --out")));
    }
    let is_empty =
        fs::read_dir(target).with_context(|| format!("cannot list {shown}"))?.next().is_none();
    if is_empty {
        return Ok(());
    }
    if !is_ours(target) {
        bail!(Usage(format!(
            "{shown} exists and is nothing that Dragnet wrote: choose another --out"
        )));
    }
    if earlier == Earlier::Keep {
        bail!(Usage(format!(
            "{shown} holds an earlier result: give --force to replace it, or another --out"
        )));
    }
    Ok(())
}

/// Removes what a run left beside `target` that was killed while it wrote; the caller knows
/// that nobody else writes to it.
pub(crate) fn sweep(target: &Path) -> io::Result<()> {
    let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else { return Ok(()) };
    let begins = format!(".{}.partial-", name.to_string_lossy());
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&begins) {
            interrupt::remove(&entry.path())?;
        }
    }
    Ok(())
}

impl Folder {
    /// Begins a result at `target`.
    pub(crate) fn begin(target: &Path, earlier: Earlier) -> anyhow::Result<Self> {
        Self::begin_as(target, earlier, is_result)
    }

    /// Begins a folder of another kind; `is_ours` knows an earlier one.
    pub(crate) fn begin_as(
        target: &Path,
        earlier: Earlier,
        is_ours: fn(&Path) -> bool,
    ) -> anyhow::Result<Self> {
        check_as(target, earlier, is_ours)?;
        let partial = beside(target, "partial");
        if let Some(parent) = partial.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot create {}", parent.display()))?;
        }
        // Guarded before it exists: there is no moment in which Ctrl-C would
        // leave it behind.
        interrupt::guard(&partial);
        fs::create_dir(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
        Ok(Self { partial, target: target.to_owned(), earlier, is_ours, finished: false })
    }

    /// A new file of the result. Errors name it by its final path.
    pub(crate) fn file(&self, name: &str, mode: Mode) -> anyhow::Result<File> {
        let shown = self.target.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        restrict(&mut options, mode);
        let file = options
            .open(self.partial.join(name))
            .with_context(|| format!("cannot create {}", shown.display()))?;
        Ok(File { inner: BufWriter::with_capacity(BUFFER_BYTES, file), shown })
    }

    /// Where a file of the unfinished result can be read back.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.partial.join(name)
    }

    /// Removes a file that was needed on the way only.
    pub(crate) fn discard(&self, name: &str) -> anyhow::Result<()> {
        fs::remove_file(self.path(name)).with_context(|| format!("cannot remove {name}"))
    }

    /// Brings everything to the disk and moves the result to its place.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        sync_folder(&self.partial)?;
        check_as(&self.target, self.earlier, self.is_ours)?;
        interrupt::release(&self.partial, || self.put_in_place())?;
        self.finished = true;
        Ok(())
    }

    fn put_in_place(&self) -> anyhow::Result<()> {
        let shown = self.target.display();
        let replaced = beside(&self.target, "replaced");
        let was_there = self.target.exists();
        if was_there {
            fs::rename(&self.target, &replaced)
                .with_context(|| format!("cannot replace {shown}"))?;
        }
        if let Err(e) = fs::rename(&self.partial, &self.target) {
            if was_there {
                // The earlier result goes back; its loss would be the worse failure.
                let _ = fs::rename(&replaced, &self.target);
            }
            return Err(e).with_context(|| format!("cannot create {shown}"));
        }
        if was_there {
            interrupt::remove(&replaced)
                .with_context(|| format!("cannot remove {}", replaced.display()))?;
        }
        sync_folder(
            self.target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        )
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.finished {
            // Whatever stopped the run is being reported; this is only tidying.
            let _ = interrupt::release(&self.partial, || interrupt::remove(&self.partial));
        }
    }
}

/// A file of the result that names itself in its errors.
#[derive(Debug)]
pub(crate) struct File {
    inner: BufWriter<fs::File>,
    shown: PathBuf,
}

impl File {
    /// Brings the whole file to the disk.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.flush()?;
        self.inner.get_ref().sync_all().map_err(|e| self.named(e))?;
        Ok(())
    }

    fn named(&self, error: io::Error) -> io::Error {
        let hint = match error.kind() {
            io::ErrorKind::StorageFull => ": free some space, or choose --out on another disk",
            io::ErrorKind::QuotaExceeded => ": your quota is used up; choose --out elsewhere",
            _ => "",
        };
        io::Error::new(
            error.kind(),
            format!("cannot write {}: {error}{hint}", self.shown.display()),
        )
    }
}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes).map_err(|e| self.named(e))
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush().map_err(|e| self.named(e))
    }
}

/// `.NAME.what-PID` in the folder that `target` is in.
fn beside(target: &Path, what: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{what}-{}", process::id()))
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, mode: Mode) {
    use std::os::unix::fs::OpenOptionsExt;
    if mode == Mode::Private {
        options.mode(0o600);
    }
}

#[cfg(not(unix))]
fn restrict(_: &mut OpenOptions, _: Mode) {}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> anyhow::Result<()> {
    let synced = fs::File::open(folder).and_then(|f| f.sync_all());
    synced.with_context(|| format!("cannot bring {} to the disk", folder.display()))
}

// Windows does not open folders as files; a rename there is durable enough.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> anyhow::Result<()> {
    Ok(())
}
