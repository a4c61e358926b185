//! A distant Parquet file, read by ranges: its directory at once, and of each
//! group of rows the columns that are wanted, side by side.

use super::store::Bucket;
use bytes::Bytes;
use events::read::Ranges;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// The directory of a file of some groups and dozens of columns, with where its
/// pages begin: one request instead of four.
const TAIL_BYTES: u64 = 128 * 1024;

/// Groups of rows that are held: a batch may take rows from the end of one and
/// the beginning of the next, column by column.
const GROUPS_HELD_MAX: usize = 2;

/// A file of a bucket.
pub struct Remote {
    bucket: Bucket,
    path: String,
    size: u64,
    fetched: Mutex<Fetched>,
}

#[derive(Default)]
struct Fetched {
    tail: Option<Block>,
    groups: VecDeque<Vec<Block>>,
    expected: Vec<Vec<Range<u64>>>,
}

struct Block {
    start: u64,
    bytes: Bytes,
}

impl Block {
    /// The bytes asked for, or the first of them.
    fn slice(&self, range: &Range<u64>) -> Option<Bytes> {
        let end = self.start + self.bytes.len() as u64;
        let is_here = range.start >= self.start && range.start < end;
        is_here.then(|| {
            let start = (range.start - self.start) as usize;
            self.bytes.slice(start..(range.end.min(end) - self.start) as usize)
        })
    }
}

impl Remote {
    /// A file of this size.
    pub fn new(bucket: Bucket, path: &str, size: u64) -> Self {
        Self { bucket, path: path.to_owned(), size, fetched: Mutex::default() }
    }

    fn fetch(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Block>> {
        let starts = ranges.iter().map(|range| range.start);
        let bytes = self.bucket.ranges(&self.path, ranges)?;
        Ok(starts.zip(bytes).map(|(start, bytes)| Block { start, bytes }).collect())
    }
}

impl Fetched {
    fn slice(&self, range: &Range<u64>) -> Option<Bytes> {
        self.groups.iter().flatten().chain(&self.tail).find_map(|block| block.slice(range))
    }
}

impl Ranges for Remote {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        if let Some(bytes) = fetched.slice(&range) {
            return Ok(bytes);
        }
        let holds = |group: &&Vec<Range<u64>>| group.iter().any(|r| r.contains(&range.start));
        if let Some(group) = fetched.expected.iter().find(holds).cloned() {
            let blocks = self.fetch(&group)?;
            fetched.groups.truncate(GROUPS_HELD_MAX - 1);
            fetched.groups.push_front(blocks);
        } else {
            let tail = self.size.saturating_sub(TAIL_BYTES);
            let wanted = if range.start >= tail { tail..self.size } else { range.clone() };
            fetched.tail = self.fetch(&[wanted])?.pop();
        }
        let missing = || io::Error::new(io::ErrorKind::UnexpectedEof, "the object is shorter");
        fetched.slice(&range).ok_or_else(missing)
    }

    fn expect(&self, groups: Vec<Vec<Range<u64>>>) {
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.groups.clear();
        fetched.expected = groups;
    }
}
