//! What was released, as MISP reads it.

use crate::story::{actor, id, object, policy, relation};
use expect_test::{Expect, expect};
use serde_json::json;
use share::misp::{Event, Organisation, events, feed};
use share::release;
use share::release::{Candidate, Policy};
use stix::marking::Tlp;

fn organisation() -> Organisation {
    let uuid = "015e397b-3664-492a-9583-ecde97127da8".to_owned();
    Organisation { name: "Example Trust and Safety".to_owned(), uuid }
}

/// The events in a few lines each.
fn told(events: &[Event]) -> String {
    let mut text = String::new();
    for event in events {
        let tags: Vec<_> = event.tags.iter().map(|tag| tag.name.as_str()).collect();
        text +=
            &format!("{} [{}] distribution {}\n", event.info, tags.join(", "), event.distribution);
        for a in &event.attributes {
            let mark = if a.to_ids { " to_ids" } else { "" };
            text += &format!("  {} {}{mark}\n", a.kind, a.value);
        }
        for object in &event.objects {
            let all: Vec<_> =
                object.attributes.iter().map(|a| a.object_relation.clone().unwrap()).collect();
            text += &format!("  user-account {}\n", all.join(" "));
        }
        for report in &event.reports {
            text += &report.content.lines().map(|line| format!("  {line}\n")).collect::<String>();
        }
    }
    text
}

fn check(candidates: &[Candidate], expected: Expect) -> Vec<Event> {
    let policy = Policy { unmarked: Tlp::Green, ..policy() };
    let events = events(&release(candidates, &policy).released, &organisation());
    expected.assert_eq(&told(&events));
    events
}

pub(crate) fn campaign() -> Vec<Candidate> {
    let (campaign, shop) = (id("campaign", 1), id("infrastructure", 3));
    let mut uses = relation(5, &campaign, "uses", &shop).object.properties();
    uses.insert("confidence".into(), json!(80));
    uses.insert("description".into(), json!("orders were traced"));
    let uses = stix::Object::from_properties(&uses).unwrap();
    let domain = object("domain-name", 8, json!({ "value": "shop.example" }));
    let domain_id = domain.object.id().to_string();
    let indicator = |number, pattern: &str| {
        let properties = json!({
            "name": "Shop", "pattern": pattern, "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z", "indicator_types": ["malicious-activity"],
        });
        object("indicator", number, properties)
    };
    vec![
        object("campaign", 1, json!({ "name": "C-7F3K2M9Q", "description": "411 sign-ups." })),
        actor(2, Tlp::Green),
        object("infrastructure", 3, json!({ "name": "shop.example" })),
        relation(4, &campaign, "attributed-to", &id("intrusion-set", 2)),
        Candidate { object: uses, licences: Vec::new(), hold: None },
        indicator(
            6,
            "[domain-name:value = 'shop.example'] OR [url:value IN ('https://shop.example/a', 'https://shop.example/b')]",
        ),
        indicator(
            7,
            "[user-account:account_login MATCHES '^[a-z]{8}[0-9]{4}$' AND user-account:account_type = 'example']",
        ),
        relation(9, &id("indicator", 6), "indicates", &campaign),
        relation(10, &id("indicator", 7), "indicates", &campaign),
        relation(11, &shop, "consists-of", &domain_id),
        domain,
        object("user-account", 12, json!({ "user_id": "u-1", "account_type": "example" })),
        object(
            "attack-pattern",
            13,
            json!({
                "name": "Email Accounts",
                "external_references": [{ "source_name": "mitre-attack", "external_id": "T1585.002" }],
            }),
        ),
        relation(14, &campaign, "uses", &id("attack-pattern", 13)),
    ]
}

#[test]
fn a_campaign_is_an_event_and_nothing_is_left_out() {
    check(
        &campaign(),
        expect![[r#"
        C-7F3K2M9Q [tlp:green, misp-galaxy:mitre-attack-pattern="Email Accounts - T1585.002", misp-galaxy:threat-actor="Cluster-0002"] distribution 2
          domain shop.example to_ids
          stix2-pattern [user-account:account_login MATCHES '^[a-z]{8}[0-9]{4}$' AND user-account:account_type = 'example'] to_ids
          url https://shop.example/a to_ids
          url https://shop.example/b to_ids
          - **C-7F3K2M9Q** (campaign): 411 sign-ups.
          - **shop.example** (infrastructure)
          - **Cluster-0002** (intrusion-set)
          - C-7F3K2M9Q attributed to Cluster-0002
          - C-7F3K2M9Q uses shop.example (confidence 80 of 100): orders were traced
          - Shop indicates C-7F3K2M9Q
          - Shop indicates C-7F3K2M9Q
          - shop.example consists of shop.example
          - C-7F3K2M9Q uses Email Accounts
        What no report or campaign tells of [] distribution 0
          user-account user-id account-type
    "#]],
    );
}

#[test]
fn nothing_released_is_no_event() {
    check(&[actor(1, Tlp::Red)], expect![[""]]);
}

#[test]
fn the_same_objects_are_the_same_feed() {
    let policy = Policy { unmarked: Tlp::Green, ..policy() };
    let mut all = campaign();
    let one = feed(&events(&release(&all, &policy).released, &organisation()));
    all.reverse();
    let two = feed(&events(&release(&all, &policy).released, &organisation()));
    assert_eq!(one, two);
    let names: Vec<_> = one.iter().map(|file| file.name.as_str()).collect();
    assert!(names.contains(&"manifest.json") && names.contains(&"hashes.csv"), "{names:?}");
}
