//! Labels: bans, appeals, checks and test purchases beside the campaigns.

use crate::campaign::{campaigns, log};
use crate::room::Room;
use serde_json::json;

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
            },
            {
                "seller": "Shop B", "purchased": 1, "in_campaigns": 0,
                "campaigns": {}, "further_accounts": 0,
            },
        ])
    );
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
fn labels_change_nothing_that_is_found() {
    let room = Room::new();
    room.write("signups.csv", log()).write("labels.csv", LABELS);
    room.scan(&["signups.csv", "--out", "plain"]).ok();
    room.scan(&["signups.csv", "--out", "out", "--labels", "labels.csv"]).ok();
    for file in ["accounts.csv", "identities.jsonl"] {
        assert_eq!(room.read(&format!("plain/{file}")), room.read(&format!("out/{file}")));
    }
}
