//! Objects of STIX 2.0, and what has become of them.

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};
use stix::validate::{self, Severity};
use stix::{Object, convert};

const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

fn object(type_name: &str, more: Value) -> Object {
    let base = json!({
        "type": type_name, "id": format!("{type_name}--{UUID}"),
        "created": "2018-01-01T00:00:00.000Z", "modified": "2018-01-01T00:00:00.000Z",
    });
    let mut base: Map<String, Value> = serde_json::from_value(base).unwrap();
    base.extend(more.as_object().unwrap().clone());
    Object::from_properties(&base).unwrap()
}

fn lines(object: &Object) -> Vec<String> {
    let boring = ["created", "modified", "id", "type"];
    let properties = object.properties();
    let told = properties.iter().filter(|(name, _)| !boring.contains(&&name[..]));
    told.map(|(name, value)| format!("  {name}: {value}")).collect()
}

/// What came of it, and what was told; no MUST is broken.
fn check(type_name: &str, more: Value, expected: &Expect) {
    let converted = convert::from_2_0(&object(type_name, more)).unwrap();
    let mut said = Vec::new();
    for object in &converted.objects {
        let short = object.id().as_str().replace(UUID, "…");
        said.push(short);
        said.extend(lines(object));
        let found = validate::object(object);
        let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
        said.extend(errors.map(ToString::to_string));
    }
    said.extend(converted.changes.iter().map(|change| format!("{}: {}", change.path, change.what)));
    expected.assert_eq(&said.join("\n"));
}

#[test]
fn labels_have_become_types_and_what_is_unknown_stays() {
    check(
        "threat-actor",
        json!({"name": "n", "labels": ["hacker"], "x_odd": {"a": [1.5, null]},
            "granular_markings": [{"marking_ref": format!("marking-definition--{UUID}"), "selectors": ["labels.[0]", "name"]}]}),
        &expect![[r#"
            threat-actor--…
              granular_markings: [{"marking_ref":"marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","selectors":["threat_actor_types.[0]","name"]}]
              name: "n"
              spec_version: "2.1"
              threat_actor_types: ["hacker"]
              x_odd: {"a":[1.5,null]}
            spec_version: every object says its version
            threat_actor_types: was labels"#]],
    );
    check(
        "campaign",
        json!({"name": "n", "labels": ["mine"]}),
        &expect![[r#"
        campaign--…
          labels: ["mine"]
          name: "n"
          spec_version: "2.1"
        spec_version: every object says its version"#]],
    );
    check(
        "malware",
        json!({"name": "n", "labels": ["bot"]}),
        &expect![[r#"
        malware--…
          is_family: true
          malware_types: ["bot"]
          name: "n"
          spec_version: "2.1"
        spec_version: every object says its version
        malware_types: was labels
        is_family: 2.0 did not tell families from samples"#]],
    );
}

#[test]
fn patterns_say_what_they_are() {
    let indicator = |pattern: &str| json!({"pattern": pattern, "labels": ["benign"], "valid_from": "2018-01-01T00:00:00Z"});
    check(
        "indicator",
        indicator("[file:name = 'x']"),
        &expect![[r#"
        indicator--…
          indicator_types: ["benign"]
          pattern: "[file:name = 'x']"
          pattern_type: "stix"
          spec_version: "2.1"
          valid_from: "2018-01-01T00:00:00Z"
        spec_version: every object says its version
        indicator_types: was labels
        pattern_type: 2.0 had patterns of its own only"#]],
    );
    check(
        "indicator",
        indicator("[file:name = 'x'] START '2018-01-01T00:00:00Z' STOP '2019-01-01T00:00:00Z'"),
        &expect![[r#"
            indicator--…
              indicator_types: ["benign"]
              pattern: "[file:name = 'x'] START t'2018-01-01T00:00:00Z' STOP t'2019-01-01T00:00:00Z'"
              pattern_type: "stix"
              spec_version: "2.1"
              valid_from: "2018-01-01T00:00:00Z"
            spec_version: every object says its version
            indicator_types: was labels
            pattern_type: 2.0 had patterns of its own only
            pattern: times of START and STOP are written t'…'"#]],
    );
    check(
        "indicator",
        indicator("[file:name"),
        &expect![[r#"
        indicator--…
          indicator_types: ["benign"]
          pattern: "[file:name"
          pattern_type: "stix"
          spec_version: "2.1"
          valid_from: "2018-01-01T00:00:00Z"
        error: indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f pattern: expected an operator (at byte 10) (pattern)
        spec_version: every object says its version
        indicator_types: was labels
        pattern_type: 2.0 had patterns of its own only
        pattern: is no pattern of 2.1, and stays: expected an operator (at byte 10)"#]],
    );
}

#[test]
fn what_was_observed_stands_by_itself() {
    check(
        "observed-data",
        json!({
            "first_observed": "2018-01-01T00:00:00Z", "last_observed": "2018-01-01T00:00:00Z", "number_observed": 1,
            "objects": {
                "0": {"type": "email-message", "is_multipart": false, "from_ref": "1", "to_refs": ["1"], "subject": "s"},
                "1": {"type": "email-addr", "value": "a@example.com", "belongs_to_ref": "2"},
                "2": {"type": "user-account", "user_id": "u", "password_last_changed": "2018-01-01T00:00:00Z"},
                "3": {"type": "process", "pid": 1, "name": "kept", "binary_ref": "4"},
                "4": {"type": "file", "name": "n", "created": "2018-01-01T00:00:00Z", "extensions": {"archive-ext": {"contains_refs": ["4"]}}},
                "5": 7,
            },
        }),
        &expect![[r#"
            email-message--4c98270d-ea39-5ff6-b8f1-13a2e1080f72
              from_ref: "email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042"
              is_multipart: false
              spec_version: "2.1"
              subject: "s"
              to_refs: ["email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042"]
            email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042
              belongs_to_ref: "user-account--29b019f6-840e-5dda-b389-5d69fe41cae3"
              spec_version: "2.1"
              value: "a@example.com"
            user-account--29b019f6-840e-5dda-b389-5d69fe41cae3
              credential_last_changed: "2018-01-01T00:00:00Z"
              spec_version: "2.1"
              user_id: "u"
            process--4e6e34cd-4607-40ee-9287-49967103d2a8
              image_ref: "file--213ebe8e-9ec2-5071-8ce0-bd36e75555b1"
              name: "kept"
              pid: 1
              spec_version: "2.1"
            file--213ebe8e-9ec2-5071-8ce0-bd36e75555b1
              ctime: "2018-01-01T00:00:00Z"
              extensions: {"archive-ext":{"contains_refs":["file--213ebe8e-9ec2-5071-8ce0-bd36e75555b1"]}}
              name: "n"
              spec_version: "2.1"
            observed-data--…
              first_observed: "2018-01-01T00:00:00Z"
              last_observed: "2018-01-01T00:00:00Z"
              number_observed: 1
              object_refs: ["email-message--4c98270d-ea39-5ff6-b8f1-13a2e1080f72","email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042","user-account--29b019f6-840e-5dda-b389-5d69fe41cae3","process--4e6e34cd-4607-40ee-9287-49967103d2a8","file--213ebe8e-9ec2-5071-8ce0-bd36e75555b1"]
              spec_version: "2.1"
            spec_version: every object says its version
            objects.5: was no object, and is left out
            object_refs: objects stand by themselves, and are referred to"#]],
    );
}

#[test]
fn what_leaves_an_observation_keeps_its_markings() {
    let marking = |of: &str| format!("marking-definition--{of}e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    check(
        "observed-data",
        json!({
            "first_observed": "2018-01-01T00:00:00Z", "last_observed": "2018-01-01T00:00:00Z", "number_observed": 1,
            "object_marking_refs": [marking("1")],
            "granular_markings": [
                {"marking_ref": marking("2"), "selectors": ["objects.0.value", "objects.10"]},
                {"marking_ref": marking("3"), "selectors": ["objects"]},
            ],
            "objects": {
                "0": {"type": "ipv4-addr", "value": "198.51.100.3"},
                "10": {"type": "domain-name", "value": "example.com"},
            },
        }),
        &expect![[r#"
            ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4
              granular_markings: [{"marking_ref":"marking-definition--2e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","selectors":["value"]}]
              object_marking_refs: ["marking-definition--1e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","marking-definition--3e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"]
              spec_version: "2.1"
              value: "198.51.100.3"
            domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7
              object_marking_refs: ["marking-definition--1e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","marking-definition--2e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","marking-definition--3e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"]
              spec_version: "2.1"
              value: "example.com"
            observed-data--…
              first_observed: "2018-01-01T00:00:00Z"
              granular_markings: [{"marking_ref":"marking-definition--2e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","selectors":["object_refs"]},{"marking_ref":"marking-definition--3e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","selectors":["object_refs"]}]
              last_observed: "2018-01-01T00:00:00Z"
              number_observed: 1
              object_marking_refs: ["marking-definition--1e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"]
              object_refs: ["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"]
              spec_version: "2.1"
            spec_version: every object says its version
            object_refs: objects stand by themselves, and are referred to"#]],
    );
}

#[test]
fn what_stood_twice_stands_once_with_all_its_markings() {
    let marking = format!("marking-definition--{UUID}");
    let twice = json!({
        "first_observed": "2018-01-01T00:00:00Z", "last_observed": "2018-01-01T00:00:00Z", "number_observed": 1,
        "granular_markings": [{"marking_ref": marking, "selectors": ["objects.1.created"]}],
        "objects": {"0": {"type": "file", "name": "n"}, "1": {"type": "file", "name": "n", "created": "2018-01-01T00:00:00Z"}},
    });
    let converted = convert::from_2_0(&object("observed-data", twice)).unwrap().objects;
    let [file, _] = &converted[..] else { panic!("{converted:?}") };
    assert_eq!(file.properties()["granular_markings"][0]["selectors"], json!(["ctime"]));
    assert_eq!(file.properties()["ctime"], json!("2018-01-01T00:00:00Z"));
}

#[test]
fn rings_and_chains_end() {
    let ring = json!({"0": {"type": "file", "name": "a", "parent_directory_ref": "1"},
        "1": {"type": "directory", "path": "/", "contains_refs": ["0"], "x_ref": "0"}});
    let mut chain = Map::new();
    for at in 0..1000 {
        let next = format!("{}", at + 1);
        chain.insert(
            at.to_string(),
            json!({"type": "file", "name": "a", "parent_directory_ref": next}),
        );
    }
    let all: Map<String, Value> = (0..300)
        .map(|at| {
            let refs: Vec<String> = (0..300).map(|at: u32| at.to_string()).collect();
            (at.to_string(), json!({"type": "file", "name": at.to_string(), "contains_refs": refs}))
        })
        .collect();
    for objects in [ring, Value::Object(chain), Value::Object(all)] {
        let seen = object("observed-data", json!({"objects": objects, "number_observed": 1}));
        let once = convert::from_2_0(&seen).unwrap().objects;
        assert_eq!(once, convert::from_2_0(&seen).unwrap().objects, "nothing is random");
        assert!(once.len() > 1);
    }
}

#[test]
fn what_is_of_2_1_is_left_alone() {
    let tool = object("tool", json!({"name": "n", "spec_version": "2.1", "labels": ["x"]}));
    let converted = convert::from_2_0(&tool).unwrap();
    assert_eq!(converted.objects, [tool]);
    assert!(converted.changes.is_empty());
}
