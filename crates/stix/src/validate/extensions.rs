//! Extensions: those of the specification, and those that an object defines (sections
//! 3.2, 7.3 and 11).

use super::{Findings, Step, walk};
use crate::schema::extension::PREDEFINED;
use crate::vocabulary::EXTENSION_TYPE;
use serde_json::{Map, Value};

type Properties = Map<String, Value>;

/// What begins the key of an extension that is defined by an object.
const DEFINITION: &str = "extension-definition--";

/// Extensions by which an object brings a type of its own.
const NEW_TYPES: [&str; 3] = ["new-sdo", "new-sco", "new-sro"];

/// The extension whose properties stand beside those of the object.
const TOPLEVEL: &str = "toplevel-property-extension";

pub(super) fn check<'a>(inner: &'a Properties, findings: &mut Findings<'a>) {
    if inner.is_empty() {
        findings.error("empty", "extensions have a member, or are left out");
    }
    for (key, value) in inner {
        findings.within(Step::Key(key), |findings| match value {
            Value::Object(inner) if key.starts_with(DEFINITION) => defined(key, inner, findings),
            Value::Object(inner) => undefined(key, inner, findings),
            _ => findings.error("type", "should be an object"),
        });
    }
}

/// Of a key that names no object that defines it.
fn undefined<'a>(key: &str, inner: &'a Properties, findings: &mut Findings<'a>) {
    if inner.is_empty() {
        findings.error("empty", "an extension has a property");
    }
    match PREDEFINED.iter().find(|extension| extension.key == key) {
        Some(extension) => walk::structure(inner, extension.fields, findings),
        None if !key.ends_with("-ext") => {
            findings.error(
                "extension-key",
                "the key is the id of an extension-definition, or ends in -ext",
            );
        }
        None => {
            let why = "no object defines it: use an extension-definition";
            findings.warning("custom-extension", why);
        }
    }
}

fn defined<'a>(key: &str, inner: &'a Properties, findings: &mut Findings<'a>) {
    if let Err(why) = crate::id::check(key) {
        findings.error("id", format!("{key:?}: {why}"));
    }
    let Some(kind) = inner.get("extension_type").and_then(Value::as_str) else {
        findings.error("required", "extension_type is missing");
        return;
    };
    if !EXTENSION_TYPE.contains(&kind) {
        let why = format!("{kind:?} is none of {}", EXTENSION_TYPE.join(", "));
        findings.error("enumeration", why);
    }
    if kind == TOPLEVEL && inner.len() > 1 {
        let why = "its properties stand beside those of the object, not in here";
        findings.error("extension-place", why);
    }
    for (name, value) in inner {
        findings.within(Step::Key(name), |findings| {
            walk::property_name(name, findings);
            walk::custom_value(name, value, findings);
        });
    }
}

/// What is an extension of this type only.
pub(super) fn of_type<'a>(
    type_name: &str,
    properties: &'a Properties,
    findings: &mut Findings<'a>,
) {
    let keys = properties.get("extensions").and_then(Value::as_object).into_iter().flatten();
    for (key, _) in keys {
        let known = PREDEFINED.iter().find(|extension| extension.key == key);
        let Some(known) = known.filter(|extension| extension.of != type_name) else { continue };
        findings.within(Step::Key("extensions"), |findings| {
            findings.within(Step::Key(key), |findings| {
                findings.error("extension-type", format!("extends a {}", known.of));
            });
        });
    }
}

/// What holds of the object that defines an extension.
pub(super) fn definition<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    if !properties.contains_key("created_by_ref") {
        findings.error("required", "created_by_ref is missing");
    }
    if !properties.contains_key("description") {
        findings.warning("recommended", "an extension should have a description");
    }
    let types = properties.get("extension_types").and_then(Value::as_array);
    let is_toplevel = types.is_some_and(|types| types.iter().any(|kind| kind == TOPLEVEL));
    let has_names = properties.contains_key("extension_properties");
    if has_names && !is_toplevel {
        let why = format!("extension_properties are those of a {TOPLEVEL}");
        findings.error("both", why);
    }
    if is_toplevel && !has_names {
        findings.warning("both", "extension_properties should name the properties that it brings");
    }
}

fn types(properties: &Properties) -> impl Iterator<Item = &str> {
    let extensions = properties.get("extensions").and_then(Value::as_object);
    let all = extensions.into_iter().flat_map(Map::values);
    all.filter_map(|extension| extension.get("extension_type")?.as_str())
}

/// Whether an extension brings properties of its own to the object.
pub(super) fn has_toplevel(properties: &Properties) -> bool {
    types(properties).any(|kind| kind == TOPLEVEL)
}

/// Whether an extension brings the object's type.
pub(super) fn has_new_type(properties: &Properties) -> bool {
    types(properties).any(|kind| NEW_TYPES.contains(&kind))
}

/// Whether an extension brings a type whose objects have versions.
pub(super) fn has_versioned_type(properties: &Properties) -> bool {
    types(properties).any(|kind| matches!(kind, "new-sdo" | "new-sro"))
}

/// Whether any extension is there.
pub(super) fn has_extension(properties: &Properties) -> bool {
    let extensions = properties.get("extensions").and_then(Value::as_object);
    extensions.is_some_and(|extensions| !extensions.is_empty())
}
