//! Acting on campaigns: the whole way from what a scan found to a platform that is told, in
//! the real binary, with a receiver that checks signatures by the library of others.

mod appeals;
mod hostile;
mod receiver;
mod told;

use crate::intel::answer;
use crate::room::Room;
use crate::serve::served::Served;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;

/// The time at which the world is looked at.
const NOW: &str = "2026-06-01T00:00:00Z";

/// A room with what a scan found in a world of factories, and the id of its riskiest
/// campaign.
fn found() -> (Room, String) {
    let room = Room::new();
    room.run(&["synth", "--rows", "5000", "--fraud", "0.3", "--seed", "7", "--out", "w"]).ok();
    room.run(&["scan", "w/signups.csv", "--out", "found", "--now", NOW, "--quiet"]).ok();
    let campaigns = room.read("found/campaigns.jsonl");
    let first: Value = serde_json::from_str(campaigns.lines().next().unwrap()).unwrap();
    let id = first["id"].as_str().unwrap().to_owned();
    (room, id)
}

/// The accounts of a campaign, in the order of the log.
fn members(room: &Room, dir: &str, campaign: &str) -> Vec<String> {
    let accounts = room.read(&format!("{dir}/accounts.csv"));
    let fields = accounts.lines().map(|line| line.split(',').collect::<Vec<_>>());
    fields.filter(|fields| fields[1] == campaign).map(|fields| fields[0].to_owned()).collect()
}

/// A question over HTTP/1.0, which is answered in one piece: status and content.
fn call(served: &Served, token: &str, what: &str, content: &Value) -> (u16, String) {
    call_with(served, token, what, content, "")
}

fn call_with(
    served: &Served,
    token: &str,
    what: &str,
    content: &Value,
    headers: &str,
) -> (u16, String) {
    let address = served.url.trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let content = if content.is_null() { String::new() } else { content.to_string() };
    write!(
        stream,
        "{what} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n{headers}\
         Content-Length: {}\r\n\r\n{content}",
        content.len()
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The answer to a question that must be answered so.
#[track_caller]
fn expect(served: &Served, token: &str, status: u16, what: &str, content: &Value) -> Value {
    let (found, body) = call(served, token, what, content);
    assert_eq!(found, status, "{what}: {body}");
    serde_json::from_str(&body).unwrap_or(Value::Null)
}

/// A decision that one person may make, by the command line.
#[track_caller]
fn decide(room: &Room, campaign: &str, args: &[&str]) -> Value {
    let all = ["act", "decide", campaign, "--in", "found", "--yes", "--json", "--why", "a shop"];
    answer(&room.run(&[all.as_slice(), args].concat()))
}

/// Whoever is alone on shift.
fn alone(room: &Room) {
    room.run(&["act", "rule", "--second-above", "100000", "--why", "alone on shift"]).ok();
}

#[test]
fn nothing_is_decided_unseen_and_nobody_approves_their_own() {
    let (room, campaign) = found();
    let on = [campaign.as_str(), "suspend", "--in", "found"];
    let preview = [["act", "preview"].as_slice(), &on].concat();
    let shown = room.run(&preview);
    for words in ["A second person has to approve it", "Some of them", "preview "] {
        assert!(shown.ok().out.contains(words), "{}", shown.out);
    }
    assert!(!room.names().contains(&"dragnet.db".to_owned()), "a preview leaves nothing behind");
    let preview = answer(&room.run(&[preview.as_slice(), &["--json"]].concat()));
    assert_eq!(preview["accounts"], members(&room, "found", &campaign).len());
    let sampled = preview["sample"].as_array().unwrap();
    assert!(sampled.len() == 10 && sampled[0]["reasons"][0].is_string(), "{preview}");
    let decide = [["act", "decide"].as_slice(), &on, &["--who", "ana", "--why", "a shop"]].concat();
    room.run(&decide).failed(2, &["nobody is asked here", "--yes"]);
    room.run(&decide[..decide.len() - 2]).failed(2, &["--why"]);
    let stale = [decide.as_slice(), &["--yes", "--preview", "0000"]].concat();
    room.run(&stale).failed(1, &["not what the preview showed"]);
    let seen = preview["preview"].as_str().unwrap();
    let id = "6f9619ff-8b86-4d01-b42d-00c04fc964ff";
    let sure = [decide.as_slice(), &["--yes", "--preview", seen, "--id", id, "--json"]].concat();
    let proposed = answer(&room.run(&sure));
    assert_eq!((&proposed["state"], &proposed["number"]), (&json!("proposed"), &json!(1)));
    assert_eq!(answer(&room.run(&sure))["number"], 1, "the same id is the same decision");
    room.run(&["act", "approve", "1", "--who", "Ana", "--why", "sure"])
        .failed(1, &["somebody else has to approve it"]);
    let approve = ["act", "approve", "1", "--who", "ben", "--why", "looked", "--json"];
    assert_eq!(answer(&room.run(&approve))["state"], "in force");
    let exported = room.run(&["act", "export", id, "--csv"]);
    assert!(exported.ok().out.lines().nth(1).unwrap().ends_with(",nothing,suspend,"));
    room.run(&["act", "undo", "9", "--why", "x"]).failed(2, &["there is no decision 9"]);
    let undone = room.run(&["act", "undo", "1", "--who", "cy", "--why", "a school"]);
    assert!(undone.ok().out.contains("undone") && undone.out.contains("a school"));
    let log = room.run(&["intel", "log", "--check"]);
    log.ok();
    let log = room.run(&["intel", "log", "--json"]);
    for action in ["decision approve", "decision in force", "decision undo"] {
        assert!(log.ok().out.contains(action), "{}", log.out);
    }
    let accounts = members(&room, "found", &campaign);
    assert!(!log.out.contains(&accounts[0]), "the audit log names nobody's account");
}

#[test]
fn what_there_is_nothing_of_says_what_to_do_next() {
    let room = Room::new();
    room.run(&["act", "rule", "--second-above", "5", "--why", "two on shift"]).ok();
    for (args, words) in [
        (["list"].as_slice(), "dragnet act preview"),
        (&["appeal", "list"], "dragnet act appeal add"),
        (&["webhook", "list"], "dragnet act webhook add"),
        (&["webhook", "deliveries"], "nothing was sent"),
        (&["rule"], "more than 5 accounts"),
    ] {
        let said = room.run(&[["act"].as_slice(), args].concat());
        assert!(said.ok().out.contains(words), "{}", said.out);
    }
    room.run(&["act", "preview", "C-1", "watch", "--in", "gone"]).failed(1, &["gone", "scan"]);
    for args in [["act"].as_slice(), &["act", "decide"], &["act", "webhook"], &["act", "appeal"]] {
        let help = room.run(&[args, &["--help"]].concat());
        assert!(help.ok().out.contains("Examples:"), "{}", help.out);
    }
}
