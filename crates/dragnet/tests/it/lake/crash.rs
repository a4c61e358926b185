//! Killed at any moment, an ingest has happened or has not; the next one makes it
//! whole.

use super::{files, rows, world};
use crate::room::Room;
use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Moments at which it is killed, as shares of the time it takes.
const MOMENTS: u32 = 12;

#[test]
fn killed_at_any_moment_every_row_is_there_once_after_the_next_run() {
    let room = Room::new();
    world(&room, "20000");
    let ingest = ["ingest", "log/signups.csv", "--lake", "lake"];
    let begun = Instant::now();
    room.run(&ingest).ok();
    let (takes, whole) = (begun.elapsed(), files(&room.path("lake")));
    for moment in 0..MOMENTS {
        fs::remove_dir_all(room.path("lake")).unwrap();
        kill_after(&room, &ingest, takes * moment / (MOMENTS - 1));
        if room.path("lake/_dragnet.json").exists() {
            assert_eq!(rows(&room), 20_000, "what the manifest lists is complete");
        }
        room.run(&ingest).ok();
        let hidden = |file: &std::path::Path| file.to_str().unwrap().starts_with("._");
        let left: Vec<_> =
            files(&room.path("lake")).into_iter().filter(|(path, _)| !hidden(path)).collect();
        let whole: Vec<_> = whole.iter().filter(|(path, _)| !hidden(path)).cloned().collect();
        assert!(left == whole, "the same lake as if nothing had happened");
        let names: BTreeSet<_> = fs::read_dir(room.path("lake"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("partial") || name.ends_with(".new"))
            .collect();
        assert!(names.is_empty(), "{names:?}");
    }
}

fn kill_after(room: &Room, args: &[&str], wait: Duration) {
    let mut child = room.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn files_that_no_manifest_lists_are_not_read_and_go_with_the_next_ingest() {
    let room = Room::new();
    room.write("a.csv", crate::room::log(100))
        .write("b.csv", "account_id,timestamp\nv,2024-03-02\n");
    room.run(&["ingest", "a.csv", "--lake", "lake"]).ok();
    let part = fs::read_dir(room.path("lake/day=2024-03-01")).unwrap().next().unwrap().unwrap();
    // As a run leaves it that was stopped between its last files and the manifest.
    let stray = room.path("lake/day=2024-03-01/0123456789ab-00001.parquet");
    fs::copy(part.path(), &stray).unwrap();
    let foreign = room.path("lake/day=2024-03-01/mine.parquet");
    fs::copy(part.path(), &foreign).unwrap();
    room.write("lake/._ingest.partial-1/x.part", "half");
    room.scan(&["lake", "--out", "out"]).ok();
    assert_eq!(room.json("out/run.json")["counts"]["rows"], 100);
    room.run(&["ingest", "b.csv", "--lake", "lake"]).ok();
    assert!(!stray.exists() && !room.path("lake/._ingest.partial-1").exists());
    assert!(foreign.exists(), "what is not ours stays");
    assert_eq!(rows(&room), 101);
}
