//! Ids, and those that follow from what an observable is.

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};
use stix::Id;

fn check(type_name: &str, properties: Value, expected: &Expect) {
    let properties: Map<String, Value> = serde_json::from_value(properties).unwrap();
    let id = Id::of_observable(type_name, &properties);
    expected.assert_eq(&id.map_or("random".to_owned(), |id| id.to_string()));
}

#[test]
fn one_address_has_one_id_whoever_says_it() {
    // As the OASIS library for Python makes them.
    check(
        "ipv4-addr",
        json!({"value": "198.51.100.3"}),
        &expect!["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"],
    );
    check(
        "user-account",
        json!({"account_type": "unix", "user_id": "1001", "display_name": "No matter"}),
        &expect!["user-account--63e381d7-a9f9-5e46-b5c6-b89957a0212e"],
    );
    check(
        "autonomous-system",
        json!({"number": 64500, "name": "No matter"}),
        &expect!["autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446"],
    );
    check(
        "email-addr",
        json!({"value": "löwe@example.com"}),
        &expect!["email-addr--9c26f228-aad6-5f9a-b41c-ede16ea40cfa"],
    );
}

#[test]
fn of_several_hashes_one_makes_the_id() {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let id = |hashes| {
        let properties = serde_json::from_value(json!({"hashes": hashes})).unwrap();
        Id::of_observable("file", &properties).unwrap()
    };
    let both = id(json!({"SHA-256": sha256, "MD5": md5}));
    assert_eq!(both, id(json!({"MD5": md5})));
    assert_ne!(both, id(json!({"SHA-256": sha256})));
    assert_eq!(id(json!({"b": "2", "a": "1"})), id(json!({"a": "1"})));
}

#[test]
fn what_has_nothing_to_make_it_of_needs_a_random_one() {
    check("process", json!({"pid": 1}), &expect!["random"]);
    check("file", json!({"size": 1}), &expect!["random"]);
    check("indicator", json!({"name": "x"}), &expect!["random"]);
}

#[test]
fn an_id_is_a_type_and_a_uuid() {
    let why = |text: &str| text.parse::<Id>().unwrap_err().to_string();
    let uuid = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    let id: Id = format!("x-mitre-tactic--{uuid}").parse().unwrap();
    assert_eq!((id.type_name(), id.uuid().to_string()), ("x-mitre-tactic", uuid.to_owned()));
    assert_eq!(why("indicator"), "an id is written TYPE--UUID");
    assert_eq!(why("indicator--1"), "what follows -- is no UUID");
    assert_eq!(why(&format!("indicator--{}", uuid.replace('-', ""))), "what follows -- is no UUID");
    assert!(why(&format!("Indicator--{uuid}")).starts_with("the type of an id has lower-case"));
}
