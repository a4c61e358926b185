//! Putting a table into the folder: tried first, then copied under a name
//! made of its content, then named in the manifest, and only then is the
//! former one removed. Whatever fails, the folder stays usable.

use super::manifest::{Entry, Manifest, Stored};
use super::opening;
use crate::hex::hex;
use anyhow::Context;
use events::reference::{BadLine, Tables};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Puts the files into the folder as the table that `entry` describes; its
/// rows, files and, for an mmdb, its date are filled in here. Returns the
/// entry as stored and the lines that could not be used.
pub(crate) fn put(
    dir: &Path,
    mut entry: Entry,
    sources: &[PathBuf],
) -> anyhow::Result<(Entry, Vec<BadLine>)> {
    // Reading the manifest comes first: with a damaged one nothing is changed.
    let mut manifest = Manifest::read(dir)?;
    entry.files = Vec::new();
    let bad_lines = describe(&mut entry, sources)?;
    for source in sources {
        let extension = source.extension().and_then(|e| e.to_str()).unwrap_or("txt");
        let stored = copy(dir, &entry.kind, extension, source)?;
        entry.files.push(stored);
    }
    let former = manifest.put(entry.clone());
    manifest.write(dir)?;
    for old in former.into_iter().flat_map(|entry| entry.files) {
        if !entry.files.iter().any(|stored| stored.file == old.file) {
            // A file that stays behind is in nobody's way.
            let _ = fs::remove_file(dir.join(old.file));
        }
    }
    Ok((entry, bad_lines))
}

/// Tries the files as the table they are said to be.
fn describe(entry: &mut Entry, sources: &[PathBuf]) -> anyhow::Result<Vec<BadLine>> {
    let mut tables = Tables::built_in();
    let bad_lines = opening::add(&mut tables, entry, sources)?;
    let about = tables
        .about()
        .into_iter()
        .rfind(|about| about.kind.name() == entry.kind && about.name == entry.name);
    if let Some(about) = about {
        entry.rows = about.rows;
        entry.date = about.date;
    }
    Ok(bad_lines)
}

fn copy(dir: &Path, kind: &str, extension: &str, source: &Path) -> anyhow::Result<Stored> {
    let mut input = fs::File::open(source).context("cannot be opened")?;
    let mut copy = NamedTempFile::new_in(dir).context("cannot write to the folder")?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        copy.write_all(&buffer[..read]).context("cannot write to the folder")?;
        bytes += read as u64;
    }
    let sha256 = hex(&hash.finalize());
    let file = format!("{kind}-{}.{extension}", &sha256[..12]);
    persist(copy, &dir.join(&file))?;
    Ok(Stored { file, bytes, sha256 })
}

/// Replaces a file in one step.
pub(crate) fn replace(dir: &Path, file: &str, content: &[u8]) -> anyhow::Result<()> {
    let mut new = NamedTempFile::new_in(dir).context("cannot write to the folder")?;
    new.write_all(content)?;
    persist(new, &dir.join(file))
}

fn persist(file: NamedTempFile, path: &Path) -> anyhow::Result<()> {
    file.as_file().sync_all()?;
    // Others may run scans with these tables: temporary files are the owner's alone.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// The SHA-256 of a file, in hexadecimal.
pub(crate) fn sha256(path: &Path) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut input = fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}
