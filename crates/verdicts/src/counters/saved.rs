//! Counters as bytes, so that whoever starts again has them within seconds.
//!
//! A save has everything that was counted before a cut and nothing that came after it,
//! while sign-ups go on being counted: a key that changes before it is saved is saved as
//! it was, just before it changes. So no lock is held for longer than a few keys take.

use super::plan::{Behind, By, Plan};
use super::shard::Kept;
use super::track::Track;
use super::{Counters, SHARDS};
use serde::{Deserialize, Serialize};
use signals::Kind;
use std::io::{self, Read, Write};

/// The form of what is saved and the hashes in it. What was saved in another one is not
/// read.
const FORM: u32 = 1;
/// Keys that are saved under one lock: some hundred microseconds.
const KEYS_AT_ONCE: usize = 1_000;
/// A block is no larger unless it is damaged.
const BLOCK_BYTES_MAX: usize = 1 << 30;

/// What was saved cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Damaged {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// It is not what was written.
    #[error("it is not what was written")]
    Content,
    /// Another version wrote it.
    #[error("another version of dragnet wrote it")]
    Form,
}

#[derive(Serialize, Deserialize)]
struct Header {
    form: u32,
    all: Vec<SavedBy>,
}

/// A kind whose values are keys. Its number is part of each.
#[derive(Serialize, Deserialize)]
struct SavedBy {
    kind: String,
    number: u64,
    behind: Vec<(String, bool)>,
}

#[derive(Serialize)]
struct Entry<'a> {
    key: u64,
    last: u32,
    by: u8,
    track: &'a Track,
}

#[derive(Deserialize)]
struct Restored {
    key: u64,
    last: u32,
    by: u8,
    track: Track,
}

/// What is kept of a key, as bytes.
pub(super) fn entry(key: u64, kept: &Kept, out: &mut Vec<u8>) {
    let entry = Entry { key, last: kept.last, by: kept.by, track: &kept.track };
    postcard::to_io(&entry, out).expect("numbers are written to memory");
}

impl Counters {
    /// From now on [`Self::save`] gives what was counted until now. Nobody counts a sign-up
    /// meanwhile: half of it would be in it.
    pub fn cut(&self) {
        (0..SHARDS).for_each(|at| self.shard_at(at).cut());
    }

    /// Writes what was counted until the last cut.
    pub fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = Header { form: FORM, all: self.plan().all().iter().map(saved_by).collect() };
        block(&postcard::to_stdvec(&header).map_err(io::Error::other)?, out)?;
        let mut bytes = Vec::new();
        for at in 0..SHARDS {
            let mut from = Some(0);
            while let Some(place) = from {
                from = self.shard_at(at).save(place, KEYS_AT_ONCE, &mut bytes);
                if !bytes.is_empty() {
                    block(&bytes, out)?;
                }
                bytes.clear();
            }
        }
        block(&[], out)
    }

    /// Counts what was saved: keys that are counted already are as they were then. Kinds
    /// that are not counted any more are left out.
    pub fn restore(&self, from: &mut dyn Read) -> Result<(), Damaged> {
        let header: Header =
            postcard::from_bytes(&read_block(from)?).map_err(|_| Damaged::Content)?;
        if header.form != FORM {
            return Err(Damaged::Form);
        }
        let plan = self.plan();
        let places: Vec<Option<Place>> = header.all.iter().map(|by| Place::of(by, &plan)).collect();
        loop {
            let bytes = read_block(from)?;
            if bytes.is_empty() {
                return Ok(());
            }
            self.restore_block(&bytes, &plan, &places)?;
        }
    }

    fn restore_block(
        &self,
        mut bytes: &[u8],
        plan: &Plan,
        places: &[Option<Place>],
    ) -> Result<(), Damaged> {
        while !bytes.is_empty() {
            let (entry, rest) =
                postcard::take_from_bytes::<Restored>(bytes).map_err(|_| Damaged::Content)?;
            bytes = rest;
            let place = places.get(usize::from(entry.by)).ok_or(Damaged::Content)?;
            let Some(place) = place else { continue };
            let Restored { key, last, mut track, .. } = entry;
            if !place.is_same {
                track.arrange(place.stride, &place.columns, &plan.all()[place.at]);
            }
            self.shard(key).restore(key, last, place.at, track, self.keys_max);
        }
        Ok(())
    }
}

/// Where a kind of what was saved is counted now.
struct Place {
    at: usize,
    /// Numbers of each sign-up then.
    stride: usize,
    columns: Vec<Option<usize>>,
    is_same: bool,
}

impl Place {
    fn of(saved: &SavedBy, plan: &Plan) -> Option<Self> {
        let kind = Kind::parse(&saved.kind).filter(|kind| *kind as u64 == saved.number)?;
        // A kind that is not known any more is nothing that anything is in the place of.
        let behind = saved.behind.iter().filter_map(|(name, is_counted)| {
            Some(Behind { kind: Kind::parse(name)?, is_counted: *is_counted })
        });
        let by = By { kind, behind: behind.collect() };
        let is_whole = by.behind.len() == saved.behind.len();
        let (at, columns) = plan.columns(&by).filter(|_| is_whole)?;
        let is_same = plan.all()[at] == by;
        Some(Self { at, stride: by.behind.len() + 1, columns, is_same })
    }
}

fn saved_by(by: &By) -> SavedBy {
    let behind = by.behind.iter().map(|b| (b.kind.name().to_owned(), b.is_counted));
    SavedBy { kind: by.kind.name().to_owned(), number: by.kind as u64, behind: behind.collect() }
}

/// Length, checksum, bytes.
fn block(bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&crc32fast::hash(bytes).to_le_bytes())?;
    out.write_all(bytes)
}

fn read_block(from: &mut dyn Read) -> Result<Vec<u8>, Damaged> {
    let (mut length, mut sum) = ([0; 4], [0; 4]);
    from.read_exact(&mut length)?;
    from.read_exact(&mut sum)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > BLOCK_BYTES_MAX {
        return Err(Damaged::Content);
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    match crc32fast::hash(&bytes) == u32::from_le_bytes(sum) {
        true => Ok(bytes),
        false => Err(Damaged::Content),
    }
}
