//! The case that is published with the project.

use super::{errors, options, peers};
use actors::extension;
use actors::import;
use expect_test::expect;
use std::collections::BTreeSet;
use std::path::Path;
use stix::validate;

fn text() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/storm-1152.json");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn it_is_valid_complete_and_of_nobody_by_name() {
    let taken = import::read(text().as_bytes(), &options()).unwrap();
    expect![[r#"
        attack-pattern 2
        course-of-action 2
        domain-name 5
        extension-definition 1
        identity 5
        infrastructure 9
        intrusion-set 4
        legal-action 9
        location 1
        note 7
        offer 17
        relationship 86
        report 1
        sighting 3
        threat-actor 1
        tool 1
        refused 0
        note objects taken as they came: 154
    "#]]
    .assert_eq(&super::counted(&taken));
    assert_eq!(taken.objects.iter().flat_map(errors).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(validate::together(&taken.objects), []);
    let ids: BTreeSet<_> = taken.objects.iter().map(stix::Object::id).collect();
    for object in &taken.objects {
        for (path, id) in object.refs() {
            let is_tlp = stix::marking::Tlp::of(id.as_str()).is_some();
            assert!(is_tlp || ids.contains(&id), "{} {path}: {id} is not in it", object.id());
        }
        let is_person = object.properties().get("identity_class") == Some(&"individual".into());
        assert!(!is_person, "{} is a person", object.id());
    }
}

#[test]
fn every_relation_is_graded_and_says_whether_it_is_read_or_inferred() {
    let taken = import::read(text().as_bytes(), &options()).unwrap();
    for object in taken.objects.iter().filter(|object| object.type_name() == "relationship") {
        let statement: extension::Statement = extension::read(object).unwrap();
        let reason = &statement.reasons[0];
        let is_graded =
            statement.source_reliability.is_some() && statement.information_credibility.is_some();
        assert!(is_graded, "{}", object.id());
        match reason.split_once(": ") {
            Some(("Fact", _)) => {}
            Some(("Inference", _)) => assert!(statement.likelihood.is_some(), "{}", object.id()),
            _ => panic!("{}: {reason}", object.id()),
        }
    }
}

#[test]
fn what_defines_the_extension_is_what_the_crate_defines() {
    let taken = import::read(text().as_bytes(), &options()).unwrap();
    for own in [extension::identity(), extension::definition()] {
        let there = taken.objects.iter().find(|object| object.id() == own.id()).unwrap();
        assert_eq!(there.properties(), own.properties());
    }
}

#[test]
fn the_validator_of_oasis_takes_it() {
    let taken = import::read(text().as_bytes(), &options()).unwrap();
    assert_eq!(peers::errors(&taken.objects), [""; 0]);
}
