//! Cuts a stream of text into pieces of whole rows, with bounded memory.
//! Where a piece ends depends on the bytes alone, never on how they arrive.

use super::ReadError;
use super::delimited::{RowEnd, row_end};
use super::source::Source;
use memchr::{memchr, memchr_iter};
use std::io::Read;

/// How much is read at a time: large enough that a system call costs nothing
/// per row, small enough to stay in the processor's cache.
const BLOCK_BYTES: usize = 256 * 1024;

/// Some whole rows, and the row after them that could not be one.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// 1-based line of the first byte.
    pub(super) line: u64,
    /// Every line is a row, whatever its quotes: it follows a quote that was
    /// never closed.
    pub(super) is_singly: bool,
    /// The line of a row that was left out, and why.
    pub(super) refused: Option<(u64, &'static str)>,
}

/// Where rows end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rows {
    /// At each line break.
    Lines,
    /// At each line break outside of quotes.
    Quoted {
        /// What stands between fields: a quote only opens after it.
        delimiter: u8,
    },
}

/// The iterator.
pub(super) struct Pieces {
    source: Source,
    rows: Rows,
    chunk_bytes: usize,
    row_bytes_max: usize,
    buffer: Vec<u8>,
    /// 1-based line of the first byte of the buffer.
    line: u64,
    /// Bytes before the buffer.
    offset: u64,
    /// Up to this byte every line is a row. Without it, lines that each open
    /// one more quote would be searched for its end again and again.
    singly_until: u64,
    /// In the middle of a line that is left out.
    skipping: bool,
    ended: bool,
    failure: Option<std::io::Error>,
}

impl Pieces {
    pub(super) fn new(
        source: Source,
        rows: Rows,
        chunk_bytes: usize,
        row_bytes_max: usize,
    ) -> Self {
        Self {
            source,
            rows,
            chunk_bytes: chunk_bytes.max(1),
            row_bytes_max: row_bytes_max.max(1),
            buffer: Vec::new(),
            line: 1,
            offset: 0,
            singly_until: 0,
            skipping: false,
            ended: false,
            failure: None,
        }
    }

    /// Leaves out the next `lines` lines, which are in the source's head.
    pub(super) fn skip_head(&mut self, bytes: usize, lines: u64) {
        self.source.skip(bytes);
        self.line += lines;
    }

    fn fill(&mut self) {
        let mut block = self.source.by_ref().take(BLOCK_BYTES as u64);
        match block.read_to_end(&mut self.buffer) {
            Ok(read) => self.ended = read < BLOCK_BYTES,
            Err(failure) => {
                self.failure = Some(failure);
                self.ended = true;
            }
        }
    }

    fn drop_bytes(&mut self, length: usize) {
        self.buffer.drain(..length);
        self.offset += length as u64;
    }

    /// Drops the rest of a line that is left out, without keeping it.
    fn skip_line(&mut self) {
        while self.skipping {
            match memchr(b'\n', &self.buffer) {
                Some(end) => {
                    self.drop_bytes(end + 1);
                    self.line += 1;
                    self.skipping = false;
                }
                None if self.ended => {
                    self.drop_bytes(self.buffer.len());
                    self.skipping = false;
                }
                None => {
                    self.drop_bytes(self.buffer.len());
                    self.fill();
                }
            }
        }
    }

    /// The end of the row that starts at `from`.
    fn next_end(&mut self, from: usize, rows: Rows) -> Next {
        loop {
            let open = &self.buffer[from..];
            let end = match rows {
                Rows::Lines => memchr(b'\n', open).map_or(RowEnd::Open, |at| RowEnd::At(at + 1)),
                Rows::Quoted { delimiter } => row_end(open, delimiter),
            };
            // The verdict on a long row looks at its first bytes only, so that
            // it is the same however much has been read.
            let first = &open[..open.len().min(self.row_bytes_max)];
            let too_long = || match memchr(b'\n', first) {
                Some(_) => Next::Refused(Refusal::Unclosed),
                None => Next::Refused(Refusal::TooLong),
            };
            match end {
                RowEnd::At(length) if length <= self.row_bytes_max => {
                    return Next::Row(from + length);
                }
                RowEnd::At(_) => return too_long(),
                _ if open.len() > self.row_bytes_max => return too_long(),
                _ if !self.ended => self.fill(),
                // The last row of a stream that broke is a part of a row.
                _ if open.is_empty() || self.failure.is_some() => return Next::End,
                RowEnd::Open => return Next::Row(self.buffer.len()),
                RowEnd::Unclosed => return Next::Refused(Refusal::Unclosed),
            }
        }
    }

    /// Hands out the buffer up to `end` and keeps the rest.
    fn cut(&mut self, end: usize, is_singly: bool, refusal: Option<Refusal>) -> Piece {
        let rest = self.buffer.split_off(end);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let line = self.line;
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        self.offset += end as u64;
        self.skipping = refusal.is_some();
        if let Some(Refusal::Unclosed) = refusal {
            self.singly_until = self.offset + self.row_bytes_max as u64;
        }
        let refused = refusal.map(|refusal| (self.line, refusal.reason()));
        Piece { bytes, line, is_singly, refused }
    }
}

enum Next {
    Row(usize),
    Refused(Refusal),
    End,
}

/// Why the line at which a row starts is left out.
#[derive(Clone, Copy)]
enum Refusal {
    TooLong,
    Unclosed,
}

impl Refusal {
    fn reason(self) -> &'static str {
        match self {
            Refusal::TooLong => "the row is longer than the limit",
            Refusal::Unclosed => "a quote that opens in this line is not closed",
        }
    }
}

impl Iterator for Pieces {
    type Item = Result<Piece, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_line();
        let is_singly = self.offset < self.singly_until;
        let (rows, limit) = match is_singly {
            true => (Rows::Lines, (self.singly_until - self.offset) as usize),
            false => (self.rows, usize::MAX),
        };
        let mut end = 0;
        while end < self.chunk_bytes.min(limit) {
            match self.next_end(end, rows) {
                Next::Row(row_end) => end = row_end,
                Next::Refused(refusal) => {
                    return Some(Ok(self.cut(end, is_singly, Some(refusal))));
                }
                Next::End if end > 0 => break,
                Next::End => {
                    self.buffer.clear();
                    let failure = self.failure.take()?;
                    return Some(Err(self.source.explain(failure, self.line - 1)));
                }
            }
        }
        Some(Ok(self.cut(end, is_singly, None)))
    }
}
