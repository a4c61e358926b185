//! CAPTCHA defeat in a generated world: relayed tokens are told from people's.

use crate::campaign::campaigns;
use crate::room::Room;
use std::collections::{HashMap, HashSet};

/// Accounts of the truth by campaign, and which campaigns relay their tokens: a
/// third and more of them were issued to another network.
fn relaying(room: &Room) -> (HashMap<String, String>, HashSet<String>) {
    let truth = room.read("world/truth.csv");
    let of_account: HashMap<String, String> = truth
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            (fields[0].to_owned(), fields[2].to_owned())
        })
        .collect();
    let mut tokens: HashMap<&String, (u32, u32)> = HashMap::new();
    for line in room.read("world/signups.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let net = |of: &str| {
            let ip = row[of].as_str()?;
            let at = ip.rfind('.').or_else(|| ip.match_indices(':').nth(2).map(|m| m.0))?;
            Some(ip[..at].to_owned())
        };
        if let (Some(issue), Some(redeem)) = (net("captcha_issue_ip"), net("captcha_redeem_ip")) {
            let (elsewhere, all) =
                tokens.entry(&of_account[row["account_id"].as_str().unwrap()]).or_default();
            *elsewhere += u32::from(issue != redeem);
            *all += 1;
        }
    }
    let relays = tokens.iter().filter(|(name, (e, all))| !name.is_empty() && 3 * e >= *all);
    let relays = relays.map(|(name, _)| (*name).clone()).collect();
    (of_account, relays)
}

#[test]
fn relayed_tokens_are_reported_and_peoples_are_not() {
    let room = Room::new();
    let world = ["synth", "--rows", "40000", "--levels", "4", "--fraud", "0.15", "--seed", "11"];
    room.run(&[&world[..], &["--format", "jsonl", "--out", "world"]].concat()).ok();
    // The world is dated after the other stories' present.
    let now = ["--now", "2026-01-01T00:00:00Z"];
    room.run(&[&["scan", "world/signups.jsonl", "--out", "out"], &now[..]].concat()).ok();
    let (of_account, relays) = relaying(&room);
    let mut members: HashMap<String, Vec<String>> = HashMap::new();
    for line in room.read("out/accounts.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        members.entry(fields[1].to_owned()).or_default().push(of_account[fields[0]].clone());
    }
    let (mut right, mut wrong, mut large, mut found) = (0, 0, 0, 0);
    for campaign in campaigns(&room, "out").iter().filter(|c| c["kind"] == "factory") {
        let members = &members[campaign["id"].as_str().unwrap()];
        let relayed = members.iter().filter(|name| relays.contains(*name)).count();
        let is_told = campaign.get("captcha_defeat").is_some();
        let is_relaying = 2 * relayed > members.len();
        right += u32::from(is_told && is_relaying);
        wrong += u32::from(
            is_told && members.iter().filter(|n| n.is_empty()).count() * 2 > members.len(),
        );
        large += u32::from(is_relaying && members.len() >= 30);
        found += u32::from(is_told && is_relaying && members.len() >= 30);
        for evidence in campaign["captcha_defeat"]["evidence"].as_array().into_iter().flatten() {
            assert_eq!(campaign["captcha_defeat"]["technique"], "OAT-009");
            assert!(evidence["observed"].as_f64() != evidence["expected"].as_f64(), "{evidence}");
        }
    }
    assert!(right >= 5 && wrong <= 2, "{right} right, {wrong} wrong");
    assert!(large >= 3 && 10 * found >= 6 * large, "{found} of {large}");
}
