//! What is read leaves as it came.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stix::Object;
use stix::schema::domain::Indicator;
use stix::schema::observable::UserAccount;

const ACCOUNT: &str = r#"{ "type" :"user-account","spec_version":"2.1",
  "id":"user-account--0d5b424b-93b8-5cd8-ac36-306e1789d63c", "is_disabled": false,
  "x_odd": [1.10, 12345678901234567890123, {"deep": null}], "account_created": "2020-01-01T00:00:00Z",
  "extensions": {"x-old": {"a": 1}} }"#;

#[test]
fn an_object_keeps_its_text() {
    let object = Object::parse(ACCOUNT).unwrap();
    assert_eq!(object.text(), ACCOUNT);
    assert_eq!(serde_json::to_string(&object).unwrap(), ACCOUNT);
}

#[test]
fn a_structure_keeps_what_it_does_not_know() {
    let account: UserAccount = Object::parse(ACCOUNT).unwrap().read().unwrap();
    assert_eq!(account.is_disabled, Some(false));
    assert_eq!(account.account_created.unwrap().to_string(), "2020-01-01T00:00:00Z");
    let again = serde_json::to_value(&account).unwrap();
    assert_eq!(again["x_odd"][2], json!({"deep": null}));
    assert_eq!(again["extensions"], json!({"x-old": {"a": 1}}));
    // Nothing is added.
    let properties = Object::parse(ACCOUNT).unwrap().properties();
    assert_eq!(again.as_object().unwrap().len(), properties.len());
}

#[test]
fn an_object_is_read_as_its_own_type_only() {
    let said = Object::parse(ACCOUNT).unwrap().read::<Indicator>().unwrap_err().to_string();
    assert!(said.ends_with("is no indicator"), "{said}");
}

#[test]
fn what_is_no_object_says_why() {
    let why = |text: &str| Object::parse(text).unwrap_err().to_string();
    let uuid = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    assert!(why("{}").contains("missing field `type`"));
    assert!(why(r#"{"type":"tool"}"#).contains("missing field `id`"));
    assert!(why(r#"{"type":"tool","id":"tool--1"}"#).contains("no UUID"));
    assert!(
        why(&format!(r#"{{"type":"tool","id":"malware--{uuid}"}}"#)).contains("not that of its id")
    );
    assert!(why("[1, 2").contains("EOF"));
}

/// Any JSON.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_properties_survive(more in prop::collection::btree_map("x_[a-z]{1,8}", value(), 0..6)) {
        let mut properties = Map::from_iter([
            ("type".to_owned(), json!("tool")),
            ("id".to_owned(), json!("tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")),
        ]);
        properties.extend(more);
        let object = Object::from_properties(&properties).unwrap();
        prop_assert_eq!(object.properties(), properties);
        let again: Object = serde_json::from_str(&serde_json::to_string(&object).unwrap()).unwrap();
        prop_assert_eq!(again, object);
    }
}
