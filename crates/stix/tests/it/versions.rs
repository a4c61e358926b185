//! Versions of objects.

use serde_json::{Map, Value, json};
use stix::version::{changed, revoked};
use stix::{Id, Object, Timestamp};

const MINE: &str = "identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

fn mine() -> Id {
    MINE.parse().unwrap()
}

fn tool() -> Object {
    Object::parse(&format!(
        r#"{{"type":"tool","spec_version":"2.1","id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z",
        "created_by_ref":"{MINE}","name":"x","x_other":[1]}}"#
    ))
    .unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn set(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}

#[test]
fn a_change_is_a_later_version_of_the_same() {
    let next = changed(&tool(), set("name", json!("y")), &mine(), at("2021-01-01T00:00:00.000Z"));
    let next = next.unwrap();
    let properties = next.properties();
    assert_eq!(next.id(), tool().id());
    assert_eq!(properties["name"], "y");
    assert_eq!(properties["x_other"], json!([1]));
    assert_eq!(properties["created"], "2020-01-01T00:00:00.000Z");
    assert_eq!(properties["modified"], "2021-01-01T00:00:00.000Z");
    let without =
        changed(&next, set("x_other", Value::Null), &mine(), at("2022-01-01T00:00:00.000Z"));
    assert!(!without.unwrap().properties().contains_key("x_other"));
}

#[test]
fn what_is_not_changed_keeps_its_text() {
    let text = tool().text().replace("[1]", "[1.10, 12345678901234567890123]");
    let next = changed(
        &Object::parse(&text).unwrap(),
        set("name", json!("y")),
        &mine(),
        at("2021-01-01T00:00:00.000Z"),
    );
    let next = next.unwrap();
    assert!(next.text().ends_with(r#""name":"y","x_other":[1.10, 12345678901234567890123]}"#));
    assert!(next.text().starts_with(r#"{"type":"tool","spec_version":"2.1","id":"#));
}

#[test]
fn what_never_changes_is_kept() {
    let next =
        changed(&tool(), set("created", json!("1999")), &mine(), at("2021-01-01T00:00:00.000Z"));
    assert_eq!(next.unwrap().properties()["created"], "2020-01-01T00:00:00.000Z");
}

#[test]
fn only_its_maker_goes_on_and_only_forwards() {
    let other = "identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd40".parse().unwrap();
    let later = at("2021-01-01T00:00:00.000Z");
    let why =
        |object: &Object, by: &Id, at| changed(object, Map::new(), by, at).unwrap_err().to_string();
    assert!(why(&tool(), &other, later).contains("derived-from"));
    assert!(why(&tool(), &mine(), at("2020-01-01T00:00:00.000Z")).contains("which is not before"));
    let last = revoked(&tool(), &mine(), later).unwrap();
    assert!(last.head().is_revoked);
    assert!(why(&last, &mine(), at("2022-01-01T00:00:00.000Z")).contains("which is final"));
    let address = r#"{"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3"}"#;
    assert!(why(&Object::parse(address).unwrap(), &mine(), later).contains("has no versions"));
}
