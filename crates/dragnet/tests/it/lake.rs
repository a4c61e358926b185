//! Lakes: what goes in comes out, whatever happens on the way, and whoever reads it.

mod between;
mod crash;
mod engines;
mod foreign;
mod store;

use crate::room::Room;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A generated log of a few weeks with campaigns in it.
fn world(room: &Room, rows: &str) {
    room.run(&["synth", "--rows", rows, "--fraud", "0.1", "--seed", "7", "--out", "log"]).ok();
}

/// What was found, in any order of the rows.
fn found(room: &Room, out: &str) -> (String, BTreeSet<String>) {
    let accounts = room.read(&format!("{out}/accounts.csv"));
    (room.read(&format!("{out}/campaigns.jsonl")), accounts.lines().map(str::to_owned).collect())
}

/// The sign-ups behind what was found, without their place.
fn evidence(room: &Room, out: &str) -> BTreeSet<String> {
    let packed = fs::read(room.path(&format!("{out}/evidence.jsonl.zst"))).unwrap();
    let lines = String::from_utf8(zstd::decode_all(&packed[..]).unwrap()).unwrap();
    let plain = |line: &str| {
        let mut line: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(line).unwrap();
        line.remove("dragnet_row");
        serde_json::to_string(&line).unwrap()
    };
    lines.lines().map(plain).collect()
}

/// All files of a folder with their content, by path.
fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.strip_prefix(dir).unwrap().to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// Rows of the lake, by its manifest.
fn rows(room: &Room) -> u64 {
    let manifest = room.json("lake/_dragnet.json");
    manifest["files"].as_array().unwrap().iter().map(|file| file["rows"].as_u64().unwrap()).sum()
}

#[test]
fn a_lake_gives_what_the_log_gave() {
    let room = Room::new();
    world(&room, "20000");
    room.run(&["ingest", "log/signups.csv", "--lake", "lake"]).ok();
    room.scan(&["log/signups.csv", "--out", "a"]).ok();
    room.scan(&["lake", "--out", "b"]).ok();
    assert!(room.read("a/campaigns.jsonl").lines().count() > 5, "there is something to find");
    assert_eq!(found(&room, "a"), found(&room, "b"));
    assert_eq!(evidence(&room, "a"), evidence(&room, "b"));
}

#[test]
fn any_number_of_threads_gives_the_same_lake() {
    let room = Room::new();
    world(&room, "20000");
    for threads in ["1", "3"] {
        let lake = format!("lake-{threads}");
        room.run(&["ingest", "log/signups.csv", "--lake", &lake, "--threads", threads]).ok();
    }
    let one = files(&room.path("lake-1"));
    assert!(one.len() > 10 && one == files(&room.path("lake-3")));
}

/// A farm with a column of its own, under names that logs have.
fn messy() -> String {
    let mut log =
        "User ID,created,ip_address,E-Mail,mail,day,Shop,shop,device,asn,solve_ms\n".to_owned();
    for i in 0..3000 {
        let farm = i % 20 == 0;
        let (minute, hour, day) = (i % 60, i / 60 % 24, 1 + i % 9);
        let (ip, shop) = match farm {
            true => ("198.51.100.7".to_owned(), "b\"1"),
            false => (format!("81.{}.{}.9", i % 200, i % 250), ["x", "-", "", "z"][i % 4]),
        };
        let asn = ["AS64500 Example", "64501.0", "0", "none", "what"][i % 5];
        log += &format!(
            "u{i},{day}/3/2024 {hour}:{minute:02},{ip},N{i}@Example.com,m{i}@mail.test,{day},{shop},y{},d{},{asn},{}.4\n",
            i % 3,
            if farm { 1 } else { i },
            1000 + i,
        );
    }
    log.replace("b\"1", "\"b\"\"1\"")
}

#[test]
fn a_messy_log_keeps_what_it_says() {
    let room = Room::new();
    room.write("log.csv", messy());
    let how = ["--map", "email=mail", "--zone", "Europe/Berlin", "--date-order", "dmy"];
    room.run(&[&["ingest", "log.csv", "--lake", "lake"], &how[..]].concat()).ok();
    let signal = ["--signal", "Shop", "--max-rejected", "20%"];
    room.scan(&[&["log.csv", "--out", "a"], &how[..], &signal].concat()).ok();
    room.scan(&[&["lake", "--out", "b"], &signal[..]].concat()).ok();
    assert_eq!(found(&room, "a"), found(&room, "b"));
    let rename = |line: String| {
        // A column that would pass for one of the record or of the folders, or
        // differs in capitals only, has a number.
        line.replace("extra_shop (2)", "extra_shop").replace("extra_day (2)", "extra_day")
    };
    let lake: BTreeSet<String> = evidence(&room, "b").into_iter().map(rename).collect();
    assert!(!lake.is_empty());
    assert_eq!(
        evidence(&room, "a").into_iter().map(sorted).collect::<BTreeSet<_>>(),
        lake.into_iter().map(sorted).collect::<BTreeSet<_>>()
    );
    // What cannot be a number is set aside on the way in.
    let rejected = fs::read_dir(room.path("lake/_rejected")).unwrap().next().unwrap().unwrap();
    let rejected = fs::read_to_string(rejected.path()).unwrap();
    assert_eq!(rejected.lines().count(), 600);
    assert!(rejected.contains(r#""field":"asn""#), "{}", rejected.lines().next().unwrap());
}

/// The same with its keys in order.
fn sorted(line: String) -> String {
    let map: std::collections::BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&line).unwrap();
    serde_json::to_string(&map).unwrap()
}

#[test]
fn what_is_in_the_lake_is_skipped_unless_it_is_wanted_again() {
    let room = Room::new();
    let log = crate::room::log(500);
    room.write("a.csv", &log)
        .write("copy.csv", &log)
        .write("b.csv", "account_id,timestamp\nv,2024-03-02\n");
    let said = room.run(&["ingest", "a.csv", "copy.csv", "--lake", "lake"]);
    assert!(said.ok().out.contains("copy.csv is in the lake already"), "{}", said.out);
    assert_eq!(rows(&room), 500);
    let before = files(&room.path("lake"));
    room.run(&["ingest", "a.csv", "--lake", "lake"]).ok();
    assert_eq!(files(&room.path("lake")), before);
    room.run(&["ingest", "a.csv", "b.csv", "--lake", "lake", "--json"]).ok();
    assert_eq!(rows(&room), 501);
    room.run(&["ingest", "a.csv", "--lake", "lake", "--again"]).ok();
    assert_eq!(rows(&room), 1001);
    room.scan(&["lake", "--max-rejected", "60%", "--out", "out"]).ok();
    let run = room.json("out/run.json");
    assert_eq!(run["counts"]["signups"], 501);
    assert_eq!(run["counts"]["rejected_rows"], 500, "repeats are set aside by whoever reads");
}

#[test]
fn too_many_bad_rows_and_half_a_file_add_nothing() {
    let room = Room::new();
    room.write("bad.csv", "account_id,timestamp\na,never\nb,2024-03-01\n");
    room.run(&["ingest", "bad.csv", "--lake", "lake"]).failed(1, &["1 of 2 rows are bad"]);
    assert!(!room.path("lake/_dragnet.json").exists());
    let mut packed = zstd::encode_all(messy().as_bytes(), 1).unwrap();
    packed.truncate(packed.len() - 9);
    room.write("half.csv.zst", packed);
    room.run(&["ingest", "half.csv.zst", "--lake", "lake"]).failed(1, &["Nothing was ingested"]);
    // One that is not a log at all is named, and the rest goes on.
    room.write("empty.csv", "").write("good.csv", crate::room::log(10));
    let said = room.run(&["ingest", "empty.csv", "good.csv", "--lake", "lake"]);
    assert!(said.ok().out.contains("empty.csv"), "{}", said.out);
    assert_eq!(rows(&room), 10);
    room.write("other/notes.txt", "mine");
    room.run(&["ingest", "good.csv", "--lake", "other"]).failed(1, &["holds something else"]);
}

#[test]
fn a_log_without_accounts_names_its_rows_after_itself() {
    let room = Room::new();
    room.write("a.csv", "timestamp,email\n2024-03-01,a@example.com\n");
    room.write("b.csv", "timestamp,email\n2024-03-01,b@example.com\n");
    room.run(&["ingest", "a.csv", "--lake", "lake"]).ok();
    room.run(&["ingest", "b.csv", "--lake", "lake"]).ok();
    room.scan(&["lake", "--out", "out"]).ok();
    assert_eq!(room.json("out/run.json")["counts"]["signups"], 2);
}
