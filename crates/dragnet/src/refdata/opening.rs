//! From the folder to tables in memory. A table that cannot be used is left
//! out and said, never a reason to fail: everything works without tables.

use super::manifest::{Entry, Form, Manifest};
use anyhow::{Context, bail};
use events::reference::{AddressFile, BadLine, Kind, Tables};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The tables of a folder, and notes for the user: what is left out and why,
/// what its publisher warns of, what is missing. `None` gives the built-in
/// tables alone. An error only where the manifest itself cannot be read.
pub(crate) fn load(dir: Option<&Path>) -> anyhow::Result<(Tables, Vec<String>)> {
    let (tables, mut notes) = open(dir)?;
    notes.extend(absent(&tables).into_iter().map(|(_, words)| words));
    Ok((tables, notes))
}

/// The tables of the folder, and what a person should know of those there.
pub(crate) fn open(dir: Option<&Path>) -> anyhow::Result<(Tables, Vec<String>)> {
    let mut tables = Tables::built_in();
    let mut notes = Vec::new();
    let entries = match dir {
        Some(dir) => Manifest::read(dir)?.tables,
        None => Vec::new(),
    };
    for entry in &entries {
        let dir = dir.unwrap_or(Path::new("."));
        match add(&mut tables, entry, &paths(dir, entry)) {
            Ok(_) => notes
                .extend(entry.caution.iter().map(|caution| format!("{}: {caution}", entry.kind))),
            Err(error) => notes.push(format!(
                "{}: table left out: {error:#}. `dragnet refdata fetch` or `add` brings a new one",
                entry.kind
            )),
        }
    }
    Ok((tables, notes))
}

/// The absent tables that are felt, in words; the lists only refine what is
/// built in.
pub(crate) fn absent(tables: &Tables) -> Vec<(Kind, String)> {
    let felt = tables.missing().into_iter().filter(|missing| missing.kind.is_address_table());
    let words = felt.map(|missing| {
        let (name, costs) = (missing.kind.name(), missing.costs);
        (
            missing.kind,
            format!("no {name} table; missing {costs}. `dragnet refdata fetch` brings one"),
        )
    });
    words.collect()
}

fn paths(dir: &Path, entry: &Entry) -> Vec<PathBuf> {
    entry.files.iter().map(|stored| dir.join(&stored.file)).collect()
}

/// Adds one table from its files, whose names and sizes the entry tells.
pub(crate) fn add(
    tables: &mut Tables,
    entry: &Entry,
    paths: &[PathBuf],
) -> anyhow::Result<Vec<BadLine>> {
    let about = entry.about().context("of a kind that this version does not know")?;
    check_sizes(entry, paths)?;
    let address_table = about.kind.is_address_table();
    match entry.form {
        Form::Mmdb if address_table => {
            let bytes = fs::read(one(paths)?).context("cannot be read")?;
            Ok(tables.add_addresses(about, AddressFile::Mmdb(bytes))?)
        }
        Form::Csv if address_table => {
            let mut readers = Vec::new();
            for path in paths {
                readers.push(BufReader::new(File::open(path).context("cannot be opened")?));
            }
            let readers = readers.iter_mut().map(|reader| reader as &mut dyn BufRead).collect();
            Ok(tables.add_addresses(about, AddressFile::Csv(readers))?)
        }
        Form::List if !address_table => {
            let file = File::open(one(paths)?).context("cannot be opened")?;
            Ok(tables.add_list(about, BufReader::new(file))?)
        }
        form => bail!("a {} table cannot be a {form:?} file", Kind::name(about.kind)),
    }
}

fn one(paths: &[PathBuf]) -> anyhow::Result<&PathBuf> {
    match paths {
        [path] => Ok(path),
        _ => bail!("takes one file, not {}", paths.len()),
    }
}

/// Half a file must not pass for a table. Hashing 40 MB would cost every run
/// more than reading them; `refdata list` does that.
fn check_sizes(entry: &Entry, paths: &[PathBuf]) -> anyhow::Result<()> {
    for (stored, path) in entry.files.iter().zip(paths) {
        let bytes = fs::metadata(path).with_context(|| format!("{} is gone", stored.file))?.len();
        if bytes != stored.bytes {
            bail!("{} has {bytes} bytes instead of {}", stored.file, stored.bytes);
        }
    }
    Ok(())
}
