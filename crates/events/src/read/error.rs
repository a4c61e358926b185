//! Why an input cannot be read, or not to its end, and what to do about it.
//! Column names may stand in an error; values never do.

use crate::columns::MapError;
use std::io;

/// What went wrong with one input. Bad rows are not errors: they are rejected.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing in it.
    #[error("the input is empty")]
    Empty,
    /// Column names and nothing below.
    #[error("the input has column names and no rows")]
    NoRows,
    /// Some other kind of file.
    #[error(
        "this is {what}, not a table of sign-ups; CSV, TSV, JSON lines, Parquet and Stack Exchange Users.xml are read, plain or as gzip or zstd"
    )]
    Foreign {
        /// What it looks like.
        what: &'static str,
    },
    /// A companion of the sign-ups lacks a column that it cannot do without.
    #[error(
        "no column is known to be `{column}`; the columns are: {seen}. Rename the one that it is to `{column}`"
    )]
    CompanionColumn {
        /// The column's name.
        column: &'static str,
        /// The columns seen, at most 30.
        seen: String,
    },
    /// Something that one command turns into a form that is read.
    #[error("this is {what}; {advice}")]
    Convert {
        /// What it looks like.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The first row has values where names should be.
    #[error(
        "the first row looks like values, not column names ({seen}); add a row of names, or name the columns by place, such as `--map account_id=column-1,timestamp=column-2`"
    )]
    NoHeader {
        /// What each column looks like, without the values.
        seen: String,
    },
    /// The row of names is longer than what is read ahead.
    #[error("the first line is longer than {bytes} bytes; is this a table of sign-ups?")]
    LongHeader {
        /// The bound.
        bytes: usize,
    },
    /// The row of names is not text.
    #[error(
        "the column names are not UTF-8; convert the file, for instance with `iconv -f LATIN1 -t UTF-8`"
    )]
    HeaderNotUtf8,
    /// No line of the first ones is a JSON object.
    #[error("no line is a JSON object; one object a line is read, such as `jq -c` writes")]
    NoObjects,
    /// The columns cannot be mapped.
    #[error(transparent)]
    Columns(#[from] MapError),
    /// Parquet has its directory at the end and cannot be read from a pipe.
    #[error(
        "Parquet cannot be read from a pipe or inside gzip or zstd: save it to a file and name the file"
    )]
    ParquetStream,
    /// A Parquet file without its directory.
    #[error(
        "the Parquet file ends too early, before its directory: it was cut short or is still being written; copy or write it again"
    )]
    ParquetCut,
    /// The input ends in the middle. What came before was delivered.
    #[error(
        "the {what} ends too early (after line {line}): it was cut short or is still being written; the rows before are read, copy or write it again for the rest"
    )]
    Truncated {
        /// What is cut short.
        what: &'static str,
        /// The last complete line or row.
        line: u64,
    },
    /// The input cannot be decoded further. What came before was delivered.
    #[error(
        "the {what} is damaged after line {line} ({cause}); the rows before are read, copy or write it again for the rest"
    )]
    Damaged {
        /// What is damaged.
        what: &'static str,
        /// The last complete line or row.
        line: u64,
        /// What the decoder says.
        cause: String,
    },
    /// The operating system refuses.
    #[error("reading failed after line {line}: {source}")]
    Io {
        /// The last complete line or row.
        line: u64,
        /// Its reason.
        source: io::Error,
    },
}
