//! What a service keeps, whatever happens to it.

use super::asking::{POLICY, address, ask, room, serve, signup};
use super::served::Served;
use crate::room::Room;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A sign-up from the address that the story's rule counts.
fn one(n: u32) -> Value {
    json!({ "event_id": format!("e{n}"), "account_id": format!("u{n}"), "ip": "198.51.100.7" })
}

/// How many sign-ups the address has, as the rule that is met says.
fn counted(answer: &Value) -> &str {
    let words = answer["reasons"][0]["words"].as_str().expect("the rule is met");
    words.rsplit("count_ip_10m ").next().expect("it says how many").trim_end_matches(')')
}

/// Waits until `is_so`, for half a minute at most.
#[track_caller]
fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}: not within half a minute");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Names in a folder of the state.
fn names(room: &Room, folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(room.path("state").join(folder)) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn serve_often(room: &Room) -> Served {
    let args = ["--policy", "policy.toml", "--state", "state", "--scan-every", "1s"];
    Served::start(room, &args)
}

#[test]
fn a_snapshot_and_the_journal_behind_it_are_counted_once() {
    let (room, token) = room();
    let served = serve_often(&room);
    (1..=20).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    let snapshot = "00000000000000000020.counters";
    wait("a snapshot of all", || names(&room, "counters").iter().any(|name| name == snapshot));
    (21..=25).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    // Dropped, it is killed.
    drop(served);
    // With the former one's end as another one began: what is unfinished is no snapshot.
    room.write("state/counters/00000000000000000099.unfinished", "half");
    let served = serve(&room);
    let answer = signup(&served, &token, &one(26));
    assert_eq!(counted(&answer), "26");
    assert_eq!(signup(&served, &token, &one(3))["repeated"], true);
    assert!(!room.path("state/counters/00000000000000000099.unfinished").exists());
}

#[test]
fn whoever_ends_it_finds_all_of_it_again() {
    let (room, token) = room();
    let served = serve(&room);
    (1..=5).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    #[cfg(unix)]
    assert_eq!(served.stop().code, Some(0));
    let served = serve(&room);
    assert_eq!(counted(&signup(&served, &token, &one(6))), "6");
}

#[test]
fn a_damaged_snapshot_is_told_of_and_the_journal_is_counted() {
    let (room, token) = room();
    let served = serve(&room);
    (1..=5).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    drop(served);
    room.write("state/counters/00000000000000000003.counters", "no counters at all");
    let served = serve(&room);
    assert_eq!(counted(&signup(&served, &token, &one(6))), "6");
}

#[cfg(unix)]
#[test]
fn what_it_keeps_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (room, _) = room();
    let _served = serve(&room);
    let mode = std::fs::metadata(room.path("state")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn two_services_do_not_share_a_folder() {
    let (room, _) = room();
    let _served = serve(&room);
    let said = room.run(&["serve", "--policy", "policy.toml", "--state", "state"]);
    said.failed(1, &["another dragnet is writing to state"]);
}

#[test]
fn a_policy_that_changes_is_taken_and_counts_go_on() {
    let (room, token) = room();
    let mut served = serve(&room);
    (1..=5).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    room.write("policy.toml", POLICY.replace("count_ip_10m", "count_ip_5m"));
    served.says("the former one goes on");
    assert_eq!(counted(&signup(&served, &token, &one(6))), "6");
    let more = "distinct_device_by_ip_10m >= 0 && count_ip_10m > 3";
    let changed = POLICY.replace("count_ip_10m > 3", more).replace("revision = 7", "revision = 8");
    room.write("policy.toml", changed);
    served.says("the policy changed: story, revision 8");
    let answer = signup(&served, &token, &one(7));
    assert_eq!(
        (&answer["policy"]["revision"], counted(&answer).starts_with('7')),
        (&json!(8), true)
    );
}

#[cfg(unix)]
#[test]
fn on_a_full_disk_nothing_is_acknowledged_that_is_not_kept() {
    let (room, token) = room();
    // Files may not grow beyond 64 kilobytes, which to whoever writes is a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f 128; exec {} serve --bind 127.0.0.1:0 --policy policy.toml --state state",
        env!("CARGO_BIN_EXE_dragnet")
    );
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", &script]).current_dir(room.path(""));
    let served = Served::of(&mut limited);
    let mut acknowledged = 0;
    let refused = loop {
        let n = acknowledged + 1;
        let (status, body) = ask(&served, &token, "/v1/signups", &one(n).to_string());
        match status {
            200 => acknowledged = n,
            _ => break (status, body),
        }
        assert!(n < 1_000, "the disk never was full");
    };
    assert_eq!(refused.0, 503, "{}", refused.1);
    assert!(acknowledged > 3);
    // Asked about again and again, it is neither kept nor counted twice.
    assert_eq!(ask(&served, &token, "/v1/signups", &one(acknowledged + 1).to_string()).0, 503);
    drop(served);
    let served = serve(&room);
    assert_eq!(signup(&served, &token, &one(acknowledged))["repeated"], true);
    let answer = signup(&served, &token, &one(acknowledged + 1));
    assert_eq!(counted(&answer), (acknowledged + 1).to_string());
    assert_eq!(answer.get("repeated"), None);
}

#[test]
fn whoever_dawdles_holds_up_nobody() {
    let (room, token) = room();
    let served = serve(&room);
    let dawdling: Vec<TcpStream> = (0..300)
        .map(|_| {
            let mut stream = TcpStream::connect(address(&served)).unwrap();
            write!(stream, "POST /v1/signups HTTP/1.1\r\nAuthorization: Bearer {token}\r\n")
                .unwrap();
            write!(stream, "Host: x\r\nContent-Length: 500\r\n\r\n{{").unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    signup(&served, &token, &one(1));
    assert!(begun.elapsed() < Duration::from_secs(5));
    // Nothing was answered to those who had not asked yet.
    let mut first = &dawdling[0];
    first.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert!(first.read(&mut [0; 1]).is_err());
}

#[test]
fn a_clock_that_is_ahead_is_not_believed_and_a_late_report_is() {
    let (room, token) = room();
    let served = serve(&room);
    let at = |n: u32, time: &str| {
        let mut one = one(n);
        one["timestamp"] = time.into();
        signup(&served, &token, &one)
    };
    let ahead = at(1, "2099-01-01T00:00:00Z");
    assert_eq!(ahead["set_aside"][0]["field"], "timestamp");
    // Long ago: it is kept, and counts for nobody who asks now.
    at(2, "2020-01-01T00:00:00Z");
    (3..=4).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    assert_eq!(counted(&signup(&served, &token, &one(5))), "4");
    let journal = names(&room, "journal");
    let text = room.read(&format!("state/journal/{}", journal[0]));
    assert!(!text.contains("2099") && text.contains("2020-01-01T00:00:00.000Z"), "{text}");
}

#[test]
fn the_same_event_at_the_same_time_is_counted_once() {
    let (room, token) = room();
    let served = serve(&room);
    (1..=3).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    std::thread::scope(|scope| {
        (0..16).for_each(|_| {
            scope.spawn(|| signup(&served, &token, &one(4)));
        });
    });
    assert_eq!(counted(&signup(&served, &token, &one(5))), "5");
}

#[test]
fn what_is_old_goes_into_the_lake_and_is_still_counted() {
    let (room, token) = room();
    let served = serve_often(&room);
    (1..=5).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    let first = "00000000000000000000.jsonl".to_owned();
    wait("the first file is left", || names(&room, "journal").len() > 1);
    let path = room.path("state/journal").join(&first);
    let file = std::fs::File::options().append(true).open(path).unwrap();
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    file.set_modified(long_ago).unwrap();
    wait("it is in the lake", || !names(&room, "journal").contains(&first));
    let lake = room.json("state/lake/_dragnet.json");
    assert_eq!(lake["sources"][0]["rows"], 5);
    drop(served);
    let served = serve(&room);
    assert_eq!(counted(&signup(&served, &token, &one(6))), "6");
    assert_eq!(signup(&served, &token, &one(2))["repeated"], true);
}
