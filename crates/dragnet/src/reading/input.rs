//! Opening one input, the same way on both readings.

use super::digest::{Digested, Digesting};
use crate::output::{Folder, Mode};
use crate::sources::Source;
use anyhow::Context;
use events::read::{self, Bytes, Opened, Options};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::SystemTime;

/// Bytes that tell Parquet from everything else.
const HEAD_BYTES: usize = 4;

/// What is read at a time only to be digested.
const BLOCK_BYTES: usize = 1 << 18;

/// An input under a path that can be opened twice.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// For people.
    pub(crate) name: String,
    /// The file itself, or what a pipe was spooled to.
    path: PathBuf,
}

/// What tells that a file is not the one it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// An input being read for the first time.
pub(super) struct Reading {
    pub(super) opened: Opened,
    pub(super) digest: Digest,
}

/// The checksum in the making.
pub(super) enum Digest {
    /// Taken as the bytes go by.
    Passing(Digested),
    /// Taken beside: Parquet is not read from front to back.
    Beside(Digested, JoinHandle<()>),
    /// The input could not be opened.
    None,
}

impl Input {
    /// Pipes are first copied into the unfinished result, since they come once.
    pub(crate) fn prepare(source: &Source, number: usize, folder: &Folder) -> anyhow::Result<Self> {
        let name = source.name();
        let path = match source {
            Source::File(path) => path.clone(),
            Source::Stdin => spool(io::stdin().lock(), &name, number, folder)?,
            Source::Pipe(path) => {
                let pipe = File::open(path).with_context(|| format!("cannot read {name}"))?;
                spool(pipe, &name, number, folder)?
            }
        };
        Ok(Self { name, path })
    }

    /// Takes away what a pipe was copied to.
    pub(crate) fn discard(&self, source: &Source, folder: &Folder) -> anyhow::Result<()> {
        match (source, self.path.file_name().and_then(|name| name.to_str())) {
            (Source::Stdin | Source::Pipe(_), Some(name)) => folder.discard(name),
            _ => Ok(()),
        }
    }

    /// Size in bytes, 0 where it cannot be had.
    pub(crate) fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |meta| meta.len())
    }

    /// Size and time of change.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let meta = std::fs::metadata(&self.path).ok()?;
        Some(Stamp { bytes: meta.len(), modified: meta.modified().ok() })
    }

    /// Opens it for the first reading, which takes the checksum; the error is
    /// for people and does not name the input.
    pub(super) fn open(&self, options: &Options) -> Result<Reading, String> {
        let mut file = File::open(&self.path).map_err(|e| e.to_string())?;
        let is_parquet = is_parquet(&mut file).map_err(|e| e.to_string())?;
        let (bytes, digest) = match is_parquet {
            true => (Bytes::File(file), digest_beside(&self.path)),
            false => {
                let (stream, digested) = Digesting::new(file);
                (Bytes::Stream(Box::new(stream)), Digest::Passing(digested))
            }
        };
        let opened = read::open(bytes, options).map_err(|e| e.to_string())?;
        Ok(Reading { opened, digest })
    }

    /// Opens it for the second reading.
    pub(super) fn open_again(&self, options: &Options) -> Result<Opened, String> {
        let mut file = File::open(&self.path).map_err(|e| e.to_string())?;
        let bytes = match is_parquet(&mut file).map_err(|e| e.to_string())? {
            true => Bytes::File(file),
            false => Bytes::Stream(Box::new(file)),
        };
        read::open(bytes, options).map_err(|e| e.to_string())
    }

    /// Digests what was not read; returns the size and the checksum in hex.
    pub(super) fn digested(&self, digest: Digest) -> (u64, String) {
        let so_far = match digest {
            Digest::Beside(digested, thread) => {
                // Its thread cannot panic: it only reads.
                let _ = thread.join();
                digested
            }
            Digest::Passing(digested) => {
                digest_rest(&self.path, &digested);
                digested
            }
            Digest::None => {
                let digested = Digested::default();
                digest_rest(&self.path, &digested);
                digested
            }
        };
        (so_far.bytes(), so_far.sha256())
    }
}

impl Digest {
    /// Bytes read so far, for the progress bar.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Passing(digested) | Self::Beside(digested, _) => digested.bytes(),
            Self::None => 0,
        }
    }
}

fn spool(
    mut pipe: impl Read,
    name: &str,
    number: usize,
    folder: &Folder,
) -> anyhow::Result<PathBuf> {
    let spooled = format!(".input-{number}.spool");
    let mut file = folder.file(&spooled, Mode::Private)?;
    io::copy(&mut pipe, &mut file)
        .with_context(|| format!("cannot keep {name} for the second reading"))?;
    io::Write::flush(&mut file)?;
    Ok(folder.path(&spooled))
}

fn is_parquet(file: &mut File) -> io::Result<bool> {
    let mut head = [0; HEAD_BYTES];
    let mut filled = 0;
    while filled < head.len() {
        match file.read(&mut head[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    file.rewind()?;
    Ok(read::is_parquet(&head[..filled]))
}

fn digest_beside(path: &Path) -> Digest {
    let (digested, path) = (Digested::default(), path.to_owned());
    let theirs = digested.clone();
    Digest::Beside(digested, thread::spawn(move || digest_rest(&path, &theirs)))
}

/// Digests what lies behind the part that is digested already. A file that
/// cannot be read has been reported as such; its checksum is of what came.
fn digest_rest(path: &Path, digested: &Digested) {
    let Ok(mut file) = File::open(path) else {
        return;
    };
    if file.seek(io::SeekFrom::Start(digested.bytes())).is_err() {
        return;
    }
    let mut file = BufReader::with_capacity(BLOCK_BYTES, file);
    let mut block = vec![0; BLOCK_BYTES];
    while let Ok(n @ 1..) = file.read(&mut block) {
        digested.add(&block[..n]);
    }
}
