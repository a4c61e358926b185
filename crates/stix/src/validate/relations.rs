//! Which relationships the specification knows (sections 4 and 6, tables of
//! relationships). Others may be made: they say less to whoever reads them.

use super::{Findings, Step};
use crate::schema::{self, Class};
use serde_json::{Map, Value};

/// (sources, verb, targets), each separated by blanks.
const KNOWN: &[(&str, &str, &str)] = &[
    ("attack-pattern", "delivers", "malware"),
    (
        "attack-pattern campaign intrusion-set threat-actor",
        "targets",
        "identity location vulnerability",
    ),
    ("malware", "targets", "identity infrastructure location"),
    ("tool", "targets", "identity infrastructure location vulnerability"),
    ("attack-pattern", "uses", "malware tool"),
    ("campaign", "attributed-to", "intrusion-set threat-actor"),
    ("campaign intrusion-set threat-actor", "compromises", "infrastructure"),
    ("campaign intrusion-set malware", "originates-from", "location"),
    ("campaign intrusion-set threat-actor", "uses", "attack-pattern infrastructure malware tool"),
    ("course-of-action", "investigates", "indicator"),
    ("course-of-action", "remediates", "malware vulnerability"),
    ("course-of-action", "mitigates", "attack-pattern indicator malware tool vulnerability"),
    ("identity threat-actor infrastructure", "located-at", "location"),
    (
        "indicator",
        "indicates",
        "attack-pattern campaign infrastructure intrusion-set malware threat-actor tool",
    ),
    ("indicator", "based-on", "observed-data"),
    ("infrastructure", "communicates-with", "infrastructure ipv4-addr ipv6-addr domain-name url"),
    ("infrastructure", "consists-of", "infrastructure observed-data *observable"),
    ("infrastructure", "controls", "infrastructure malware"),
    ("infrastructure", "delivers", "malware"),
    ("infrastructure tool", "has", "vulnerability"),
    ("infrastructure", "hosts", "tool malware"),
    ("infrastructure", "uses", "infrastructure"),
    ("intrusion-set", "attributed-to", "threat-actor"),
    ("intrusion-set threat-actor", "hosts owns", "infrastructure"),
    ("malware", "authored-by", "threat-actor intrusion-set"),
    ("malware", "beacons-to exfiltrates-to", "infrastructure"),
    ("malware", "communicates-with", "ipv4-addr ipv6-addr domain-name url"),
    ("malware", "controls", "malware"),
    ("malware", "downloads drops", "malware tool file"),
    ("malware", "exploits", "vulnerability"),
    ("malware", "uses", "attack-pattern infrastructure malware tool"),
    ("malware", "variant-of", "malware"),
    (
        "malware-analysis",
        "characterizes analysis-of static-analysis-of dynamic-analysis-of",
        "malware",
    ),
    ("threat-actor", "attributed-to impersonates", "identity"),
    ("tool", "delivers drops", "malware"),
    ("tool", "uses", "infrastructure"),
    ("domain-name", "resolves-to", "domain-name ipv4-addr ipv6-addr"),
    ("ipv4-addr ipv6-addr", "resolves-to", "mac-addr"),
    ("ipv4-addr ipv6-addr", "belongs-to", "autonomous-system"),
];

/// Between any two objects.
const ANYWHERE: &[&str] = &["related-to"];
/// Between two objects of one type.
const ALIKE: &[&str] = &["derived-from", "duplicate-of"];

pub(super) fn check<'a>(properties: &'a Map<String, Value>, findings: &mut Findings<'a>) {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let (Some(verb), Some(source), Some(target)) =
        (text("relationship_type"), text("source_ref"), text("target_ref"))
    else {
        return;
    };
    let may_be = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !verb.bytes().all(may_be) {
        findings.within(Step::Key("relationship_type"), |findings| {
            findings.error("relationship-type", "has lower-case letters, digits and dashes");
        });
    }
    let type_of = |id: &'a str| id.split_once("--").map_or(id, |(name, _)| name);
    let (source, target) = (type_of(source), type_of(target));
    for (end, name) in [("source_ref", source), ("target_ref", target)] {
        if is_no_end(name) {
            findings.within(Step::Key(end), |findings| {
                findings.error(
                    "reference",
                    format!("a relationship does not have a {name} at its end"),
                );
            });
        }
    }
    if !is_known(source, verb, target) {
        findings.warning("relationship", format!("{source} {verb} {target} is none that is known"));
    }
}

/// Relationships are between domain objects and observables.
fn is_no_end(type_name: &str) -> bool {
    let is_other = matches!(type_name, "bundle" | "relationship" | "sighting");
    is_other || schema::of(type_name).is_some_and(|schema| schema.class == Class::Meta)
}

/// Whether the specification knows a relationship; of custom types it knows none, and
/// says nothing.
fn is_known(source: &str, verb: &str, target: &str) -> bool {
    let is_custom = |name: &str| schema::of(name).is_none();
    if ANYWHERE.contains(&verb) || is_custom(source) || is_custom(target) {
        return true;
    }
    if ALIKE.contains(&verb) {
        return source == target;
    }
    let is_observable = schema::of(target).is_some_and(|schema| schema.class == Class::Observable);
    KNOWN.iter().any(|(sources, verbs, targets)| {
        let lists = |list: &str, name: &str| list.split(' ').any(|listed| listed == name);
        let is_target = lists(targets, target) || is_observable && lists(targets, "*observable");
        lists(sources, source) && lists(verbs, verb) && is_target
    })
}
