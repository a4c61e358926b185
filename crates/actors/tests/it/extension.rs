//! The extension: what it makes, what it finds wrong, and its documentation.

use crate::world::{time, us};
use actors::Act;
use actors::extension::{self, LegalAction, Measured, Offer, State, table, words};
use expect_test::{Expect, expect, expect_file};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stix::validate;
use stix::{Object, bundle};

const DOCUMENT: &str = include_str!("../../../../docs/extension.md");

/// What is wrong with an object, as to the specification and to the extension.
fn wrong(object: &Object) -> String {
    let mut found = validate::object(object);
    // Ours follow from what they are, and say so with UUIDv5.
    // And the specification knows none of our relationship types.
    found.retain(|finding| !["id-random", "relationship"].contains(&finding.rule));
    found.extend(extension::check(object));
    let lines = found.iter().map(|finding| finding.to_string().replace(object.id().as_str(), "it"));
    lines.collect::<Vec<_>>().join("\n")
}

fn check(type_name: &str, more: Value, expected: &Expect) {
    let act = Act::new(us(), time("2024-01-01"), "");
    let mut properties = act.head(&extension::id(type_name, &["x"]));
    properties.extend(more.as_object().unwrap().clone());
    expected.assert_eq(&wrong(&Object::from_properties(&properties).unwrap()));
}

fn new_sdo() -> Value {
    json!({extension::ID: {"extension_type": "new-sdo"}})
}

#[test]
fn the_definition_and_what_is_built_are_valid() {
    let act = Act::new(us(), time("2024-01-02"), "");
    let offer =
        Offer { live_time_hours_max: Some(30.0), ..Offer::new("x", "account", time("2024-01-01")) };
    let action = LegalAction::new("order", "temporary-restraining-order", time("2023-12-07"));
    assert_eq!(wrong(&extension::definition()), "");
    assert_eq!(wrong(&extension::identity()), "");
    assert_eq!(wrong(&action.object(&act)), "");
    expect!["warning: it: says neither who sells nor where (seller)"]
        .assert_eq(&wrong(&offer.object(&act)));
}

#[test]
fn an_offer_is_one_whatever_it_costs_and_however_it_is_spelt() {
    let offer = |tier: &str, day: &str| Offer {
        tier: Some(tier.to_owned()),
        ..Offer::new("x", "account", time(day))
    };
    let (one, other) =
        (offer("Phone  Verified", "2024-01-01"), offer("phone verified", "2024-02-01"));
    assert_eq!(one.id(), other.id());
    assert_ne!(one.id(), offer("plain", "2024-01-01").id());
    let act = Act::new(us(), time("2024-03-01"), "");
    let second = other.quoted_after(&one.object(&act), &act).unwrap();
    assert_eq!(second.head().modified, Some(time("2024-02-01")));
    assert!(one.quoted_after(&second, &act).is_err());
}

#[test]
fn what_is_wrong_with_our_own_types() {
    check(
        "offer",
        json!({"name": "x", "good": "hugs", "quoted": "yesterday"}),
        &expect![[r#"
        warning: it: the specification does not know this type, and no extension defines it (custom-type)
        error: it extensions: extension-definition--5d159507-4b11-4d25-844f-59f817893f8b with extension_type new-sdo is missing (extension)
        warning: it good: "hugs" is not in trade-good-ov (vocabulary)
        error: it quoted: "yesterday": a timestamp is written YYYY-MM-DDTHH:MM:SS.sssZ, in UTC (timestamp)
        warning: it: says neither who sells nor where (seller)
        warning: it: a quote is a version: modified is when it was quoted (quoted)"#]],
    );
    check(
        "offer",
        json!({
            "name": "x", "good": "account", "quoted": "2024-01-02T00:00:00Z", "extensions": new_sdo(),
            "seller_ref": extension::id("campaign", &["x"]), "stock": -1,
            "price": {"amount": -2.5, "currency": "usd", "per": 0},
            "live_time_hours_min": 30, "live_time_hours_max": 24,
        }),
        &expect![[r#"
            error: it seller_ref: refers to a campaign, and only may to identity, threat-actor, intrusion-set (reference)
            error: it price.amount: -2.5 is not from 0 on (range)
            error: it price.currency: a currency has three capital letters, by ISO 4217 (currency)
            error: it price.per: 0 is not from 1 on (range)
            error: it stock: -1 is not from 0 on (range)
            error: it: live_time_hours_max is below live_time_hours_min (order)
            warning: it: a quote is a version: modified is when it was quoted (quoted)"#]],
    );
    check(
        "legal-action",
        json!({
            "name": "", "action_type": "seizure", "taken": "2024-01-02T00:00:00Z", "extensions": new_sdo(),
            "unsealed": "2024-01-01T00:00:00Z", "sealed": "no", "target_refs": [], "status": "pending",
        }),
        &expect![[r#"
            error: it target_refs: a list has a member, or is left out (empty)
            error: it name: is empty (empty)
            error: it sealed: should be true or false (type)
            error: it status: "pending" is not in legal-status-enum (enumeration)
            error: it unsealed: is before taken (order)"#]],
    );
}

#[test]
fn what_is_wrong_with_what_is_attached() {
    let ours = |ours: Value| json!({"name": "x", "extensions": {extension::ID: ours}});
    check(
        "infrastructure",
        ours(
            json!({"extension_type": "property-extension", "state": "melted", "measured": {}, "mood": 1}),
        ),
        &expect![[r#"
            warning: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.measured: stands on campaign, indicator, observed-data, not on infrastructure (place)
            warning: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.mood: the extension has none by this name (unknown-property)
            warning: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.state: "melted" is not in infrastructure-state-ov (vocabulary)"#]],
    );
    check(
        "campaign",
        ours(json!({"extension_type": "new-sdo"})),
        &expect![
            "error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b: extension_type is property-extension here (extension)"
        ],
    );
    check(
        "campaign",
        ours(json!({
            "extension_type": "property-extension",
            "measured": {"risk": 1.5, "first": "2024-01-02T00:00:00Z", "last": "2024-01-01T00:00:00Z"},
            "lineage": [{"event": "eaten", "who": us(), "refs": ["x"]}],
        })),
        &expect![[r#"
            error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.lineage.[0].event: "eaten" is not in lineage-event-enum (enumeration)
            error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.lineage.[0]: at is missing (required)
            error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.lineage.[0].refs.[0]: "x": an id is written TYPE--UUID (id)
            error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.measured.risk: 1.5 is not from 0 to 1 (range)
            error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.measured.last: is before first (order)"#]],
    );
    check(
        "relationship",
        json!({
            "relationship_type": "buys-from", "source_ref": extension::id("campaign", &["x"]),
            "target_ref": us(),
            "extensions": {extension::ID: {"extension_type": "property-extension", "statement": {
                "likelihood": "maybe", "source_reliability": "Z", "information_credibility": 7,
            }}},
        }),
        &expect![[r#"
            error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.statement.likelihood: "maybe" is not in likelihood-enum (enumeration)
            error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.statement.source_reliability: "Z" is not in source-reliability-enum (enumeration)
            error: it extensions.extension-definition--5d159507-4b11-4d25-844f-59f817893f8b.statement.information_credibility: 7 is not from 1 to 6 (range)
            warning: it source_ref: buys-from is of identity, threat-actor, intrusion-set, not campaign (ends)"#]],
    );
}

#[test]
fn what_is_attached_stays_beside_what_was_there() {
    let act = Act::new(us(), time("2024-01-01"), "");
    let mut properties = act.head(&extension::id("infrastructure", &["x"]));
    properties.insert("name".to_owned(), json!("x"));
    properties.insert("extensions".to_owned(), json!({"mine": {"a": 1}}));
    let object = Object::from_properties(&properties).unwrap();
    let state = State { state: "seized".to_owned(), state_since: Some(time("2023-12-13")) };
    let object = extension::attach(&object, &state);
    let object = extension::attach(&object, &Measured { signups: Some(3), ..Measured::default() });
    assert_eq!(extension::read::<State>(&object), Some(state));
    assert_eq!(extension::read::<Measured>(&object).and_then(|measured| measured.signups), Some(3));
    assert_eq!(object.properties()["extensions"]["mine"], json!({"a": 1}));
}

/// The example of the documentation.
fn example() -> Vec<Object> {
    let (_, rest) = DOCUMENT.split_once("```json\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let mut objects = Vec::new();
    bundle::read(text.as_bytes(), |(_, object)| objects.push(object.unwrap())).unwrap();
    objects
}

#[test]
fn the_example_of_the_documentation_is_valid() {
    let objects = example();
    for object in &objects {
        assert_eq!(wrong(object), "", "{}", object.id());
    }
    let offer = objects.iter().find(|object| object.type_name() == "offer").unwrap();
    let read: Offer = offer.read().unwrap();
    assert_eq!(*offer.id(), read.id());
    assert_eq!(read.price_per_1000_live_hours().map(|price| (price * 1e4).round()), Some(805.0));
    let action = objects.iter().find(|object| object.type_name() == "legal-action").unwrap();
    assert_eq!(*action.id(), action.read::<LegalAction>().unwrap().id());
    for made in [extension::definition(), extension::identity()] {
        let documented = objects.iter().find(|object| object.id() == made.id()).unwrap();
        assert_eq!(documented.properties(), made.properties());
    }
}

#[test]
fn the_documentation_names_every_property_and_every_word() {
    let has = |name: &str| DOCUMENT.contains(&format!("`{name}`"));
    let inner = [table::PRICE, table::LINEAGE, table::STATEMENT, table::MEASURED];
    let own = table::TYPES.iter().flat_map(|own| own.properties);
    let attached = table::ATTACHED.iter().map(|attached| &attached.property);
    for property in own.chain(inner.into_iter().flatten()).chain(attached) {
        assert!(has(property.name), "{} is not documented", property.name);
        assert!(DOCUMENT.contains(property.says), "{} says something else", property.name);
    }
    for verb in table::VERBS {
        assert!(has(verb.name) && DOCUMENT.contains(verb.says), "{} is not documented", verb.name);
    }
    for vocabulary in words::ALL {
        assert!(has(vocabulary.name), "{} is not documented", vocabulary.name);
        for word in vocabulary.words {
            assert!(
                has(word.value) && DOCUMENT.contains(word.says),
                "{} is not documented",
                word.value
            );
        }
    }
}

#[test]
fn the_schema_follows_from_the_tables() {
    let schema = serde_json::to_string_pretty(&extension::json_schema()).unwrap() + "\n";
    expect_file!["../../../../docs/extension.schema.json"].assert_eq(&schema);
}

#[test]
fn the_words_of_estimates_are_those_of_the_vocabulary() {
    use actors::estimate::{Likelihood, Reliability};
    let of = |vocabulary: &words::Vocabulary| {
        vocabulary.words.iter().map(|word| (word.value, word.says)).collect::<BTreeMap<_, _>>()
    };
    let likelihoods = Likelihood::ALL.iter().map(|likelihood| {
        let (from, to) = likelihood.percent();
        (likelihood.as_str(), format!("{from}–{to} %"))
    });
    for (word, percent) in likelihoods {
        assert_eq!(of(&words::LIKELIHOODS)[word], percent);
    }
    for reliability in Reliability::ALL {
        assert_eq!(of(&words::RELIABILITIES)[reliability.as_str()], reliability.words());
    }
}
