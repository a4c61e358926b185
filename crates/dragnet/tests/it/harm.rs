//! Harm: what accounts did later, beside the campaigns that they are in.

use crate::campaign::{campaigns, log};
use crate::room::Room;
use serde_json::{Value, json};
use std::fmt::Write;

/// Twenty accounts of the factory spam, one with a chargeback too; three people
/// are reported; one account is not in the log, and one row is bad.
fn harm() -> String {
    let mut harm = "user_id,type,reported_at,loss\n".to_owned();
    for i in 0..20 {
        writeln!(harm, "f{i},Spam,2024-03-20T00:00:00Z,").unwrap();
    }
    harm + "f3,chargeback,,12.50\np1,abuse,,\np2,abuse,,\np3,abuse,,\nnobody,phishing,,\np4,,,\n"
}

fn room() -> Room {
    let room = Room::new();
    room.write("signups.csv", log()).write("harm.csv", harm());
    room
}

#[test]
fn harm_is_counted_by_campaign_and_never_part_of_the_risk() {
    let room = room();
    room.scan(&["signups.csv", "--out", "plain"]).ok();
    let said = room.scan(&["signups.csv", "--out", "out", "--harm", "harm.csv"]);
    said.ok();
    assert!(said.err.contains("account_id ← user_id, kind ← type"), "{}", said.err);
    let campaign = campaigns(&room, "out").remove(0);
    let harm = &campaign["harm"];
    assert_eq!(harm["by_kind"], json!({ "chargeback": 1, "spam_complaint": 20 }));
    assert_eq!((&harm["accounts"], &harm["amount"]), (&json!(20), &json!(12.5)));
    let rate = 20_000.0 / campaign["accounts"].as_f64().unwrap();
    assert_eq!(harm["per_thousand"], rate);
    let lift = |of: &str| harm["lift"][of].as_f64().unwrap();
    // Three of some three thousand people, twenty of some eighty accounts.
    assert!((200.0..300.0).contains(&lift("ratio")), "{harm}");
    assert!(lift("low") > 80.0 && lift("low") < lift("ratio") && lift("ratio") < lift("high"));
    assert_eq!(room.read("plain/accounts.csv"), room.read("out/accounts.csv"));
    let without = |mut campaigns: Vec<Value>| {
        campaigns.iter_mut().for_each(|c| drop(c.as_object_mut().unwrap().remove("harm")));
        campaigns
    };
    assert_eq!(campaigns(&room, "plain"), without(campaigns(&room, "out")));
}

#[test]
fn harm_is_shown_everywhere_and_its_file_is_on_record() {
    let room = room();
    let said = room.scan(&["signups.csv", "--out", "out", "--harm", "harm.csv"]);
    let words = said.ok().out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "20 accounts did harm",
        "20 spam_complaint, 1 chargeback; amounts come to 12.50",
        "of 23 harmful accounts 20 are in campaigns; harm of 1 account that the log does not have",
        "25 rows read from harm.csv, 1 rejected",
    ] {
        assert!(words.contains(part), "no {part:?} in {}", said.out);
    }
    let run = room.json("out/run.json");
    let companion = &run["companions"][0];
    assert_eq!((&companion["role"], &companion["records"]), (&json!("harm"), &json!(25)));
    assert_eq!(companion["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(run["harm"]["accounts_in_campaigns"], 20);
    assert_eq!(run["harm"]["unknown_accounts"], 1);
    // The bad row is set aside, and does not count among those of the log.
    let rejected = room.read("out/rejected.jsonl");
    assert!(rejected.contains(r#""file":"harm.csv","line":27,"field":"kind","reason":"missing""#));
    assert_eq!(run["counts"]["rejected_rows"], 0);
    let report = room.read("out/report.html");
    for part in [">Harm<", "Read beside the sign-ups", "did harm, ", "harm.csv"] {
        assert!(report.contains(part), "no {part:?} in the report");
    }
    let id = campaigns(&room, "out")[0]["id"].as_str().unwrap().to_owned();
    let words = room.run(&["explain", "out", &id]);
    assert!(words.ok().out.contains("Harm (no part of the risk)"), "{}", words.out);
    let document = room.run(&["explain", "out", &id, "--json"]);
    let document: Value = serde_json::from_str(&document.ok().out).unwrap();
    assert_eq!(document["campaign"]["harm"]["accounts"], 20);
}

#[test]
fn without_harm_nothing_is_said_of_it() {
    let room = room();
    let said = room.scan(&["signups.csv", "--out", "out"]);
    assert!(!said.ok().out.contains("harm"), "{}", said.out);
    assert!(!room.read("out/campaigns.jsonl").contains("harm"));
    assert!(room.json("out/run.json").get("companions").is_none());
    assert!(!room.read("out/report.html").contains(">Harm<"));
}

#[test]
fn an_order_and_a_file_must_make_sense() {
    let room = room();
    room.write("empty.csv", "account_id,kind\nu1,\nu2,\n");
    room.scan(&["signups.csv", "--rank", "harm"]).failed(2, &["--harm FILE"]);
    room.scan(&["signups.csv", "--harm", "-"]).failed(2, &["standard input"]);
    room.scan(&["signups.csv", "--harm", "nowhere.csv"]).failed(1, &["nowhere.csv"]);
    room.scan(&["signups.csv", "--harm", "signups.csv"])
        .failed(1, &["cannot read signups.csv as harm", "no column is known to be `kind`"]);
    room.scan(&["signups.csv", "--harm", "empty.csv"])
        .failed(1, &["2 of 2 rows of empty.csv are bad", "kind: missing"]);
    room.scan(&["signups.csv", "--harm", "harm.csv", "--rank", "harm", "--out", "out"]).ok();
    assert!(room.read("out/report.html").contains("Those with most accounts that did harm first."));
    assert_eq!(room.names(), ["empty.csv", "harm.csv", "out", "signups.csv"]);
}
