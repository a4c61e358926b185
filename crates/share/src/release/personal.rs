//! What in an object belongs to a person, and what stands in its place once it leaves.

use super::pseudonym::{Key, Kind, is_pseudonym};
use regex::{Captures, Regex};
use serde_json::{Map, Value};
use std::sync::LazyLock;
use stix::pattern::{Comparison, Literal, Operator, Path, Pattern, Step, Test};

/// What is taken out of objects of a type: (type, property, what stands in its place).
/// Nothing stands in the place of what nobody has to match.
const PROPERTIES: &[(&str, &str, Option<Kind>)] = &[
    ("email-addr", "value", Some(Kind::Email)),
    ("email-addr", "display_name", None),
    ("email-message", "body", None),
    ("email-message", "raw_email_ref", None),
    ("email-message", "received_lines", None),
    ("email-message", "additional_header_fields", None),
    ("user-account", "user_id", Some(Kind::Account)),
    ("user-account", "account_login", Some(Kind::Account)),
    ("user-account", "display_name", Some(Kind::Name)),
    ("user-account", "credential", None),
];

/// What is taken out of an identity that is one person.
const PERSON: &[(&str, Option<Kind>)] =
    &[("name", Some(Kind::Name)), ("contact_information", None), ("description", None)];

/// Properties whose text is not looked through: ids, names of types, links, and how to
/// reach an organisation, which it published itself.
const NOT_SEARCHED: &[&str] = &["id", "type", "url", "contact_information", "pattern"];

/// Deeper than this no text is looked for; `stix` reads no deeper either.
const DEPTH_MAX: usize = 128;

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)[a-z0-9.!#$&'*+/=?^_`{|}~-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}")
        .expect("a regular expression")
});

/// Whether addresses are looked for in texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    /// They are.
    Searched,
    /// They stay as they are.
    Kept,
}

/// Takes out of an object what belongs to a person; says whether there was any.
pub(crate) fn hide(properties: &mut Map<String, Value>, texts: Texts, key: &Key) -> bool {
    let type_name = text(properties, "type");
    let is_person = type_name == "identity" && text(properties, "identity_class") == "individual";
    let of_type = PROPERTIES.iter().filter(|(name, ..)| *name == type_name);
    let mut named: Vec<_> = of_type.map(|(_, name, kind)| (*name, *kind)).collect();
    named.extend(PERSON.iter().filter(|_| is_person));
    let mut is_changed = false;
    for (name, kind) in named {
        is_changed |= replace(properties, name, kind, key);
    }
    if let Some(Value::String(pattern)) = properties.get_mut("pattern") {
        is_changed |= hide_in_pattern(pattern, key);
    }
    if texts == Texts::Searched {
        for (_, value) in properties.iter_mut().filter(|(name, _)| is_searched(name)) {
            is_changed |= hide_in_text(value, key, 0);
        }
    }
    is_changed
}

fn text(properties: &Map<String, Value>, name: &str) -> String {
    properties.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn is_searched(name: &str) -> bool {
    !NOT_SEARCHED.contains(&name) && !name.ends_with("_ref") && !name.ends_with("_refs")
}

fn replace(properties: &mut Map<String, Value>, name: &str, kind: Option<Kind>, key: &Key) -> bool {
    match (properties.get_mut(name), kind) {
        (None, _) => false,
        (Some(Value::String(value)), Some(kind)) => {
            let hidden = hidden(kind, value, key);
            let is_changed = hidden != *value;
            *value = hidden;
            is_changed
        }
        (Some(_), _) => properties.remove(name).is_some(),
    }
}

/// What is a pseudonym stays one: it was somebody else's to make.
fn hidden(kind: Kind, value: &str, key: &Key) -> String {
    if value.starts_with("hmac:") || is_pseudonym(value) {
        return value.to_owned();
    }
    key.pseudonym(kind, value)
}

/// Addresses in free text.
fn hide_in_text(value: &mut Value, key: &Key, depth: usize) -> bool {
    match value {
        Value::String(text) if text.contains('@') => {
            let hide = |found: &Captures<'_>| hidden(Kind::Email, &found[0], key);
            let hidden = ADDRESS.replace_all(text, hide).into_owned();
            let is_changed = hidden != *text;
            *text = hidden;
            is_changed
        }
        Value::Array(values) if depth < DEPTH_MAX => values
            .iter_mut()
            .fold(false, |is_changed, value| hide_in_text(value, key, depth + 1) | is_changed),
        Value::Object(inner) if depth < DEPTH_MAX => inner
            .iter_mut()
            .filter(|(name, _)| is_searched(name))
            .fold(false, |is_changed, (_, value)| hide_in_text(value, key, depth + 1) | is_changed),
        _ => false,
    }
}

/// What a pattern compares with, where that is somebody's. What it describes rather than
/// names (`LIKE '%@example.com'`) stays: it is nobody's.
fn hide_in_pattern(pattern: &mut String, key: &Key) -> bool {
    let Ok(mut parsed) = stix::pattern::parse(pattern) else {
        let mut text = Value::String(std::mem::take(pattern));
        let is_changed = hide_in_text(&mut text, key, 0);
        if let Value::String(text) = text {
            *pattern = text;
        }
        return is_changed;
    };
    if !hide_in_observations(&mut parsed, key) {
        return false;
    }
    *pattern = parsed.to_string();
    true
}

fn hide_in_observations(pattern: &mut Pattern, key: &Key) -> bool {
    match pattern {
        Pattern::Observed(comparison) => hide_in_comparison(comparison, key),
        Pattern::And(all) | Pattern::Or(all) | Pattern::FollowedBy(all) => all
            .iter_mut()
            .fold(false, |is_changed, inner| hide_in_observations(inner, key) | is_changed),
        Pattern::Qualified(inner, _) => hide_in_observations(inner, key),
    }
}

fn hide_in_comparison(comparison: &mut Comparison, key: &Key) -> bool {
    match comparison {
        Comparison::And(all) | Comparison::Or(all) => all
            .iter_mut()
            .fold(false, |is_changed, inner| hide_in_comparison(inner, key) | is_changed),
        Comparison::Test(test) => hide_in_test(test, key),
        Comparison::Exists(_) => false,
    }
}

fn hide_in_test(test: &mut Test, key: &Key) -> bool {
    let is_exact = matches!(test.operator, Operator::Equal | Operator::NotEqual | Operator::In);
    let kind = is_exact.then(|| kind(&test.path)).flatten();
    let mut is_changed = false;
    for literal in &mut test.literals {
        let Literal::Text(text) = literal else { continue };
        let hidden = match kind {
            Some(kind) => hidden(kind, text, key),
            None => {
                let hide = |found: &Captures<'_>| hidden(Kind::Email, &found[0], key);
                ADDRESS.replace_all(text, hide).into_owned()
            }
        };
        is_changed |= hidden != *text;
        *text = hidden;
    }
    is_changed
}

/// Of whom a path in a pattern speaks: `email-message:from_ref.value` ends at a mail
/// address like `email-addr:value`.
fn kind(path: &Path) -> Option<Kind> {
    let keys = path.steps.iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::At(_) | Step::Each => None,
    });
    let keys: Vec<&str> = keys.collect();
    let (&last, before) = keys.split_last()?;
    let Some(reference) = before.last() else {
        return PROPERTIES
            .iter()
            .find(|(name, property, _)| *name == path.type_name && *property == last)?
            .2;
    };
    let is_address = ["from_ref", "sender_ref", "to_refs", "cc_refs", "bcc_refs", "belongs_to_ref"];
    match last {
        "value" if is_address.contains(reference) => Some(Kind::Email),
        "user_id" | "account_login" => Some(Kind::Account),
        "display_name" => Some(Kind::Name),
        _ => None,
    }
}
