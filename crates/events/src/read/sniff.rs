//! Which format the first bytes are, or what to tell whoever handed them in.

use super::ReadError;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A row of names, then values between delimiters.
    Delimited {
        /// `,`, tab, `;` or `|`.
        delimiter: u8,
    },
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
    /// Stack Exchange's `Users.xml`.
    UsersXml,
}

impl Format {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Delimited { delimiter: b'\t' } => "TSV",
            Format::Delimited { delimiter: b';' } => "CSV (;)",
            Format::Delimited { delimiter: b'|' } => "CSV (|)",
            Format::Delimited { .. } => "CSV",
            Format::JsonLines => "JSON lines",
            Format::Parquet => "Parquet",
            Format::UsersXml => "Users.xml",
        }
    }
}

/// What the first bytes say; text formats are told apart by their first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Delimited,
    JsonLines,
    Parquet,
    UsersXml,
}

pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Looks at the first bytes, byte order mark already left out.
pub(super) fn kind(head: &[u8]) -> Result<Kind, ReadError> {
    let text = head.trim_ascii_start();
    match text.first() {
        None => return Err(ReadError::Empty),
        _ if head.starts_with(b"PAR1") => return Ok(Kind::Parquet),
        _ => refuse(head)?,
    }
    match text {
        [b'{', ..] => Ok(Kind::JsonLines),
        [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [] | [b'{' | b']' | b'[', ..]) => {
            Err(ReadError::Convert {
                what: "a JSON array",
                advice: "write one object a line, for instance with `jq -c '.[]'`",
            })
        }
        [b'<', ..] if holds(text, b"<users") || holds(text, b"<row ") => Ok(Kind::UsersXml),
        [b'<', ..] => Err(ReadError::Foreign { what: "XML or HTML" }),
        _ => Ok(Kind::Delimited),
    }
}

fn holds(head: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(head, text).is_some()
}

/// Refuses what cannot be a table, with its name where the first bytes tell it.
fn refuse(head: &[u8]) -> Result<(), ReadError> {
    const UNPACK: &str = "unpack it first";
    const KNOWN: &[(&[u8], &str, Option<&str>)] = &[
        (b"\xff\xfe", "UTF-16 text", Some("convert it with `iconv -f UTF-16 -t UTF-8`")),
        (b"\xfe\xff", "UTF-16 text", Some("convert it with `iconv -f UTF-16 -t UTF-8`")),
        (b"\x1f\x8b", "gzip inside another compression", Some(UNPACK)),
        (b"\x28\xb5\x2f\xfd", "zstd inside another compression", Some(UNPACK)),
        (b"PK\x03\x04", "a zip archive or a spreadsheet", Some("unpack it, or save it as CSV")),
        (b"BZh", "bzip2 data", Some(UNPACK)),
        (b"\xfd7zXZ\x00", "xz data", Some(UNPACK)),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", Some(UNPACK)),
        (b"\x89PNG", "a PNG picture", None),
        (b"\xff\xd8\xff", "a JPEG picture", None),
        (b"GIF8", "a GIF picture", None),
        (b"%PDF", "a PDF document", None),
        (b"\x7fELF", "a program", None),
        (b"SQLite format 3\x00", "an SQLite database", Some("export the table as CSV")),
        (b"ORC", "an ORC file", Some("convert it to Parquet or CSV")),
        (b"Obj\x01", "an Avro file", Some("convert it to Parquet or JSON lines")),
        (b"ARROW1", "an Arrow file", Some("convert it to Parquet")),
    ];
    let known = KNOWN.iter().find(|(magic, ..)| head.starts_with(magic));
    match known {
        // Three letters of plain text may start a column name too.
        Some((b"BZh" | b"ORC" | b"GIF8", ..)) if memchr::memchr(0, head).is_none() => Ok(()),
        Some((_, what, Some(advice))) => Err(ReadError::Convert { what, advice }),
        Some((_, what, None)) => Err(ReadError::Foreign { what }),
        None if is_utf16(head) => Err(ReadError::Convert {
            what: "UTF-16 text",
            advice: "convert it with `iconv -f UTF-16LE -t UTF-8`",
        }),
        None if head.get(257..262) == Some(b"ustar") => {
            Err(ReadError::Convert { what: "a tar archive", advice: UNPACK })
        }
        None if memchr::memchr(0, head).is_some() => {
            Err(ReadError::Foreign { what: "a binary file" })
        }
        None => Ok(()),
    }
}

/// Latin text in UTF-16 without a mark has a zero in every second byte.
fn is_utf16(head: &[u8]) -> bool {
    let pairs = head.chunks_exact(2).take(64);
    let (count, low, high) = pairs.fold((0, 0, 0), |(count, low, high), pair| {
        (count + 1, low + i32::from(pair[0] == 0), high + i32::from(pair[1] == 0))
    });
    count >= 4 && (low == count && high == 0 || high == count && low == 0)
}
