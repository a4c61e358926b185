//! Observables and indicators as MISP attributes: its types, its categories.

use serde::Serialize;
use serde_json::{Map, Value};
use stix::Object;
use stix::pattern::{Comparison, Literal, Operator, Pattern, Step, Test};

/// A value that MISP matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Attribute {
    /// Its id in this event.
    pub uuid: String,
    /// What it is, in MISP's words.
    #[serde(rename = "type")]
    pub kind: String,
    /// Under which MISP shows it.
    pub category: String,
    /// The value.
    pub value: String,
    /// Whether machines are to look for it.
    pub to_ids: bool,
    /// Where it comes from.
    pub comment: String,
    /// When it was last changed, in seconds since 1970.
    pub timestamp: String,
    /// As wide as its event (5).
    pub distribution: String,
    /// What it is of an object, where it is part of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_relation: Option<String>,
}

/// A value with MISP's type for it, and whether it is one to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) is_sought: bool,
}

/// (type, path, MISP's type): where a value stands in an observable.
const PLACES: &[(&str, &str, &str)] = &[
    ("domain-name", "value", "domain"),
    ("ipv4-addr", "value", "ip-dst"),
    ("ipv6-addr", "value", "ip-dst"),
    ("url", "value", "url"),
    ("email-addr", "value", "email-src"),
    ("email-message", "subject", "email-subject"),
    ("mac-addr", "value", "mac-address"),
    ("mutex", "name", "mutex"),
    ("file", "name", "filename"),
    ("file", "hashes.MD5", "md5"),
    ("file", "hashes.SHA-1", "sha1"),
    ("file", "hashes.SHA-256", "sha256"),
    ("file", "hashes.SHA-512", "sha512"),
    ("windows-registry-key", "key", "regkey"),
    ("x509-certificate", "hashes.MD5", "x509-fingerprint-md5"),
    ("x509-certificate", "hashes.SHA-1", "x509-fingerprint-sha1"),
    ("x509-certificate", "hashes.SHA-256", "x509-fingerprint-sha256"),
];

/// MISP's category of a type, as its own list of defaults has it.
pub(crate) fn category(kind: &str) -> &'static str {
    match kind {
        "domain"
        | "ip-dst"
        | "url"
        | "mac-address"
        | "AS"
        | "x509-fingerprint-md5"
        | "x509-fingerprint-sha1"
        | "x509-fingerprint-sha256" => "Network activity",
        "mutex" => "Artifacts dropped",
        "regkey" => "Persistence mechanism",
        "stix2-pattern" => "Payload installation",
        "link" => "External analysis",
        "text" => "Other",
        _ => "Payload delivery",
    }
}

/// What an object has for MISP; nothing of types that MISP has no attributes for.
pub(crate) fn found(object: &Object) -> Vec<Found> {
    let properties = object.properties();
    match object.type_name() {
        "indicator" => of_indicator(&properties),
        "autonomous-system" => {
            let number = properties.get("number").and_then(Value::as_i64);
            let value = number.map(|number| format!("AS{number}"));
            value.into_iter().map(|value| Found { kind: "AS", value, is_sought: false }).collect()
        }
        type_name => {
            let of_type = PLACES.iter().filter(|(name, ..)| *name == type_name);
            let found = of_type.filter_map(|(_, path, kind)| {
                Some(Found { kind, value: text_at(&properties, path)?, is_sought: false })
            });
            found.collect()
        }
    }
}

fn text_at(properties: &Map<String, Value>, path: &str) -> Option<String> {
    let mut steps = path.split('.');
    let first = properties.get(steps.next()?)?;
    let value = steps.try_fold(first, |value, step| value.get(step))?;
    value.as_str().map(str::to_owned)
}

/// A pattern that only names values is these values; any other goes as it is.
fn of_indicator(properties: &Map<String, Value>) -> Vec<Found> {
    let text = |name: &str| properties.get(name).and_then(Value::as_str).unwrap_or_default();
    let pattern = text("pattern");
    if text("pattern_type") != "stix" {
        return vec![Found { kind: "text", value: pattern.to_owned(), is_sought: false }];
    }
    let values = stix::pattern::parse(pattern).ok().and_then(|parsed| named(&parsed));
    values.unwrap_or_else(|| {
        vec![Found { kind: "stix2-pattern", value: pattern.to_owned(), is_sought: true }]
    })
}

/// The values of a pattern that is true wherever one of them is seen.
fn named(pattern: &Pattern) -> Option<Vec<Found>> {
    match pattern {
        Pattern::Observed(comparison) => named_in(comparison),
        Pattern::Or(all) => all.iter().map(named).collect::<Option<Vec<_>>>().map(flat),
        Pattern::And(_) | Pattern::FollowedBy(_) | Pattern::Qualified(..) => None,
    }
}

fn named_in(comparison: &Comparison) -> Option<Vec<Found>> {
    match comparison {
        Comparison::Or(all) => all.iter().map(named_in).collect::<Option<Vec<_>>>().map(flat),
        Comparison::Test(test) => of_test(test),
        Comparison::And(_) | Comparison::Exists(_) => None,
    }
}

fn flat(all: Vec<Vec<Found>>) -> Vec<Found> {
    all.into_iter().flatten().collect()
}

fn of_test(test: &Test) -> Option<Vec<Found>> {
    if test.is_negated || !matches!(test.operator, Operator::Equal | Operator::In) {
        return None;
    }
    let steps = test.path.steps.iter().map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::At(_) | Step::Each => None,
    });
    let path = steps.collect::<Option<Vec<_>>>()?.join(".");
    let place = |(name, at, _): &&(&str, &str, &str)| *name == test.path.type_name && *at == path;
    let (_, _, kind) = PLACES.iter().find(place)?;
    let values = test.literals.iter().map(|literal| match literal {
        Literal::Text(value) => Some(Found { kind, value: value.clone(), is_sought: true }),
        _ => None,
    });
    values.collect()
}
