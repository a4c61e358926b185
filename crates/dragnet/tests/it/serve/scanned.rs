//! While sign-ups come they are scanned, and the next ones are judged by what was found.

use super::asking::{address, ask, room};
use super::served::{Served, key};
use crate::room::Room;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// A world of the last days, as lines of JSON.
fn world(room: &Room) -> Vec<Value> {
    let args = ["synth", "--rows", "6000", "--fraud", "0.3", "--seed", "11", "--days", "3"];
    room.run(&[&args[..], &["--levels", "0,1", "--format", "jsonl", "--out", "world"]].concat())
        .ok();
    let text = room.read("world/signups.jsonl");
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let time = |line: &Value| line["timestamp"].as_str().unwrap().parse::<Timestamp>().unwrap();
    let last = lines.iter().map(time).max().unwrap();
    let later = Timestamp::now() - last;
    for line in &mut lines {
        let shifted = (time(line) + later) - 1.second();
        line["timestamp"] = shifted.to_string().into();
    }
    lines.sort_by_key(time);
    lines
}

#[test]
fn a_campaign_that_goes_on_is_recognised_and_named() {
    let (room, form) = room();
    let viewer = key(&room, "viewer", &["--scope", "read"]);
    let mut lines = world(&room);
    let args = ["--policy", "policy.toml", "--state", "state", "--scan-every", "1s"];
    let mut served = Served::start(&room, &args);
    let mut watching = TcpStream::connect(address(&served)).unwrap();
    write!(watching, "GET /v1/news HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {viewer}\r\n\r\n")
        .unwrap();
    // The last ones come when the others were scanned.
    let later = lines.split_off(lines.len() - 600);
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    assert_eq!(ask(&served, &form, "/v1/signups/batch", &text.join("\n")).0, 200);
    let said = served.says("known now");
    assert!(said.starts_with("scanned 5.4k sign-ups") || said.contains("5,400"), "{said}");
    let mut told = BufReader::new(watching).lines().map(Result::unwrap);
    assert!(told.any(|line| line == "event: scanned"));
    assert!(told.next().unwrap().contains("\"campaigns\":"));
    // What was found is a result like any other.
    let campaigns = room.read("state/found/campaigns.jsonl");
    assert!(campaigns.lines().count() > 3);
    let id: Value = serde_json::from_str(campaigns.lines().next().unwrap()).unwrap();
    room.run(&["explain", "state/found", id["id"].as_str().unwrap()]).ok();
    let text: Vec<String> = later.iter().map(Value::to_string).collect();
    let (_, body) = ask(&served, &form, "/v1/signups/batch", &text.join("\n"));
    let answers: Vec<Value> =
        body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let truth = room.read("world/truth.csv");
    let made: std::collections::BTreeMap<&str, bool> = truth
        .lines()
        .skip(1)
        .map(|line| (line.split(',').next().unwrap(), !line.contains(",real,")))
        .collect();
    let named = answers.iter().zip(&later).filter(|(answer, _)| answer.get("campaign").is_some());
    let named: Vec<bool> =
        named.map(|(_, line)| made[line["account_id"].as_str().unwrap()]).collect();
    assert!(named.len() > 30, "{} of 600", named.len());
    assert!(named.iter().filter(|is_made| !**is_made).count() * 20 < named.len());
}

/// Has a campaign suspended, cleared … by two people.
fn decide(room: &Room, campaign: &str, action: &str) {
    let asked = ["act", "decide", campaign, action, "--in", "state/found", "--yes", "--json"];
    let said = room.run(&[&asked[..], &["--why", "looked at", "--who", "anna"]].concat());
    let decision = crate::intel::answer(&said);
    if decision["state"] == "proposed" {
        let id = decision["id"].as_str().unwrap();
        room.run(&["act", "approve", id, "--why", "looked at too", "--who", "ben"]).ok();
    }
}

#[test]
fn what_people_decided_holds_for_the_next_sign_up() {
    let (room, form) = room();
    let mut lines = world(&room);
    let args = ["--policy", "policy.toml", "--state", "state", "--scan-every", "10m"];
    let later = lines.split_off(lines.len() - 600);
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    let served = Served::start(&room, &args);
    assert_eq!(ask(&served, &form, "/v1/signups/batch", &text.join("\n")).0, 200);
    drop(served);
    // Started again, it scans what it has.
    let mut served = Served::start(&room, &args);
    served.says("known now");
    let before = |line: &Value| -> Value {
        let (status, body) = ask(&served, &form, "/v1/signups?phase=before", &line.to_string());
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    };
    let found = later.iter().find_map(|line| {
        let answer = before(line);
        Some((line, answer["campaign"]["id"].as_str()?.to_owned()))
    });
    let (line, campaign) = found.expect("one of them fits a campaign");
    assert_eq!(before(line)["campaign"]["returned"], false);
    let begun = std::time::Instant::now();
    let becomes = |is_so: &dyn Fn(&Value) -> bool| {
        while !is_so(&before(line)) {
            assert!(begun.elapsed().as_secs() < 30, "{}", before(line));
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    };
    decide(&room, &campaign, "suspend");
    becomes(&|answer| answer["campaign"]["returned"] == true);
    decide(&room, &campaign, "clear");
    becomes(&|answer| answer.get("campaign").is_none());
    let answer = before(line);
    assert_eq!((&answer["risk"], &answer["reasons"][0]["code"]), (&0.0.into(), &"cleared".into()));
}
