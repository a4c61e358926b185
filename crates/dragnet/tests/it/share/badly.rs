//! Servers of others that do one thing badly, on real sockets: an error that names it,
//! or what is good of it, and never half of anything.

use super::other::Other;
use crate::intel::{NOW, answer, count};
use crate::room::{Room, Said};
use serde_json::Value;
use std::time::{Duration, Instant};

/// The server; its argument is the story.
pub(super) const BADLY: &str = include_str!("badly.py");

/// What comes of a pull from a server that does `story` badly.
fn pull(story: &str) -> (Room, Said) {
    let room = Room::new();
    let badly = Other::start(&room, BADLY, &[story]);
    let said = room.at(NOW, &["share", "pull", &badly.url]);
    (room, said)
}

#[test]
fn what_is_not_valid_is_set_aside_and_the_rest_taken() {
    let (room, said) = pull("invalid");
    assert_eq!(said.ok().out, "Badly: 2 objects added, 4 in quarantine\n");
    assert_eq!(count(&room), 2);
    let aside = answer(&room.run(&["share", "quarantine", "--json"]));
    assert_eq!(aside["quarantined"].as_array().unwrap().len(), 4, "{aside}");
    room.run(&["intel", "log", "--check"]).ok();
}

#[test]
fn more_without_a_way_to_it_ends() {
    let begun = Instant::now();
    for story in ["no-next", "same-next"] {
        let (room, said) = pull(story);
        said.failed(1, &["collection Badly"]);
        assert!(said.err.contains("next") || said.err.contains("more"), "{story}: {}", said.err);
        room.run(&["intel", "log", "--check"]).ok();
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn without_times_the_next_pull_goes_on_from_the_first_page() {
    let after = |story: &str| {
        let room = Room::new();
        let badly = Other::start(&room, BADLY, &[story]);
        let pulled = answer(&room.at(NOW, &["share", "pull", &badly.url, "--json"]));
        let pulled = &pulled["collections"][0];
        (pulled["pages"].clone(), pulled["added_after"].clone())
    };
    assert_eq!(after("no-times"), (3.into(), "2026-11-05T08:00:01.000000Z".into()));
    assert_eq!(after("empty"), (1.into(), Value::Null), "nothing moves");
}

#[test]
fn a_body_without_end_is_not_read_to_it() {
    let (_, said) = pull("huge");
    said.failed(1, &["collection Badly", "larger than 256 MiB"]);
}

#[test]
fn a_busy_server_is_asked_again_when_it_says() {
    let begun = Instant::now();
    let (_, said) = pull("busy");
    assert_eq!(said.ok().out, "Badly: 1 object added\n");
    assert!(begun.elapsed() > Duration::from_secs(2), "it asked for two seconds");
}

#[test]
fn roots_may_be_told_without_a_host() {
    let (_, said) = pull("relative");
    assert_eq!(said.ok().out, "Badly: 1 object added\n");
}

#[test]
fn what_is_half_or_something_else_is_told() {
    for (story, word) in [
        ("half", "127.0.0.1"),
        ("html", "not what TAXII 2.1 answers"),
        ("json", "not what TAXII 2.1 answers"),
    ] {
        let (room, said) = pull(story);
        said.failed(1, &["collection Badly", word]);
        assert_eq!(count(&room), 0);
    }
    let room = Room::new();
    room.run(&["share", "pull", "http://127.0.0.1:9/taxii2/"]).failed(1, &["127.0.0.1:9"]);
    room.run(&["share", "pull", "not an address"]).failed(2, &["begins with https://"]);
    room.run(&["share", "pull", "http://127.0.0.1:9/", "--every", "soon"]).failed(2, &["15m"]);
    room.run(&["share", "pull", "http://127.0.0.1:9/", "--user", "us"])
        .failed(2, &["--token-file"]);
}
