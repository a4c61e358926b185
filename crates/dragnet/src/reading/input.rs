//! Opening one input, the same way on both readings.

#[cfg(feature = "cluster")]
mod sent;

#[cfg(feature = "cluster")]
pub(crate) use sent::Sent;

use super::digest::{Digested, Digesting};
use super::plan::Plan;
use crate::output::{self, Folder, Mode};
use crate::sources::Source;
use anyhow::Context;
use dragnet::lake::{Bucket, HOUR_MS, Remote};
use events::SignUp;
use events::read::{self, Bytes, Chunk, Opened, Options, Taker, Wanted};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

/// Bytes that tell Parquet from everything else.
const HEAD_BYTES: usize = 4;

/// What is read at a time only to be digested.
const BLOCK_BYTES: usize = 1 << 18;

/// An input that can be opened twice.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// For people.
    pub(crate) name: String,
    at: At,
    /// What it was copied to, in the unfinished result.
    spooled: Option<String>,
    /// Size and checksum, where they need not be found out.
    known: Option<(u64, String)>,
}

/// Where it is.
#[derive(Clone, Debug)]
enum At {
    /// The file itself, or what a pipe was spooled to.
    Path(PathBuf),
    /// A Parquet file in an object store, and its size.
    Object(Bucket, u64),
}

/// How much of an object in a store is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Of Parquet some columns.
    Columns,
    /// Every byte, for its checksum.
    Bytes,
}

/// What tells that a file is not the one it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    tag: Option<String>,
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
    /// Known before.
    Known(u64, String),
    /// The input could not be opened.
    None,
}

impl Input {
    /// Pipes are first copied into the unfinished result, since they come once;
    /// so is what lies in an object store, but for Parquet of which columns will do.
    pub(crate) fn prepare(
        source: &Source,
        number: usize,
        folder: &Folder,
        need: Need,
    ) -> anyhow::Result<Self> {
        let name = source.name();
        let input = |at| Self { name: name.clone(), at, spooled: None, known: None };
        let spooled = format!(".input-{number}.spool");
        let target = Spooled { name: &name, spooled: &spooled, folder };
        let path = match source {
            Source::File(path) => return Ok(input(At::Path(path.clone()))),
            Source::Part { path, bytes, sha256 } => {
                let known = Some((*bytes, sha256.clone()));
                return Ok(Self { known, ..input(At::Path(path.clone())) });
            }
            Source::Object { url, bytes, sha256 } => {
                let bucket = Bucket::open(url)?;
                if need == Need::Columns
                    && (!sha256.is_empty()
                        || read::is_parquet(&bucket.head("", HEAD_BYTES as u64)?))
                {
                    let known = Some((*bytes, sha256.clone()));
                    return Ok(Self { known, ..input(At::Object(bucket, *bytes)) });
                }
                target.fill(|file| bucket.copy("", file))?
            }
            Source::Stdin => target.fill(|file| Ok(io::copy(&mut io::stdin().lock(), file)?))?,
            Source::Pipe(path) => {
                let mut pipe = File::open(path).with_context(|| format!("cannot read {name}"))?;
                target.fill(|file| Ok(io::copy(&mut pipe, file)?))?
            }
        };
        Ok(Self { spooled: Some(spooled), ..input(At::Path(path)) })
    }

    /// Takes away what it was copied to.
    pub(crate) fn discard(&self, folder: &Folder) -> anyhow::Result<()> {
        self.spooled.as_ref().map_or(Ok(()), |name| folder.discard(name))
    }

    /// Size in bytes, 0 where it cannot be had.
    pub(crate) fn bytes(&self) -> u64 {
        match &self.at {
            At::Path(path) => std::fs::metadata(path).map_or(0, |meta| meta.len()),
            At::Object(_, bytes) => *bytes,
        }
    }

    /// Size and time of change.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        match &self.at {
            At::Path(path) => {
                let meta = std::fs::metadata(path).ok()?;
                Some(Stamp { bytes: meta.len(), modified: meta.modified().ok(), tag: None })
            }
            At::Object(bucket, bytes) => {
                // What a manifest lists is never written to again.
                let is_listed = self.known.as_ref().is_some_and(|(_, sha256)| !sha256.is_empty());
                let tag = if is_listed { None } else { Some(bucket.tag("")?) };
                Some(Stamp { bytes: *bytes, modified: None, tag })
            }
        }
    }

    /// Opens it for the first reading, which takes the checksum; the error is
    /// for people and does not name the input.
    pub(super) fn open(&self, options: &Options) -> Result<Reading, String> {
        let (bytes, digest) = match &self.at {
            At::Path(path) => self.open_file(path).map_err(|e| e.to_string())?,
            At::Object(..) => (self.bytes_again().map_err(|e| e.to_string())?, self.known_digest()),
        };
        let opened = read::open(bytes, options).map_err(|e| e.to_string())?;
        Ok(Reading { opened, digest })
    }

    fn open_file(&self, path: &Path) -> io::Result<(Bytes, Digest)> {
        let mut file = File::open(path)?;
        let is_parquet = is_parquet(&mut file)?;
        Ok(match (&self.known, is_parquet) {
            (Some(_), true) => (Bytes::File(file), self.known_digest()),
            (_, true) => (Bytes::File(file), digest_beside(path)),
            (_, false) => {
                let (stream, digested) = Digesting::new(file);
                (Bytes::Stream(Box::new(stream)), Digest::Passing(digested))
            }
        })
    }

    fn known_digest(&self) -> Digest {
        match &self.known {
            Some((bytes, sha256)) => Digest::Known(*bytes, sha256.clone()),
            None => Digest::None,
        }
    }

    /// Opens it for the second reading.
    pub(super) fn open_again(&self, options: &Options) -> Result<Opened, String> {
        let bytes = self.bytes_again().map_err(|e| e.to_string())?;
        read::open(bytes, options).map_err(|e| e.to_string())
    }

    fn bytes_again(&self) -> io::Result<Bytes> {
        match &self.at {
            At::Path(path) => {
                let mut file = File::open(path)?;
                Ok(match is_parquet(&mut file)? {
                    true => Bytes::File(file),
                    false => Bytes::Stream(Box::new(file)),
                })
            }
            At::Object(bucket, bytes) => {
                Ok(Bytes::Ranges(Arc::new(Remote::new(bucket.clone(), "", *bytes))))
            }
        }
    }

    /// Rows per hour since the epoch, where that can be told without reading them.
    pub(crate) fn hours(&self, plan: &Plan) -> anyhow::Result<Option<BTreeMap<i64, u64>>> {
        let cannot = || format!("cannot read {}", self.name);
        let bytes = self.bytes_again().with_context(cannot)?;
        if matches!(bytes, Bytes::Stream(_)) {
            return Ok(None);
        }
        let options = plan.options(0, &[]);
        read::time_counts(bytes, &options, HOUR_MS).map(Some).with_context(cannot)
    }

    /// How many sign-ups it has, going by its first; 0 where these cannot be read.
    pub(crate) fn rows_guessed(&self, plan: &Plan) -> u64 {
        let Ok(mut reading) = self.open(&plan.options(0, &[])) else { return 0 };
        let Some(Ok(first)) = reading.opened.chunks.next() else { return 0 };
        let read = reading.digest.bytes().max(1);
        (signups(first) as f64 * (self.bytes() as f64 / read as f64)) as u64
    }

    /// How many sign-ups it has, as far as it can be read.
    pub(crate) fn rows_counted(&self, plan: &Plan) -> u64 {
        let Ok(opened) = self.open_again(&plan.options(0, &[])) else { return 0 };
        opened.chunks.map_while(Result::ok).map(signups).sum()
    }

    /// What tells that it is not what it was: size, and time of change where that is known.
    pub(crate) fn changed(&self) -> (u64, Option<u64>) {
        let since = self.stamp().and_then(|stamp| stamp.modified?.duration_since(UNIX_EPOCH).ok());
        (self.bytes(), since.and_then(|since| u64::try_from(since.as_millis()).ok()))
    }

    /// The same input, of which no checksum is taken.
    pub(crate) fn undigested(self) -> Self {
        let known = self.known.clone().or_else(|| Some((self.bytes(), String::new())));
        Self { known, ..self }
    }

    /// Its file, where it is one.
    #[cfg(feature = "cluster")]
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.at {
            At::Path(path) => Some(path),
            At::Object(..) => None,
        }
    }

    /// A file that this run wrote.
    pub(crate) fn written(name: &str, path: PathBuf) -> Self {
        Self { name: name.to_owned(), at: At::Path(path), spooled: None, known: None }
    }

    /// The size and the checksum in hex, read for them alone.
    pub(crate) fn digest(&self) -> (u64, String) {
        self.digested(Digest::None)
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
                self.digest_rest(&digested);
                digested
            }
            Digest::Known(bytes, sha256) => return (bytes, sha256),
            Digest::None => {
                let digested = Digested::default();
                self.digest_rest(&digested);
                digested
            }
        };
        (so_far.bytes(), so_far.sha256())
    }

    fn digest_rest(&self, digested: &Digested) {
        if let At::Path(path) = &self.at {
            digest_rest(path, digested);
        }
    }
}

/// The sign-ups of a chunk, repeats among them.
fn signups(chunk: Chunk) -> u64 {
    let mut counting = Counting(0);
    chunk.hand_to(&mut counting);
    counting.0
}

/// Counts sign-ups and keeps none.
struct Counting(u64);

impl Taker for Counting {
    fn wants(&mut self, _: &str) -> Wanted {
        self.0 += 1;
        Wanted::Nothing
    }

    fn take(&mut self, _: SignUp) {}
}

impl Digest {
    /// Bytes read so far, for the progress bar.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Passing(digested) | Self::Beside(digested, _) => digested.bytes(),
            Self::Known(bytes, _) => *bytes,
            Self::None => 0,
        }
    }
}

/// A copy in the unfinished result.
struct Spooled<'a> {
    name: &'a str,
    spooled: &'a str,
    folder: &'a Folder,
}

impl Spooled<'_> {
    fn fill(
        &self,
        copy: impl FnOnce(&mut output::File) -> anyhow::Result<u64>,
    ) -> anyhow::Result<PathBuf> {
        let mut file = self.folder.file(self.spooled, Mode::Private)?;
        copy(&mut file)
            .with_context(|| format!("cannot keep {} for the second reading", self.name))?;
        io::Write::flush(&mut file)?;
        Ok(self.folder.path(self.spooled))
    }
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
