//! What is wrong with objects as to the extension: our own types, what is attached to
//! those of the specification, and our own relationship types. What the specification
//! says of an object, [`stix::validate`] checks.

use super::table::{self, Property, Shape};
use super::{ID, words::Vocabulary};
use serde_json::{Map, Value};
use stix::validate::{Finding, Severity};
use stix::{Id, Object, Timestamp};

/// More findings of one object say no more.
const FINDINGS_MAX: usize = 100;

/// What is wrong with `object` as to the extension; nothing of one that has none of it.
pub fn check(object: &Object) -> Vec<Finding> {
    let properties = object.properties();
    let mut findings =
        Findings { object: object.id().as_str(), path: Vec::new(), found: Vec::new() };
    let ours = properties.get("extensions").and_then(|extensions| extensions.get(ID));
    match table::of(object.type_name()) {
        Some(own) => {
            own_type(ours, &mut findings);
            structure(&properties, own.properties, &mut findings);
            together(object.type_name(), &properties, &mut findings);
        }
        None => attached(object.type_name(), ours, &mut findings),
    }
    if object.type_name() == "relationship" {
        verb(&properties, &mut findings);
    }
    findings.found
}

/// Gathers what is wrong with one object.
struct Findings<'a> {
    object: &'a str,
    path: Vec<String>,
    found: Vec<Finding>,
}

impl Findings<'_> {
    fn add(&mut self, severity: Severity, rule: &'static str, message: impl Into<String>) {
        if self.found.len() < FINDINGS_MAX {
            let (object, path) = (self.object.to_owned(), self.path.join("."));
            self.found.push(Finding { severity, object, path, rule, message: message.into() });
        }
    }

    fn error(&mut self, rule: &'static str, message: impl Into<String>) {
        self.add(Severity::Error, rule, message);
    }

    fn warning(&mut self, rule: &'static str, message: impl Into<String>) {
        self.add(Severity::Warning, rule, message);
    }

    fn within(&mut self, step: impl Into<String>, check: impl FnOnce(&mut Self)) {
        self.path.push(step.into());
        check(self);
        self.path.pop();
    }
}

fn own_type(ours: Option<&Value>, findings: &mut Findings<'_>) {
    if ours.and_then(|ours| ours.get("extension_type")) != Some(&"new-sdo".into()) {
        findings.within("extensions", |findings| {
            findings.error("extension", format!("{ID} with extension_type new-sdo is missing"));
        });
    }
}

fn attached(type_name: &str, ours: Option<&Value>, findings: &mut Findings<'_>) {
    let Some(ours) = ours else { return };
    findings.within("extensions", |findings| {
        findings.within(ID, |findings| {
            let Some(ours) = ours.as_object() else {
                return findings.error("type", "should be an object");
            };
            if ours.get("extension_type") != Some(&"property-extension".into()) {
                findings.error("extension", "extension_type is property-extension here");
            }
            for (name, value) in ours.iter().filter(|(name, _)| *name != "extension_type") {
                let known = table::ATTACHED.iter().find(|known| known.property.name == name);
                findings.within(name, |findings| match known {
                    Some(known) if known.on.contains(&type_name) => {
                        shaped(value, &known.property.shape, findings);
                    }
                    Some(known) => {
                        let on = known.on.join(", ");
                        findings.warning("place", format!("stands on {on}, not on {type_name}"));
                    }
                    None => {
                        findings.warning("unknown-property", "the extension has none by this name")
                    }
                });
            }
            findings.within("measured", |findings| {
                ordered(ours.get("measured").and_then(Value::as_object), "first", "last", findings);
            });
        });
    });
}

/// What holds between the properties of one of our own types.
fn together(type_name: &str, properties: &Map<String, Value>, findings: &mut Findings<'_>) {
    let has = |name: &str| properties.contains_key(name);
    match type_name {
        "offer" => {
            let of = |name: &str| properties.get(name).and_then(Value::as_f64);
            let (min, max) = (of("live_time_hours_min"), of("live_time_hours_max"));
            if min.zip(max).is_some_and(|(min, max)| min > max) {
                findings.error("order", "live_time_hours_max is below live_time_hours_min");
            }
            if !has("seller_ref") && !has("sold_at_ref") {
                findings.warning("seller", "says neither who sells nor where");
            }
            if properties.get("modified") != properties.get("quoted")
                && time(properties, "modified").map(|at| at.ms())
                    != time(properties, "quoted").map(|at| at.ms())
            {
                findings.warning("quoted", "a quote is a version: modified is when it was quoted");
            }
        }
        _ => {
            ordered(Some(properties), "taken", "unsealed", findings);
            if properties.get("sealed") == Some(&Value::Bool(true)) && has("unsealed") {
                findings.warning("sealed", "is sealed, and says when it was unsealed");
            }
        }
    }
}

fn time(properties: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    properties.get(name)?.as_str()?.parse().ok()
}

fn ordered(
    properties: Option<&Map<String, Value>>,
    earlier: &str,
    later: &str,
    findings: &mut Findings<'_>,
) {
    let Some(properties) = properties else { return };
    if let (Some(before), Some(after)) = (time(properties, earlier), time(properties, later))
        && after < before
    {
        findings.within(later, |findings| findings.error("order", format!("is before {earlier}")));
    }
}

/// The ends of a relationship of one of our own types.
fn verb(properties: &Map<String, Value>, findings: &mut Findings<'_>) {
    let text = |name: &str| properties.get(name).and_then(Value::as_str).unwrap_or_default();
    let Some(verb) = table::VERBS.iter().find(|verb| verb.name == text("relationship_type")) else {
        return;
    };
    for (end, types) in [("source_ref", verb.from), ("target_ref", verb.to)] {
        let type_name = text(end).split_once("--").map_or("", |(name, _)| name);
        if !types.is_empty() && !types.contains(&type_name) {
            findings.within(end, |findings| {
                let known = types.join(", ");
                findings.warning("ends", format!("{} is of {known}, not {type_name}", verb.name));
            });
        }
    }
}

fn structure(inner: &Map<String, Value>, known: &[Property], findings: &mut Findings<'_>) {
    for property in known {
        match inner.get(property.name) {
            Some(value) => findings.within(property.name, |findings| {
                shaped(value, &property.shape, findings);
            }),
            None if property.is_required => {
                findings.error("required", format!("{} is missing", property.name));
            }
            None => {}
        }
    }
}

fn shaped(value: &Value, shape: &Shape, findings: &mut Findings<'_>) {
    match (shape, value) {
        (Shape::Text, Value::String(text)) if text.trim().is_empty() => {
            findings.error("empty", "is empty");
        }
        (Shape::Text, Value::String(_)) | (Shape::Bool, Value::Bool(_)) => {}
        (Shape::Time, Value::String(text)) => {
            if let Err(why) = text.parse::<Timestamp>() {
                findings.error("timestamp", format!("{text:?}: {why}"));
            }
        }
        (Shape::Currency, Value::String(text)) => {
            if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_uppercase()) {
                findings.error("currency", "a currency has three capital letters, by ISO 4217");
            }
        }
        (Shape::Id(types), Value::String(text)) => reference(text, types, findings),
        (Shape::Word(words), Value::String(text)) => word(text, words, findings),
        (Shape::Number(from, to), Value::Number(_)) => {
            let within = value.as_f64().is_some_and(|number| (*from..=*to).contains(&number));
            if !within {
                let to = if to.is_finite() { format!("to {to}") } else { "on".to_owned() };
                findings.error("range", format!("{value} is not from {from} {to}"));
            }
        }
        (Shape::Integer(from, to), Value::Number(_)) => integer(value, *from, *to, findings),
        // Of an empty list the specification's own check tells.
        (Shape::List(of), Value::Array(list)) => {
            for (at, value) in list.iter().enumerate() {
                findings.within(format!("[{at}]"), |findings| shaped(value, of, findings));
            }
        }
        (Shape::Structure(known), Value::Object(inner)) => structure(inner, known, findings),
        _ => findings.error("type", format!("should be {}", wanted(shape))),
    }
}

fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text | Shape::Word(_) | Shape::Currency => "text",
        Shape::Bool => "true or false",
        Shape::Number(..) => "a number",
        Shape::Integer(..) => "a whole number",
        Shape::Time => "a timestamp",
        Shape::Id(_) => "an id",
        Shape::List(_) => "a list",
        Shape::Structure(_) => "an object",
    }
}

fn integer(value: &Value, from: i64, to: Option<i64>, findings: &mut Findings<'_>) {
    let Some(number) = value.as_i64() else {
        return findings.error("type", "should be a whole number");
    };
    if number < from || to.is_some_and(|to| number > to) {
        let to = to.map_or("on".to_owned(), |to| format!("to {to}"));
        findings.error("range", format!("{number} is not from {from} {to}"));
    }
}

fn word(text: &str, words: &Vocabulary, findings: &mut Findings<'_>) {
    if words.has(text) {
        return;
    }
    match words.is_open {
        true => findings.warning("vocabulary", format!("{text:?} is not in {}", words.name)),
        false => findings.error("enumeration", format!("{text:?} is not in {}", words.name)),
    }
}

fn reference(text: &str, types: &[&str], findings: &mut Findings<'_>) {
    match text.parse::<Id>() {
        Err(why) => findings.error("id", format!("{text:?}: {why}")),
        Ok(id) if !types.is_empty() && !types.contains(&id.type_name()) => {
            let types = types.join(", ");
            findings.error(
                "reference",
                format!("refers to a {}, and only may to {types}", id.type_name()),
            );
        }
        Ok(_) => {}
    }
}
