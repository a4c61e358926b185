//! What the machine can do at all: reading a file, copying memory, decoding the same
//! columns and nothing else. Beside these a scan's figures mean something elsewhere.

use super::kept::Room;
use super::plan::Plan;
use super::scanned::Scanned;
use crate::cpu;
use anyhow::Context;
use dragnet::lake::{Lake, Store};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Serialize;
use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A disk's speed shows in so many bytes; a log may have many times more.
const READ_BYTES_MAX: u64 = 4 << 30;

/// Cost per row shows in so many rows.
const DECODE_ROWS_MAX: u64 = 4_000_000;

/// More than any cache holds.
const COPY_BYTES: usize = 256 << 20;

/// The first touches new memory; the best of the others is the machine's.
const COPIES: usize = 5;

/// What programs that read much ask for at a time.
const BUFFER_BYTES: usize = 1 << 20;

/// Rows that are decoded at a time: columns of so many stay in the cache.
const BATCH_ROWS: usize = 8_192;

/// The machine's limits.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// Cores that this program may use.
    pub(crate) cores: usize,
    /// The log's files, one behind the other; just written, so mostly out of the
    /// system's page cache.
    pub(crate) read_bytes_per_s: f64,
    /// Read and written, on one thread.
    pub(crate) copy_bytes_per_s: f64,
    pub(crate) decode: Decode,
}

/// Parquet alone: the columns that the scan used into Arrow, on one thread.
#[derive(Debug, Serialize)]
pub(crate) struct Decode {
    pub(crate) columns: usize,
    pub(crate) rows: u64,
    pub(crate) wall_ns_per_row: f64,
    pub(crate) cpu_ns_per_row: Option<f64>,
    /// Of the scan's CPU time, if it decoded every row once.
    pub(crate) share_of_scan: Option<f64>,
}

impl Machine {
    /// Measures, with the log of the scan.
    pub(super) fn measure(room: &Room, plan: &Plan, scan: &Scanned) -> anyhow::Result<Self> {
        let dir = room.lake();
        let lake = Lake::open(Store::Folder(dir.clone()))?.context("the log is gone")?;
        let files: Vec<PathBuf> = lake.parts().iter().map(|part| dir.join(&part.path)).collect();
        let cores = std::thread::available_parallelism().map_or(plan.threads, usize::from);
        let read_bytes_per_s = read(&files)?;
        let mut decode = decode(&files, &scan.columns)?;
        let whole = scan.whole().cpu_ns_per_row;
        decode.share_of_scan = decode.cpu_ns_per_row.zip(whole).map(|(part, whole)| part / whole);
        Ok(Self { cores, read_bytes_per_s, copy_bytes_per_s: copy(), decode })
    }
}

fn read(files: &[PathBuf]) -> anyhow::Result<f64> {
    let mut buffer = vec![0; BUFFER_BYTES];
    let (begun, mut bytes) = (Instant::now(), 0);
    for path in files {
        let cannot = || cannot_read(path);
        let mut file = File::open(path).with_context(cannot)?;
        loop {
            match file.read(&mut buffer).with_context(cannot)? {
                0 => break,
                read => bytes += black_box(read) as u64,
            }
        }
        if bytes >= READ_BYTES_MAX {
            break;
        }
    }
    Ok(bytes as f64 / begun.elapsed().as_secs_f64())
}

fn copy() -> f64 {
    let (from, mut to) = (vec![1_u8; COPY_BYTES], vec![0_u8; COPY_BYTES]);
    let mut seconds_best = f64::INFINITY;
    for _ in 0..=COPIES {
        let begun = Instant::now();
        to.copy_from_slice(black_box(&from));
        black_box(&mut to);
        seconds_best = seconds_best.min(begun.elapsed().as_secs_f64());
    }
    2.0 * COPY_BYTES as f64 / seconds_best
}

fn decode(files: &[PathBuf], columns: &[String]) -> anyhow::Result<Decode> {
    let (begun, before) = (Instant::now(), cpu::own());
    let mut rows = 0;
    for path in files {
        rows += decode_one(path, columns).with_context(|| cannot_read(path))?;
        if rows >= DECODE_ROWS_MAX {
            break;
        }
    }
    let per_row = |seconds: f64| seconds * 1e9 / rows.max(1) as f64;
    let cpu_s = before.zip(cpu::own()).map(|(before, after)| after - before);
    Ok(Decode {
        columns: columns.len(),
        rows,
        wall_ns_per_row: per_row(begun.elapsed().as_secs_f64()),
        cpu_ns_per_row: cpu_s.map(per_row),
        share_of_scan: None,
    })
}

fn decode_one(path: &Path, columns: &[String]) -> anyhow::Result<u64> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let fields = builder.schema().fields().iter().enumerate();
    let used = fields.filter(|(_, field)| columns.contains(field.name())).map(|(at, _)| at);
    let mask = ProjectionMask::roots(builder.parquet_schema(), used.collect::<Vec<_>>());
    let mut rows = 0;
    for batch in builder.with_projection(mask).with_batch_size(BATCH_ROWS).build()? {
        rows += black_box(batch?).num_rows() as u64;
    }
    Ok(rows)
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", path.display())
}
