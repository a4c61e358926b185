//! Labels: bans, appeals, checks and test purchases beside the campaigns, and what is
//! learned from them.

use crate::campaign::{campaigns, log};
use crate::room::{Room, Said};
use serde_json::json;
use std::collections::BTreeMap;

/// Ten bans, two of them of people, one of these appealed; three members of the
/// factory labelled good by mistake; five purchases from one seller, one of which
/// lies in no campaign, and one from another.
const LABELS: &str = "\
account,label,vendor,decided_at
f0,banned,,
f1,banned,,
f2,banned,,
f3,banned,,
f4,banned,,
f5,banned,,
f6,banned,,
f7,banned,,
p1,banned,,
p2,banned,,
p2,appeal granted,,
f10,good,,
f11,good,,
f12,good,,
p3,good,,
f20,bought,Shop A,
f21,bought,Shop A,
f22,bought,Shop A,
f22,bought,Shop A,
f23,bought,Shop A,
p9,bought,Shop A,
p8,bought,Shop B,
ghost,good,,
p7,dubious,,
";

#[test]
fn labels_are_compared_with_campaigns_and_purchases_lead_on() {
    let room = Room::new();
    room.write("signups.csv", log()).write("labels.csv", LABELS);
    let said = room.scan(&["signups.csv", "--out", "out", "--labels", "labels.csv"]);
    said.ok();
    let run = room.json("out/run.json");
    let labels = &run["labels"];
    assert_eq!(
        labels["by_word"],
        json!({
            "banned": { "accounts": 9, "in_campaigns": 8, "in_organisations": 0 },
            "appealed": { "accounts": 1, "in_campaigns": 0, "in_organisations": 0 },
            "good": { "accounts": 4, "in_campaigns": 3, "in_organisations": 0 },
            "purchased": { "accounts": 6, "in_campaigns": 4, "in_organisations": 0 },
        })
    );
    let campaign = campaigns(&room, "out").remove(0);
    let (id, accounts) = (campaign["id"].as_str().unwrap(), campaign["accounts"].as_u64().unwrap());
    assert_eq!(
        labels["sellers"],
        json!([
            {
                "seller": "Shop A", "purchased": 5, "in_campaigns": 4,
                "campaigns": { id: 4 }, "further_accounts": accounts - 4,
                "recognised_accounts": campaign["signature"]["hits"], "found_accounts": 0,
                "risk": campaign["risk"],
            },
            {
                "seller": "Shop B", "purchased": 1, "in_campaigns": 0,
                "campaigns": {}, "further_accounts": 0, "recognised_accounts": 0,
                "found_accounts": 0, "risk": 0.0,
            },
        ])
    );
    assert_eq!(labels["lesson"]["learned_from"], 20);
    assert_eq!(labels["doubtful"], json!([{ "campaign": id, "good": 3, "appealed": 0 }]));
    assert_eq!(labels["unknown_accounts"], 1);
    assert_eq!(campaign["labels"]["is_doubtful"], true);
    let words = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "8 banned, 3 good, 4 purchased from seller Shop A; several are genuine: look at it again",
        "9 banned: 8 in campaigns; 1 appealed: 0 in campaigns",
        &format!(
            "seller Shop A: 5 purchased, 4 in {id}, which holds {} further accounts",
            accounts - 4
        ),
        "seller Shop B: 1 purchased, none in a campaign",
        "labels of 1 account that the log does not have are left out",
    ] {
        assert!(words.contains(part), "no {part:?} in {}", said.out);
    }
    let report = room.read("out/report.html");
    for part in ["Test purchases", "Shop A", "Campaigns that may be none", "It may be none."] {
        assert!(report.contains(part), "no {part:?} in the report");
    }
    let explained = room.run(&["explain", "out", id]);
    let words = explained.ok().out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("several are genuine: look at it again"), "{}", explained.out);
}

#[test]
fn labels_that_are_all_held_out_change_nothing() {
    let room = Room::new();
    room.write("signups.csv", log()).write("labels.csv", LABELS);
    room.scan(&["signups.csv", "--out", "plain"]).ok();
    let held = ["--labels", "labels.csv", "--hold-out", "100%"];
    room.scan(&[&["signups.csv", "--out", "out"], &held[..]].concat()).ok();
    for file in ["accounts.csv", "identities.jsonl"] {
        assert_eq!(room.read(&format!("plain/{file}")), room.read(&format!("out/{file}")));
    }
    let alone = room.scan(&["signups.csv", "--out", "x", "--hold-out", "20%"]);
    assert!(alone.err.contains("give some with --labels"), "{}", alone.err);
}

#[test]
fn good_accounts_acquit_the_others_of_their_group() {
    let room = Room::new();
    let good = |n: usize| {
        let lines: Vec<String> = (0..n).map(|i| format!("f{i},good\n")).collect();
        format!("account_id,kind\n{}", lines.concat())
    };
    room.write("signups.csv", log()).write("one.csv", good(1)).write("many.csv", good(12));
    let at_risk = |labels: &str| {
        room.scan(&["signups.csv", "--out", "out", "--force", "--labels", labels]).ok();
        let risks = risks(&room, "out");
        risks.iter().filter(|(account, risk)| account.starts_with('f') && *risk >= 0.5).count()
    };
    assert!(at_risk("one.csv") > 70, "one check may be mistaken");
    assert_eq!(at_risk("many.csv"), 0);
}

#[test]
fn three_banned_students_do_not_flag_their_campus() {
    let room = Room::new();
    let mut signups = log();
    for i in 0..90 {
        let (day, hour, minute) = (1 + i % 28, 8 + i % 12, i * 7 % 60);
        let name = format!("{}{}", ["mia", "tom", "zoe", "luca", "nora"][i % 5], 100 + i * 13);
        signups.push_str(&format!(
            "s{i},2024-03-{day:02}T{hour:02}:{minute:02}:00Z,192.0.2.{},{name}@campus.example,{name},t13d151{}h2_8daaf6152771\n",
            i % 4,
            i % 6
        ));
    }
    let mut labels = "account_id,kind\ns1,banned\ns40,banned\ns77,banned\n".to_owned();
    (0..20).for_each(|i| labels.push_str(&format!("f{i},banned\n")));
    room.write("signups.csv", signups).write("labels.csv", labels);
    room.scan(&["signups.csv", "--out", "out", "--labels", "labels.csv"]).ok();
    let risks = risks(&room, "out");
    let flagged = |first: char| {
        risks.iter().filter(|(account, risk)| account.starts_with(first) && *risk >= 0.5).count()
    };
    assert_eq!((flagged('s'), flagged('p')), (0, 0));
    assert!(flagged('f') > 70);
}

/// A generated world, every tenth of its accounts looked into: who is a
/// factory's is banned, or bought from it where `sold`.
fn taught_world(room: &Room, sold: bool) -> BTreeMap<String, bool> {
    room.run(&["synth", "--rows", "20000", "--fraud", "0.1", "--seed", "32", "--out", "w"]).ok();
    let mut labels = "account_id,kind,seller\n".to_owned();
    let mut unlabelled = BTreeMap::new();
    for (i, line) in room.read("w/truth.csv").lines().skip(1).enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        let (account, is_fraud, factory) = (fields[0], fields[1] == "fraud", fields[3]);
        if i % 10 != 0 {
            unlabelled.insert(account.to_owned(), is_fraud);
            continue;
        }
        labels.push_str(&match (is_fraud, sold) {
            (false, _) => format!("{account},good,\n"),
            (true, false) => format!("{account},banned,\n"),
            (true, true) => format!("{account},purchased,{factory}\n"),
        });
    }
    room.write("labels.csv", labels);
    unlabelled
}

/// The world is dated after the other stories' present.
fn scan_world(room: &Room, args: &[&str]) -> Said {
    let scan = ["scan", "w/signups.csv", "--now", "2026-01-01T00:00:00Z"];
    room.run(&[&scan[..], args].concat())
}

#[test]
fn bans_teach_to_find_more_and_no_more_people() {
    let room = Room::new();
    let unlabelled = taught_world(&room, false);
    scan_world(&room, &["--out", "plain"]).ok();
    let said = scan_world(&room, &["--out", "out", "--labels", "labels.csv"]);
    assert!(said.ok().out.contains("learned from 2,000 labelled accounts"), "{}", said.out);
    let flagged = |dir: &str, is_fraud: bool| {
        let risks = risks(&room, dir);
        risks
            .iter()
            .filter(|(a, risk)| *risk >= 0.5 && unlabelled.get(a) == Some(&is_fraud))
            .count()
    };
    let [taught, plain] = ["out", "plain"].map(|dir| (flagged(dir, true), flagged(dir, false)));
    assert!(taught.0 > plain.0 && taught.1 <= plain.1, "{taught:?} {plain:?}");
    let accounts = room.read("out/accounts.csv");
    let taught = accounts.lines().find(|line| line.contains(",,0.") && line.contains(LEARNED));
    let account = taught.unwrap().split(',').next().unwrap();
    let explained = room.run(&["explain", "out", account]);
    let words = explained.ok().out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(LEARNED) && words.contains("expected)"), "{words}");
}

const LEARNED: &str = "learned from labels: banned, purchased or at risk are";

#[test]
fn purchases_lead_to_more_of_a_seller() {
    let room = Room::new();
    taught_world(&room, true);
    scan_world(&room, &["--out", "out", "--labels", "labels.csv"]).ok();
    let run = room.json("out/run.json");
    let of = |name: &str| -> u64 {
        let sellers = run["labels"]["sellers"].as_array().unwrap();
        sellers.iter().map(|seller| seller[name].as_u64().unwrap()).sum()
    };
    assert!(of("further_accounts") > 5 * of("purchased"));
    assert!(of("found_accounts") > 0);
    assert!(of("recognised_accounts") > 0);
}

#[test]
fn what_is_held_out_is_an_honest_test() {
    let room = Room::new();
    taught_world(&room, false);
    let held = ["--out", "out", "--labels", "labels.csv", "--hold-out", "20%"];
    let said = scan_world(&room, &held);
    said.ok();
    let lesson = room.json("out/run.json")["labels"]["lesson"].clone();
    let held = &lesson["held_out"];
    let accounts = |word: &str| held[word]["accounts"].as_u64().unwrap();
    let kept = accounts("banned") + accounts("good");
    assert!((300..500).contains(&kept), "a fifth of 2,000 is {kept}");
    assert_eq!(lesson["learned_from"].as_u64().unwrap() + kept, 2_000);
    assert!(held["banned"]["at_risk"].as_u64() >= held["banned"]["at_risk_before"].as_u64());
    let words = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("banned that were held out"), "{words}");
}

fn risks(room: &Room, dir: &str) -> Vec<(String, f64)> {
    let accounts = room.read(&format!("{dir}/accounts.csv"));
    let fields = accounts.lines().skip(1).map(|line| line.splitn(4, ',').collect::<Vec<_>>());
    fields.map(|fields| (fields[0].to_owned(), fields[2].parse().unwrap())).collect()
}
