//! A few files as one blob: of each its name and its bytes, with their lengths in
//! front. What is read may be of anybody, and is checked.

use anyhow::{Context, bail, ensure};
use std::fs;
use std::path::Path;

/// A part has four files.
const FILES_MAX: usize = 16;

/// Names are ours, and short.
const NAME_BYTES_MAX: usize = 64;

/// Files in order.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// The files of a folder, by name.
pub(super) fn read(dir: &Path) -> anyhow::Result<Files> {
    let shown = dir.display();
    let entries = fs::read_dir(dir).with_context(|| format!("cannot list {shown}"))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {shown}"))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        files.push((name, bytes));
    }
    files.sort();
    Ok(files)
}

/// The blob; an error where it would have more than `bytes_max`.
pub(super) fn pack(files: &Files, bytes_max: usize) -> anyhow::Result<Vec<u8>> {
    let head = 2 * size_of::<u64>();
    let bytes: usize = files.iter().map(|(name, bytes)| head + name.len() + bytes.len()).sum();
    ensure!(
        bytes <= bytes_max,
        "a window left {bytes} bytes, more than the {bytes_max} that travel: a smaller --window \
         leaves less"
    );
    let mut blob = Vec::with_capacity(bytes);
    for (name, bytes) in files {
        for piece in [name.as_bytes(), bytes] {
            blob.extend((piece.len() as u64).to_le_bytes());
            blob.extend(piece);
        }
    }
    Ok(blob)
}

/// The files in a blob.
pub(super) fn unpack(blob: &[u8]) -> anyhow::Result<Files> {
    let (mut rest, mut files) = (blob, Files::new());
    while !rest.is_empty() {
        let name = String::from_utf8(piece(&mut rest)?.to_vec()).context("a name is no text")?;
        let is_plain = !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
        if files.len() == FILES_MAX || !is_plain || !(1..=NAME_BYTES_MAX).contains(&name.len()) {
            bail!("what came is no part of a scan");
        }
        files.push((name, piece(&mut rest)?.to_vec()));
    }
    Ok(files)
}

fn piece<'a>(rest: &mut &'a [u8]) -> anyhow::Result<&'a [u8]> {
    let cut = "what came ends too early";
    let (length, behind) = rest.split_first_chunk().context(cut)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).context(cut)?;
    let (piece, behind) = behind.split_at_checked(length).context(cut)?;
    *rest = behind;
    Ok(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(name: &str) -> Vec<u8> {
        pack(&vec![(name.to_owned(), b"12345".to_vec())], 1_000).unwrap()
    }

    #[test]
    fn what_was_packed_comes_out() {
        let files: Files = vec![("a.json".into(), b"{}".to_vec()), ("b.zst".into(), Vec::new())];
        let blob = pack(&files, 1_000).unwrap();
        assert_eq!(unpack(&blob).unwrap(), files);
        assert!(pack(&files, blob.len() - 1).is_err(), "a bound is a bound");
    }

    #[test]
    fn what_is_cut_or_leads_elsewhere_is_refused() {
        let whole = blob("a.json");
        assert!((1..whole.len()).all(|cut| unpack(&whole[..cut]).is_err()));
        for name in ["", "../a", "/a", ".a", "a\\b", &"a".repeat(65)] {
            assert!(unpack(&blob(name)).is_err(), "{name}");
        }
        assert!(unpack(&blob("a").repeat(17)).is_err());
        assert!(unpack(&[255; 24]).is_err());
    }
}
