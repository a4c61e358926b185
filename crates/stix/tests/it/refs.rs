//! What objects refer to.

use expect_test::{Expect, expect};
use serde_json::json;
use stix::Object;

const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

fn check(type_name: &str, more: serde_json::Value, expected: &Expect) {
    let mut properties = more.as_object().unwrap().clone();
    properties.insert("type".to_owned(), json!(type_name));
    properties.insert("id".to_owned(), json!(format!("{type_name}--{UUID}")));
    let refs = Object::from_properties(&properties).unwrap().refs();
    let lines = refs.iter().map(|(path, id)| format!("{path} {}", id.type_name()));
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

fn id(type_name: &str) -> String {
    format!("{type_name}--{UUID}")
}

#[test]
fn every_reference_is_found_wherever_it_stands() {
    check(
        "sighting",
        json!({
            "created_by_ref": id("identity"), "sighting_of_ref": id("indicator"),
            "observed_data_refs": [id("observed-data")], "where_sighted_refs": [id("identity"), id("location")],
            "granular_markings": [{"marking_ref": id("marking-definition"), "selectors": ["count"]}],
        }),
        &expect![[r#"
            created_by_ref identity
            granular_markings.marking_ref marking-definition
            observed_data_refs observed-data
            sighting_of_ref indicator
            where_sighted_refs identity
            where_sighted_refs location"#]],
    );
    check(
        "email-message",
        json!({
            "is_multipart": true, "to_refs": [id("email-addr")],
            "body_multipart": [{"body_raw_ref": id("artifact")}],
            "extensions": {"x-odd": {"deep": [{"owner_ref": id("x-mine")}]}},
        }),
        &expect![[r#"
            body_multipart.body_raw_ref artifact
            extensions.x-odd.deep.owner_ref x-mine
            to_refs email-addr"#]],
    );
}

#[test]
fn what_only_looks_like_a_reference_is_none() {
    check(
        "observed-data",
        json!({"objects": {"0": {"type": "email-addr", "belongs_to_ref": "1"}}}),
        &expect![""],
    );
    check(
        "tool",
        json!({"a_ref": [id("tool")], "b_refs": id("tool"), "c_refs": [[id("tool")], 1, null, 1.5, -1, true], "d": id("tool"), "e_ref": "_ref"}),
        &expect![""],
    );
}

#[test]
fn what_nests_without_end_is_passed_over() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = format!(r#"{{"type":"tool","id":"{0}","a_refs":{deep},"b_ref":"{0}"}}"#, id("tool"));
    let refs = Object::parse(&text).unwrap().refs();
    assert_eq!(refs, [("b_ref".into(), id("tool").parse().unwrap())]);
}
