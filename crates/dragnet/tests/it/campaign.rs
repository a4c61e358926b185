//! A factory among genuine people, from the log to the explanation.

use crate::room::{Room, Said};
use std::fmt::Write;

const HONEST: u32 = 3_000;
const FACTORY: u32 = 80;
const FIRST: [&str; 12] = [
    "anna", "ben", "chloe", "david", "emma", "felix", "grace", "hugo", "ines", "jonas", "kim",
    "lea",
];
const LAST: [&str; 10] =
    ["meyer", "smith", "rossi", "novak", "silva", "khan", "lopez", "weber", "dubois", "sato"];
const MAIL: [&str; 4] = ["gmail.com", "outlook.com", "yahoo.com", "proton.me"];

/// People over a month, and a factory of `FACTORY` accounts within two hours
/// from three addresses, with one tool and one grammar of names.
pub(crate) fn log() -> String {
    let mut log = "account_id,timestamp,ip,email,username,ja4\n".to_owned();
    let mut state = 42u64;
    let mut draw = |n: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for i in 0..HONEST {
        let (first, last) = (FIRST[draw(12) as usize], LAST[draw(10) as usize]);
        let name = match draw(4) {
            0 => format!("{first}.{last}"),
            1 => format!("{first}{}", draw(100)),
            2 => format!("{}{last}{}", &first[..1], 1960 + draw(45)),
            _ => format!("{last}_{first}"),
        };
        let (day, hour, minute) = (1 + draw(28), draw(24), draw(60));
        let (b, c, d) = (draw(200), draw(250), draw(250));
        let mail = MAIL[draw(4) as usize];
        let ja4 = format!("t13d151{}h2_8daaf6152771", draw(6));
        writeln!(log, "p{i},2024-03-{day:02}T{hour:02}:{minute:02}:00Z,81.{b}.{c}.{d},{name}@{mail},{name},{ja4}")
            .unwrap();
    }
    for i in 0..FACTORY {
        let letters: String = (0..6).map(|_| (b'a' + draw(26) as u8) as char).collect();
        let name = format!("{letters}{:04}", draw(10_000));
        let (hour, minute, host) = (3 + i / 60, i % 60, draw(3));
        writeln!(
            log,
            "f{i},2024-03-12T{hour:02}:{minute:02}:00Z,198.51.100.{host},{name}@mail.example,{name},t13d1715h2_toolkit00000"
        )
        .unwrap();
    }
    log
}

fn scanned() -> (Room, Said) {
    let room = Room::new();
    room.write("signups.csv", log());
    let said = room.scan(&["signups.csv", "--out", "out"]);
    said.ok();
    (room, said)
}

pub(crate) fn campaigns(room: &Room, dir: &str) -> Vec<serde_json::Value> {
    let lines = room.read(&format!("{dir}/campaigns.jsonl"));
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_factory_is_found_and_shown_everywhere() {
    let (room, said) = scanned();
    let campaigns = campaigns(&room, "out");
    let id = campaigns[0]["id"].as_str().unwrap();
    assert!(said.out.contains(id), "{}", said.out);
    let accounts = room.read("out/accounts.csv");
    let of = |first: char| {
        accounts.lines().filter(move |line| line.starts_with(first) && line.contains(id))
    };
    assert!(of('f').count() as u32 > FACTORY * 9 / 10, "{}", said.out);
    assert_eq!(of('p').count(), 0);
    let report = room.read("out/report.html");
    assert!(report.contains(id), "the report names the campaign");
    assert!(!report.contains("198.51.100.1"), "and no person's address");
}

#[test]
fn a_campaign_is_explained_down_to_its_sign_ups() {
    let (room, _) = scanned();
    let id = campaigns(&room, "out")[0]["id"].as_str().unwrap().to_owned();
    let said = room.run(&["explain", "out", &id.to_lowercase(), "--json", "--limit", "5"]);
    let explained: serde_json::Value = serde_json::from_str(&said.ok().out).unwrap();
    let reasons = explained["reasons"].as_array().unwrap();
    assert!(!reasons.is_empty());
    for reason in reasons {
        // The figure is counted again from the sign-ups themselves.
        assert_eq!(reason["found"], reason["observed"], "{reason}");
        assert_eq!(reason["behind"].as_array().unwrap().len(), 5);
    }
    for hidden in ["\"f1\"", "198.51.100.1\"", "198.51.100.2\""] {
        assert!(!said.out.contains(hidden), "{hidden} in {}", said.out);
    }
    let words = room.run(&["explain", "out", &id]);
    for heading in ["Why", "Signature", "Accounts", "By hour of the day"] {
        assert!(words.ok().out.contains(heading), "{}", words.out);
    }
}

#[test]
fn an_account_is_explained_by_its_campaign() {
    let (room, _) = scanned();
    let hidden = room.run(&["explain", "out", "f7"]);
    assert!(hidden.ok().out.contains("this account is one of them"), "{}", hidden.out);
    assert!(!hidden.out.contains("198.51.100.0 "), "{}", hidden.out);
    let revealed = room.run(&["explain", "out", "f7", "--reveal"]);
    assert!(
        revealed.ok().out.contains("@mail.example") && revealed.out.contains("198.51.100."),
        "{}",
        revealed.out
    );
    let person = room.run(&["explain", "out", "p7"]);
    assert!(person.ok().out.contains("It is in no campaign"), "{}", person.out);
}

#[test]
fn a_campaign_keeps_its_id_and_its_pseudonyms_on_more_data() {
    let (room, _) = scanned();
    let before = campaigns(&room, "out")[0]["id"].clone();
    let mut more = log();
    for i in 0..20 {
        writeln!(more, "g{i},2024-03-12T05:{i:02}:00Z,198.51.100.7,zzzzzz{i:04}@mail.example,zzzzzz{i:04},t13d1715h2_toolkit00000")
            .unwrap();
    }
    room.write("more.csv", more);
    room.scan(&["more.csv", "--out", "next", "--previous", "out"]).ok();
    assert_eq!(campaigns(&room, "next")[0]["id"], before);
    let key = |dir: &str| std::fs::read(room.path(dir).join(".key")).unwrap();
    assert_eq!(key("out"), key("next"));
}
