//! Appeals: a person is restored, stays out of what comes, and the detector learns.

use super::{alone, decide, found, members};
use crate::intel::answer;
use crate::room::Room;
use serde_json::json;

fn restore(room: &Room, account: &str, number: usize) {
    room.run(&["act", "appeal", "add", account, "--text", "It is me."]).ok();
    let number = number.to_string();
    room.run(&["act", "appeal", "restore", &number, "--who", "cy", "--why", "called back"]).ok();
}

fn risk(room: &Room, dir: &str, account: &str) -> (String, f64) {
    let accounts = room.read(&format!("{dir}/accounts.csv"));
    let line = accounts.lines().find(|line| line.starts_with(&format!("{account},"))).unwrap();
    let fields: Vec<&str> = line.split(',').collect();
    (fields[1].to_owned(), fields[2].parse().unwrap())
}

#[test]
fn who_is_restored_is_left_out_and_the_next_scan_reports_them_no_more() {
    let (room, campaign) = found();
    alone(&room);
    let all = members(&room, "found", &campaign);
    decide(&room, &campaign, &["suspend"]);
    let restored = &all[..8];
    for (account, number) in restored.iter().zip(1..) {
        restore(&room, account, number);
    }
    room.run(&["act", "appeal", "add", &all[9]]).ok();
    room.run(&["act", "appeal", "uphold", "9", "--why", "forty share its phone"]).ok();
    room.run(&["act", "appeal", "restore", "9", "--why", "x"]).failed(1, &["is upheld already"]);
    let again = decide(&room, &campaign, &["challenge"]);
    assert_eq!((&again["left_out"], &again["accounts"]), (&json!(8), &json!(all.len() - 8)));

    let said = room.run(&["act", "labels", "--out", "good.csv"]);
    assert_eq!(said.ok().out, "8 labels in good.csv\n");
    let scan = ["scan", "w/signups.csv", "--now", super::NOW, "--quiet", "--labels", "good.csv"];
    room.run(&[scan.as_slice(), &["--out", "taught"]].concat()).ok();
    for account in restored {
        let (before, after) = (risk(&room, "found", account), risk(&room, "taught", account));
        assert!(before.0 == campaign && before.1 > 0.9, "{before:?}");
        assert!(after.0.is_empty() && after.1 < 0.5, "still reported: {after:?}");
    }
    // What only one person says acquits nobody, and he is left out all the same.
    let run = room.json("taught/run.json");
    assert_eq!(run["labels"]["by_word"]["good"]["accounts"], 8);
}

#[test]
fn one_restored_person_does_not_acquit_a_factory() {
    let (room, campaign) = found();
    alone(&room);
    let all = members(&room, "found", &campaign);
    restore(&room, &all[0], 1);
    room.run(&["act", "labels", "--out", "good.csv"]).ok();
    let scan = ["scan", "w/signups.csv", "--now", super::NOW, "--quiet", "--labels", "good.csv"];
    room.run(&[scan.as_slice(), &["--out", "taught"]].concat()).ok();
    let others = members(&room, "taught", &campaign);
    assert_eq!(others.len(), all.len(), "a factory that keeps one person's account stays one");
    let preview = ["act", "preview", &campaign, "suspend", "--in", "taught", "--json"];
    let preview = answer(&room.run(&preview));
    assert_eq!((&preview["restored"], &preview["accounts"]), (&json!(1), &json!(all.len() - 1)));
}
