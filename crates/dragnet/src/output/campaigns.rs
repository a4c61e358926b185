//! `campaigns.jsonl`, a campaign a line, and `identities.jsonl`, what the next
//! run needs to give the same campaigns the same ids.

use super::{CAMPAIGNS, Folder, IDENTITIES, Mode};
use anyhow::Context;
use campaigns::{Campaign, Identity};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Writes both files.
pub(crate) fn write(
    folder: &Folder,
    campaigns: &[Campaign],
    identities: &[Identity],
) -> anyhow::Result<()> {
    write_lines(folder, CAMPAIGNS, Mode::Shared, campaigns)?;
    write_lines(folder, IDENTITIES, Mode::Private, identities)
}

/// The campaigns of a finished result.
pub(crate) fn read(dir: &Path) -> anyhow::Result<Vec<Campaign>> {
    read_lines(dir, CAMPAIGNS)
}

/// The identities of an earlier result.
pub(crate) fn read_identities(dir: &Path) -> anyhow::Result<Vec<Identity>> {
    read_lines(dir, IDENTITIES)
}

fn write_lines<T: Serialize>(
    folder: &Folder,
    name: &str,
    mode: Mode,
    values: &[T],
) -> anyhow::Result<()> {
    let mut file = folder.file(name, mode)?;
    for value in values {
        serde_json::to_writer(&mut file, value).map_err(std::io::Error::from)?;
        file.write_all(b"\n")?;
    }
    file.finish()
}

fn read_lines<T: DeserializeOwned>(dir: &Path, name: &str) -> anyhow::Result<Vec<T>> {
    let path = dir.join(name);
    let shown = path.display();
    let file = File::open(&path).with_context(|| {
        format!("cannot read {shown}: is {} a result of `dragnet scan`?", dir.display())
    })?;
    let mut values = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("cannot read {shown}"))?;
        let value =
            serde_json::from_str(&line).with_context(|| format!("{shown}, line {}", number + 1))?;
        values.push(value);
    }
    Ok(values)
}
