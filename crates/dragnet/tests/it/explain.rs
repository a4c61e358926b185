//! `dragnet explain`, as far as it can be asked without a campaign.

use crate::room::{Room, log};

#[test]
fn an_account_in_no_campaign_is_said_to_be_so() {
    let room = Room::new();
    room.write("signups.csv", log(10));
    room.scan(&["signups.csv"]).ok();
    let said = room.run(&["explain", "signups.dragnet", "u3"]);
    let out = &said.ok().out;
    assert!(
        out.contains("It is in no campaign")
            && out.contains("looked at: account_id, ip, timestamp, username"),
        "{out}"
    );
    let said = room.run(&["explain", "signups.dragnet", "u3", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&said.ok().out).unwrap();
    assert_eq!(
        (&document["account"], &document["campaign"]),
        (&"u3".into(), &serde_json::Value::Null)
    );
}

#[test]
fn an_unknown_id_gets_a_suggestion() {
    let room = Room::new();
    room.write("signups.csv", "account_id,timestamp\nuser-18823,2024-03-01T00:00:00Z\n");
    room.scan(&["signups.csv"]).ok();
    room.run(&["explain", "signups.dragnet", "user-18832"])
        .failed(1, &["did you mean user-18823?"]);
    room.run(&["explain", "signups.dragnet", "nobody"])
        .failed(1, &["no account and no campaign nobody"]);
}

#[test]
fn a_folder_that_is_no_result_is_named() {
    let room = Room::new();
    room.run(&["explain", "gone", "u1"]).failed(2, &["gone is not a result of `dragnet scan`"]);
}

#[test]
fn an_account_that_only_its_company_put_at_risk_says_so() {
    let room = Room::new();
    room.run(&["synth", "--rows", "20000", "--fraud", "0.1", "--seed", "32", "--out", "w"]).ok();
    room.run(&["scan", "w/signups.csv", "--out", "out", "--now", "2026-01-01T00:00:00Z"]).ok();
    let accounts = room.read("out/accounts.csv");
    // In no campaign, and at risk by its company.
    let alone = |line: &&str| line.contains(",,0.") && line.contains("it keeps bad company");
    let account = accounts.lines().find(alone).unwrap().split(',').next().unwrap();
    let said = room.run(&["explain", "out", account]);
    let words = said.ok().out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("It is in no campaign; it keeps bad company: at risk are"), "{words}");
}
