//! What leaves as a file: by markings, licences, holds; nobody's data in clear; written
//! down, and readable for others.

use super::{NOW, answer, bundle, case, object, with_world};
use crate::peers;
use crate::room::Room;
use expect_test::expect;
use serde_json::{Value, json};

/// The definitions of TLP 2.0, as marks.
const MARKS: [(&str, &str); 5] = [
    ("clear", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"),
    ("green", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
    ("amber", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
    ("amber+strict", "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"),
    ("red", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"),
];

fn marked(n: u32, name: &str, tlp: &str) -> Value {
    let (_, id) = MARKS.iter().find(|(label, _)| *label == tlp).unwrap();
    object("intrusion-set", n, json!({ "name": name, "object_marking_refs": [id] }))
}

/// A store with an actor for each marking, and one without.
fn room() -> Room {
    let room = Room::new();
    let names = ["Clear", "Green", "Amber", "Strict", "Red"];
    let mut all: Vec<Value> =
        (1..).zip(names).zip(MARKS).map(|((n, name), (tlp, _))| marked(n, name, tlp)).collect();
    all.push(object("intrusion-set", 6, json!({ "name": "Unmarked" })));
    room.write("all.json", bundle(&all));
    room.at(NOW, &["intel", "import", "all.json"]).ok();
    room
}

/// Names of what leaves.
#[track_caller]
fn leaves(room: &Room, args: &[&str]) -> Vec<String> {
    let said = room.at(NOW, &[&["intel", "export", "--quiet"], args].concat());
    let all = answer(&said);
    let names = all["objects"].as_array().into_iter().flatten();
    let mut names: Vec<String> =
        names.filter_map(|one| Some(one["name"].as_str()?.to_owned())).collect();
    names.sort();
    names
}

#[test]
fn a_ceiling_decides() {
    let room = room();
    assert_eq!(leaves(&room, &[]), ["Clear"]);
    assert_eq!(leaves(&room, &["--tlp", "green"]), ["Clear", "Green"]);
    assert_eq!(leaves(&room, &["--tlp", "TLP:AMBER"]), ["Amber", "Clear", "Green", "Unmarked"]);
    assert_eq!(leaves(&room, &["--unmarked", "clear"]), ["Clear", "Unmarked"]);
    assert_eq!(leaves(&room, &["--tlp", "red"]).len(), 6);
    assert_eq!(leaves(&room, &["--tlp", "green", "--about", "Green"]), ["Green"]);
    assert_eq!(leaves(&room, &["--tlp", "red", "--type", "campaign"]), [""; 0]);
    room.run(&["intel", "export", "--tlp", "blue"]).failed(2, &["no TLP", "amber+strict"]);
}

#[test]
fn what_left_is_written_down_and_what_failed_is_not() {
    let room = room();
    let args = ["intel", "export", "--out", "out.json", "--audience", "CERT Example"];
    let said = room.at(NOW, &args);
    expect![[r#"
        1 object left (release 1); 5 objects stayed
          2 since it is marked TLP:AMBER, and the audience may see TLP:CLEAR at most
          1 since it is marked TLP:AMBER+STRICT, and the audience may see TLP:CLEAR at
          most
          1 since it is marked TLP:GREEN, and the audience may see TLP:CLEAR at most
          1 since it is marked TLP:RED, and the audience may see TLP:CLEAR at most
    "#]]
    .assert_eq(&said.ok().err);
    room.at(NOW, &args).failed(1, &["out.json is there already", "--force"]);
    room.at(NOW, &["intel", "export", "--as", "misp"]).failed(2, &["a MISP feed is a folder"]);
    std::fs::create_dir(room.path("folder")).unwrap();
    room.at(NOW, &["intel", "export", "--out", "folder"]).failed(2, &["folder is a folder"]);
    room.at(NOW, &["intel", "export", "--type", "campaign"]).ok();
    let said = room.run(&["share", "releases"]);
    let before = said.ok().out.clone();
    assert_eq!(before.matches("CERT Example").count(), 1, "{before}");
    assert!(!before.contains("    2  "), "nothing else left: {before}");
    room.at(NOW, &[args.as_slice(), &["--force"]].concat()).ok();
    let of = answer(&room.run(&["share", "releases", "--of", "Clear", "--json"]));
    assert_eq!(of["releases"].as_array().unwrap().len(), 2, "{of}");
    let left = room.run(&["share", "releases", "1"]);
    expect![[r#"
        intrusion-set--00000000-0000-4000-8000-000000000001  2026-01-01T00:00:00.000Z
          9e60174744eb8db751274e349a29ee23db1de6b3085aef2acfa4e805f9fa0602
    "#]]
    .assert_eq(&left.ok().out);
}

#[test]
fn what_is_held_or_under_another_licence_stays() {
    let room = room();
    let more = bundle(&[marked(7, "Bought", "clear")]);
    room.write("bought.json", more);
    room.at(NOW, &["intel", "import", "bought.json", "--licence", "Vendor-EULA"]).ok();
    assert_eq!(leaves(&room, &[]), ["Clear"]);
    assert_eq!(leaves(&room, &["--allow-licence", "Vendor-EULA"]), ["Bought", "Clear"]);
    room.run(&["share", "hold", "Clear"]).failed(2, &["a hold needs its reason"]);
    let said = room.at(NOW, &["share", "hold", "Clear", "--why", "matter 7"]);
    expect![[r#"
        held: Clear  intrusion-set--00000000-0000-4000-8000-000000000001
    "#]]
    .assert_eq(&said.ok().out);
    assert_eq!(leaves(&room, &[]), [""; 0]);
    expect![[r#"
        Clear  intrusion-set--00000000-0000-4000-8000-000000000001
          matter 7, 2026-11-05 08:00 by analyst
    "#]]
    .assert_eq(&room.run(&["share", "hold"]).ok().out);
    room.at(NOW, &["share", "hold", "Clear", "--lift", "--why", "served"]).ok();
    assert_eq!(leaves(&room, &[]), ["Clear"]);
    assert_eq!(room.run(&["share", "hold"]).ok().out, "nothing is held\n");
}

#[test]
fn nobody_leaves_in_clear() {
    let room = with_world();
    let args = ["intel", "export", "--tlp", "amber", "--no-addresses", "--out", "out.json"];
    room.at(NOW, &args).ok();
    let left = room.read("out.json");
    let words: std::collections::BTreeSet<&str> =
        left.split(|c: char| "\"' ,;".contains(c)).collect();
    let log = room.read("log/signups.csv");
    let mut rows = log.lines();
    let names: Vec<&str> = rows.next().unwrap().split(',').collect();
    let columns = ["account_id", "email", "username", "phone", "ip"];
    let columns = columns.map(|name| names.iter().position(|column| *column == name).unwrap());
    let mut people = 0;
    for row in rows {
        let cells: Vec<&str> = row.split(',').collect();
        for at in columns {
            let cell = cells.get(at).copied().unwrap_or_default();
            people += 1;
            assert!(cell.len() < 7 || !words.contains(cell), "{cell} left");
        }
    }
    assert!(people > 1000);
    room.at(NOW, &["intel", "export", "--tlp", "amber", "--in-clear", "--out", "clear.json"]).ok();
    assert!(room.read("clear.json").len() > 10_000);
}

#[test]
fn a_pseudonym_is_found_again_by_who_holds_the_key() {
    let room = Room::new();
    let address = json!({
        "type": "email-addr", "spec_version": "2.1", "value": "mira@example.com",
        "id": "email-addr--1e2bd8cd-8b49-5a3a-a0f4-3f3c5ed0ad5b",
        "object_marking_refs": [MARKS[0].1],
    });
    room.write("one.json", bundle(&[address]));
    room.at(NOW, &["intel", "import", "one.json"]).ok();
    room.at(NOW, &["intel", "export", "--out", "out.json", "--pseudonym-key", "partners.key"]).ok();
    let left = room.read("out.json");
    assert!(!left.contains("mira"), "{left}");
    let said = room.run(&["share", "pseudonym", "--key", "partners.key", "mira@example.com"]);
    let pseudonym = said.ok().out.trim();
    assert!(left.contains(pseudonym), "{pseudonym} in {left}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(room.path("partners.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "for its owner only");
    }
    room.write("bad.key", "x");
    room.run(&["share", "pseudonym", "--key", "bad.key", "a"]).failed(1, &["bad.key holds no key"]);
}

#[test]
fn others_read_what_left() {
    let room = with_world();
    room.at(NOW, &["intel", "export", "--tlp", "amber", "--out", "out.json"]).ok();
    peers::is_valid(&room, "out.json");
    let load = "import stix2; print(len(stix2.parse(open('out.json'), allow_custom=True).objects))";
    let read: usize = peers::ask(&room, load, &[]).trim().parse().unwrap();
    let left: Value = room.json("out.json");
    assert_eq!(read, left["objects"].as_array().unwrap().len());
    room.run(&["intel", "validate", "out.json"]).ok();
    // The same store, the same policy: the same bytes.
    room.at(NOW, &["intel", "export", "--tlp", "amber", "--out", "again.json"]).ok();
    assert!(room.read("again.json") == room.read("out.json"));
}

#[test]
fn validation_names_what_is_wrong() {
    let room = Room::new();
    let wrong = object("indicator", 1, json!({ "pattern": "[", "pattern_type": "stix" }));
    room.write("bad.json", bundle(&[wrong])).write("case.json", case());
    let said = room.run(&["intel", "validate", "bad.json"]);
    said.failed(1, &["not valid: "]);
    expect![[r#"
        bad.json: 1 object, 2 errors, 1 warning
          error indicator--00000000-0000-4000-8000-000000000001 pattern:
            expected TYPE:property (at byte 0) (pattern)
          error indicator--00000000-0000-4000-8000-000000000001:
            valid_from is missing (required)
          warning indicator--00000000-0000-4000-8000-000000000001:
            an indicator should have a name and a description (recommended)
    "#]]
    .assert_eq(&said.out);
    room.run(&["intel", "validate", "case.json"]).ok();
    room.run(&["intel", "validate", "case.json", "--strict"]).failed(1, &["not valid: 0 errors"]);
    assert_eq!(room.names(), ["bad.json", "case.json"], "validating makes no store");
}
