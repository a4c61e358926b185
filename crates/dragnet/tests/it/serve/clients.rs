//! Who reads and writes: the client of OASIS, and our own.

use super::served::{Served, key, with_token};
use crate::intel::{NOW, answer, bundle, count, object, with_case};
use crate::peers;
use crate::room::Room;
use expect_test::expect;
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A store whose public record is published to partners.
pub(crate) fn published() -> Room {
    let room = with_case();
    let add = ["share", "collection", "add", "Partners", "--alias", "partners", "--tlp", "green"];
    room.at(NOW, &add).ok();
    room.at(NOW, &["share", "publish", "partners"]).ok();
    room
}

/// Objects of a collection, as the client of OASIS reads them.
const READ: &str = r#"
import json, sys
from taxii2client.v21 import Server, as_pages
from taxii2client.common import TokenAuth
url, token, verify = sys.argv[1], sys.argv[2], (sys.argv[3:] or [True])[0]
server = Server(url, user="partner", password=token, verify=verify)
[collection] = server.default.collections if server.default else server.api_roots[0].collections
found = []
for page in as_pages(collection.get_objects, per_request=50):
    found += page.get("objects", [])
print(json.dumps({"title": collection.title, "objects": found}))
"#;

pub(super) fn read(room: &Room, args: &[&str]) -> Value {
    serde_json::from_str(&peers::ask(room, READ, args)).unwrap()
}

#[test]
fn the_client_of_oasis_reads_all_pages() {
    let room = published();
    let token = key(&room, "partner", &["--read", "partners"]);
    let served = Served::start(&room, &[]);
    let found = read(&room, &[&served.url, &token]);
    assert_eq!(found["title"], "Partners");
    assert_eq!(found["objects"].as_array().unwrap().len(), 154);
    room.write("left.json", bundle(found["objects"].as_array().unwrap()));
    peers::is_valid(&room, "left.json");
    let said = served.stop();
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn a_pull_gives_the_same_graph_and_the_next_one_nothing() {
    let (room, other) = (published(), Room::new());
    let token = key(&room, "partner", &["--read", "partners"]);
    let served = Served::start(&room, &[]);
    let pull = ["share", "pull", &served.url, "--grade", "B2", "--now", NOW];
    let said = with_token(&other, &token, &pull);
    assert_eq!(said.ok().out, "Partners: 154 objects added\n");
    let said = with_token(&other, &token, &pull);
    assert_eq!(said.ok().out, "Partners: 0 objects added\n", "nothing was fetched");
    for args in [
        ["intel", "show", "--json"].as_slice(),
        &["intel", "show", "--trade", "--json"],
        &["intel", "path", "Storm-1152", "Octo Tempest", "--json"],
    ] {
        assert_eq!(room.run(args).ok().out, other.run(args).ok().out, "{args:?}");
    }
    let said = with_token(&other, &token, &[pull.as_slice(), &["--again"]].concat());
    assert_eq!(said.ok().out, "Partners: 0 objects added, 154 known already\n");
    let one = other.run(&["intel", "show", "Storm-1152"]);
    assert!(one.ok().out.contains("grade B2"), "{}", one.out);
}

/// Waits for what a running server comes to know: it looks at a key every two seconds.
#[track_caller]
fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the server does not hear of it");
        sleep(Duration::from_millis(200));
    }
}

#[test]
fn keys_open_what_they_are_for_until_they_are_revoked() {
    let (room, other) = (published(), Room::new());
    room.at(NOW, &["share", "collection", "add", "Others", "--alias", "others"]).ok();
    let token = key(&room, "partner", &["--read", "others"]);
    let served = Served::start(&room, &[]);
    let pull = ["share", "pull", &served.url, "--now", NOW];
    let said = with_token(&other, &token, &pull);
    assert_eq!(said.ok().out, "Others: 0 objects added\n", "partners are not for it");
    let said =
        with_token(&other, &token, &[pull.as_slice(), &["--collection", "partners"]].concat());
    said.failed(1, &["no collection partners that we may see"]);
    let said = room
        .at(NOW, &["share", "key", "grant", "partner", "--read", "partners", "--none", "others"]);
    assert_eq!(said.ok().out, "partner\n  reads partners\n");
    until(|| with_token(&other, &token, &pull).ok().out == "Partners: 154 objects added\n");
    let said = room.at(NOW, &["share", "key", "revoke", "partner", "--why", "contract ended"]);
    assert_eq!(said.ok().out, "partner\n  revoked 2026-11-05 08:00\n");
    until(|| with_token(&other, &token, &pull).code == Some(1));
    with_token(&other, &token, &pull).failed(1, &["401", "credentials"]);
    with_token(&other, "wrong", &pull).failed(1, &["401", "credentials"]);
    other.run(&pull).failed(1, &["401"]);
    let secret = ["share", "key", "list", "--json"].as_slice();
    assert!(!room.run(secret).ok().out.contains(&token), "a token is shown once");
    room.run(&["share", "key", "add", "x", "--read", "none"]).failed(2, &["no collection none"]);
    room.run(&["share", "key", "revoke", "nobody"]).failed(1, &["nobody"]);
}

#[test]
fn what_is_held_or_marked_stricter_is_taken_out_again() {
    let room = published();
    let token = key(&room, "partner", &["--read", "partners"]);
    let served = Served::start(&room, &[]);
    room.at(NOW, &["share", "hold", "Storm-1152", "--why", "matter 7"]).ok();
    let said = room.at(NOW, &["share", "publish", "partners"]);
    expect![[r#"
        26 objects added, 100 there already, 54 taken out again
        126 objects left, 26 of them changed on the way (release 2); 28 objects stayed
          27 since it tells of intrusion-set--db6fc0d8-5eee-552a-8115-02e1137790da,
          which stays
          1 since it is held: matter 7
    "#]]
    .assert_eq(&said.ok().out);
    let found = read(&room, &[&served.url, &token]);
    let held = "intrusion-set--db6fc0d8-5eee-552a-8115-02e1137790da";
    assert!(!found.to_string().contains(held), "nothing names what is held");
    let again = room.at(NOW, &["share", "publish", "partners"]);
    assert!(again.ok().out.starts_with("0 objects added"), "{}", again.out);
    room.at(NOW, &["share", "hold", "Storm-1152", "--lift", "--why", "served"]).ok();
    room.at(NOW, &["share", "publish", "partners"]).ok();
    assert_eq!(read(&room, &[&served.url, &token])["objects"].as_array().unwrap().len(), 154);
    // Octo Tempest becomes TLP:RED by a later version.
    let id = "intrusion-set--1bc12322-2864-5f08-b6b8-b556f1c5b152";
    let mut stricter = answer(&room.run(&["intel", "show", id, "--json"]))["object"].clone();
    stricter["modified"] = json!("2026-11-05T07:00:00.000Z");
    stricter["object_marking_refs"] =
        json!(["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]);
    room.write("stricter.json", bundle(&[stricter]));
    room.at(NOW, &["intel", "import", "stricter.json", "--licence", "CC-BY-4.0"]).ok();
    room.at(NOW, &["share", "publish", "partners"]).ok();
    let found = read(&room, &[&served.url, &token]).to_string();
    assert!(!found.contains(id), "no version of it is left, and nothing names it");
}

#[test]
fn a_push_arrives_and_is_not_repeated() {
    let (ours, theirs) = (with_case(), Room::new());
    let add =
        ["share", "collection", "add", "Inbox", "--alias", "inbox", "--tlp", "green", "--can-post"];
    theirs.run(&add).ok();
    let token = key(&theirs, "sensor", &["--read", "inbox", "--write", "inbox"]);
    let served = Served::start(&theirs, &[]);
    let push = ["share", "push", &served.url, "--tlp", "green", "--audience", "CERT Example"];
    let said = with_token(&ours, &token, &[push.as_slice(), &["--dry-run"]].concat());
    assert!(said.ok().out.starts_with("154 objects may leave"), "{}", said.out);
    assert_eq!(ours.run(&["share", "releases"]).ok().out, "nothing left yet\n");
    let said = with_token(&ours, &token, &push);
    assert!(said.ok().out.starts_with("154 objects left (release 1)"), "{}", said.out);
    assert_eq!(count(&theirs), 154);
    let said = with_token(&ours, &token, &push);
    assert!(said.ok().out.starts_with("0 objects may leave"), "{}", said.out);
    let releases = ours.run(&["share", "releases"]);
    assert!(releases.ok().out.contains("/collections/"), "{}", releases.out);
    let reader = key(&theirs, "reader", &["--read", "inbox"]);
    with_token(&ours, &reader, &push).failed(2, &["no collection there that we may add to"]);
    let mine = object("intrusion-set", 9, json!({ "name": "Mine" }));
    theirs.write("mine.json", bundle(&[mine]));
    theirs.at(NOW, &["intel", "import", "mine.json"]).ok();
    theirs.run(&["intel", "log", "--check"]).ok();
}

#[test]
fn a_server_says_why_it_does_not_start() {
    let room = published();
    room.run(&["serve", "--bind", "0.0.0.0:0"])
        .failed(2, &["tokens would cross the network in clear"]);
    room.run(&["serve", "--page", "0"]).failed(2, &["--page is at least 1"]);
    room.run(&["serve", "--content-max", "much"]).failed(2, &["8M"]);
    let args = ["serve", "--bind", "127.0.0.1:0", "--certificate", "no.pem", "--key", "no.pem"];
    room.run(&args).failed(1, &["no.pem"]);
    let served = Served::start(&room, &[]);
    let taken = served.url.split('/').nth(2).unwrap();
    room.run(&["serve", "--bind", taken]).failed(1, &[taken, "in use"]);
}
