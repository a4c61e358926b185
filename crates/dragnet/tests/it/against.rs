//! An adversary who reads what is published: the next wave of a world.

use crate::room::Room;
use serde_json::{Value, json};

const WORLD: [&str; 11] = [
    "synth", "--rows", "6000", "--fraud", "0.3", "--seed", "5", "--levels", "0,1,2", "--days", "10",
];

/// Makes a wave against these files and gives what was said of it.
fn wave(room: &Room, out: &str, against: &[&str]) -> Value {
    let against = against.iter().flat_map(|file| ["--against", *file]);
    let args: Vec<&str> =
        WORLD.into_iter().chain(against).chain(["--out", out, "--json"]).collect();
    let said = room.run(&args);
    serde_json::from_str(&said.ok().out).unwrap()
}

fn found(room: &Room, wave: &str, out: &str) {
    let log = format!("{wave}/signups.csv");
    // Worlds lie in days to come.
    room.run(&["scan", &log, "--out", out, "--quiet", "--now", "2026-01-01T00:00:00Z"]).ok();
}

/// What the sign-ups of a factory (by its name in the truth) show in a column.
fn column(room: &Room, wave: &str, factory: &str, name: &str) -> Vec<String> {
    let log = room.read(&format!("{wave}/signups.jsonl"));
    let truth = room.read(&format!("{wave}/truth.csv"));
    let is_of = |truth: &str| truth.split(',').nth(3) == Some(factory);
    let rows = log.lines().zip(truth.lines().skip(1)).filter(|(_, truth)| is_of(truth));
    let text = |row: &str| serde_json::from_str::<Value>(row).unwrap()[name].clone();
    rows.filter_map(|(row, _)| text(row).as_str().map(str::to_owned)).collect()
}

#[test]
fn factories_change_what_is_published_and_the_list_finds_little_of_the_next_wave() {
    let room = Room::new();
    assert_eq!(wave(&room, "wave0", &[]).get("wave"), None);
    found(&room, "wave0", "found0");
    let next = wave(&room, "wave1", &["found0"]);
    let [later, fraud] = [&next["wave"], &next["fraud"]];
    assert_eq!(later["number"], 1);
    assert!(later["published"]["signatures"].as_u64().unwrap() > 5, "{later}");
    let matched = later["published"]["fraud_matched"].as_u64().unwrap();
    assert!(matched * 10 < fraud.as_u64().unwrap(), "{later}");
    assert!(later["factories_changed"].as_u64().unwrap() >= 3, "{later}");
    // The first answer is a cheap one wherever the signature cites one.
    let changes = later["changes"].as_array().unwrap();
    assert!(changes.iter().any(|change| change["cost"] == "cheap"), "{later}");

    found(&room, "wave1", "found1");
    let last = wave(&room, "wave2", &["found0", "found1"]);
    assert_eq!(last["wave"]["number"], 2);
    let world = room.json("wave2/world.json");
    assert_eq!(world["start_ms"], room.json("wave1/world.json")["end_ms"]);
    assert_eq!(world["wave"]["number"], 2);
    let first_round = |wave: &str| -> Vec<Value> {
        let world = room.json(&format!("{wave}/world.json"));
        let changes = world["wave"]["changes"].as_array().unwrap().clone();
        changes.into_iter().filter(|change| change["round"] == 1).collect()
    };
    assert_eq!(first_round("wave1"), first_round("wave2"));
}

/// How many sign-ups of a factory show this TLS stack, and how many show any.
fn shown(room: &Room, wave: &str, factory: &str, ja4: &str) -> (usize, usize) {
    let values = column(room, wave, factory, "ja4");
    (values.iter().filter(|value| *value == ja4).count(), values.len())
}

#[test]
fn one_published_habit_is_changed_and_the_others_are_kept() {
    let room = Room::new();
    let world = |out: &str, against: &[&str]| {
        let against = against.iter().flat_map(|file| ["--against", *file]);
        let args = WORLD.into_iter().chain(against);
        let args = args.chain(["--format", "jsonl", "--out", out]);
        room.run(&args.collect::<Vec<_>>()).ok().out.clone()
    };
    world("wave0", &[]);
    // The TLS stack of a factory that shows hardly any other.
    let factories: Vec<String> = (1..=9).map(|number| format!("f{number:03}")).collect();
    let (factory, ja4) = factories
        .iter()
        .find_map(|factory| {
            let values = column(&room, "wave0", factory, "ja4");
            let is_usual = |ja4: &&String| {
                let (seen, all) = shown(&room, "wave0", factory, ja4);
                seen * 10 > all * 7 && all > 50
            };
            values.iter().find(is_usual).map(|ja4| (factory, ja4.clone()))
        })
        .unwrap();
    room.write("tls.jsonl", json!({ "conditions": [["TLS client", ja4]] }).to_string() + "\n\n");
    let said = world("wave1", &["tls.jsonl"]);
    assert!(said.contains("wave 1, against 1 published signatures"), "{said}");
    assert!(said.contains("TLS stack        dear"), "{said}");
    assert!(!said.contains("names            cheap"), "{said}");
    let (seen, all) = shown(&room, "wave1", factory, &ja4);
    assert!(all > 50 && seen == 0, "{ja4} in {seen} of {all}");
    // With nothing published, it stays as it was.
    room.write("nothing.jsonl", "");
    let said = world("kept", &["nothing.jsonl"]);
    assert!(said.contains("0 of ") && said.contains("factories changed something"), "{said}");
    let (seen, all) = shown(&room, "kept", factory, &ja4);
    // Other accounts of the same kit: a few more or fewer show it.
    assert!(seen * 10 > all * 6, "{ja4} in {seen} of {all}");
}

#[test]
fn the_same_publications_give_the_same_bytes() {
    let room = Room::new();
    let rule = json!({ "kind": "factory", "signature": { "conditions": [["asn", "AS16276"]] } });
    room.write("rules.jsonl", rule.to_string());
    for out in ["a", "b"] {
        wave(&room, out, &["rules.jsonl"]);
    }
    assert_eq!(room.read("a/signups.csv"), room.read("b/signups.csv"));
    wave(&room, "first", &[]);
    assert_ne!(room.read("a/signups.csv"), room.read("first/signups.csv"));
}

#[test]
fn signatures_of_another_world_are_noticed() {
    let room = Room::new();
    room.write("rules.jsonl", json!({ "conditions": [["domain", "mail.example"]] }).to_string());
    let args = ["synth", "--rows", "2000", "--out", "wave", "--against", "rules.jsonl"];
    let said = room.run(&args);
    assert!(
        said.ok().err.contains("no signature of round 1 meets a factory of wave 0"),
        "{}",
        said.err
    );
    let with_nothing = room.write("nothing.jsonl", "").path("nothing.jsonl");
    let silent = ["--out", "kept", "--against", with_nothing.to_str().unwrap()];
    let said = room.run(&[&["synth", "--rows", "2000"], &silent[..]].concat());
    assert_eq!(said.ok().err, "");
}

#[test]
fn what_is_no_signature_is_named_with_its_line() {
    let room = Room::new();
    let refused = |text: &str, words: &[&str]| {
        room.write("rules.jsonl", text);
        let args = ["synth", "--rows", "500", "--out", "wave", "--against", "rules.jsonl"];
        room.run(&args).failed(1, words);
        assert!(!room.path("wave").join("signups.csv").exists());
    };
    let good = r#"{"conditions":[["ja4","t13d1516h2"]]}"#;
    refused(&format!("{good}\nnot json"), &["rules.jsonl, line 2", "kind"]);
    refused(r#"{"conditions":[["height","3"]]}"#, &["line 1", "no kind of signal `height`"]);
    refused(r#"{"conditions":[]}"#, &["line 1", "matches everybody"]);
    room.run(&["synth", "--out", "wave", "--against", "nowhere"])
        .failed(1, &["cannot read nowhere", "dragnet scan"]);
    let nothing = room.write("nothing.jsonl", "").path("nothing.jsonl");
    let nothing = nothing.to_str().unwrap();
    room.run(&["synth", "--days", "150", "--out", "wave", "--against", nothing, nothing])
        .failed(1, &["wave 2 of 150 days"]);
}
