//! What comes in, once, with where it is from.

use super::{NOW, answer, bundle, case, count, object, state, timeless, with_case, with_world};
use crate::peers;
use crate::room::Room;
use expect_test::{Expect, expect};
use serde_json::json;

/// Imports a text into an empty store and expects what is said of it.
#[track_caller]
fn check(name: &str, text: &str, expected: &Expect) -> Room {
    let room = Room::new();
    room.write(name, text);
    let said = room.at(NOW, &["intel", "import", name]);
    expected.assert_eq(&timeless(&said.ok().out));
    let before = state(&room);
    let again = room.at(NOW, &["intel", "import", name]);
    assert!(again.ok().out.contains("was imported already"), "{}", again.out);
    assert_eq!(state(&room), before, "the same import twice changes nothing");
    let anew = answer(&room.at(NOW, &["intel", "import", name, "--again", "--json"]));
    assert_eq!(anew["files"][0]["added"], 0, "{anew}");
    assert_eq!(anew["files"][0]["conflicts"], 0, "{anew}");
    room
}

#[test]
fn a_scan_and_the_public_record() {
    let room = with_world();
    let before = state(&room);
    let said =
        room.at(NOW, &["intel", "import", "log.dragnet", "case.json", "--licence", "public"]);
    assert_eq!(said.ok().out.matches("skipped").count(), 2, "{}", said.out);
    assert_eq!(state(&room), before);
    let shown = room.run(&["intel", "show"]);
    assert!(shown.ok().out.contains("Storm-1152"), "{}", shown.out);
    assert!(shown.out.contains("Cluster-0001"), "{}", shown.out);
    let one = room.run(&["intel", "show", "Storm-1152"]);
    let origin = "From\n  case.json, 2026-11-05 08:00:00 by analyst, licence public\n";
    assert!(one.ok().out.ends_with(origin), "{}", one.out);
}

#[test]
fn a_misp_event() {
    let event = json!({ "Event": {
        "uuid": "5f2f6a3e-0000-4000-8000-000000000001", "info": "Accounts for sale",
        "date": "2024-05-01", "timestamp": "1714600000", "published": true,
        "Orgc": { "uuid": "5f2f6a3e-0000-4000-8000-0000000000aa", "name": "CERT Example" },
        "Attribute": [{
            "uuid": "5f2f6a3e-0000-4000-8000-000000000101", "type": "domain", "to_ids": true,
            "value": "shop.example.com", "timestamp": "1714500000",
        }],
    }});
    check(
        "event.json",
        &event.to_string(),
        &expect![[r#"
        event.json: 6 objects added
          note: attributes (1)
          note: events (1)
    "#]],
    );
}

#[test]
fn a_galaxy() {
    let galaxy = json!({
        "uuid": "5f2f6a3e-0000-4000-8000-0000000000b0", "name": "Actors", "type": "threat-actor",
        "version": 1, "authors": ["CERT Example"], "category": "actor", "description": "Actors",
        "source": "example", "values": [{
            "uuid": "5f2f6a3e-0000-4000-8000-0000000000b1", "value": "Storm-1152",
            "description": "Sells accounts", "meta": { "synonyms": ["Shopkeeper"] },
        }],
    });
    let room = check(
        "galaxy.json",
        &galaxy.to_string(),
        &expect![[r#"
        galaxy.json: 1 object added
          note: clusters (1)
    "#]],
    );
    let shown = room.run(&["intel", "show", "shopkeeper"]);
    assert!(shown.ok().out.starts_with("Storm-1152"), "an alias leads to it: {}", shown.out);
}

#[test]
fn indicators_with_a_bad_row_in_quarantine() {
    let rows = "type,value,first_seen,description\n\
                ip,198.51.100.7,2024-01-02,Signs up in bulk\n\
                domain,shop.example,2024-01-03,Sells accounts\n\
                ip,nonsense value,2024-01-02,bad\n";
    let room = check(
        "indicators.csv",
        rows,
        &expect![[r#"
            indicators.csv: 8 objects added, 1 set aside (dragnet share
            quarantine)
              set aside: at 4, value: this is no IPv4 address or block
        "#]],
    );
    let said = room.run(&["share", "quarantine"]);
    expect![[r#"
        quarantine
            1  2026-11-05 08:00  indicators.csv
               value: this is no IPv4 address or block
               nonsense value
    "#]]
    .assert_eq(&format!("quarantine\n{}", said.ok().out));
    let taken = room.at(NOW, &["share", "quarantine", "--take", "1"]);
    assert_eq!(taken.ok().out, "nonsense value\n");
    room.run(&["share", "quarantine", "--take", "1"]).failed(1, &["quarantine"]);
}

#[test]
fn offers() {
    let rows = "shop,good,platform,price,currency,per,stock,quoted\n\
                shop.example,account,mail.example,2.50,USD,1000,12000,2024-01-02\n\
                shop.example,account,mail.example,3.50,USD,1000,9000,2024-02-02\n";
    let room = check(
        "offers.csv",
        rows,
        &expect![[r#"
        offers.csv: 6 objects added
          note: offers (2)
    "#]],
    );
    let said = room.run(&["intel", "show", "--trade"]);
    expect![[r#"
        1 offer
          mail.example, account at shop.example: 0.0035 USD each, 9,000 in stock, 2
          quotes

        Who does what
          shop.example: seller
    "#]]
    .assert_eq(&said.ok().out);
}

#[test]
fn a_dry_run_tells_and_leaves_nothing() {
    let room = Room::new();
    room.write("case.json", case());
    let said = room.at(NOW, &["intel", "import", "case.json", "--dry-run"]);
    expect![[r#"
        case.json: 154 objects could be imported
          note: objects taken as they came (154)
    "#]]
    .assert_eq(&timeless(&said.ok().out));
    assert_eq!(room.names(), ["case.json"], "not even an empty store");
    room.at(NOW, &["intel", "import", "case.json"]).ok();
    assert_eq!(room.names(), ["case.json", "dragnet.db"], "nothing beside it that must be copied");
    let before = state(&room);
    room.at(NOW, &["intel", "import", "case.json", "--again", "--dry-run"]).ok();
    assert_eq!(state(&room), before);
}

#[test]
fn other_content_under_a_taken_id_is_put_beside_it() {
    let room = Room::new();
    let shop = |name: &str| bundle(&[object("intrusion-set", 1, json!({ "name": name }))]);
    room.write("one.json", shop("Shop")).write("two.json", shop("Other"));
    room.at(NOW, &["intel", "import", "one.json"]).ok();
    let said = room.at(NOW, &["intel", "import", "two.json"]);
    expect![[r#"
        two.json: 0 objects added, 1 in conflict with what is here (dragnet
        intel show --conflicts)
          note: objects taken as they came (1)
    "#]]
    .assert_eq(&timeless(&said.ok().out));
    let said = room.run(&["intel", "show", "--conflicts"]);
    expect![[r#"
        1 conflict; what was here first stays
          Other (intrusion-set--00000000-0000-4000-8000-000000000001) from two.json,
          import 2
    "#]]
    .assert_eq(&said.ok().out);
    room.run(&["intel", "show", "Shop"]).ok();
    room.run(&["intel", "show", "Other"]).failed(1, &["nothing here is called \"Other\""]);
}

#[test]
fn the_store_is_where_it_is_said_to_be() {
    let room = Room::new();
    room.write("case.json", case());
    room.at(NOW, &["intel", "import", "case.json", "--store", "a.db"]).ok();
    let mut command = room.command(&["intel", "show", "Storm-1152"]);
    assert!(command.env("DRAGNET_STORE", "a.db").status().unwrap().success());
    room.run(&["intel", "show"]).failed(2, &["there is no dragnet.db yet", "--store"]);
    room.run(&["intel", "show", "--store", "b.db"]).failed(2, &["there is no b.db yet"]);
    assert_eq!(room.names(), ["a.db", "case.json"]);
}

#[test]
fn an_empty_store_says_what_to_do() {
    let room = Room::new();
    room.run(&["share", "collection", "add", "Partners"]).ok();
    let asked: [&[&str]; 10] = [
        &["intel", "show"],
        &["intel", "show", "--trade"],
        &["intel", "show", "--shared"],
        &["intel", "show", "--conflicts"],
        &["intel", "diff", "7d", "--now", NOW],
        &["intel", "trends", "--now", NOW],
        &["share", "key", "list"],
        &["share", "quarantine"],
        &["share", "hold"],
        &["share", "releases"],
    ];
    let said = asked.map(|args| room.run(args).ok().out.clone()).concat();
    expect![[r#"
        nothing yet: `dragnet intel import FILE` brings something in
        no trade is known: offers come by `dragnet intel import offers.csv`
        nothing is known to be used by more than one actor
        no conflicts: every id and version stands for one content
        nothing came since 2026-10-29 08:00:00
        30 d before 2026-10-06 00:00 against 30 d from then on; 0 series looked at
        nothing changed more than chance explains (--all shows what was looked at)
        none yet: dragnet share key add NAME --read COLLECTION
        nothing is in quarantine
        nothing is held
        nothing left yet
    "#]]
    .assert_eq(&said);
}

#[test]
fn names_that_are_unknown_or_lead_to_several() {
    let room = with_case();
    room.run(&["intel", "show", "nothing"]).failed(1, &["nothing here is called \"nothing\""]);
    let said = room.run(&["intel", "show", "Storm"]);
    said.failed(2, &["\"Storm\" may be any of these", "Storm-0455", "Storm-1152", "by its id"]);
    room.run(&["intel", "path", "Storm-1152", "nobody"]).failed(1, &["\"nobody\""]);
    let said = room.run(&["intel", "show", "intrusion-set--db6fc0d8"]);
    assert!(said.ok().out.starts_with("Storm-1152"), "{}", said.out);
}

#[test]
fn a_thing_is_meant_before_what_points_at_it() {
    let room = Room::new();
    let name = "shop.example";
    let domain = json!({
        "type": "domain-name", "spec_version": "2.1", "value": name,
        "id": "domain-name--00000000-0000-4000-8000-000000000001",
    });
    let indicator = json!({
        "name": name, "pattern": format!("[domain-name:value = '{name}']"),
        "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z",
    });
    let thing = object("infrastructure", 3, json!({ "name": name }));
    room.write("shop.json", bundle(&[domain, object("indicator", 2, indicator), thing]));
    room.run(&["intel", "import", "shop.json"]).ok();
    let said = room.run(&["intel", "show", "shop.example"]);
    assert!(said.ok().out.contains("infrastructure--00000000"), "{}", said.out);
}

#[test]
fn a_log_that_was_changed_by_hand_is_not_whole() {
    let room = with_case();
    room.at(NOW, &["share", "hold", "Storm-1152", "--why", "matter 7"]).ok();
    let said = room.run(&["intel", "log"]);
    expect![[r#"
        log
            1  2026-11-05 08:00:00  analyst
               import case.json
            2  2026-11-05 08:00:00  analyst
               hold intrusion-set--db6fc0d8-5eee-552a-8115-02e1137790da: matter 7
    "#]]
    .assert_eq(&format!("log\n{}", said.ok().out));
    room.run(&["intel", "log", "--check"]).ok();
    // The database itself refuses such an edit, until that is edited too.
    let edit = "import sqlite3; db = sqlite3.connect('dragnet.db')\n\
                for (name,) in db.execute(\"SELECT name FROM sqlite_master WHERE type = 'trigger'\").fetchall(): db.execute('DROP TRIGGER ' + name)\n\
                db.execute(\"UPDATE audit SET why = 'matter 8' WHERE seq = 2\"); db.commit()";
    peers::ask(&room, edit, &[]);
    room.run(&["intel", "log", "--check"]).failed(1, &["the log was changed: entry 2"]);
    assert_eq!(count(&room), 154);
}
