//! What reading costs per row, by format, on one thread: a generated log with
//! every column of the record. `cargo bench -p events --bench read`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use events::read::{Bytes, Options, open};
use std::fmt::Write as _;
use std::io::{Cursor, Seek, Write as _};
use std::sync::Arc;
use std::time::Instant;

const ROWS: u64 = 200_000;
const ROUNDS: usize = 5;

const COLUMNS: [&str; 21] = [
    "event_id",
    "account_id",
    "timestamp",
    "ip",
    "asn",
    "country",
    "email",
    "username",
    "display_name",
    "phone",
    "user_agent",
    "accept_language",
    "device_id",
    "fingerprint",
    "ja4",
    "captcha_provider",
    "captcha_issue_ts",
    "captcha_solve_ms",
    "captcha_issue_ip",
    "captcha_redeem_ip",
    "referrer",
];

/// Row `n`, by a multiplicative hash: the same on every machine.
fn row(n: u64) -> [String; 21] {
    let r = |k: u64| (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(k as u32 * 7) % 65_536;
    let time = jiff::Timestamp::from_millisecond(1_706_695_200_000 + n as i64 * 137).unwrap();
    [
        format!("ev{:016x}", r(1) * r(2) * r(3)),
        format!("u{n:09}"),
        time.to_string(),
        format!("{}.{}.{}.{}", r(1) % 223 + 1, r(2) % 256, r(3) % 256, r(4) % 256),
        (r(5) % 60_000 + 1).to_string(),
        ["US", "VN", "DE", "BR", "IN"][r(6) as usize % 5].into(),
        format!("anna.smith{}@example{}.org", r(7), r(8) % 40),
        format!("annasmith{}", r(7)),
        format!("Anna Smith-{}", r(9) % 100),
        format!("+49151{:08}", r(1) * 1000),
        format!(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
            100 + r(2) % 25
        ),
        "en-US,en;q=0.9".into(),
        format!("d-{:08x}{:08x}", r(3), r(4)),
        format!("{:08x}{:08x}{:08x}", r(5), r(6), r(7)),
        "t13d1516h2_8daaf6152771_b186095e22b6".into(),
        "arkose".into(),
        (1_706_695_190_000 + n * 137).to_string(),
        (4000 + r(8) % 20_000).to_string(),
        format!("{}.{}.{}.{}", r(1) % 223 + 1, r(2) % 256, r(3) % 256, r(4) % 256),
        format!("{}.{}.{}.{}", r(1) % 223 + 1, r(2) % 256, r(3) % 256, r(4) % 256),
        "https://www.example.org/signup?from=front".into(),
    ]
}

fn csv(rows: &[[String; 21]]) -> Vec<u8> {
    let mut text = COLUMNS.join(",") + "\n";
    for row in rows {
        for (at, value) in row.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            let quote = if value.contains(',') { "\"" } else { "" };
            let _ = write!(text, "{comma}{quote}{value}{quote}");
        }
        text.push('\n');
    }
    text.into_bytes()
}

fn jsonl(rows: &[[String; 21]]) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        for (at, (name, value)) in COLUMNS.iter().zip(row).enumerate() {
            let _ = write!(text, "{}\"{name}\":\"{value}\"", if at > 0 { "," } else { "{" });
        }
        text.push_str("}\n");
    }
    text.into_bytes()
}

fn parquet(rows: &[[String; 21]]) -> Vec<u8> {
    let column = |at: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(row[at].as_str())).collect::<StringArray>())
    };
    let columns = COLUMNS.iter().enumerate().map(|(at, name)| (*name, column(at)));
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_compression(parquet::basic::Compression::SNAPPY)
        .build();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// Nanoseconds that this thread was on a processor, where the system tells;
/// the machine may have other work.
fn cpu_ns() -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or(0)
}

fn measure(name: &str, bytes: &[u8], as_file: bool) {
    let (mut cut, mut parsed, mut wall) = (u64::MAX, u64::MAX, u128::MAX);
    for _ in 0..ROUNDS {
        let input = if as_file {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            file.rewind().unwrap();
            Bytes::File(file)
        } else {
            Bytes::Stream(Box::new(Cursor::new(bytes.to_vec())))
        };
        let begin = Instant::now();
        let start = cpu_ns();
        let mut opened = open(input, &Options::default()).unwrap();
        let (mut rows, mut cutting) = (0, cpu_ns() - start);
        loop {
            let before = cpu_ns();
            let Some(chunk) = opened.chunks.next() else { break };
            cutting += cpu_ns() - before;
            let batch = chunk.unwrap().parse();
            assert!(batch.rejected.is_empty(), "{:?}", batch.rejected.first());
            rows += batch.signups.len() as u64;
        }
        assert_eq!(rows, ROWS);
        let all = cpu_ns() - start;
        cut = cut.min(cutting);
        parsed = parsed.min(all - cutting);
        wall = wall.min(begin.elapsed().as_nanos());
    }
    println!(
        "{name:9} {:4} bytes a row; per row: {:5} ns cutting, {:5} ns parsing, {:5} ns wall",
        bytes.len() as u64 / ROWS,
        cut / ROWS,
        parsed / ROWS,
        wall as u64 / ROWS
    );
}

fn main() {
    let rows: Vec<_> = (0..ROWS).map(row).collect();
    let (csv, jsonl, parquet) = (csv(&rows), jsonl(&rows), parquet(&rows));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&csv).unwrap();
    measure("CSV", &csv, false);
    measure("CSV gzip", &gzip.finish().unwrap(), false);
    measure("CSV zstd", &zstd::stream::encode_all(&csv[..], 3).unwrap(), false);
    measure("JSONL", &jsonl, false);
    measure("Parquet", &parquet, true);
}
