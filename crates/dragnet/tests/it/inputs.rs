//! Files, folders, globs, pipes: what may stand where FILE stands.

use crate::room::{NOW, Room, Said, log};
use std::io::Write;
use std::process::Stdio;

#[test]
fn standard_input_gives_what_the_file_gives() {
    let room = Room::new();
    room.write("signups.csv", log(500));
    room.scan(&["signups.csv", "--out", "file"]).ok();
    let mut child = room
        .command(&["scan", "-", "--out", "pipe", "--now", NOW])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(log(500).as_bytes()).unwrap();
    Said::of(child.wait_with_output().unwrap()).ok();
    assert_eq!(room.read("file/accounts.csv"), room.read("pipe/accounts.csv"));
    let (file, pipe) = (room.json("file/run.json"), room.json("pipe/run.json"));
    assert_eq!(file["inputs"][0]["sha256"], pipe["inputs"][0]["sha256"]);
    assert_eq!(pipe["inputs"][0]["name"], "standard input");
    assert!(!room.path("pipe/.input-0.spool").exists(), "the copy of standard input is gone");
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names_without_results_and_hidden_files() {
    let room = Room::new();
    let one = |id: &str| format!("account_id,timestamp\n{id},2024-03-01T00:00:00Z\n");
    room.write("logs/2.csv", one("second")).write("logs/1.csv", one("first"));
    room.write("logs/.3.csv", one("hidden"))
        .write("logs/readme.md", "no log")
        .write("logs/more/4.csv", one("third"));
    room.scan(&["logs/1.csv", "--out", "logs/earlier"]).ok();
    room.scan(&["logs"]).ok();
    let accounts = room.read("logs.dragnet/accounts.csv");
    let ids: Vec<_> =
        accounts.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(ids, ["first", "second", "third"]);
}

#[test]
fn a_glob_and_a_file_named_twice_are_read_once() {
    let room = Room::new();
    room.write("a-1.csv", log(3)).write("b.csv", log(3));
    room.scan(&["a-*.csv", "a-1.csv", "./a-1.csv"]).ok();
    assert_eq!(room.json("a-1.dragnet/run.json")["inputs"].as_array().unwrap().len(), 1);
    room.scan(&["z-*.csv"]).failed(1, &["no file matches z-*.csv"]);
}

#[test]
fn a_folder_without_logs_says_what_was_looked_for() {
    let room = Room::new();
    room.write("notes/readme.md", "nothing");
    room.scan(&["notes"]).failed(1, &["no sign-up logs in notes", "csv"]);
}

#[test]
fn a_missing_file_stops_before_any_work() {
    let room = Room::new();
    room.write("signups.csv", log(3));
    room.scan(&["signups.csv", "gone.csv"]).failed(1, &["cannot read gone.csv", "No such file"]);
    assert_eq!(room.names(), ["signups.csv"]);
}

#[test]
#[cfg(unix)]
fn a_named_pipe_is_read_once_and_is_enough() {
    let room = Room::new();
    let made = std::process::Command::new("mkfifo").arg(room.path("pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no mkfifo here");
        return;
    }
    let path = room.path("pipe");
    let writer = std::thread::spawn(move || std::fs::write(path, log(10)).unwrap());
    room.scan(&["pipe", "--out", "out"]).ok();
    writer.join().unwrap();
    assert_eq!(room.read("out/accounts.csv").lines().count(), 11);
}
