//! Actors get names, are found to be one or several, campaigns are theirs or not: each is
//! a version with its reason, and nothing is forgotten.

use super::{answer, bundle, object};
use crate::room::{Room, Said};
use expect_test::expect;
use serde_json::json;

/// The identity under which we make objects.
const US: &str = "identity--015e397b-3664-492a-9583-ecde97127da8";

/// Two actors of ours and two campaigns, and an actor of others.
fn room() -> Room {
    let room = Room::new();
    let all = [
        object("intrusion-set", 1, json!({ "name": "Cluster-0001", "created_by_ref": US })),
        object(
            "intrusion-set",
            2,
            json!({ "name": "Cluster-0002", "aliases": ["Shopkeeper"], "created_by_ref": US }),
        ),
        object("campaign", 3, json!({ "name": "Spring", "created_by_ref": US })),
        object("campaign", 4, json!({ "name": "Autumn", "created_by_ref": US })),
        object("intrusion-set", 5, json!({ "name": "Theirs" })),
    ];
    room.write("all.json", bundle(&all));
    room.at("2026-11-05", &["intel", "import", "all.json"]).ok();
    room
}

/// What an analyst decides on a day.
#[track_caller]
fn decide(room: &Room, day: u32, args: &[&str]) -> Said {
    let said = room.at(&format!("2026-11-{day:02}"), &[&["intel", "actor"], args].concat());
    said.ok();
    said
}

/// The first object that a decision made.
#[track_caller]
fn made(room: &Room, day: u32, args: &[&str]) -> String {
    let said = answer(&decide(room, day, &[args, &["--json"]].concat()));
    let relation =
        said["made"].as_array().unwrap().iter().find(|one| one["type"] == "relationship");
    relation.unwrap()["id"].as_str().unwrap().to_owned()
}

fn shown(room: &Room, name: &str) -> String {
    room.run(&["intel", "show", name]).ok().out.clone()
}

#[test]
fn a_name_and_the_one_before_it() {
    let room = room();
    let args = ["name", "Cluster-0001", "Storm-9", "--why", "same shop", "--who", "mira"];
    let said = decide(&room, 6, &args);
    expect![[r#"
        named: 1 object, 1 new
          Storm-9  intrusion-set--00000000-0000-4000-8000-000000000001 2026-11-06T00:00:00.000Z
    "#]]
    .assert_eq(&said.out);
    expect![[r#"
        Storm-9  intrusion-set--00000000-0000-4000-8000-000000000001
          also       Cluster-0001
          history    2026-11-06 00:00 named Storm-9, before Cluster-0001: same shop

        From
          all.json, 2026-11-05 00:00:00 by analyst
          dragnet intel actor, 2026-11-06 00:00:00 by mira
    "#]]
    .assert_eq(&shown(&room, "Cluster-0001"));
    let log = room.run(&["intel", "log", "--after", "1"]);
    assert!(log.ok().out.contains("mira") && log.out.contains("same shop"), "{}", log.out);
}

#[test]
fn a_judgement_has_a_reason() {
    let room = room();
    let said = room.run(&["intel", "actor", "name", "Cluster-0001", "Storm-9"]);
    said.failed(2, &["a judgement needs its reason", "--why"]);
    room.run(&["intel", "actor", "name", "Cluster-0001", "", "--why", "x"]).failed(1, &[]);
    let said = room.run(&["intel", "actor", "merge", "Spring", "Cluster-0001", "--why", "x"]);
    said.failed(1, &["is no actor of the same type"]);
    let said = room.run(&["intel", "actor", "name", "Theirs", "Storm-9", "--why", "x"]);
    said.failed(1, &["only they make versions of it"]);
}

#[test]
fn a_merge_and_its_undoing() {
    let room = room();
    decide(&room, 6, &["merge", "Cluster-0001", "Cluster-0002", "--why", "one API path"]);
    assert!(shown(&room, "Shopkeeper").starts_with("Cluster-0001"), "names lead to the survivor");
    assert!(shown(&room, "Cluster-0002").starts_with("Cluster-0001"));
    let actors = answer(&room.run(&["intel", "show", "--json"]));
    assert_eq!(actors["actors"].as_array().unwrap().len(), 2, "{actors}");
    let undo = ["split", "Cluster-0001", "--absorbed", "Cluster-0002", "--why", "two after all"];
    decide(&room, 7, &undo);
    assert!(shown(&room, "Cluster-0002").starts_with("Cluster-0002"));
    assert!(shown(&room, "Shopkeeper").starts_with("Cluster-0002"));
    expect![[r#"
        Cluster-0001  intrusion-set--00000000-0000-4000-8000-000000000001
          history    2026-11-06 00:00 merged with Cluster-0002: one API path
          history    2026-11-07 00:00 split with Cluster-0002: two after all

        From
          all.json, 2026-11-05 00:00:00 by analyst
          dragnet intel actor, 2026-11-06 00:00:00 by analyst
          dragnet intel actor, 2026-11-07 00:00:00 by analyst
    "#]]
    .assert_eq(&shown(&room, "Cluster-0001"));
    let diff = room.at("2026-11-08", &["intel", "diff", "36h"]);
    expect![[r#"
        1 changed
          2026-11-07 00:00  Cluster-0001  intrusion-set  aliases, lineage
        1 revoked
          2026-11-07 00:00  relationship--3df24b73-6052-53c6-9029-cb…  relationship  revoked
    "#]]
    .assert_eq(&diff.ok().out);
}

#[test]
fn a_split_makes_a_new_actor_of_some_campaigns() {
    let room = room();
    for campaign in ["Spring", "Autumn"] {
        let claim = ["attribute", campaign, "Cluster-0001", "--likelihood", "likely"];
        decide(&room, 6, &[claim.as_slice(), &["--why", "same kit"]].concat());
    }
    let split =
        ["split", "Cluster-0001", "--campaign", "Autumn", "--name", "Storm-9", "--why", "no"];
    decide(&room, 7, &split);
    expect![[r#"
        Autumn  campaign--00000000-0000-4000-8000-000000000004
          history    2026-11-06 00:00 attributed to Cluster-0001: same kit
          history    2026-11-07 00:00 attributed to Storm-9: no

        Who is behind it
          attributed to Storm-9
          – Storm-9, held: likely (55–80 %)
              relationship--357924d7-d9fe-5671-8fe5-041fd8745070
              + same kit
              + no
          – Cluster-0001, superseded: likely (55–80 %)
              relationship--bc53c89e-a43b-5e6e-8ea6-2f4c96377946

        attributed to
          Cluster-0001  intrusion-set  likely (55–80 %)
          Storm-9  intrusion-set  likely (55–80 %)

        From
          all.json, 2026-11-05 00:00:00 by analyst
          dragnet intel actor, 2026-11-06 00:00:00 by analyst
          dragnet intel actor, 2026-11-07 00:00:00 by analyst
    "#]]
    .assert_eq(&shown(&room, "Autumn"));
    let spring = shown(&room, "Spring");
    assert!(spring.contains("attributed to Cluster-0001\n"), "{spring}");
}

#[test]
fn attributions_compete_are_rejected_superseded_and_withdrawn() {
    let room = room();
    let one = made(
        &room,
        6,
        &[
            "attribute",
            "Spring",
            "Cluster-0001",
            "--likelihood",
            "likely",
            "--grade",
            "B2",
            "--confidence",
            "70",
            "--why",
            "same kit",
        ],
    );
    expect![[r#"
        Spring  campaign--00000000-0000-4000-8000-000000000003
          history    2026-11-06 00:00 attributed to Cluster-0001: same kit

        Who is behind it
          attributed to Cluster-0001
          – Cluster-0001, held: likely (55–80 %)
              usually reliable, probably true; high (70)
              relationship--65642197-7813-5814-a7e2-4b639c8e9330
              + same kit

        attributed to
          Cluster-0001  intrusion-set  likely (55–80 %), confidence high (70), source B2

        From
          all.json, 2026-11-05 00:00:00 by analyst
          dragnet intel actor, 2026-11-06 00:00:00 by analyst
    "#]]
    .assert_eq(&shown(&room, "Spring"));
    let two = made(
        &room,
        7,
        &[
            "attribute",
            "Spring",
            "Cluster-0002",
            "--likelihood",
            "very-likely",
            "--why",
            "same phones",
        ],
    );
    decide(&room, 8, &["compete", &one, &two, "--why", "one campaign, one actor"]);
    assert!(shown(&room, "Spring").contains("contested"), "{}", shown(&room, "Spring"));
    decide(&room, 9, &["reject", &one, "--why", "the kit is sold to anyone"]);
    let said = shown(&room, "Spring");
    assert!(said.contains("attributed to Cluster-0002"), "{said}");
    assert!(said.contains("Cluster-0001, rejected"), "{said}");
    assert!(said.contains("the kit is sold to anyone"), "{said}");
    let three = made(&room, 10, &["attribute", "Autumn", "Cluster-0001", "--why", "same kit"]);
    let four = made(&room, 11, &["attribute", "Autumn", "Cluster-0002", "--why", "same phones"]);
    decide(&room, 12, &["supersede", &three, &four, "--why", "looked again"]);
    assert!(
        shown(&room, "Autumn").contains("Cluster-0001, superseded"),
        "{}",
        shown(&room, "Autumn")
    );
    decide(&room, 13, &["withdraw", &four, "--why", "wrong phones"]);
    let said = shown(&room, "Autumn");
    assert!(said.contains("unattributed") && !said.contains("– Cluster-0002"), "{said}");
    room.run(&["intel", "log", "--check"]).ok();
}

#[test]
fn what_is_no_estimate_is_told() {
    let room = room();
    for (args, word) in [
        (["--likelihood", "perhaps"], "very-likely"),
        (["--grade", "Z9"], "B2"),
        (["--confidence", "200"], "0 to 100"),
    ] {
        let attribute = ["intel", "actor", "attribute", "Spring", "Cluster-0001", "--why", "x"];
        room.run(&[attribute.as_slice(), &args].concat()).failed(2, &[word]);
    }
}
