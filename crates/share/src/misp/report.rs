//! What an event tells in words: who stands in which relation to whom, how sure that is,
//! and what MISP has no place for.

use crate::Released;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Words beside an event, as Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventReport {
    /// Its id.
    pub uuid: String,
    /// Its heading.
    pub name: String,
    /// The words.
    pub content: String,
    /// When they were last changed, in seconds since 1970.
    pub timestamp: String,
    /// As wide as the event (5).
    pub distribution: String,
}

/// The words of an event with these objects; none where there is nothing to tell.
pub(crate) fn words(objects: &[&Released]) -> String {
    let named = objects.iter().map(|one| (one.object().id().as_str(), name(one)));
    let names: BTreeMap<&str, String> = named.collect();
    let mut text = String::new();
    for one in objects {
        let properties = one.object().properties();
        match one.object().type_name() {
            "relationship" => relation(&mut text, &properties, &names),
            "campaign" | "intrusion-set" | "threat-actor" | "infrastructure" | "tool"
            | "malware" | "report" | "grouping" | "course-of-action" | "note" | "offer"
            | "legal-action" | "observed-data" | "identity" => told(&mut text, one, &properties),
            _ => {}
        }
    }
    text
}

fn told(text: &mut String, one: &Released, properties: &Map<String, Value>) {
    let said = ["description", "abstract", "content"].iter().find_map(|name| properties.get(*name));
    let said = said.and_then(Value::as_str).unwrap_or_default();
    let end = if said.is_empty() { "" } else { ": " };
    // Writing to a String does not fail.
    let _ = writeln!(text, "- **{}** ({}){end}{said}", name(one), one.object().type_name());
}

fn relation(text: &mut String, properties: &Map<String, Value>, names: &BTreeMap<&str, String>) {
    let of = |name: &str| properties.get(name).and_then(Value::as_str).unwrap_or_default();
    let named = |id| names.get(id).map_or(id, String::as_str);
    let verb = of("relationship_type").replace('-', " ");
    let _ = write!(text, "- {} {verb} {}", named(of("source_ref")), named(of("target_ref")));
    if let Some(confidence) = properties.get("confidence").and_then(Value::as_u64) {
        let _ = write!(text, " (confidence {confidence} of 100)");
    }
    let said = of("description");
    let end = if said.is_empty() { "" } else { ": " };
    let _ = writeln!(text, "{end}{said}");
}

/// What people call an object.
pub(crate) fn name(one: &Released) -> String {
    let properties = one.object().properties();
    let called = ["name", "value", "pattern"].iter().find_map(|name| properties.get(*name));
    called.and_then(Value::as_str).unwrap_or(one.object().id().as_str()).to_owned()
}
