//! The user's reference tables: a folder with a manifest that says of each
//! table what it is, as of when, under which licence, from where, and which
//! bytes it is made of. The manifest is written last, and files are named
//! after their content, so that a reader sees the old tables or the new ones.

mod archive;
pub(crate) mod manifest;
pub(crate) mod npm;
mod opening;
pub(crate) mod storing;

pub(crate) use opening::{absent, load, open};

use anyhow::{Context, bail};
use std::env;
use std::path::{Path, PathBuf};

/// The folder to read from: the one typed, which must be there, else the
/// user's own, if there is one.
pub(crate) fn folder_to_read(typed: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    match typed {
        Some(dir) if dir.is_dir() => Ok(Some(dir.to_owned())),
        Some(dir) => bail!("{} is not a folder; `dragnet refdata fetch` makes one", dir.display()),
        None => Ok(own_folder().filter(|dir| dir.is_dir())),
    }
}

/// The folder to write to, made if it is not there.
pub(crate) fn folder_to_write(typed: Option<&Path>) -> anyhow::Result<PathBuf> {
    let dir = match typed {
        Some(dir) => dir.to_owned(),
        None => own_folder().context("no home folder is known; say where with --refdata DIR")?,
    };
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    Ok(dir)
}

/// `$XDG_DATA_HOME/dragnet/refdata`, by default in `~/.local/share`.
pub(crate) fn own_folder() -> Option<PathBuf> {
    // The XDG specification has relative paths ignored.
    let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|dir| dir.is_absolute());
    let data = data.or_else(|| {
        let home = env::var_os("HOME").filter(|home| !home.is_empty())?;
        Some(Path::new(&home).join(".local/share"))
    })?;
    Some(data.join("dragnet/refdata"))
}
