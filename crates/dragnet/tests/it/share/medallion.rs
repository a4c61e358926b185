//! medallion, the TAXII server of OASIS: what goes there comes back as it was.

use super::other::Other;
use crate::intel::{NOW, answer, bundle, object};
use crate::room::Room;
use serde_json::{Value, json};

const MEDALLION: &str = include_str!("medallion.py");

/// Who we are there.
const US: [&str; 4] = ["--user", "us", "--token-file", "password"];

/// A room whose store holds more than goes there at once, or comes in a page: actors, two
/// versions of one of them, addresses, who uses what. An extension's definition is not
/// among them: medallion takes its `version` for a time, and from then on answers every
/// question for that collection's objects with 500.
fn with_objects() -> Room {
    let actor = |n: u32| object("intrusion-set", n, json!({ "name": format!("Actor-{n} „Ä“") }));
    let mut all: Vec<Value> = (0..150).map(actor).collect();
    let mut later = actor(7);
    later["modified"] = json!("2026-02-01T00:00:00.000Z");
    later["confidence"] = json!(85);
    all.push(later);
    all.push(object("malware", 1, json!({ "name": "Kit", "is_family": false })));
    let uses = json!({
        "relationship_type": "uses", "source_ref": all[1]["id"], "target_ref": "malware--00000000-0000-4000-8000-000000000001",
    });
    all.push(object("relationship", 1, uses));
    all.push(json!({
        "type": "ipv4-addr", "spec_version": "2.1", "value": "198.51.100.7",
        "id": "ipv4-addr--4f6a4b3a-9d1a-5bd5-9c1c-0f6c8a4e9d11",
    }));
    let room = Room::new();
    room.write("objects.json", bundle(&all));
    room.at(NOW, &["intel", "import", "objects.json", "--licence", "CC-BY-4.0"]).ok();
    room
}

/// What may leave a store, each object as it is.
fn objects(room: &Room) -> Vec<Value> {
    let export = ["intel", "export", "--tlp", "green", "--unmarked", "green"];
    let found = answer(&room.at(NOW, &export));
    let mut objects = found["objects"].as_array().unwrap().clone();
    objects.sort_by_key(Value::to_string);
    objects
}

#[test]
fn what_is_pushed_to_medallion_comes_back_as_it_was() {
    let (ours, theirs) = (with_objects(), Room::new());
    let medallion = Other::start(&ours, MEDALLION, &[]);
    ours.write("password", "a password\n");
    theirs.write("password", "a password\n");
    let url = medallion.url.as_str();
    let pull = [&["share", "pull", url, "--licence", "CC-BY-4.0"], US.as_slice()].concat();
    assert_eq!(theirs.at(NOW, &pull).ok().out, "Inbox: 0 objects added\n");
    let push = ["share", "push", url, "--tlp", "green", "--unmarked", "green", "--json"];
    let push = [push.as_slice(), &US].concat();
    let told = answer(&ours.at(NOW, &push));
    let statuses = told["statuses"].as_array().unwrap();
    assert!(statuses.len() > 1, "it takes 20,000 bytes at once: {told}");
    assert!(statuses.iter().all(|status| status["status"] == "complete"), "{told}");
    let taken: u64 = statuses.iter().map(|one| one["success_count"].as_u64().unwrap()).sum();
    assert_eq!(taken, 154, "{told}");
    // A page has 100 objects at most: there are two.
    assert_eq!(theirs.at(NOW, &pull).ok().out, "Inbox: 154 objects added\n");
    assert_eq!(objects(&theirs), objects(&ours));
    assert_eq!(theirs.at(NOW, &pull).ok().out, "Inbox: 0 objects added\n", "nothing came again");
    for page in ["1", "7", "1000"] {
        let again = [pull.as_slice(), &["--again", "--page", page]].concat();
        let said = theirs.at(NOW, &again);
        assert_eq!(said.ok().out, "Inbox: 0 objects added, 154 known already\n", "{page}");
    }
    // What we sent is to our own store what it has.
    assert_eq!(ours.at(NOW, &pull).ok().out, "Inbox: 0 objects added, 154 known already\n");
    assert!(ours.at(NOW, &push).ok().out.contains("\"statuses\": []"), "nothing is sent again");
}

#[test]
fn medallion_does_not_open_to_a_wrong_password() {
    let room = Room::new();
    let medallion = Other::start(&room, MEDALLION, &[]);
    room.write("password", "another\n");
    let pull = [&["share", "pull", &medallion.url], US.as_slice()].concat();
    room.at(NOW, &pull).failed(1, &["401", "the server does not take our credentials"]);
    room.at(NOW, &["share", "pull", &medallion.url]).failed(1, &["401", "credentials"]);
}
