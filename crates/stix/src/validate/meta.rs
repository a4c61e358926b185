//! What holds of meta objects, type by type.

use super::format::{self, Format};
use super::{Findings, Step, extensions, walk};
use crate::marking::Tlp;
use serde_json::{Map, Value};

type Properties = Map<String, Value>;

pub(super) fn check<'a>(type_name: &str, properties: &'a Properties, findings: &mut Findings<'a>) {
    match type_name {
        "marking-definition" => marking(properties, findings),
        "extension-definition" => extensions::definition(properties, findings),
        "language-content" => language_content(properties, findings),
        _ => {}
    }
}

fn marking<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    if has("definition_type") != has("definition") {
        findings.error("both", "definition_type and definition go together");
    }
    if !has("definition") && !extensions::has_extension(properties) {
        findings.error("required", "definition, or an extension, is needed");
    }
    if has("modified") || has("revoked") {
        findings.error("versions", "markings have no versions");
    }
    let id = text("id").unwrap_or_default();
    if marks_itself(properties, id) {
        findings.error("circular", "a marking does not mark itself");
    }
    let definition = properties.get("definition").and_then(Value::as_object);
    let of = |name: &str| definition.and_then(|definition| definition.get(name)?.as_str());
    match text("definition_type") {
        Some("statement") if of("statement").is_none() => {
            findings.within(Step::Key("definition"), |findings| {
                findings.error("required", "statement is missing");
            });
        }
        Some("tlp") if !is_published(id, of("tlp")) => {
            findings.error("tlp", "there are no TLP markings but those of the specification");
        }
        _ => {}
    }
}

/// Whether this is a TLP 1 marking of the specification (section 7.2.1.4).
fn is_published(id: &str, level: Option<&str>) -> bool {
    let name = match Tlp::of(id).filter(|tlp| tlp.id_before().is_some_and(|own| own.as_str() == id))
    {
        Some(Tlp::Clear) => "white",
        Some(Tlp::Green) => "green",
        Some(Tlp::Amber) => "amber",
        Some(Tlp::Red) => "red",
        Some(Tlp::AmberStrict) | None => return false,
    };
    level == Some(name)
}

fn marks_itself(properties: &Properties, id: &str) -> bool {
    let list = |name: &str| properties.get(name).and_then(Value::as_array).into_iter().flatten();
    list("object_marking_refs").any(|own| own == id)
        || list("granular_markings")
            .any(|part| part.get("marking_ref").is_some_and(|own| own == id))
}

fn language_content<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let object = properties.get("object_ref").and_then(Value::as_str).unwrap_or_default();
    if object.starts_with("bundle--") || object.starts_with("language-content--") {
        findings.within(Step::Key("object_ref"), |findings| {
            findings
                .error("reference", "a bundle and words in other languages have none of their own");
        });
    }
    let contents = properties.get("contents").and_then(Value::as_object);
    for (lang, words) in contents.into_iter().flatten() {
        findings.within(Step::Key("contents"), |findings| {
            findings.within(Step::Key(lang), |findings| {
                if let Err(why) = format::check(lang, Format::Language) {
                    findings.error("language", why);
                }
                for name in words.as_object().into_iter().flat_map(Map::keys) {
                    findings
                        .within(Step::Key(name), |findings| walk::property_name(name, findings));
                }
            });
        });
    }
}
