//! How fast bundles are read and validated, beside plain JSON parsing in the same run:
//! `cargo bench -p stix -- BUNDLE.json[.gz] …`. Given no bundle, one is made.
//! `benches/peers.py` gives the same figures of others.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use flate2::read::GzDecoder;
use std::hint::black_box;
use std::io::Read;
use std::time::{Duration, Instant};
use stix::{Object, bundle, validate};

/// The best of so many rounds: others use the machine too.
const ROUNDS: usize = 15;

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).filter(|path| path != "--bench").collect();
    println!(
        "{:<34} {:>8} {:>12} {:>12} {:>7} {:>12}",
        "bundle", "objects", "Value/s", "read/s", "ratio", "validate/s"
    );
    if paths.is_empty() {
        measure("(made)", &made());
    }
    for path in paths {
        let bytes = bytes(&path);
        measure(path.rsplit('/').next().unwrap(), &bytes);
    }
}

fn bytes(path: &str) -> Vec<u8> {
    let file = std::fs::read(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    if !path.ends_with(".gz") {
        return file;
    }
    let mut bytes = Vec::new();
    GzDecoder::new(&file[..]).read_to_end(&mut bytes).unwrap();
    bytes
}

/// 20,000 indicators, as one shares them.
fn made() -> Vec<u8> {
    let objects: Vec<String> = (0..20_000)
        .map(|at| {
            format!(
                r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-{at:012x}","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","name":"Address {at}","description":"Seen in a wave of sign-ups.","indicator_types":["malicious-activity"],"pattern":"[ipv4-addr:value = '198.51.100.{}' OR domain-name:value = 'n{at}.example.com']","pattern_type":"stix","valid_from":"2020-01-01T00:00:00Z"}}"#,
                at % 256
            )
        })
        .collect();
    format!(
        r#"{{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[{}]}}"#,
        objects.join(",")
    )
    .into_bytes()
}

fn measure(name: &str, bytes: &[u8]) {
    let objects = read(bytes);
    let count = objects.len();
    let value =
        best(|| drop(black_box(serde_json::from_slice::<serde_json::Value>(bytes).unwrap())));
    let ours = best(|| drop(black_box(read(bytes))));
    let valid = best(|| {
        for object in &objects {
            black_box(validate::object(object));
        }
    });
    let rate = |took: Duration| count as f64 / took.as_secs_f64();
    println!(
        "{name:<34} {count:>8} {:>12.0} {:>12.0} {:>7.2} {:>12.0}",
        rate(value),
        rate(ours),
        ours.as_secs_f64() / value.as_secs_f64(),
        rate(valid),
    );
}

fn read(bytes: &[u8]) -> Vec<Object> {
    let mut objects = Vec::new();
    bundle::read(bytes, |(_, object)| objects.extend(object)).unwrap();
    objects
}

fn best(mut work: impl FnMut()) -> Duration {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    rounds.min().unwrap()
}
