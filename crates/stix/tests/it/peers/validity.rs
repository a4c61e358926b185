//! What is valid, what is not, and what is not as it should be.

use super::{ask, differ_only};
use serde_json::{Map, Value, json};
use stix::validate::{self, Severity};

const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

/// Objects of which both say nothing, by type; the first of `objects.json`.
fn base(bases: &Value, type_name: &str) -> Map<String, Value> {
    let mut base = bases[type_name].as_object().unwrap_or_else(|| panic!("{type_name}")).clone();
    base.insert("type".to_owned(), json!(type_name));
    base.insert("spec_version".to_owned(), json!("2.1"));
    let is_observable = stix::schema::of(type_name)
        .is_some_and(|schema| schema.class == stix::schema::Class::Observable);
    if !is_observable {
        let time = "2020-01-01T00:00:00.000Z";
        base.insert("created".to_owned(), json!(time));
        if type_name != "marking-definition" {
            base.insert("modified".to_owned(), json!(time));
        }
    }
    base
}

/// The base, with these properties set; null takes one away, "null" sets null.
fn changed(mut base: Map<String, Value>, changes: &Map<String, Value>) -> Map<String, Value> {
    for (name, value) in changes {
        match value {
            Value::Null => base.remove(name),
            value if value == "null" => base.insert(name.clone(), Value::Null),
            value => base.insert(name.clone(), value.clone()),
        };
    }
    let type_name = base["type"].as_str().unwrap_or("x").to_owned();
    let id = stix::Id::of_observable(&type_name, &base)
        .map_or(format!("{type_name}--{UUID}"), |id| id.to_string());
    base.entry("id").or_insert(Value::String(id));
    base
}

fn ours(object: &Map<String, Value>) -> &'static str {
    let found = validate::properties(object);
    match found.iter().map(|finding| finding.severity).min() {
        None => "nothing",
        Some(Severity::Warning) => "warning",
        Some(Severity::Error) => "error",
    }
}

#[test]
fn objects_are_judged_as_the_python_validator_judges_them() {
    let all: Value = serde_json::from_str(include_str!("objects.json")).unwrap();
    let cases = all["cases"].as_array().unwrap();
    let object = |case: &Value| {
        let base = base(&all["bases"], case[0].as_str().unwrap());
        changed(base, case[1].as_object().unwrap())
    };
    let objects: Vec<Map<String, Value>> = cases.iter().map(object).collect();
    let theirs: Vec<(Vec<String>, Vec<String>)> = ask(include_str!("validity.py"), &objects);
    let mut differing = std::collections::BTreeSet::new();
    for ((case, object), (errors, warnings)) in cases.iter().zip(&objects).zip(theirs) {
        let theirs = match (&errors[..], &warnings[..]) {
            ([], []) => "nothing",
            ([], _) => "warning",
            _ => "error",
        };
        let ours = ours(object);
        if theirs != ours {
            let (name, changes) = (case[0].as_str().unwrap(), &case[1]);
            differing.insert(format!("{theirs} {ours} {name} {changes}"));
            println!(
                "{name} {changes}\n  {errors:?} {warnings:?}\n  {:?}",
                validate::properties(object)
            );
        }
    }
    differ_only(&differing, DIFFER);
}

/// What they say, what we say, of what, and why.
const DIFFER: &[(&str, &[&str])] = &[
    (
        "the specification says what a reference may refer to; they look at some only",
        &[
            r#"nothing error directory {"contains_refs":["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"]}"#,
            r#"nothing error email-addr {"belongs_to_ref":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"}"#,
            r#"nothing error email-message {"to_refs":["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"]}"#,
            r#"nothing error file {"parent_directory_ref":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"}"#,
            r#"nothing error ipv4-addr {"belongs_to_refs":["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"]}"#,
            r#"nothing error malware {"sample_refs":["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"]}"#,
            r#"nothing error network-traffic {"encapsulates_refs":["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"]}"#,
            r#"nothing error network-traffic {"src_ref":"software--a1827f6d-ca53-5605-9e93-4316cd22a00a"}"#,
            r#"nothing error observed-data {"object_refs":["tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"]}"#,
            r#"nothing error process {"image_ref":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"}"#,
            r#"nothing error sighting {"sighting_of_ref":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"}"#,
            r#"nothing error tool {"created_by_ref":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#,
            r#"nothing error tool {"object_marking_refs":["tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"]}"#,
        ],
    ),
    (
        "MUSTs of the specification that they do not look at",
        &[
            r#"nothing error autonomous-system {"number":1.0}"#,
            r#"nothing error extension-definition {"created_by_ref":null}"#,
            r#"nothing error network-traffic {"src_byte_count":-1}"#,
            r#"nothing error tool {"created":"2020-01-01T00:00:00.0000Z"}"#,
            r#"nothing error tool {"granular_markings":[{"lang":"de","marking_ref":"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9","selectors":["name"]}]}"#,
            r#"warning error file {"extensions":{"http-request-ext":{"request_method":"get","request_value":"/"}}}"#,
            r#"warning error marking-definition {"modified":"2020-01-01T00:00:00.000Z"}"#,
        ],
    ),
    (
        "SHOULDs of the specification that they do not look at",
        &[
            r#"nothing warning relationship {"relationship_type":"duplicate-of"}"#,
            r#"nothing warning tool {"extensions":{"x-mine-ext":{"a_b":1}}}"#,
        ],
    ),
    (
        "objects of 2.0 are read too, and told of: they do not say their version",
        &[
            r#"error warning tool {"spec_version":null}"#,
            r#"nothing warning tool {"spec_version":"2.0"}"#,
        ],
    ),
    (
        "a custom type with no extension may be of an observable, which has no times",
        &[r#"error warning x-mine {"created":null}"#],
    ),
    (
        "a custom type may have relationships that no table has",
        &[
            r#"warning nothing relationship {"source_ref":"x-mine--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#,
        ],
    ),
    (
        "IANA's registries change: we look at how a name is written",
        &[
            r#"error nothing directory {"path_enc":"utf-8"}"#,
            r#"warning nothing network-traffic {"extensions":{"http-request-ext":{"request_header":{"Odd-One":["x"]},"request_method":"get","request_value":"/"}}}"#,
        ],
    ),
    (
        "they want a random id, and say that it should follow from properties",
        &[r#"warning nothing email-message {"subject":null}"#],
    ),
    (
        "one value in a list is a list",
        &[r#"error nothing email-message {"additional_header_fields":{"X-A":["b"]}}"#],
    ),
    (
        "what is defanged is no address, which is the point of it",
        &[r#"error nothing ipv4-addr {"defanged":true,"value":"x"}"#],
    ),
    (
        "2.1 asks for a language by RFC 5646, 2.0 asked for ISO 639-2",
        &[r#"error nothing software {"languages":["en"]}"#],
    ),
    (
        "a granular marking has a language or a marking (section 7.2.3)",
        &[r#"error nothing tool {"granular_markings":[{"lang":"de","selectors":["name"]}]}"#],
    ),
    (
        "leap seconds are times of RFC 3339",
        &[r#"error nothing tool {"modified":"2020-01-01T00:00:60.000Z"}"#],
    ),
];
