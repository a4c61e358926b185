//! From the bytes handed in to the bytes of the table: gzip and zstd are
//! recognised by content, never by name, since names are given by people.

use super::{Ranges, ReadError};
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

/// The bytes of one input. Other than a stream is asked for only because
/// Parquet has its directory at the end; anything else is read from front to back.
pub enum Bytes {
    /// Bytes that come once, such as standard input.
    Stream(Box<dyn Read + Send>),
    /// A file, read from where it stands.
    File(File),
    /// A Parquet file somewhere else, read by ranges.
    Ranges(Arc<dyn Ranges>),
}

/// How the bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    Plain,
    /// gzip, of one member or several.
    Gzip,
    /// Zstandard, of one frame or several.
    Zstd,
}

impl Compression {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Compression::Plain => "plain",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }

    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            // A skippable frame, with which some parallel compressors start.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
            _ => Compression::Plain,
        }
    }
}

/// Unpacked bytes, whose first ones can be looked at before they are read.
pub(super) struct Source {
    pub(super) compression: Compression,
    head: Vec<u8>,
    taken: usize,
    /// A failure met while looking ahead: it is due after the head.
    failure: Option<io::Error>,
    rest: Box<dyn Read + Send>,
    ended: bool,
}

impl Source {
    /// Looks at the packing and reads up to `head_bytes` unpacked bytes ahead.
    pub(super) fn open(packed: Box<dyn Read + Send>, head_bytes: usize) -> Result<Self, ReadError> {
        let mut source = Self::peek(packed, Compression::Plain, 4);
        let compression = Compression::of(&source.head);
        source = match compression {
            Compression::Plain => source,
            Compression::Gzip => {
                Self::peek(Box::new(flate2::read::MultiGzDecoder::new(source)), compression, 0)
            }
            Compression::Zstd => {
                let decoder = zstd::stream::read::Decoder::new(source)
                    .map_err(|source| ReadError::Io { line: 0, source })?;
                Self::peek(Box::new(decoder), compression, 0)
            }
        };
        source.look_ahead(head_bytes);
        match source.failure.take() {
            Some(failure) if source.head.is_empty() => Err(source.explain(failure, 0)),
            failure => {
                source.failure = failure;
                Ok(source)
            }
        }
    }

    fn peek(rest: Box<dyn Read + Send>, compression: Compression, bytes: usize) -> Self {
        let mut source =
            Self { compression, head: Vec::new(), taken: 0, failure: None, rest, ended: false };
        source.look_ahead(bytes);
        source
    }

    fn look_ahead(&mut self, bytes: usize) {
        let wanted = bytes.saturating_sub(self.head.len());
        if self.failure.is_some() || wanted == 0 {
            return;
        }
        match self.rest.by_ref().take(wanted as u64).read_to_end(&mut self.head) {
            Ok(read) => self.ended = read < wanted,
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// The bytes looked at and not yet read.
    pub(super) fn head(&self) -> &[u8] {
        &self.head[self.taken..]
    }

    /// Whether the head is all there is.
    pub(super) fn is_whole(&self) -> bool {
        self.ended
    }

    /// Leaves out bytes of the head.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.taken = (self.taken + bytes).min(self.head.len());
    }

    /// What a failure of this source means.
    pub(super) fn explain(&self, failure: io::Error, line: u64) -> ReadError {
        let what = match self.compression {
            Compression::Plain => return ReadError::Io { line, source: failure },
            Compression::Gzip => "gzip data",
            Compression::Zstd => "zstd data",
        };
        // A failing disk has an error number; a decoder's complaint has none.
        match (failure.kind(), failure.raw_os_error()) {
            (_, Some(_)) => ReadError::Io { line, source: failure },
            (io::ErrorKind::UnexpectedEof, None) => ReadError::Truncated { what, line },
            _ => ReadError::Damaged { what, line, cause: failure.to_string() },
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken < self.head.len() {
            let read = self.head[self.taken..].as_ref().read(buffer)?;
            self.taken += read;
            if self.taken == self.head.len() {
                (self.head, self.taken) = (Vec::new(), 0);
            }
            return Ok(read);
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.rest.read(buffer),
        }
    }
}
