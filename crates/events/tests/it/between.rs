//! A stretch of time out of any format: the rows in it, under their own numbers,
//! and whatever cannot be told, which is set aside as ever.

use crate::reading::{file, options, stream};
use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray};
use events::SignUp;
use events::read::{Bytes, Extras, Options, Ranges, open, time_counts};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

const START_MS: i64 = 1_700_000_000_000;
const ROWS: i64 = 1000;

/// What reading gave, in order: line and time; lines set aside; rows outside.
type Told = (Vec<(u64, i64)>, Vec<u64>, u64);

fn told(bytes: Bytes, options: &Options) -> Told {
    let opened = open(bytes, options).unwrap();
    let (mut rows, mut rejected, mut outside) = (Vec::new(), Vec::new(), opened.outside);
    for chunk in opened.chunks {
        let batch = chunk.unwrap().parse();
        outside += batch.outside;
        assert_eq!(batch.rows, (batch.signups.len() + batch.rejected.len()) as u64);
        rows.extend(batch.signups.iter().map(|signup| (signup.place.line, signup.time_ms)));
        rejected.extend(batch.rejected.iter().map(|rejected| rejected.line));
    }
    (rows, rejected, outside)
}

/// One in fifty rows has no time.
const GAPS: i64 = 7;
/// Every row has.
const NO_GAPS: i64 = 50;

/// A row a minute, in groups of 64; in order or not.
fn table(order: impl Fn(i64) -> i64, zone: Option<&str>, gaps: i64) -> Vec<u8> {
    let accounts: StringArray = (0..ROWS).map(|i| Some(format!("u{i}"))).collect();
    let shops: StringArray = (0..ROWS).map(|i| Some(format!("s{i}"))).collect();
    let colours: StringArray = (0..ROWS).map(|i| Some(format!("c{i}"))).collect();
    let times: TimestampMillisecondArray =
        (0..ROWS).map(|i| Some(START_MS + order(i) * 60_000).filter(|_| i % 50 != gaps)).collect();
    let times = times.with_timezone_opt(zone);
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("shop", Arc::new(shops) as ArrayRef, true),
        ("account_id", Arc::new(accounts) as ArrayRef, true),
        ("timestamp", Arc::new(times) as ArrayRef, true),
        ("colour", Arc::new(colours) as ArrayRef, true),
    ])
    .unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(64))
        .set_data_page_row_count_limit(16)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn check(bytes: &[u8], between: Range<i64>) {
    let all = told(file(bytes), &options(&[]));
    let wanted = Options { between: Some(between.clone()), chunk_bytes: 7 * 256, ..options(&[]) };
    let (rows, rejected, outside) = told(file(bytes), &wanted);
    let expected: Vec<_> = all.0.into_iter().filter(|(_, ms)| between.contains(ms)).collect();
    assert_eq!(rows, expected);
    assert_eq!(rejected, all.1, "rows without a time are in no stretch, and named in any");
    assert_eq!(rows.len() as u64 + rejected.len() as u64 + outside, ROWS as u64);
}

#[test]
fn any_stretch_of_any_order_is_what_a_look_at_every_row_gives() {
    let minutes = |from: i64, to: i64| START_MS + from * 60_000..START_MS + to * 60_000;
    for zone in [Some("UTC"), None] {
        for order in [(|i| i) as fn(i64) -> i64, |i| ROWS - i, |i| i * 7919 % ROWS] {
            let bytes = table(order, zone, GAPS);
            for (from, to) in [(0, ROWS + 1), (100, 101), (63, 130), (500, 2000), (-9, 0)] {
                check(&bytes, minutes(from, to));
            }
        }
    }
}

#[test]
fn a_text_is_cut_like_a_table() {
    let mut text = "account_id,timestamp\n".to_owned();
    for i in 0..ROWS {
        text += &format!("u{i},{}\n", if i == 3 { 7 } else { START_MS + i * 60_000 });
    }
    let between = Some(START_MS + 60_000..START_MS + 4 * 60_000);
    let wanted = Options { between, ..options(&[]) };
    let (rows, rejected, outside) = told(stream(text), &wanted);
    assert_eq!(rows, [(3, START_MS + 60_000), (4, START_MS + 120_000)]);
    assert_eq!((rejected, outside), (vec![5], ROWS as u64 - 3));
}

#[test]
fn extra_columns_that_are_not_asked_for_are_named_and_not_decoded() {
    let bytes = table(|i| i, Some("UTC"), GAPS);
    let shop = |extras| {
        let wanted = Options { extras, extra: vec!["colour".to_owned()], ..options(&[]) };
        let opened = open(file(&bytes), &wanted).unwrap();
        assert_eq!(opened.extra, ["colour", "shop"]);
        let first = opened.chunks.map(|chunk| chunk.unwrap().parse().signups.remove(0)).next();
        let first: SignUp = first.unwrap();
        first.extra.iter().map(|(index, text)| format!("{index} {text}")).collect::<Vec<_>>()
    };
    assert_eq!(shop(Extras::All), ["1 s0", "0 c0"]);
    assert_eq!(shop(Extras::First(1)), ["0 c0"]);
    assert_eq!(shop(Extras::First(0)), [""; 0]);
}

/// A file of which every reading is noted, a few bytes at a time.
struct Noted {
    bytes: Vec<u8>,
    read: Mutex<u64>,
}

impl Ranges for Noted {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read(&self, range: Range<u64>) -> io::Result<bytes::Bytes> {
        let end = range.end.min(range.start + 1000);
        *self.read.lock().unwrap() += end - range.start;
        Ok(bytes::Bytes::copy_from_slice(&self.bytes[range.start as usize..end as usize]))
    }
}

#[test]
fn a_distant_file_gives_the_same_and_is_not_read_whole() {
    let bytes = table(|i| i, Some("UTC"), NO_GAPS);
    let between = Some(START_MS..START_MS + 10 * 60_000);
    let wanted = Options { between, extras: Extras::First(0), ..options(&[]) };
    let distant = Arc::new(Noted { bytes: bytes.clone(), read: Mutex::new(0) });
    assert_eq!(
        told(Bytes::Ranges(distant.clone()), &options(&[])),
        told(file(&bytes), &options(&[]))
    );
    *distant.read.lock().unwrap() = 0;
    assert_eq!(told(Bytes::Ranges(distant.clone()), &wanted), told(file(&bytes), &wanted));
    let read = *distant.read.lock().unwrap();
    assert!(read < bytes.len() as u64 / 2, "{read} of {} bytes", bytes.len());
}

#[test]
fn rows_an_hour_are_counted_by_the_column_of_times_alone() {
    let hour_ms = 3_600_000;
    let counts = time_counts(file(&table(|i| i, None, GAPS)), &options(&[]), hour_ms).unwrap();
    assert_eq!(counts.values().sum::<u64>(), 980);
    assert_eq!(counts.keys().next(), Some(&(START_MS / hour_ms)));
    let text = stream("account_id,timestamp\na,2024-03-01\n");
    assert!(time_counts(text, &options(&[]), hour_ms).is_err(), "only tables have columns");
}
