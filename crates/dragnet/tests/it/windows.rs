//! Logs that are looked at in windows, killed and gone on with, and runs that go on
//! from earlier ones.

use crate::room::Room;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Worlds lie in days to come.
const LATER: [&str; 3] = ["scan", "--now", "2026-01-01T00:00:00Z"];

/// A lake of a month, a log of the same rows, and who made each.
fn world(room: &Room, rows: &str) {
    let world = ["synth", "--rows", rows, "--fraud", "0.2", "--seed", "11", "--days", "30"];
    let world = [&world[..], &["--levels", "0,1,2", "--no-aftermath", "--force"]].concat();
    room.run(&[&world[..], &["--format", "csv", "--out", "log"]].concat()).ok();
    room.run(&["ingest", "log/signups.csv", "--lake", "lake", "--quiet"]).ok();
}

fn scan(room: &Room, args: &[&str]) {
    room.run(&[&LATER[..], &["--quiet"], args].concat()).ok();
}

/// Accounts of a result that are at risk.
fn flagged(room: &Room, dir: &str) -> BTreeSet<String> {
    let rows = room.read(&format!("{dir}/accounts.csv"));
    let fields = rows.lines().skip(1).map(|row| row.split(',').take(3).collect::<Vec<_>>());
    let at_risk = fields.filter(|row| row[2].parse::<f64>().unwrap() >= 0.5);
    at_risk.map(|row| row[0].to_owned()).collect()
}

fn campaigns(room: &Room, dir: &str) -> Vec<Value> {
    let lines = room.read(&format!("{dir}/campaigns.jsonl"));
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn same(room: &Room, one: &str, other: &str) {
    for file in ["campaigns.jsonl", "accounts.csv", "rejected.jsonl"] {
        let read = |dir: &str| room.read(&format!("{dir}/{file}"));
        assert!(read(one) == read(other), "{file} of {one} and {other}");
    }
}

#[test]
fn what_windows_find_is_what_is_there() {
    let room = Room::new();
    world(&room, "48000");
    scan(&room, &["lake", "--out", "whole"]);
    scan(&room, &["lake", "--out", "cut", "--window", "12k"]);
    let (whole, cut) = (flagged(&room, "whole"), flagged(&room, "cut"));
    let (both, either) = (whole.intersection(&cut).count(), whole.union(&cut).count());
    assert!(both as f64 > 0.85 * either as f64, "{both} of {either}");
    let run = room.json("cut/run.json");
    assert_eq!(run["windows"]["windows"], 4);
    assert_eq!(run["counts"]["signups"], room.json("whole/run.json")["counts"]["signups"]);
    // Every figure of a campaign counts its accounts in all windows.
    let mut listed: BTreeMap<String, u64> = BTreeMap::new();
    for row in room.read("cut/accounts.csv").lines().skip(1) {
        *listed.entry(row.split(',').nth(1).unwrap().to_owned()).or_default() += 1;
    }
    for campaign in campaigns(&room, "cut").iter().filter(|c| c["kind"] == "factory") {
        let accounts = campaign["accounts"].as_u64().unwrap();
        assert_eq!(listed[campaign["id"].as_str().unwrap()], accounts);
        let days: u64 =
            campaign["days"].as_array().unwrap().iter().map(|day| day[1].as_u64().unwrap()).sum();
        assert_eq!(days, accounts);
        assert!(!campaign["reasons"].as_array().unwrap().is_empty(), "{campaign}");
    }
    assert!(room.names().iter().all(|name| !name.starts_with('.')), "{:?}", room.names());
}

#[test]
fn threads_memory_and_form_of_the_log_change_nothing() {
    let room = Room::new();
    world(&room, "24000");
    scan(&room, &["lake", "--out", "two", "--window", "10k", "--threads", "2"]);
    scan(&room, &["lake", "--out", "one", "--window", "10k", "--threads", "1"]);
    scan(&room, &["lake", "--out", "small", "--window", "10k", "--memory", "12M"]);
    scan(&room, &["log/signups.csv", "--out", "text", "--window", "10k"]);
    for other in ["one", "small", "text"] {
        same(&room, "two", other);
    }
    assert_eq!(room.names(), ["lake", "log", "one", "small", "text", "two"]);
}

#[test]
fn a_window_that_memory_does_not_hold_is_refused() {
    let room = Room::new();
    room.write("signups.csv", "account_id,timestamp\na,2024-01-01T00:00:00Z\n");
    let said = room.scan(&["signups.csv", "--window", "2M", "--memory", "1G"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--window 2M: 1.1 GB of memory hold 1,073,741"), "{}", said.err);
    assert_eq!(room.scan(&["signups.csv", "--window", "lots"]).code, Some(2));
    assert_eq!(room.scan(&["signups.csv", "--memory", "1M"]).code, Some(2));
}

/// Kills a scan once `windows` of it are done.
fn kill_after(room: &Room, args: &[&str], windows: usize) {
    let mut running = room.command(&[&LATER[..], &["--quiet"], args].concat()).spawn().unwrap();
    let begun = Instant::now();
    let done = || {
        let parts = std::fs::read_dir(room.path(".cut.windows")).into_iter().flatten();
        let names = parts.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("window-")).count()
    };
    while done() < windows {
        assert!(begun.elapsed() < Duration::from_secs(120), "no window was done");
        assert!(running.try_wait().unwrap().is_none(), "the scan was over too soon");
        std::thread::sleep(Duration::from_millis(5));
    }
    running.kill().unwrap();
    running.wait().unwrap();
}

#[test]
fn a_killed_scan_goes_on_and_ends_as_if_nothing_had_been() {
    let room = Room::new();
    world(&room, "32000");
    let args = ["lake", "--out", "cut", "--window", "10k"];
    scan(&room, &["lake", "--out", "undisturbed", "--window", "10k"]);
    for windows in [1, 3] {
        kill_after(&room, &args, windows);
        assert!(!room.path("cut").exists());
        let other = [&LATER[..], &["lake", "--out", "cut", "--window", "20k", "--resume"]].concat();
        let said = room.run(&other);
        assert_eq!(said.code, Some(2));
        assert!(said.err.contains("is of another scan"), "{}", said.err);
        scan(&room, &[&args[..], &["--resume"]].concat());
        same(&room, "undisturbed", "cut");
        std::fs::remove_dir_all(room.path("cut")).unwrap();
    }
    // Without --resume it begins again, whatever lies there.
    kill_after(&room, &args, 1);
    scan(&room, &args);
    same(&room, "undisturbed", "cut");
}

/// Rows of a log between two lines.
fn part(room: &Room, name: &str, lines: std::ops::Range<usize>) {
    let log = room.read("log/signups.csv");
    let mut text = format!("{}\n", log.lines().next().unwrap());
    for line in log.lines().skip(1).skip(lines.start).take(lines.len()) {
        text.push_str(line);
        text.push('\n');
    }
    room.write(name, text);
}

#[test]
fn a_daily_run_knows_the_campaigns_of_the_days_before() {
    let room = Room::new();
    world(&room, "24000");
    part(&room, "first.csv", 0..20_000);
    part(&room, "next.csv", 20_000..24_000);
    scan(&room, &["first.csv", "--out", "first"]);
    scan(&room, &["next.csv", "--out", "alone"]);
    scan(&room, &["next.csv", "--out", "next", "--previous", "first"]);
    // Only what is new is listed, and all of it.
    assert_eq!(room.read("next/accounts.csv").lines().count(), 4_001);
    let ids: BTreeSet<String> =
        campaigns(&room, "first").iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect();
    let next = campaigns(&room, "next");
    let known: Vec<&Value> = next.iter().filter(|c| !c["before"].is_null()).collect();
    assert!(known.len() > 2, "{} of {}", known.len(), next.len());
    for campaign in &known {
        assert!(ids.contains(campaign["id"].as_str().unwrap()));
        assert!(campaign["before"]["first_ms"].as_i64() <= campaign["first_ms"].as_i64());
    }
    // Whoever belongs to a known campaign is known by it: more is found than alone.
    let (alone, with) = (flagged(&room, "alone").len(), flagged(&room, "next").len());
    assert!(with > alone, "{with} with what was known, {alone} without");
    // By windows too; and a third run still knows what the second had nothing of.
    part(&room, "rest.csv", 2_000..24_000);
    part(&room, "begin.csv", 0..2_000);
    scan(&room, &["begin.csv", "--out", "begin"]);
    scan(&room, &["rest.csv", "--out", "cut", "--window", "11k", "--previous", "begin"]);
    assert!(campaigns(&room, "cut").iter().any(|campaign| !campaign["before"].is_null()));
    part(&room, "last.csv", 23_900..24_000);
    scan(&room, &["last.csv", "--out", "last", "--previous", "next"]);
    let live =
        |dir: &str| room.json(&format!("{dir}/live.json"))["campaigns"].as_array().unwrap().len();
    assert!(live("next") >= live("first") && live("last") >= live("next"));
}

#[test]
fn a_log_that_goes_on_keeps_the_accounts_of_the_earlier_run() {
    let room = Room::new();
    world(&room, "20000");
    part(&room, "some.csv", 0..18_000);
    scan(&room, &["some.csv", "--out", "some"]);
    scan(&room, &["log/signups.csv", "--out", "all", "--previous", "some"]);
    assert_eq!(room.read("all/accounts.csv").lines().count(), 20_001);
    assert_eq!(room.read("all/rejected.jsonl"), "");
    // It counts them itself.
    assert!(campaigns(&room, "all").iter().all(|campaign| campaign["before"].is_null()));
}

#[test]
fn what_else_is_in_the_folder_for_spilling_stays() {
    let room = Room::new();
    world(&room, "24000");
    room.write("scratch/notes.txt", "not ours").write("scratch/.cut.windows/notes.txt", "nor this");
    scan(&room, &["log/signups.csv", "--out", "cut", "--window", "10k", "--spill", "scratch"]);
    assert_eq!(room.read("scratch/notes.txt"), "not ours");
    assert_eq!(room.read("scratch/.cut.windows/notes.txt"), "nor this");
    let left = |dir: &str| std::fs::read_dir(room.path(dir)).unwrap().count();
    assert_eq!((left("scratch"), left("scratch/.cut.windows")), (2, 1));
}

#[test]
fn a_log_is_cut_where_it_has_more_than_a_window() {
    let room = Room::new();
    world(&room, "24000");
    let windows = |window: &str| {
        scan(&room, &["log/signups.csv", "--out", "result", "--window", window, "--force"]);
        room.json("result/run.json")["windows"]["windows"].as_u64()
    };
    // Its first lines alone would not tell: they may be longer or shorter than most.
    assert_eq!(windows("24000"), None);
    assert_eq!(windows("23999"), Some(2));
    assert_eq!(room.names(), ["lake", "log", "result"]);
}

#[test]
fn a_piped_log_is_cut_too_and_leaves_nothing() {
    let room = Room::new();
    let log = ["synth", "--rows", "24000", "--format", "parquet", "--no-aftermath"];
    room.run(&[&log[..], &["--out", "log"]].concat()).ok();
    let piped = [&LATER[..], &["-", "--out", "piped", "--window", "10k", "--quiet"]].concat();
    let mut command = room.command(&piped);
    command.stdin(std::fs::File::open(room.path("log/signups.parquet")).unwrap());
    let said = command.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(room.json("piped/run.json")["windows"]["windows"].as_u64() > Some(1));
    let names = std::fs::read_dir(room.path("piped")).unwrap();
    let names: Vec<_> = names.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.ends_with(".spool")), "{names:?}");
}

#[test]
fn a_file_that_is_damaged_within_a_window_is_told_of() {
    let room = Room::new();
    world(&room, "24000");
    let days = std::fs::read_dir(room.path("lake")).unwrap().map(|entry| entry.unwrap().path());
    let day = days.filter(|path| path.to_string_lossy().contains("day=")).max().unwrap();
    let part = std::fs::read_dir(day).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&part).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 200].fill(0xAA);
    std::fs::write(&part, bytes).unwrap();
    let cut = ["lake", "--out", "cut", "--window", "10k", "--max-rejected", "100%"];
    let said = room.run(&[&LATER[..], &cut].concat());
    let said = said.ok();
    let problem = room.json("cut/run.json")["inputs"][0]["problem"].to_string();
    assert!(problem.contains(part.file_name().unwrap().to_str().unwrap()), "{problem}");
    assert!(said.err.contains("damaged") || said.out.contains("damaged"), "{}", said.err);
}
