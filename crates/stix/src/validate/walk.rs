//! Through an object, property by property, beside what the specification says of it.

use super::format::{self, Format};
use super::{Findings, Step, extensions, rules};
use crate::id;
use crate::schema::{self, Class, Field, Rule, Schema, Shape, Targets};
use crate::vocabulary::HASH_ALGORITHM;
use serde_json::{Map, Value};

/// Names of properties have so many characters (section 2, 11.1).
const NAME_CHARS: std::ops::RangeInclusive<usize> = 3..=250;

/// Keys of dictionaries have at most so many (section 2.2).
const KEY_CHARS_MAX: usize = 250;

pub(super) fn object<'a>(properties: &'a Map<String, Value>, findings: &mut Findings<'a>) {
    let Some(type_name) = properties.get("type").and_then(Value::as_str) else {
        findings.error("required", "type is missing");
        return;
    };
    match schema::of(type_name) {
        Some(schema) => {
            let is_older = is_of_2_0(properties, schema.class);
            if is_older {
                findings
                    .warning("spec-version", "does not say that it is of STIX 2.1: read as 2.0");
            }
            fields(properties, &Known::of(schema, is_older), findings);
            rules::check(schema, properties, findings);
        }
        None => custom(type_name, properties, findings),
    }
    rules::everywhere(properties, findings);
}

/// Objects of STIX 2.0 do not say so.
fn is_of_2_0(properties: &Map<String, Value>, class: Class) -> bool {
    let is_versionless = class == Class::Observable;
    match properties.get("spec_version").and_then(Value::as_str) {
        Some(version) => version == "2.0",
        None => !is_versionless,
    }
}

/// The properties that are known.
struct Known {
    own: &'static [Field],
    common: &'static [Field],
    /// Whether properties that 2.1 has brought may be missing.
    is_older: bool,
    /// Whether it has versions: meta objects but one kind, and observables, have none.
    is_versioned: bool,
}

impl Known {
    fn of(schema: &Schema, is_older: bool) -> Self {
        let is_versioned = schema.class != Class::Observable && schema.name != "marking-definition";
        let common = schema::common(schema.class);
        Self { own: schema.fields, common, is_older, is_versioned }
    }

    fn all(&self) -> impl Iterator<Item = &'static Field> {
        self.own.iter().chain(self.common)
    }
}

/// Required since 2.1 only.
const NEW: [&str; 4] = ["spec_version", "is_family", "pattern_type", "opinion"];

fn fields<'a>(properties: &'a Map<String, Value>, known: &Known, findings: &mut Findings<'a>) {
    for field in known.all().filter(|field| field.is_required) {
        let may_be_missing = known.is_older && NEW.contains(&field.name);
        if !may_be_missing && !properties.contains_key(field.name) {
            findings.error("required", format!("{} is missing", field.name));
        }
    }
    if known.is_versioned && !properties.contains_key("modified") {
        findings.error("required", "modified is missing");
    }
    let brought = if extensions::has_toplevel(properties) { Brought::Yes } else { Brought::No };
    for (name, value) in properties {
        match known.all().find(|field| field.name == name) {
            Some(field) => findings.within(Step::Key(name), |findings| {
                shaped(value, &field.shape, &field.rule, findings);
            }),
            None => unknown(name, value, brought, findings),
        }
    }
}

/// Whether an extension brings the properties that the specification does not know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Brought {
    Yes,
    No,
}

/// Names that the specification keeps for itself (section 11.1).
const RESERVED: [&str; 4] = ["severity", "action", "username", "phone_numbers"];

fn unknown<'a>(name: &'a str, value: &'a Value, brought: Brought, findings: &mut Findings<'a>) {
    findings.within(Step::Key(name), |findings| {
        if RESERVED.contains(&name) {
            findings.error("reserved", "the specification keeps this name for itself");
        } else if !is_property_name(name) {
            property_name(name, findings);
        } else if brought == Brought::No {
            findings.warning(
                "custom-property",
                "the specification does not know it, and no extension brings it",
            );
        }
        custom_value(name, value, findings);
    });
}

/// A letter, and more of them, digits and underscores (section 11.1).
fn is_property_name(name: &str) -> bool {
    let may_be = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    NAME_CHARS.contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(may_be)
}

/// What holds of the name of a property.
pub(super) fn property_name(name: &str, findings: &mut Findings<'_>) {
    if !is_property_name(name) {
        findings.error(
            "property-name",
            "names of properties have 3 to 250 lower-case letters, digits and underscores",
        );
    }
}

/// What holds of every value, known or not: its name tells whether it stands for bytes.
pub(super) fn custom_value<'a>(name: &str, value: &'a Value, findings: &mut Findings<'a>) {
    match value {
        Value::Null => findings.error("null", "nothing is left out, not null"),
        Value::Array(list) if list.is_empty() => {
            findings.error("empty", "a list has a member, or is left out");
        }
        Value::String(text) if name.ends_with("_hex") => formatted(text, Format::Hex, findings),
        Value::String(text) if name.ends_with("_bin") => formatted(text, Format::Base64, findings),
        _ => {}
    }
}

fn custom<'a>(type_name: &'a str, properties: &'a Map<String, Value>, findings: &mut Findings<'a>) {
    if !id::is_type_name(type_name) {
        findings.error(
            "type-name",
            "names of types have 3 to 250 lower-case letters, digits and single dashes",
        );
    }
    if type_name == "action" {
        findings.error("reserved", "the specification keeps this name for itself");
    }
    if !extensions::has_new_type(properties) {
        findings.warning(
            "custom-type",
            "the specification does not know this type, and no extension defines it",
        );
    }
    let versioned: &[&str] = match extensions::has_versioned_type(properties) {
        true => &["spec_version", "created", "modified"],
        false => &[],
    };
    for name in ["id"].iter().chain(versioned) {
        if !properties.contains_key(*name) {
            findings.error("required", format!("{name} is missing"));
        }
    }
    let common = schema::common(Class::Domain);
    for (name, value) in properties {
        match common.iter().find(|field| field.name == name) {
            Some(field) => findings.within(Step::Key(name), |findings| {
                shaped(value, &field.shape, &field.rule, findings);
            }),
            None => unknown(name, value, Brought::Yes, findings),
        }
    }
}

fn shaped<'a>(value: &'a Value, shape: &Shape, rule: &Rule, findings: &mut Findings<'a>) {
    match (shape, value) {
        (Shape::List(inner), Value::Array(list)) => {
            if list.is_empty() {
                findings.error("empty", "a list has a member, or is left out");
            }
            for (at, value) in list.iter().enumerate() {
                findings.within(Step::At(at), |findings| shaped(value, inner, rule, findings));
            }
        }
        (Shape::Structure(known), Value::Object(inner)) => structure(inner, known, findings),
        (Shape::Dictionary, Value::Object(inner)) => dictionary(inner, findings),
        (Shape::Hashes, Value::Object(inner)) => hashes(inner, findings),
        (Shape::Extensions, Value::Object(inner)) => extensions::check(inner, findings),
        (Shape::Text, Value::String(text)) => words(text, rule, findings),
        (Shape::Reference, Value::String(text)) => reference(text, rule, findings),
        (Shape::Time, Value::String(text)) => formatted(text, Format::Time, findings),
        (Shape::Binary, Value::String(text)) => formatted(text, Format::Base64, findings),
        (Shape::Hex, Value::String(text)) => formatted(text, Format::Hex, findings),
        (Shape::Integer | Shape::Float, Value::Number(_)) => number(value, shape, rule, findings),
        (Shape::Bool, Value::Bool(_)) | (Shape::Any, _) => {}
        (shape, _) => findings.error("type", format!("should be {}", name(shape))),
    }
}

fn name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text => "text",
        Shape::Bool => "true or false",
        Shape::Integer => "a whole number",
        Shape::Float => "a number",
        Shape::Time => "a timestamp",
        Shape::Reference => "an id",
        Shape::Binary => "text in base64",
        Shape::Hex => "text in hexadecimal",
        Shape::Hashes | Shape::Dictionary | Shape::Extensions | Shape::Structure(_) => "an object",
        Shape::List(_) => "a list",
        Shape::Any => "something",
    }
}

pub(super) fn structure<'a>(
    inner: &'a Map<String, Value>,
    known: &[Field],
    findings: &mut Findings<'a>,
) {
    for field in known.iter().filter(|field| field.is_required) {
        if !inner.contains_key(field.name) {
            findings.error("required", format!("{} is missing", field.name));
        }
    }
    if inner.is_empty() {
        findings.error("empty", "a structure has a property, or is left out");
    }
    for (name, value) in inner {
        match known.iter().find(|field| field.name == name) {
            Some(field) => findings.within(Step::Key(name), |findings| {
                shaped(value, &field.shape, &field.rule, findings);
            }),
            None => unknown(name, value, Brought::No, findings),
        }
    }
}

fn dictionary<'a>(inner: &'a Map<String, Value>, findings: &mut Findings<'a>) {
    if inner.is_empty() {
        findings.error("empty", "a dictionary has a key, or is left out");
    }
    for (key, value) in inner {
        findings.within(Step::Key(key), |findings| {
            self::key(key, findings);
            // Values of a dictionary have no suffixes that tell of bytes.
            custom_value("", value, findings);
        });
    }
}

fn key(key: &str, findings: &mut Findings<'_>) {
    let may_be = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if key.is_empty() || key.len() > KEY_CHARS_MAX || !key.bytes().all(may_be) {
        findings.error("dictionary-key", "keys have letters, digits, _ and -, at most 250");
    }
}

fn hashes<'a>(inner: &'a Map<String, Value>, findings: &mut Findings<'a>) {
    if inner.is_empty() {
        findings.error("empty", "hashes have a member, or are left out");
    }
    for (algorithm, value) in inner {
        findings.within(Step::Key(algorithm), |findings| {
            key(algorithm, findings);
            match value.as_str() {
                None => findings.error("type", "should be text"),
                Some(text) if !format::is_hash(algorithm, text) => {
                    findings.error("hash", format!("this is no {algorithm}"));
                }
                Some(_) if !HASH_ALGORITHM.contains(&&algorithm[..]) => {
                    findings.warning("vocabulary", "not in hash-algorithm-ov");
                }
                Some(_) => {}
            }
        });
    }
}

fn words(text: &str, rule: &Rule, findings: &mut Findings<'_>) {
    match rule {
        Rule::Closed(words) if !words.contains(&text) => {
            findings.error("enumeration", format!("{text:?} is none of {}", words.join(", ")));
        }
        Rule::Open(words) if !words.contains(&text) => {
            findings.warning("vocabulary", format!("{text:?} is not in the vocabulary"));
        }
        _ => {}
    }
}

fn reference(text: &str, rule: &Rule, findings: &mut Findings<'_>) {
    if let Err(why) = id::check(text) {
        findings.error("id", format!("{text:?}: {why}"));
        return;
    }
    let type_name = text.split_once("--").map_or(text, |(name, _)| name);
    let (may_be, wanted) = match rule {
        Rule::To(Targets::Types(types)) => (types.contains(&type_name), types.join(", ")),
        Rule::To(Targets::Classes(classes)) => {
            // What the specification does not know may be of any class.
            let is_one = |schema: &Schema| classes.contains(&schema.class);
            let words =
                if classes.contains(&Class::Observable) { "observables" } else { "domain objects" };
            (schema::of(type_name).is_none_or(is_one), words.to_owned())
        }
        _ => return,
    };
    if !may_be {
        findings.error("reference", format!("refers to a {type_name}, and only may to {wanted}"));
    }
}

fn formatted(text: &str, format: Format, findings: &mut Findings<'_>) {
    if let Err(why) = format::check(text, format) {
        findings.error(format.rule(), why);
    }
}

fn number(value: &Value, shape: &Shape, rule: &Rule, findings: &mut Findings<'_>) {
    if matches!(shape, Shape::Integer) && !value.is_i64() && !value.is_u64() {
        findings.error("type", "should be a whole number");
        return;
    }
    let is_within = match (rule, value.as_i64(), value.as_f64()) {
        (Rule::Range(low, high), Some(number), _) => (*low..=*high).contains(&number),
        (Rule::Between(low, high), _, Some(number)) => (*low..=*high).contains(&number),
        (Rule::Range(..) | Rule::Between(..), ..) => false,
        _ => return,
    };
    if !is_within {
        let bounds = match rule {
            Rule::Range(low, i64::MAX) => format!("{low} and more"),
            Rule::Range(low, high) => format!("{low} to {high}"),
            Rule::Between(low, high) => format!("{low} to {high}"),
            _ => String::new(),
        };
        findings.error("range", format!("{value} is not within {bounds}"));
    }
}
