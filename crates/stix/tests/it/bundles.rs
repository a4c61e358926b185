//! Bundles, whole, damaged and hostile.

use expect_test::{Expect, expect};
use stix::bundle::{self, NotABundle};
use stix::{Bundle, Object};

const TOOL: &str =
    r#"{"type":"tool","id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","name":"x"}"#;

fn read(text: &[u8]) -> Result<Vec<String>, NotABundle> {
    let mut taken = Vec::new();
    bundle::read(text, |(at, object)| {
        taken.push(match object {
            Ok(object) => format!("{at} {}", object.type_name()),
            Err(why) => format!("{at} {why}"),
        });
    })?;
    Ok(taken)
}

fn check(text: &str, expected: &Expect) {
    let said = match read(text.as_bytes()) {
        Ok(taken) => taken.join("\n"),
        Err(why) => format!("no bundle: {why}"),
    };
    expected.assert_eq(&said);
}

#[test]
fn one_that_cannot_be_taken_is_told_of_and_the_others_are() {
    let text = format!(r#"{{"objects":[{TOOL},{{"type":"tool"}},7,{TOOL}],"type":"bundle"}}"#);
    check(
        &text,
        &expect![[r#"
        0 tool
        1 missing field `id` at line 1 column 15
        2 invalid type: integer `7`, expected struct Written at line 1 column 1
        3 tool"#]],
    );
}

#[test]
fn one_object_is_as_good_as_a_bundle() {
    check(TOOL, &expect!["0 tool"]);
    let observed = r#"{"type":"observed-data","id":"observed-data--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":{"0":{"type":"file"}}}"#;
    check(observed, &expect!["0 observed-data"]);
}

#[test]
fn an_empty_bundle_is_one() {
    check(r#"{"type":"bundle","id":"bundle--1"}"#, &expect![""]);
}

#[test]
fn what_is_no_bundle_says_why() {
    check("", &expect!["no bundle: EOF while parsing a value at line 1 column 0"]);
    check(
        "[]",
        &expect!["no bundle: invalid type: sequence, expected a STIX bundle at line 1 column 0"],
    );
    check("{}", &expect![[r#"no bundle: this is no STIX bundle: its type is """#]]);
    check(
        r#"{"type":"bundle","objects":{}}"#,
        &expect!["no bundle: invalid type: map, expected a list of objects at line 1 column 27"],
    );
    check(
        r#"{"type":"bundle","objects":[],"objects":[]}"#,
        &expect!["no bundle: a bundle has its objects twice at line 1 column 39"],
    );
    check(
        r#"{"type":"bundle","objects":[]} x"#,
        &expect!["no bundle: trailing characters at line 1 column 32"],
    );
    check(
        r#"{"type":"bundle","objects":[{"type":"#,
        &expect!["no bundle: EOF while parsing a value at line 1 column 36"],
    );
    assert!(read(b"{\"type\":\"bundle\",\"objects\":[\"\xff\"]}").is_err());
}

#[test]
fn deep_nesting_costs_no_stack() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let object = TOOL.replace("\"x\"", &deep);
    let taken = read(format!(r#"{{"type":"bundle","objects":[{object}]}}"#).as_bytes()).unwrap();
    assert_eq!(taken.len(), 1);
    // It is kept as it is; it cannot be looked into.
    let object = Object::parse(&object).unwrap();
    assert!(object.properties().is_empty());
    assert_eq!(stix::validate::object(&object)[0].rule, "json");
}

#[test]
fn the_same_objects_are_the_same_bundle() {
    let other = TOOL.replace("8e2e2d2b", "8e2e2d2c");
    let (one, other) = (Object::parse(TOOL).unwrap(), Object::parse(&other).unwrap());
    let text = |objects: &[Object]| serde_json::to_string(&Bundle::of(objects)).unwrap();
    let id = |text: &str| text[..70].to_owned();
    let (forth, back) = (text(&[one.clone(), other.clone()]), text(&[other.clone(), one.clone()]));
    assert_eq!(id(&forth), id(&back));
    assert_ne!(id(&forth), id(&text(&[one])));
    assert_eq!(read(forth.as_bytes()).unwrap(), ["0 tool", "1 tool"]);
    assert!(!text(&[]).contains("objects"), "an empty list is left out");
}
