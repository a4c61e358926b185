//! A dry run over history: what the service would have answered, and nothing that came later.

use crate::room::Room;
use crate::serve::served::{Served, key};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

/// Counts and distinct counts of several kinds and windows, and a text.
const POLICY: &str = r#"
name = "story"
revision = 1
mode = "MODE"
act-on = ["high", "medium"]

[[rules]]
name = "a provider"
when = "domain == 'gmail.com' && count_domain_10m > 2"
do = "review"

[[rules]]
name = "busy network"
when = "count_asn_1h > 3 && distinct_ip_by_asn_1h > 1"
do = "challenge"
label = "story:network"

[[rules]]
name = "busy client"
when = "count_agent_24h > 6"
do = "deny"
level = "medium"

[[rules]]
name = "names"
when = "distinct_device_by_name_shape_24h > 2"
do = "deny"
level = "low"
label = "story:names"

[[rules]]
name = "at risk"
when = "risk >= 0.5"
do = "deny"
label = "story:risk"
"#;

/// A room with a small world and the story's policy.
fn room(rows: &str, days: &str) -> Room {
    let room = Room::new();
    let args =
        ["--rows", rows, "--fraud", "0.2", "--seed", "11", "--days", days, "--format", "jsonl"];
    room.run(&[&["synth", "--out", "world"], &args[..]].concat()).ok();
    room.write("act.toml", POLICY.replace("MODE", "act"));
    room.write("shadow.toml", POLICY.replace("MODE", "shadow"));
    room
}

/// What a dry run tells.
fn test(room: &Room, args: &[&str]) -> Value {
    let args = [&["policy", "test", "act.toml", "--json", "--now", "2030-01-01T00:00:00Z"], args];
    serde_json::from_str(&room.run(&args.concat()).ok().out).unwrap()
}

/// The world's sign-ups as JSON, in the order of their times, as a platform sends them.
fn signups(room: &Room) -> Vec<Value> {
    let text = room.read("world/signups.jsonl");
    let mut all: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    all.sort_by_key(|one| one["timestamp"].as_str().unwrap().to_owned());
    all
}

fn post(served: &Served, token: &str, content: &str) -> String {
    let address = served.url.trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /v1/signups/batch HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{content}",
        content.len()
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{text}");
    body.to_owned()
}

#[test]
fn it_is_what_the_service_answers() {
    let room = room("600", "2");
    room.write("case.json", crate::intel::case());
    room.run(&["intel", "import", "case.json"]).ok();
    let token = key(&room, "form", &["--scope", "signups"]);
    let args = ["--policy", "act.toml", "--state", "state", "--scan-every", "30d"];
    let served = Served::start(&room, &args);
    let lines: String = signups(&room).iter().map(|one| format!("{one}\n")).collect();
    let answers = post(&served, &token, &lines);
    let (mut verdicts, mut decided) = (BTreeMap::new(), BTreeMap::new());
    for line in answers.lines() {
        let answer: Value = serde_json::from_str(line).unwrap();
        *verdicts.entry(answer["decided"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        if let Some(rule) = answer["policy"]["rule"].as_str() {
            *decided.entry(rule.to_owned()).or_insert(0) += 1;
        }
    }
    let told = test(&room, &["--on", "world/signups.jsonl", "--no-scan"]);
    let sum: u64 = verdicts.values().sum();
    assert_eq!((sum, told["log"]["signups"].as_u64()), (600, Some(600)));
    for verdict in ["allow", "challenge", "review", "deny"] {
        let count = verdicts.get(verdict).copied().unwrap_or(0);
        assert_eq!(told["decided"][verdict], json!(count), "{verdict}: {verdicts:?}");
        // A story that all pass is none.
        assert!(count > 5, "{verdicts:?}");
    }
    for rule in told["rules"].as_array().unwrap().iter().filter(|rule| rule["acts"] == true) {
        let count = decided.get(rule["rule"].as_str().unwrap()).copied().unwrap_or(0u64);
        assert_eq!(rule["decided"], json!(count), "{rule}");
    }
}

#[test]
fn nothing_is_known_of_what_comes_later() {
    let room = room("4000", "6");
    let first = signups(&room)[0]["timestamp"].as_str().unwrap()[..10].to_owned();
    let day = |n: i64| {
        let first: jiff::civil::Date = first.parse().unwrap();
        (first + jiff::Span::new().days(n)).to_string()
    };
    let scan = ["--scan-every", "12h", "--scan-window", "3d"];
    let truth = ["--on", "world/signups.jsonl", "--truth", "world/truth.csv"];
    let whole = test(&room, &[&truth[..], &scan].concat());
    let cut = test(&room, &[&truth[..], &scan, &["--until", &day(4)]].concat());
    let days = |told: &Value| told["days"].as_array().unwrap().clone();
    assert!(cut["log"]["scans"].as_u64().unwrap() >= 6, "{}", cut["log"]);
    assert_eq!(days(&whole)[..4], days(&cut)[..]);
    // The same from a lake, in any order, told of from the third day on.
    room.run(&["ingest", "world/signups.jsonl", "--lake", "lake"]).ok();
    let later = ["--on", "lake", "--truth", "world/truth.csv", "--since", &day(2)];
    let later = test(&room, &[&later[..], &scan].concat());
    assert_eq!(days(&whole)[2..], days(&later)[..]);
    assert!(later["log"]["before"].as_u64().unwrap() > 500, "{}", later["log"]);
    // What a scan teaches stops more than counting alone.
    let risky = &whole["rules"][4];
    assert!(risky["met_fraud"].as_u64() > Some(100), "{risky}");
    assert!(whole["truth"]["precision"].as_f64() > Some(0.0));
}

#[test]
fn a_shadow_decides_the_same_and_answers_allow() {
    let room = room("600", "2");
    let told =
        test(&room, &["--on", "world/signups.jsonl", "--no-scan", "--against", "shadow.toml"]);
    let changes = told["against"]["changes"].as_object().unwrap();
    for (from, to) in changes {
        for (verdict, count) in to.as_object().unwrap() {
            assert!(from == verdict || count == 0, "{changes:?}");
        }
    }
    room.write("act.toml", POLICY.replace("MODE", "shadow"));
    let shadow = test(&room, &["--on", "world/signups.jsonl", "--no-scan"]);
    assert_eq!(shadow["decided"], told["decided"]);
    assert_eq!(shadow["answered"]["allow"], json!(600));
    assert_ne!(told["answered"]["allow"], json!(600));
}

#[test]
fn people_see_tables_and_no_names() {
    let room = room("600", "2");
    room.write("labels.csv", {
        let known = signups(&room)
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let kind = if at % 3 == 0 { "banned" } else { "good" };
                format!("{},{kind}\n", one["account_id"].as_str().unwrap())
            })
            .collect::<String>();
        format!("account_id,kind\n{known}")
    });
    let args = ["policy", "test", "act.toml", "--on", "world/signups.jsonl", "--no-scan"];
    let args = [&args[..], &["--labels", "labels.csv", "--now", "2030-01-01T00:00:00Z"]].concat();
    let said = room.run(&args);
    let out = &said.ok().out;
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    for words in ["What would have happened", "How right it was", "By rule", "By day", "good"] {
        assert!(out.contains(words), "no {words:?} in\n{out}");
    }
    let first = signups(&room)[0]["account_id"].as_str().unwrap().to_owned();
    let accounts = signups(&room);
    let is_named =
        |text: &str| accounts.iter().any(|one| text.contains(one["account_id"].as_str().unwrap()));
    assert!(!is_named(out) && out.contains("account-"), "{first} {out}");
    assert!(is_named(&room.run(&[&args[..], &["--reveal"]].concat()).ok().out));
    room.run(&[
        "policy",
        "test",
        "act.toml",
        "--on",
        "world/signups.jsonl",
        "--since",
        "2030-01-01",
    ])
    .failed(1, &["no sign-ups of that time"]);
    room.run(&["policy", "test", "act.toml"]).failed(2, &["--on"]);
}
