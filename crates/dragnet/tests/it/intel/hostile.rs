//! Bad input: an error that names where, and nothing half-imported.

use super::{NOW, answer, bundle, case, count, object, with_case};
use crate::room::{Room, Said};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

/// Longer than this nothing may take on any input here, on a machine that others use too.
const PATIENCE: Duration = Duration::from_secs(120);

/// More than the largest bundle in wide use has.
const OBJECTS: u32 = 100_000;

/// Imports one bad file into a store that holds something, and expects an error that
/// says `words`, and a store that holds the same.
#[track_caller]
fn fails(name: &str, content: &[u8], words: &[&str]) {
    let room = with_case();
    room.write(name, content);
    let before = count(&room);
    room.at(NOW, &["intel", "import", name])
        .failed(1, &[&[name, "nothing of it was"], words].concat());
    assert_eq!(count(&room), before);
    room.run(&["intel", "log", "--check"]).ok();
}

/// Imports a bundle into an empty store; what is said, as JSON.
#[track_caller]
fn taken(text: &str) -> (Room, Value) {
    let room = Room::new();
    room.write("a.json", text);
    let begun = Instant::now();
    let said = answer(&room.at(NOW, &["intel", "import", "a.json", "--json"]));
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    (room, said["files"][0].clone())
}

#[test]
fn half_a_bundle() {
    let whole = case();
    fails("half.json", &whole[..whole.len() / 2], &["line ", "objects", "EOF"]);
}

#[test]
fn letters_that_are_none() {
    let mut text = bundle(&[object("intrusion-set", 1, json!({ "name": "x@" }))]).into_bytes();
    let at = text.iter().position(|byte| *byte == b'@').unwrap();
    text[at] = 0xff;
    fails("utf.json", &text, &["line 1", "invalid unicode"]);
}

#[test]
fn nothing_that_is_known() {
    fails("empty.json", b"", &["an empty text"]);
    fails("odd.json", b"{\"a\":1}", &["the keys a", "none of the formats"]);
    let noise: Vec<u8> =
        (0..10_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    fails("noise.json", &noise, &["none of the formats"]);
}

#[test]
fn nesting_a_hundred_thousand_deep() {
    fails("deep.json", "[".repeat(100_000).as_bytes(), &["JSON without keys"]);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = bundle(&[object("intrusion-set", 1, json!({ "name": "x", "x_deep": "@" }))]);
    let (room, said) = taken(&text.replace("\"@\"", &deep));
    assert_eq!((&said["added"], &said["rejected"]), (&json!(0), &json!(1)), "{said}");
    room.run(&["share", "quarantine"]).ok();
}

#[test]
fn what_is_missing_or_no_file() {
    let room = with_case();
    std::fs::create_dir(room.path("empty")).unwrap();
    room.at(NOW, &["intel", "import", "none.json"]).failed(1, &["none.json", "No such file"]);
    room.at(NOW, &["intel", "import", "empty"]).failed(1, &["empty has no files ending in json"]);
    room.at(NOW, &["intel", "import", "-"]).failed(1, &["standard input: nothing of it"]);
}

#[test]
fn files_before_a_bad_one_are_told_of() {
    let room = Room::new();
    room.write("case.json", case()).write("bad.json", "");
    let said = room.at(NOW, &["intel", "import", "case.json", "bad.json"]);
    said.failed(1, &["bad.json: nothing of it was imported"]);
    assert!(said.out.starts_with("case.json: 154 objects added"), "{}", said.out);
}

#[test]
fn bombs() {
    let room = with_case();
    let before = count(&room);
    let blank = vec![b' '; 64 << 20];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&blank).unwrap();
    room.write("bomb.json.gz", gzip.finish().unwrap());
    room.write("bomb.json.zst", zstd::encode_all(&blank[..], 1).unwrap());
    for name in ["bomb.json.gz", "bomb.json.zst"] {
        let said = room.at(NOW, &["intel", "import", name, "--max-size", "8M"]);
        said.failed(1, &[name, "larger than", "--max-size"]);
    }
    let said = room.at(NOW, &["intel", "import", "case.json", "--max-size", "1K", "--again"]);
    said.failed(1, &["case.json", "larger than", "--max-size"]);
    room.run(&["intel", "import", "case.json", "--max-size", "much"]).failed(2, &["512M"]);
    assert_eq!(count(&room), before);
}

#[test]
fn one_id_and_version_for_two_contents_in_one_file() {
    let shop = |name: &str| object("intrusion-set", 1, json!({ "name": name }));
    let (room, said) = taken(&bundle(&[shop("Shop"), shop("Other"), shop("Shop")]));
    let (added, same, conflicts) = (&said["added"], &said["same"], &said["conflicts"]);
    assert_eq!((added, same, conflicts), (&json!(1), &json!(1), &json!(1)), "{said}");
    room.run(&["intel", "show", "Shop"]).ok();
}

#[test]
fn a_wrong_hash_is_set_aside_and_the_rest_taken() {
    let file = json!({
        "type": "file", "spec_version": "2.1", "name": "kit.zip",
        "id": "file--00000000-0000-4000-8000-000000000001", "hashes": { "SHA-256": "abc" },
    });
    let actor = object("intrusion-set", 1, json!({ "name": "Shop" }));
    let (room, said) = taken(&bundle(&[file, actor]));
    assert_eq!((&said["added"], &said["rejected"]), (&json!(1), &json!(1)), "{said}");
    let reason = said["reasons"][0].as_str().unwrap();
    assert!(reason.starts_with("at 1, file--") && reason.contains("hashes"), "{reason}");
    let set_aside = room.run(&["share", "quarantine"]);
    assert!(set_aside.ok().out.contains("a.json"), "{}", set_aside.out);
}

#[test]
fn references_in_a_circle() {
    let actor = |n: u32| object("intrusion-set", n, json!({ "name": format!("Actor-{n}") }));
    let tie = |n: u32, from: u32, to: u32| {
        let id = |n: u32| format!("intrusion-set--00000000-0000-4000-8000-{n:012}");
        let rest = json!({
            "relationship_type": "related-to", "source_ref": id(from), "target_ref": id(to),
        });
        object("relationship", n, rest)
    };
    let mut all: Vec<Value> = (1..=30).map(actor).collect();
    // Each to each, so that ways are without number.
    for from in 1..=30 {
        all.extend((1..=30).map(|to| tie(from * 100 + to, from, to)));
    }
    all.push(actor(99));
    let (room, said) = taken(&bundle(&all));
    assert_eq!((&said["added"], &said["rejected"]), (&json!(931), &json!(0)), "{said}");
    let begun = Instant::now();
    for to in ["Actor-30", "Actor-1", "Actor-99"] {
        room.run(&["intel", "path", "Actor-1", to, "--longest", "12"]).ok();
    }
    let said = room.run(&["intel", "path", "Actor-1", "Actor-99"]);
    assert!(said.ok().out.starts_with("no way from Actor-1 to Actor-99"), "{}", said.out);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

#[test]
fn patterns_that_would_take_for_ever() {
    let pattern = |n: u32, pattern: &str| {
        let rest = json!({
            "pattern": pattern, "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z",
            "indicator_types": ["malicious-activity"],
        });
        object("indicator", n, rest)
    };
    let ored = format!("[{}]", vec!["domain-name:value = 'a.example'"; 5_000].join(" OR "));
    let nested =
        format!("{}[domain-name:value = 'a.example']{}", "(".repeat(20_000), ")".repeat(20_000));
    let all = [
        pattern(1, "[domain-name:value MATCHES '^(a+)+$']"),
        pattern(2, "[domain-name:value MATCHES '((((a{1,99}){1,99}){1,99}){1,99})']"),
        pattern(3, &ored),
        pattern(4, &nested),
        pattern(5, "[domain-name:value = "),
    ];
    let (_, said) = taken(&bundle(&all));
    assert_eq!(said["added"].as_u64().unwrap() + said["rejected"].as_u64().unwrap(), 5, "{said}");
    assert!(said["rejected"].as_u64().unwrap() >= 2, "neither 4 nor 5 is a pattern: {said}");
}

#[test]
fn a_hundred_thousand_objects() {
    let actor = |n: u32| object("intrusion-set", n, json!({ "name": format!("Actor-{n}") }));
    let all: Vec<Value> = (0..OBJECTS).map(actor).collect();
    let (room, said) = taken(&bundle(&all));
    assert_eq!(said["added"], OBJECTS, "{said}");
    assert_eq!(count(&room), u64::from(OBJECTS));
    room.run(&["intel", "show", "Actor-7777"]).ok();
}

#[test]
fn a_store_that_cannot_be_used() {
    let room = Room::new();
    room.write("case.json", case()).write("notes.txt", "no database at all, but some text");
    for args in [["intel", "show"].as_slice(), &["intel", "import", "case.json"]] {
        let args = [args, &["--store", "notes.txt"]].concat();
        room.at(NOW, &args).failed(1, &["cannot open", "notes.txt", "not a database"]);
    }
    assert_eq!(room.read("notes.txt"), "no database at all, but some text");
    let said = room.at(NOW, &["intel", "import", "case.json", "--store", "none/a.db"]);
    said.failed(1, &["cannot open", "none/a.db"]);
}

/// Runs in a folder where nothing can be written: bound read-only, since root may write to
/// whatever a mode forbids; by modes where nothing may be mounted.
#[cfg(target_os = "linux")]
fn on_a_disc(room: &Room, args: &[&str]) -> Said {
    let script = "mount --bind . . && mount -o remount,bind,ro . || exit 77; cd \"$PWD\"; \
                  exec \"$0\" \"$@\"";
    let run = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_dragnet")])
        .args(args)
        .current_dir(room.path(""))
        .output();
    match run.map(Said::of) {
        Ok(run) if run.code != Some(77) && !run.err.contains("unshare") => run,
        _ => {
            set_mode(room, "dragnet.db", 0o444);
            set_mode(room, "", 0o555);
            let run = by_modes(room, args);
            set_mode(room, "", 0o755);
            run
        }
    }
}

#[cfg(target_os = "linux")]
fn set_mode(room: &Room, name: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(room.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
#[cfg(target_os = "linux")]
fn a_store_on_a_disk_that_is_not_written_to_is_read() {
    let room = with_case();
    room.run(&["share", "collection", "add", "Partners", "--alias", "partners"]).ok();
    room.run(&["intel", "export", "--out", "before.json"]).ok();
    room.write("more.json", bundle(&[object("intrusion-set", 1, json!({ "name": "Shop" }))]));
    let reads: [&[&str]; 12] = [
        &["intel", "show", "--json"],
        &["intel", "show", "Storm-1152"],
        &["intel", "path", "Storm-1152", "Octo Tempest"],
        &["intel", "diff", "2000-01-01", "--json"],
        &["intel", "trends", "--now", "2024-01-13"],
        &["intel", "validate", "more.json"],
        &["intel", "log", "--check"],
        &["share", "collection", "list", "--json"],
        &["share", "key", "list"],
        &["share", "releases", "--json"],
        &["share", "hold"],
        &["share", "publish", "partners", "--dry-run"],
    ];
    for args in reads {
        let before = room.run(args);
        let run = on_a_disc(&room, args);
        assert_eq!(run.ok().out, before.ok().out, "{args:?}");
    }
    let writes: [&[&str]; 6] = [
        &["intel", "import", "more.json"],
        &["share", "collection", "add", "Others"],
        &["share", "publish", "partners"],
        &["share", "key", "add", "sensor", "--read", "partners"],
        &["share", "hold", "Storm-1152", "--why", "x"],
        &["serve", "--bind", "127.0.0.1:0"],
    ];
    for args in writes {
        let run = on_a_disc(&room, args);
        run.failed(1, &["dragnet.db may only be read"]);
    }
    let trial = ["intel", "import", "more.json", "--dry-run"];
    let run = on_a_disc(&room, &trial);
    assert!(run.ok().out.contains("1 object could be imported"), "{}", run.out);
    let run = on_a_disc(&room, &["intel", "export"]);
    assert_eq!(run.ok().out, room.read("before.json"));
    assert!(run.err.contains("has no record of it"), "{}", run.err);
    // Where it was left open, what was written last is not in the file, and not forgotten.
    room.write("dragnet.db-wal", "what was written last");
    let run = on_a_disc(&room, &["intel", "show"]);
    run.failed(1, &["dragnet.db-wal", "copy both"]);
}

/// Runs as one to whom modes apply, which they do not to root.
#[cfg(target_os = "linux")]
fn by_modes(room: &Room, args: &[&str]) -> Said {
    let me = Command::new("id").arg("-u").output().unwrap().stdout;
    let mut command = match me == b"0\n" {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--bounding-set", "-dac_override,-dac_read_search"]);
            command.arg(env!("CARGO_BIN_EXE_dragnet"));
            command
        }
        false => Command::new(env!("CARGO_BIN_EXE_dragnet")),
    };
    Said::of(command.args(args).current_dir(room.path("")).output().unwrap())
}

#[test]
#[cfg(target_os = "linux")]
fn a_store_that_is_somebody_elses_is_read() {
    let room = with_case();
    room.write("more.json", bundle(&[object("intrusion-set", 1, json!({ "name": "Shop" }))]));
    let set = |name: &str, mode| set_mode(&room, name, mode);
    let (before, names) = (room.run(&["intel", "show", "--json"]).ok().out.clone(), room.names());
    // The file, its folder, or both may not be written to.
    for (file, folder) in [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)] {
        set("dragnet.db", file);
        set("", folder);
        let read = by_modes(&room, &["intel", "show", "--json"]);
        let refused = by_modes(&room, &["intel", "import", "more.json"]);
        set("", 0o755);
        assert_eq!(read.ok().out, before, "{file:o} {folder:o}");
        refused.failed(1, &["dragnet.db may only be read"]);
        assert_eq!(room.names(), names, "nothing is left beside it");
        set("dragnet.db", 0o644);
    }
    // Not even that.
    set("dragnet.db", 0o000);
    let refused = by_modes(&room, &["intel", "show"]);
    refused.failed(1, &["cannot open dragnet.db", "unable to open"]);
}
