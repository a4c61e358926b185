//! Markings of objects and of their parts.

use serde_json::json;
use stix::marking::{Tlp, granular, select, tlp};
use stix::validate;

#[test]
fn each_level_has_its_marking_and_reads_as_itself() {
    for level in Tlp::ALL {
        assert_eq!(Tlp::of(level.id().as_str()), Some(level));
        let object = level.object();
        assert_eq!(*object.id(), level.id());
        let found = validate::object(&object);
        assert!(found.iter().all(|finding| finding.rule == "id-random"), "{found:?}");
    }
    assert!(Tlp::Clear < Tlp::AmberStrict && Tlp::AmberStrict < Tlp::Red);
}

#[test]
fn the_markings_of_before_read_as_those_of_now() {
    let white = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9";
    assert_eq!(Tlp::of(white), Some(Tlp::Clear));
    assert_eq!(Tlp::AmberStrict.id_before(), None);
    assert_eq!(Tlp::of("marking-definition--00000000-0000-4000-8000-000000000000"), None);
}

#[test]
fn the_strictest_marking_holds_parts_or_whole() {
    let object = json!({
        "object_marking_refs": [Tlp::Green.id(), "marking-definition--00000000-0000-4000-8000-000000000000"],
        "granular_markings": [{"marking_ref": Tlp::Red.id(), "selectors": ["name"]}],
        "name": "x",
    });
    let object = object.as_object().unwrap();
    assert_eq!(tlp(object), Some(Tlp::Red));
    assert_eq!(granular(object).collect::<Vec<_>>(), [(Tlp::Red.id().as_str(), "name")]);
    assert_eq!(tlp(json!({"name": "x"}).as_object().unwrap()), None);
}

#[test]
fn a_selector_leads_inwards() {
    let object = json!({"a": [{"b": "c"}, 2], "d": {"e": {"f": 1}}});
    let object = object.as_object().unwrap();
    assert_eq!(select(object, "a.[0].b"), Some(&json!("c")));
    assert_eq!(select(object, "a.[1]"), Some(&json!(2)));
    assert_eq!(select(object, "d.e.f"), Some(&json!(1)));
    for nothing in ["x", "a.[2]", "a.b", "d.[0]", "a.[0].b.c", ""] {
        assert_eq!(select(object, nothing), None, "{nothing}");
    }
}
