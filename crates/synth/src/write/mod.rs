//! Writing a log: the sign-ups in one of the formats that the readers know, the
//! truth beside it, and a description of the world. To any writer handed in.

mod csv;
mod groups;
mod jsonl;
mod lake;
mod parquet;
mod truth;

pub use lake::write_lake;
pub use truth::TruthFile;

use crate::census::Census;
use crate::column::Columns;
use crate::factories::CampaignFacts;
use crate::log::{Cut, Log, Page};
use crate::wave::WaveFacts;
use crate::world::World;
use rayon::prelude::*;
use serde::Serialize;
use std::io::{self, Write};

/// What a file of sign-ups is made of, by its name's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header.
    Csv(Squeeze),
    /// One JSON object a line; absent values are left out.
    Jsonl(Squeeze),
    /// Apache Parquet, zstd inside.
    Parquet,
}

/// How a text file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Squeeze {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Format {
    /// All formats, by the ending of their files.
    pub const ALL: [(&'static str, Self); 7] = [
        ("csv", Self::Csv(Squeeze::None)),
        ("csv.gz", Self::Csv(Squeeze::Gzip)),
        ("csv.zst", Self::Csv(Squeeze::Zstd)),
        ("jsonl", Self::Jsonl(Squeeze::None)),
        ("jsonl.gz", Self::Jsonl(Squeeze::Gzip)),
        ("jsonl.zst", Self::Jsonl(Squeeze::Zstd)),
        ("parquet", Self::Parquet),
    ];

    /// The format with this ending.
    pub fn parse(ending: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == ending).map(|&(_, format)| format)
    }

    /// The ending of files in this format.
    pub fn ending(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("csv", |&(ending, _)| ending)
    }
}

/// Writes the sign-ups to `rows` and the truth to `truth`; calls `beside` with
/// each page written, for progress and for whatever else is told of it.
///
/// # Errors
/// A writer refused.
pub fn write_log<W: Write + Send, T: Write + Send>(
    log: &Log,
    format: Format,
    rows: W,
    mut truth: TruthFile<T>,
    mut beside: impl FnMut(&Page) -> io::Result<()> + Send,
) -> io::Result<()> {
    match format {
        Format::Parquet => return parquet::write(log, rows, truth, beside),
        Format::Csv(squeeze) => {
            let mut sink = Sink::new(rows, squeeze)?;
            sink.write_all(csv::header(log.columns()).as_bytes())?;
            text(log, &mut sink, csv::page, &mut truth, &mut beside)?;
            sink.finish()?;
        }
        Format::Jsonl(squeeze) => {
            let mut sink = Sink::new(rows, squeeze)?;
            text(log, &mut sink, jsonl::page, &mut truth, &mut beside)?;
            sink.finish()?;
        }
    }
    truth.close()
}

/// A page as a small log of its own, in comma-separated values.
pub fn page_csv(page: &Page) -> Vec<u8> {
    let mut text = csv::header(Columns::all()).into_bytes();
    text.extend(csv::page(page, Columns::all()));
    text
}

/// Hands the log on, some pages at a time with what was prepared of each, while the
/// next ones are drawn.
fn stream<S: Send>(
    log: &Log,
    cut: Cut,
    prepare: impl Fn(&mut Page) -> S + Sync + Send,
    mut take: impl FnMut(Vec<(Page, S)>) -> io::Result<()> + Send,
) -> io::Result<()> {
    let mut batches = log.batches(cut, prepare);
    let mut next = batches.next();
    while let Some(pages) = next {
        let (drawn, taken) = rayon::join(|| batches.next(), || take(pages));
        taken?;
        next = drawn;
    }
    Ok(())
}

/// Pages become text on all threads, and are written in order.
fn text<T: Write + Send>(
    log: &Log,
    sink: &mut (impl Write + Send),
    spell: fn(&Page, Columns) -> Vec<u8>,
    truth: &mut TruthFile<T>,
    mut beside: impl FnMut(&Page) -> io::Result<()> + Send,
) -> io::Result<()> {
    stream(
        log,
        Cut::Full,
        |_| (),
        |batch| {
            let spelt: Vec<Vec<u8>> =
                batch.par_iter().map(|(page, ())| spell(page, log.columns())).collect();
            spelt.iter().try_for_each(|text| sink.write_all(text))?;
            let pages: Vec<Page> = batch.into_iter().map(|(page, ())| page).collect();
            truth.pages(&pages)?;
            pages.iter().try_for_each(&mut beside)
        },
    )
}

/// A writer with or without compression.
enum Sink<W: Write> {
    Plain(W),
    Gzip(flate2::write::GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Sink<W> {
    fn new(writer: W, squeeze: Squeeze) -> io::Result<Self> {
        Ok(match squeeze {
            Squeeze::None => Self::Plain(writer),
            Squeeze::Gzip => {
                Self::Gzip(flate2::write::GzEncoder::new(writer, flate2::Compression::fast()))
            }
            Squeeze::Zstd => Self::Zstd(zstd::Encoder::new(writer, 3)?),
        })
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut writer) => writer.flush(),
            Self::Gzip(encoder) => encoder.finish()?.flush(),
            Self::Zstd(encoder) => encoder.finish()?.flush(),
        }
    }
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(writer) => writer.write(bytes),
            Self::Gzip(writer) => writer.write(bytes),
            Self::Zstd(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(writer) => writer.flush(),
            Self::Gzip(writer) => writer.flush(),
            Self::Zstd(writer) => writer.flush(),
        }
    }
}

/// The description of a world that stands beside its log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Description {
    /// The request.
    pub world: World,
    /// First moment, milliseconds since the Unix epoch.
    pub start_ms: i64,
    /// The moment after the last.
    pub end_ms: i64,
    /// What factories changed since the first wave; absent in the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wave: Option<WaveFacts>,
    /// Counts.
    pub census: Census,
    /// Every campaign.
    pub campaigns: Vec<CampaignFacts>,
    /// Networks that may occur: (number, kind).
    pub networks: Vec<(u32, &'static str)>,
}

impl Description {
    /// Describes a log.
    pub fn of(log: &Log) -> Self {
        let (start_ms, end_ms) = log.span_ms();
        Self {
            world: log.world().clone(),
            start_ms,
            end_ms,
            wave: log.wave(),
            census: log.census(),
            campaigns: log.campaigns().to_vec(),
            networks: Log::network_kinds(),
        }
    }
}
