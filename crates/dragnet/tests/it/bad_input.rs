//! Bad input: a clear error or a counted rejection, and nothing half-written.

use crate::room::{Room, log};
use std::fs::File;
use std::io::Write;

/// Scans one bad file and expects a failure that says `words`.
#[track_caller]
fn fails(content: &[u8], words: &[&str]) {
    let room = Room::new();
    room.write("bad.csv", content);
    room.scan(&["bad.csv"]).failed(1, words);
    assert_eq!(room.names(), ["bad.csv"], "nothing is left behind");
}

#[test]
fn an_empty_file() {
    fails(b"", &["nothing to scan", "bad.csv: the input is empty"]);
}

#[test]
fn column_names_and_no_rows() {
    fails(b"account_id,timestamp\n", &["nothing to scan"]);
}

#[test]
fn no_column_names() {
    fails(
        b"u1,2024-03-01T00:00:00Z\nu2,2024-03-01T00:00:00Z\n",
        &["looks like values, not column names"],
    );
}

#[test]
fn no_column_that_could_be_the_account() {
    fails(
        b"colour,timestamp\nred,2024-03-01T00:00:00Z\n",
        &["`account_id`", "--map account_id=COLUMN"],
    );
}

#[test]
fn a_binary_file() {
    let noise: Vec<u8> =
        (0..100_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    fails(&noise, &["nothing to scan", "bad.csv: "]);
    fails(b"\x7fELF\x02\x01\x01\0\0\0\0", &["this is a program"]);
}

#[test]
fn nothing_but_bad_rows() {
    fails(
        b"account_id,timestamp\nu1,soon\nu2,later\n",
        &["nothing to scan", "timestamp", "(2, first at bad.csv:2)"],
    );
}

#[test]
fn too_many_bad_rows_name_the_reason_and_the_way_out() {
    let room = Room::new();
    let mut rows = log(80);
    rows.extend((0..20).map(|i| format!("v{i},soon,x,\n")));
    room.write("bad.csv", rows);
    let said = room.scan(&["bad.csv"]);
    said.failed(
        1,
        &["20 of 100 rows are bad", "--max-rejected 10%", "first at bad.csv:82", "--map"],
    );
    assert_eq!(room.names(), ["bad.csv"]);
    room.scan(&["bad.csv", "--max-rejected", "20%"]).ok();
    room.scan(&["bad.csv", "--max-rejected", "19", "--out", "b"])
        .failed(1, &["more than --max-rejected 19"]);
}

#[test]
fn invalid_utf_8_is_a_counted_rejection() {
    let room = Room::new();
    let mut bytes = log(100).into_bytes();
    bytes.extend(b"u\xff\xfe,2024-03-01T00:00:00Z,x,\n");
    room.write("bad.csv", bytes);
    let said = room.scan(&["bad.csv"]);
    assert!(said.ok().out.contains("1 row, all in rejected.jsonl"), "{}", said.out);
    assert!(room.read("bad.dragnet/rejected.jsonl").contains("\"line\":102"));
}

#[test]
fn a_line_of_a_hundred_megabytes_is_a_counted_rejection() {
    let room = Room::new();
    let mut file = File::create(room.path("bad.csv")).unwrap();
    file.write_all(log(50).as_bytes()).unwrap();
    let block = vec![b'x'; 1 << 20];
    (0..100).for_each(|_| file.write_all(&block).unwrap());
    file.write_all(b"\nlast,2024-03-01T00:00:00Z,x,\n").unwrap();
    drop(file);
    room.scan(&["bad.csv"]).ok();
    assert!(room.read("bad.dragnet/accounts.csv").contains("\nlast,,"), "rows after it are read");
    assert!(room.read("bad.dragnet/rejected.jsonl").contains("\"line\":52"));
    let peak = room.json("bad.dragnet/run.json")["peak_memory_bytes"].as_u64();
    assert!(peak.is_none_or(|bytes| bytes < 80 << 20), "{peak:?}: the line was held in memory");
}

#[test]
fn a_truncated_gzip_gives_what_came_before_and_says_so() {
    let room = Room::new();
    let mut packer = std::process::Command::new("gzip");
    room.write("signups.csv", log(50_000));
    if !packer.arg("-k").arg(room.path("signups.csv")).status().is_ok_and(|status| status.success())
    {
        eprintln!("skipped: no gzip here");
        return;
    }
    let whole = std::fs::read(room.path("signups.csv.gz")).unwrap();
    room.write("cut.csv.gz", &whole[..whole.len() / 2]);
    let said = room.scan(&["cut.csv.gz"]);
    assert!(said.ok().out.contains("gzip data ends too early"), "{}", said.out);
    let rows = room.read("cut.dragnet/accounts.csv").lines().count();
    assert!((1_000..50_000).contains(&rows), "{rows}");
    assert!(room.read("cut.dragnet/rejected.jsonl").contains("\"scope\":\"rest\""));
    assert!(room.json("cut.dragnet/run.json")["inputs"][0]["problem"].is_string());
}

#[test]
fn a_truncated_parquet_file() {
    let room = Room::new();
    room.write("signups.csv", log(1_000));
    room.scan(&["signups.csv"]).ok();
    let whole = std::fs::read(room.path("signups.dragnet/accounts.parquet")).unwrap();
    fails(&whole[..whole.len() / 2], &["nothing to scan", "bad.csv: "]);
}

#[test]
fn one_unreadable_file_among_others_is_named_and_the_rest_is_read() {
    let room = Room::new();
    room.write("a.csv", log(10)).write("b.csv", "");
    let said = room.scan(&["a.csv", "b.csv"]);
    assert!(said.ok().out.contains("b.csv: the input is empty (not read)"), "{}", said.out);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_may_not_be_read() {
    let room = Room::new();
    // Even root gets an error from it, and its kind is that of a plain file.
    room.scan(&["/proc/self/mem", "--out", "out"])
        .failed(1, &["nothing to scan", "/proc/self/mem"]);
    assert!(room.names().is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_names_the_file_and_leaves_nothing() {
    let room = Room::new();
    room.write("signups.csv", log(200_000));
    std::fs::create_dir(room.path("small")).unwrap();
    let script = "mount -t tmpfs -o size=1m small small || exit 77; \"$0\" scan signups.csv --out small/out; \
                  code=$?; ls -A small; exit $code";
    let run = std::process::Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_dragnet")])
        .current_dir(room.path(""))
        .output();
    let Ok(run) = run.map(crate::room::Said::of) else {
        eprintln!("skipped: no unshare here");
        return;
    };
    if run.code == Some(77) || run.err.contains("unshare") {
        eprintln!("skipped: no small disk can be mounted here: {}", run.err);
        return;
    }
    run.failed(1, &["cannot write small/out/", "No space left", "free some space"]);
    assert_eq!(run.out, "", "nothing is left on the full disk");
}
