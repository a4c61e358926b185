//! Ctrl-C, at any moment: the half-written result goes, a line says so, and
//! the exit code is 130. The handler runs on a thread of its own, so that
//! even a long computation that never looks up can be stopped.

use crate::terminal;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io, process, thread};

/// Exit code of a run that was stopped by a signal, as shells have it.
const INTERRUPTED: i32 = 130;

/// A folder that is being filled while it is removed may need a second try.
const REMOVE_TRIES_MAX: u32 = 10;

static REQUESTED: AtomicBool = AtomicBool::new(false);
static LAST: Mutex<Option<Box<dyn FnOnce() + Send>>> = Mutex::new(None);
static PARTIAL: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Installs the handler for SIGINT, SIGTERM and SIGHUP.
pub(crate) fn install() -> anyhow::Result<()> {
    ctrlc::set_handler(stop)?;
    Ok(())
}

/// From now on an interruption removes this folder.
pub(crate) fn guard(partial: &Path) {
    lock().insert(partial.to_owned());
}

/// From now on an interruption does this last, which may take a moment.
#[cfg(feature = "cluster")]
pub(crate) fn last(last: impl FnOnce() + Send + 'static) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(last));
}

/// Runs `last`, uninterrupted, after which the folder is no longer ours to remove.
pub(crate) fn release<T>(partial: &Path, last: impl FnOnce() -> T) -> T {
    let mut guarded = lock();
    let done = last();
    guarded.remove(partial);
    done
}

/// Where an interruption is under way, waits for the process to end.
pub(crate) fn wait_if_requested() {
    while REQUESTED.load(Ordering::SeqCst) {
        thread::park();
    }
}

/// Removes a folder with all that is in it.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    let mut tried = 0;
    loop {
        tried += 1;
        match fs::remove_dir_all(folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty && tried < REMOVE_TRIES_MAX => {}
            done => return done,
        }
    }
}

fn stop() {
    REQUESTED.store(true, Ordering::SeqCst);
    let partial = std::mem::take(&mut *lock());
    let failed = partial.iter().find_map(|folder| Some((folder, remove(folder).err()?)));
    terminal::say(&match failed {
        Some((folder, e)) => {
            format!("\ninterrupted; {} could not be removed: {e}", folder.display())
        }
        None if partial.is_empty() => "\ninterrupted".to_owned(),
        None => "\ninterrupted: the half-written result was removed".to_owned(),
    });
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    last.map(|last| last()).unwrap_or_default();
    process::exit(INTERRUPTED);
}

fn lock() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    PARTIAL.lock().unwrap_or_else(PoisonError::into_inner)
}
