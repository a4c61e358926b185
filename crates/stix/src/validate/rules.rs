//! What holds between properties, whatever the type.

use super::format::{self, Format};
use super::{Findings, Step, domain, meta, observables, relations};
use crate::marking;
use crate::schema::{Class, Schema};
use crate::{Id, Timestamp};
use serde_json::{Map, Value};
use uuid::Variant;

type Properties = Map<String, Value>;

/// Holds for every type, known or not.
pub(super) fn everywhere<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    ordered(properties, "created", "modified", Order::MayBeSame, findings);
    external_references(properties, findings);
    granular_markings(properties, findings);
    kill_chain_phases(properties, findings);
    if let Some(lang) = properties.get("lang").and_then(Value::as_str)
        && let Err(why) = format::check(lang, Format::Language)
    {
        findings.within(Step::Key("lang"), |findings| findings.error("language", why));
    }
    for name in ["created", "modified"] {
        let digits = properties.get(name).and_then(Value::as_str).map(str::len);
        if digits.is_some_and(|digits| digits != "2020-01-01T00:00:00.000Z".len()) {
            findings.within(Step::Key(name), |findings| {
                findings
                    .error("timestamp-precision", "written to the millisecond, with three digits");
            });
        }
    }
}

fn kill_chain_phases<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let list = properties.get("kill_chain_phases").and_then(Value::as_array);
    for (at, phase) in list.into_iter().flatten().enumerate() {
        for name in ["kill_chain_name", "phase_name"] {
            let text = phase.get(name).and_then(Value::as_str).unwrap_or_default();
            let is_odd = |char: char| char.is_uppercase() || matches!(char, ' ' | '_');
            if !text.contains(is_odd) {
                continue;
            }
            findings.within(Step::Key("kill_chain_phases"), |findings| {
                findings.within(Step::At(at), |findings| {
                    let why = format!("{name} should be in lower case, with dashes");
                    findings.warning("kill-chain-name", why);
                });
            });
        }
    }
}

/// Holds for a type of the specification.
pub(super) fn check<'a>(schema: &Schema, properties: &'a Properties, findings: &mut Findings<'a>) {
    own_id(schema, properties, findings);
    for (earlier, later, order) in SPANS {
        ordered(properties, earlier, later, *order, findings);
    }
    match schema.class {
        Class::Observable => observables::check(schema, properties, findings),
        Class::Relation => relations::check(properties, findings),
        Class::Domain => domain::check(schema.name, properties, findings),
        Class::Meta => meta::check(schema.name, properties, findings),
    }
}

/// Whether two times may be the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    MayBeSame,
    Strict,
}

const SPANS: &[(&str, &str, Order)] = &[
    ("first_seen", "last_seen", Order::MayBeSame),
    ("first_observed", "last_observed", Order::MayBeSame),
    ("valid_from", "valid_until", Order::Strict),
    ("start_time", "stop_time", Order::Strict),
    ("analysis_started", "analysis_ended", Order::MayBeSame),
    ("start", "end", Order::MayBeSame),
];

fn time(properties: &Properties, name: &str) -> Option<Timestamp> {
    properties.get(name)?.as_str()?.parse().ok()
}

fn ordered<'a>(
    properties: &'a Properties,
    earlier: &'static str,
    later: &'static str,
    order: Order,
    findings: &mut Findings<'a>,
) {
    let (Some(before), Some(after)) = (time(properties, earlier), time(properties, later)) else {
        return;
    };
    if after < before || order == Order::Strict && after == before {
        let message = format!("is before {earlier}, or at it");
        findings.within(Step::Key(later), |findings| findings.error("order", message));
    }
}

fn own_id<'a>(schema: &Schema, properties: &'a Properties, findings: &mut Findings<'a>) {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let Some(id) = text("id").and_then(|id| id.parse::<Id>().ok()) else { return };
    let mut at_id = |is_error: bool, rule, message: &str| {
        findings.within(Step::Key("id"), |findings| match is_error {
            true => findings.error(rule, message),
            false => findings.warning(rule, message),
        });
    };
    if id.type_name() != schema.name {
        at_id(true, "id-type", "names another type");
    }
    let uuid = id.uuid();
    let version = uuid.get_version_num();
    if uuid.get_variant() != Variant::RFC4122 || !(1..=5).contains(&version) {
        at_id(true, "id-uuid", "is no UUID of RFC 4122");
    }
    match schema.class {
        Class::Observable => match Id::of_observable(schema.name, properties) {
            None if version == 4 => {}
            None => at_id(true, "id-random", "has nothing to follow from: is random (UUIDv4)"),
            Some(_) if version != 5 => {
                at_id(false, "id-deterministic", "follows from its properties, best (UUIDv5)");
            }
            Some(expected) if expected.uuid() != uuid => {
                at_id(false, "id-deterministic", "is not what its properties make it");
            }
            Some(_) => {}
        },
        _ if version == 4 => {}
        _ => at_id(false, "id-random", "is random, best (UUIDv4)"),
    }
}

fn external_references<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let list = properties.get("external_references").and_then(Value::as_array);
    for (at, reference) in list.into_iter().flatten().enumerate() {
        let Some(reference) = reference.as_object() else { continue };
        findings.within(Step::Key("external_references"), |findings| {
            findings.within(Step::At(at), |findings| external_reference(reference, findings));
        });
    }
}

fn external_reference<'a>(reference: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| reference.contains_key(name);
    let text = |name: &str| reference.get(name).and_then(Value::as_str);
    if !has("description") && !has("url") && !has("external_id") {
        findings.error("external-reference", "needs a description, a url or an external_id");
    }
    let id = text("external_id").unwrap_or_default();
    let is_formed = match text("source_name") {
        Some("cve") => is_cve(id),
        Some("capec") => is_numbered(id, "CAPEC-"),
        _ => true,
    };
    if !is_formed {
        findings.error("external-reference", "external_id is formed as its source asks");
    }
    if let Some(url) = text("url")
        && let Err(why) = format::check(url, Format::Url)
    {
        findings.within(Step::Key("url"), |findings| findings.error("value", why));
    }
    if has("url") && !has("hashes") {
        findings.warning("external-hashes", "hashes should tell what the url was when it was read");
    }
}

fn is_numbered(id: &str, prefix: &str) -> bool {
    let number = id.strip_prefix(prefix).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_cve(id: &str) -> bool {
    let parts = id.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    parts.is_some_and(|(year, number)| {
        year.len() == 4 && number.len() >= 4 && is_number(year) && is_number(number)
    })
}

fn granular_markings<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let list = properties.get("granular_markings").and_then(Value::as_array);
    for (at, marked) in list.into_iter().flatten().enumerate() {
        let has = |name: &str| marked.get(name).is_some();
        let selectors = marked.get("selectors").and_then(Value::as_array);
        let selectors = selectors.into_iter().flatten().filter_map(Value::as_str);
        let mut lost = selectors.filter(|selector| marking::select(properties, selector).is_none());
        findings.within(Step::Key("granular_markings"), |findings| {
            findings.within(Step::At(at), |findings| {
                if has("lang") == has("marking_ref") {
                    findings.error("granular-marking", "has either lang or marking_ref");
                }
                if let Some(selector) = lost.next() {
                    findings.error("selector", format!("{selector} selects nothing"));
                }
            });
        });
    }
}
