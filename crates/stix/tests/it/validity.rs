//! What is valid, and what of it is not.

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};
use stix::{Object, validate};

const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

/// An object of a type, valid but for what `more` sets; null takes away.
fn object(type_name: &str, more: Value) -> Map<String, Value> {
    let base = json!({
        "type": type_name, "spec_version": "2.1", "id": format!("{type_name}--{UUID}"),
        "created": "2020-01-01T00:00:00.000Z", "modified": "2020-01-01T00:00:00.000Z",
    });
    let Value::Object(mut base) = base else { unreachable!() };
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => base.remove(name),
            value => base.insert(name.clone(), value.clone()),
        };
    }
    base
}

fn check(type_name: &str, more: Value, expected: &Expect) {
    let found = validate::properties(&object(type_name, more));
    let of = |finding: &validate::Finding| {
        finding.to_string().replace(&format!("{type_name}--{UUID}"), "it")
    };
    expected.assert_eq(&found.iter().map(of).collect::<Vec<_>>().join("\n"));
}

#[test]
fn nothing_is_said_of_what_is_valid() {
    check("tool", json!({"name": "x", "labels": ["y"], "confidence": 0}), &expect![""]);
    check(
        "relationship",
        json!({"relationship_type": "uses", "source_ref": format!("campaign--{UUID}"), "target_ref": format!("tool--{UUID}")}),
        &expect![""],
    );
}

#[test]
fn what_is_missing_or_of_another_kind() {
    check("tool", json!({}), &expect!["error: it: name is missing (required)"]);
    check(
        "tool",
        json!({"name": 7, "aliases": "x", "kill_chain_phases": [{"kill_chain_name": "k"}]}),
        &expect![[r#"
            error: it aliases: should be a list (type)
            error: it kill_chain_phases.[0]: phase_name is missing (required)
            error: it name: should be text (type)"#]],
    );
    check(
        "tool",
        json!({"name": "x", "modified": null, "aliases": []}),
        &expect![[r#"
            error: it: modified is missing (required)
            error: it aliases: a list has a member, or is left out (empty)"#]],
    );
    check(
        "malware",
        json!({"is_family": true}),
        &expect!["error: it: a family has a name (required)"],
    );
    check(
        "location",
        json!({"latitude": 91.0}),
        &expect![[r#"
        error: it latitude: 91.0 is not within -90 to 90 (range)
        error: it: latitude and longitude go together (both)"#]],
    );
    check(
        "observed-data",
        json!({"first_observed": "2020-01-02T00:00:00Z", "last_observed": "2020-01-01T00:00:00Z", "number_observed": 0}),
        &expect![[r#"
            error: it number_observed: 0 is not within 1 to 999999999 (range)
            error: it last_observed: is before first_observed, or at it (order)
            error: it: has either objects or object_refs (either)"#]],
    );
}

#[test]
fn times_ids_and_references() {
    check(
        "tool",
        json!({"name": "x", "created": "2020-01-01T00:00:00Z", "modified": "2019-01-01T00:00:00.000Z"}),
        &expect![[r#"
            error: it modified: is before created, or at it (order)
            error: it created: written to the millisecond, with three digits (timestamp-precision)"#]],
    );
    check(
        "tool",
        json!({"name": "x", "created": "2020-02-30T00:00:00.000Z"}),
        &expect![[
            r#"error: it created: "2020-02-30T00:00:00.000Z": there is no such day or time (timestamp)"#
        ]],
    );
    check(
        "tool",
        json!({"name": "x", "created_by_ref": format!("tool--{UUID}")}),
        &expect![
            "error: it created_by_ref: refers to a tool, and only may to identity (reference)"
        ],
    );
    check(
        "tool",
        json!({"name": "x", "created_by_ref": "identity--1"}),
        &expect![[r#"error: it created_by_ref: "identity--1": what follows -- is no UUID (id)"#]],
    );
    check(
        "tool",
        json!({"name": "x", "id": format!("malware--{UUID}")}),
        &expect![
            "error: malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f id: names another type (id-type)"
        ],
    );
    check(
        "report",
        json!({"name": "x", "published": "2020-01-01T00:00:00Z", "object_refs": ["x"]}),
        &expect![[r#"error: it object_refs.[0]: "x": an id is written TYPE--UUID (id)"#]],
    );
}

#[test]
fn vocabularies_warn_and_enumerations_do_not() {
    check(
        "tool",
        json!({"name": "x", "tool_types": ["hammer"]}),
        &expect![[r#"warning: it tool_types.[0]: "hammer" is not in the vocabulary (vocabulary)"#]],
    );
    check(
        "opinion",
        json!({"opinion": "maybe", "object_refs": [format!("tool--{UUID}")]}),
        &expect![[
            r#"error: it opinion: "maybe" is none of strongly-disagree, disagree, neutral, agree, strongly-agree (enumeration)"#
        ]],
    );
    check(
        "relationship",
        json!({"relationship_type": "Loves", "source_ref": format!("campaign--{UUID}"), "target_ref": format!("relationship--{UUID}")}),
        &expect![[r#"
            error: it relationship_type: has lower-case letters, digits and dashes (relationship-type)
            error: it target_ref: a relationship does not have a relationship at its end (reference)
            warning: it: campaign Loves relationship is none that is known (relationship)"#]],
    );
}

#[test]
fn indicators_and_their_patterns() {
    let indicator = |pattern: &str| json!({"pattern": pattern, "pattern_type": "stix", "valid_from": "2020-01-01T00:00:00Z"});
    check(
        "indicator",
        indicator("[file:name = 'x']"),
        &expect!["warning: it: an indicator should have a name and a description (recommended)"],
    );
    check(
        "indicator",
        indicator("[file:name = 'x'"),
        &expect![[r#"
            warning: it: an indicator should have a name and a description (recommended)
            error: it pattern: expected ] (at byte 16) (pattern)"#]],
    );
    check(
        "indicator",
        json!({"pattern": "rule x {}", "pattern_type": "yara", "valid_from": "2020-01-01T00:00:00Z", "valid_until": "2020-01-01T00:00:00Z"}),
        &expect![[r#"
            error: it valid_until: is before valid_from, or at it (order)
            warning: it: an indicator should have a name and a description (recommended)"#]],
    );
}

#[test]
fn markings_and_extensions() {
    check(
        "tool",
        json!({"name": "x", "granular_markings": [{"selectors": ["description"]}]}),
        &expect![[r#"
            error: it granular_markings.[0]: has either lang or marking_ref (granular-marking)
            error: it granular_markings.[0]: description selects nothing (selector)"#]],
    );
    check(
        "tool",
        json!({"name": "x", "extensions": {"extension-definition--1": {}, "own": 7, "mine": {}}}),
        &expect![[r#"
            error: it extensions.extension-definition--1: "extension-definition--1": what follows -- is no UUID (id)
            error: it extensions.extension-definition--1: extension_type is missing (required)
            error: it extensions.mine: an extension has a property (empty)
            error: it extensions.mine: the key is the id of an extension-definition, or ends in -ext (extension-key)
            error: it extensions.own: should be an object (type)"#]],
    );
    check(
        "tool",
        json!({"name": "x", "x_mine": 1, "Mine": 2}),
        &expect![[r#"
        error: it Mine: names of properties have 3 to 250 lower-case letters, digits and underscores (property-name)
        warning: it x_mine: the specification does not know it, and no extension brings it (custom-property)"#]],
    );
    check(
        "x-own",
        json!({}),
        &expect![
            "warning: it: the specification does not know this type, and no extension defines it (custom-type)"
        ],
    );
    check(
        "marking-definition",
        json!({"modified": null, "definition_type": "tlp", "definition": {"tlp": "white"}}),
        &expect!["error: it: there are no TLP markings but those of the specification (tlp)"],
    );
}

#[test]
fn observables() {
    let observable = |type_name: &str, more: Value, expected: &Expect| {
        let Value::Object(mut all) = more else { unreachable!() };
        let id = stix::Id::of_observable(type_name, &all).unwrap();
        all.extend([("created".to_owned(), Value::Null), ("modified".to_owned(), Value::Null)]);
        all.insert("id".to_owned(), json!(id));
        let found = validate::properties(&object(type_name, Value::Object(all)));
        let of = |finding: &validate::Finding| finding.to_string().replace(id.as_str(), "it");
        expected.assert_eq(&found.iter().map(of).collect::<Vec<_>>().join("\n"));
    };
    observable("ipv4-addr", json!({"value": "198.51.100.0/24"}), &expect![""]);
    observable(
        "ipv4-addr",
        json!({"value": "198.51.100.256"}),
        &expect!["error: it value: this is no IPv4 address or block (value)"],
    );
    observable("ipv4-addr", json!({"value": "198[.]51.100.0", "defanged": true}), &expect![""]);
    observable(
        "file",
        json!({"hashes": {"MD5": "xyz", "ODD": "1"}}),
        &expect![[r#"
        error: it hashes.MD5: this is no MD5 (hash)
        warning: it hashes.ODD: not in hash-algorithm-ov (vocabulary)"#]],
    );
    observable(
        "email-addr",
        json!({"value": "nobody"}),
        &expect!["error: it value: this is no e-mail address (value)"],
    );
    observable(
        "artifact",
        json!({"payload_bin": "A", "url": "http://example.com"}),
        &expect![[r#"
        error: it payload_bin: this is no base64 (base64)
        error: it: has either payload_bin or url (either)
        error: it: url and hashes go together (both)"#]],
    );
    observable(
        "network-traffic",
        json!({"protocols": ["tcp"], "src_port": 65_536}),
        &expect![[r#"
            error: it src_port: 65536 is not within 0 to 65535 (range)
            error: it: src_ref or dst_ref is needed (required)
            warning: it: should have src_port and dst_port (recommended)"#]],
    );
    check(
        "ipv4-addr",
        json!({"created": null, "modified": null, "value": "198.51.100.3"}),
        &expect!["warning: it id: follows from its properties, best (UUIDv5) (id-deterministic)"],
    );
    check(
        "process",
        json!({"created": null, "modified": null}),
        &expect!["error: it: some property of its own is needed (required)"],
    );
}

#[test]
fn a_hash_is_that_of_what_it_stands_beside() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let artifact = |payload: &str, hash: &str| {
        let hashes = json!({"SHA-256": hash, "MD5": "00000000000000000000000000000000"});
        let more =
            json!({"payload_bin": payload, "hashes": hashes, "created": null, "modified": null});
        let found = validate::properties(&object("artifact", more));
        found
            .into_iter()
            .filter(|finding| finding.rule == "hash")
            .map(|finding| finding.path)
            .collect::<Vec<_>>()
    };
    assert!(artifact("", empty).is_empty());
    assert!(artifact("", &empty.to_uppercase()).is_empty());
    assert_eq!(artifact("AA==", empty), ["hashes.SHA-256"]);
}

#[test]
fn one_version_has_one_content() {
    let text = |name: &str| serde_json::to_string(&object("tool", json!({"name": name}))).unwrap();
    let parse = |name: &str| Object::parse(&text(name)).unwrap();
    assert!(validate::together(&[parse("x"), parse("x")]).is_empty());
    let found = validate::together(&[parse("x"), parse("y")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule, "duplicate");
}

#[test]
fn a_name_that_stands_twice_is_told() {
    let check = |properties: &str, expected: Expect| {
        let id =
            r#""type":"url","spec_version":"2.1","id":"url--3279c24d-ccf4-5a2c-9f4c-3c0e0ba3ed5c""#;
        let found = validate::object(&Object::parse(&format!("{{{id},{properties}}}")).unwrap());
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        expected.assert_eq(&found.join("\n"));
    };
    check(
        r#""value":"https://a.example/","value":"https://b.example/""#,
        expect![[
            r#"error: url--3279c24d-ccf4-5a2c-9f4c-3c0e0ba3ed5c: the name "value" stands twice at line 1 column 120 (json)"#
        ]],
    );
    check(
        r#""value":"https://a.example/","x":[{"one":1,"two":2,"one":1}]"#,
        expect![[
            r#"error: url--3279c24d-ccf4-5a2c-9f4c-3c0e0ba3ed5c: the name "one" stands twice at line 1 column 140 (json)"#
        ]],
    );
}
