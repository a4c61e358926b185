//! From what was typed to the inputs of a run: files, folders, globs, lakes,
//! objects in a store, `-`.
//! Expansion is sorted, so that the same folder always gives the same run.

use crate::commands::Usage;
use anyhow::{Context, bail};
use dragnet::lake::{self, Lake, MANIFEST, Part, Store};
use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Inputs of one run. Each gets its line in run.json; a folder with more
/// files than this was most likely named by mistake.
const INPUTS_MAX: usize = 100_000;

/// How deep folders are followed: logs are filed by year, month, day, hour
/// and host at most; anything deeper is not a log folder.
const DEPTH_MAX: usize = 16;

/// What a file in a folder must end with to count as a sign-up log. A file
/// that is named outright is read whatever its name.
const ENDINGS: [&str; 8] = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xml"];

/// One input of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// A file that can be opened again.
    File(PathBuf),
    /// A pipe by its path: it can be read once only.
    Pipe(PathBuf),
    /// A file of a lake, which its manifest knows.
    Part {
        path: PathBuf,
        bytes: u64,
        /// In hex.
        sha256: String,
    },
    /// An object in a store.
    Object {
        url: String,
        bytes: u64,
        /// In hex; empty where no manifest says it.
        sha256: String,
    },
    /// Standard input.
    Stdin,
}

impl Source {
    /// The name for people.
    pub(crate) fn name(&self) -> String {
        match self {
            Source::File(path) | Source::Pipe(path) | Source::Part { path, .. } => {
                path.display().to_string()
            }
            Source::Object { url, .. } => url.clone(),
            Source::Stdin => "standard input".to_owned(),
        }
    }
}

/// Expands what was typed, in that order; an input named twice is read once. Of a
/// lake, only files that may have rows of the time asked for.
pub(crate) fn expand(
    typed: &[PathBuf],
    between: Option<&Range<i64>>,
) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut seen = BTreeSet::new();
    for path in typed {
        for source in expand_one(path, between)? {
            if seen.insert(identity(&source)) {
                sources.push(source);
            }
        }
        if sources.len() > INPUTS_MAX {
            bail!("more than {INPUTS_MAX} files: scan a part of them at a time");
        }
    }
    Ok(sources)
}

/// Two spellings of one path are one input.
fn identity(source: &Source) -> Source {
    match source {
        Source::File(path) => Source::File(fs::canonicalize(path).unwrap_or_else(|_| path.clone())),
        other => other.clone(),
    }
}

fn expand_one(typed: &Path, between: Option<&Range<i64>>) -> anyhow::Result<Vec<Source>> {
    if typed.as_os_str() == "-" {
        return Ok(vec![Source::Stdin]);
    }
    if lake::is_remote(typed) {
        return remote(typed, between);
    }
    match fs::metadata(typed) {
        Ok(meta) if meta.is_dir() => match Lake::open(Store::Folder(typed.to_owned()))? {
            Some(lake) => parts(&lake, between),
            None => folder(typed),
        },
        Ok(meta) if meta.is_file() => Ok(vec![Source::File(typed.to_owned())]),
        Ok(_) => Ok(vec![Source::Pipe(typed.to_owned())]),
        Err(_) if is_glob(typed) => matching(typed),
        Err(e) => Err(e).with_context(|| format!("cannot read {}", typed.display())),
    }
}

/// The files of a lake.
fn parts(lake: &Lake, between: Option<&Range<i64>>) -> anyhow::Result<Vec<Source>> {
    let parts = match between {
        Some(between) => lake.files_between(between),
        None => lake.parts().iter().collect(),
    };
    if parts.is_empty() {
        bail!("{} has no sign-ups of that time", lake.store().name(""));
    }
    let source = |part: &Part| {
        let (bytes, sha256) = (part.bytes, part.sha256.clone());
        match lake.store() {
            Store::Folder(folder) if sha256.is_empty() => Source::File(folder.join(&part.path)),
            Store::Folder(folder) => Source::Part { path: folder.join(&part.path), bytes, sha256 },
            Store::Bucket(_) => Source::Object { url: lake.name(part), bytes, sha256 },
        }
    };
    Ok(parts.into_iter().map(source).collect())
}

/// A lake, an object, or the logs under a prefix.
fn remote(typed: &Path, between: Option<&Range<i64>>) -> anyhow::Result<Vec<Source>> {
    let store = Store::at(typed)?;
    let Store::Bucket(bucket) = &store else { return Ok(Vec::new()) };
    if let Some(bytes) = bucket.size("")? {
        let url = bucket.name("");
        return Ok(vec![Source::Object { url, bytes, sha256: String::new() }]);
    }
    if let Some(lake) = Lake::open(store.clone())? {
        return parts(&lake, between);
    }
    let logs = bucket.list("")?.into_iter().filter(|object| is_log(Path::new(&object.path)));
    let logs: Vec<_> = logs
        .map(|object| Source::Object {
            url: bucket.name(&object.path),
            bytes: object.bytes,
            sha256: String::new(),
        })
        .collect();
    if logs.is_empty() {
        bail!("no sign-up logs under {}: looked for *.{{{}}}", bucket.name(""), ENDINGS.join(","));
    }
    Ok(logs)
}

fn is_glob(typed: &Path) -> bool {
    typed.to_str().is_some_and(|text| text.contains(['*', '?', '[']))
}

fn matching(pattern: &Path) -> anyhow::Result<Vec<Source>> {
    let text = pattern.to_str().unwrap_or_default();
    let paths = glob::glob(text).map_err(|e| Usage(format!("{text} is not a glob: {e}")))?;
    let mut sources = Vec::new();
    for path in paths {
        let path = path.with_context(|| format!("cannot look for {text}"))?;
        if path.is_file() {
            sources.push(Source::File(path));
        }
    }
    if sources.is_empty() {
        bail!("no file matches {text}");
    }
    sources.sort();
    Ok(sources)
}

fn folder(dir: &Path) -> anyhow::Result<Vec<Source>> {
    let mut files = Vec::new();
    walk(dir, 0, &mut files)?;
    if files.is_empty() {
        bail!(
            "no sign-up logs in {}: looked for *.{{{}}}, also with .gz or .zst",
            dir.display(),
            ENDINGS.join(",")
        );
    }
    files.sort();
    Ok(files.into_iter().map(Source::File).collect())
}

fn walk(dir: &Path, depth: usize, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    // An earlier result lies beside its input more often than not; its
    // accounts.csv is not a sign-up log.
    if depth > DEPTH_MAX || crate::output::is_result(dir) {
        return Ok(());
    }
    if dir.join(MANIFEST).is_file()
        && let Some(lake) = Lake::open(Store::Folder(dir.to_owned()))?
    {
        files.extend(lake.parts().iter().map(|part| dir.join(&part.path)));
        return Ok(());
    }
    let entries = fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", dir.display()))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let (kind, path) = (entry.file_type()?, entry.path());
        // A link to a folder may lead back up; a link to a file is a file.
        if kind.is_dir() {
            walk(&path, depth + 1, files)?;
        } else if is_log(&path) && path.is_file() {
            files.push(path);
        }
        if files.len() > INPUTS_MAX {
            bail!("more than {INPUTS_MAX} files under {}", dir.display());
        }
    }
    Ok(())
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    ENDINGS.iter().any(|ending| plain.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.')))
}
