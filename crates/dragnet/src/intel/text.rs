//! Texts of others, whole in memory: from a file, a pipe or a packed file, and never
//! larger than was allowed, packed or not.

use crate::commands::Usage;
use anyhow::{Context, bail};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// What is read unless the user allows more: thirty times ATT&CK, the largest bundle in
/// wide use. A text is held whole, so that nothing of a broken one is imported.
pub(crate) const BYTES_MAX_DEFAULT: &str = "1G";

/// How standard input is typed.
const STANDARD_INPUT: &str = "-";

/// A text and where it came from.
pub(crate) struct Text {
    /// As it was typed.
    pub(crate) name: String,
    /// Without the folders, which tell of this machine and not of the text.
    pub(crate) source: String,
    pub(crate) bytes: Vec<u8>,
}

/// What files in a folder end with to be read.
const ENDINGS: [&str; 5] = ["json", "csv", "json.gz", "json.zst", "stix"];

/// What was typed, as files: a folder is those in it that look like intelligence, by
/// name, and a result of a scan is itself.
pub(crate) fn files(typed: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in typed {
        if !path.is_dir() || crate::output::is_result(path) {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path)
            .with_context(|| format!("cannot read {}", path.display()))?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()?;
        let is_one = |file: &PathBuf| {
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            file.is_file() && ENDINGS.iter().any(|ending| name.ends_with(&format!(".{ending}")))
        };
        let mut found: Vec<PathBuf> = entries.into_iter().filter(is_one).collect();
        if found.is_empty() {
            bail!("{} has no files ending in {}", path.display(), ENDINGS.join(", "));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// What was typed, in words.
pub(crate) fn name(path: &Path) -> String {
    match path.as_os_str() == STANDARD_INPUT {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// Reads a text; `-` is standard input.
pub(crate) fn read(path: &Path, bytes_max: u64) -> anyhow::Result<Text> {
    let name = name(path);
    let source: Box<dyn Read> = if path.as_os_str() == STANDARD_INPUT {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("cannot read {name}"))?)
    };
    let bytes = unpacked(source, bytes_max).with_context(|| format!("cannot read {name}"))?;
    let source = path.file_name().map_or(name.clone(), |file| file.to_string_lossy().into_owned());
    Ok(Text { source: if source == STANDARD_INPUT { name.clone() } else { source }, name, bytes })
}

/// The bytes, unpacked where they begin like gzip or Zstandard.
fn unpacked(source: Box<dyn Read>, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    const MAGIC_BYTES: usize = 4;
    let mut source = BufReader::new(source);
    let mut begin = Vec::with_capacity(MAGIC_BYTES);
    source.by_ref().take(MAGIC_BYTES as u64).read_to_end(&mut begin)?;
    let whole = io::Cursor::new(begin.clone()).chain(source);
    match begin[..] {
        [0x1f, 0x8b, ..] => bounded(flate2::read::MultiGzDecoder::new(whole), bytes_max),
        [0x28, 0xb5, 0x2f, 0xfd] => bounded(zstd::Decoder::new(whole)?, bytes_max),
        _ => bounded(whole, bytes_max),
    }
}

fn bounded(source: impl Read, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        bail!(
            "unpacked it is larger than {}: --max-size allows more, if you trust it",
            crate::terminal::units::bytes(bytes_max)
        );
    }
    Ok(bytes)
}

/// `512M` in bytes.
pub(crate) fn size(typed: &str) -> anyhow::Result<u64> {
    let bytes = crate::memory::number(typed, 1 << 10).filter(|bytes| *bytes > 0);
    Ok(bytes.ok_or_else(|| Usage(format!("--max-size {typed}: write a size like 512M or 4G")))?)
}
