//! A folder that one process at a time writes to.

use anyhow::{Context, bail};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Locks `file` in `folder`, for as long as what comes back is kept.
pub fn lock(folder: &Path, file: &str) -> anyhow::Result<File> {
    let shown = folder.display();
    let lock =
        File::create(folder.join(file)).with_context(|| format!("cannot write to {shown}"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!("another dragnet is writing to {shown}: wait for it")
        }
        Err(TryLockError::Error(e)) => Err(e).with_context(|| format!("cannot lock {shown}")),
    }
}
