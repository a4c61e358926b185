//! Texts in other formats come in, objects go out.

mod case;
mod hostile;
mod misp;
pub(crate) mod peers;
mod published;
mod tables;

use actors::extension;
use actors::import::{self, Options, Taken};
use expect_test::Expect;
use serde_json::Value;
use std::collections::BTreeMap;
use stix::validate::{self, Severity};
use stix::{Id, Object};

pub(crate) const BY: &str = "identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

pub(crate) fn options() -> Options {
    Options::new("2026-11-02T00:00:00.000Z".parse().unwrap(), BY.parse().unwrap(), "partner")
}

/// What `text` gives, in words.
fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&match import::read(text.as_bytes(), &options()) {
        Ok(taken) => shown(&taken),
        Err(why) => format!("error: {why}\n"),
    });
}

/// Objects by what they say, then what was refused, then what is worth knowing. Objects
/// that are not valid are shown as such.
pub(crate) fn shown(taken: &Taken) -> String {
    let names: BTreeMap<&Id, String> =
        taken.objects.iter().map(|object| (object.id(), name(object))).collect();
    let called = |value: &Value| {
        let id: Id = value.as_str().unwrap_or_default().parse().unwrap();
        names.get(&id).map_or_else(|| id.type_name().to_owned(), Clone::clone)
    };
    let mut lines = Vec::new();
    for object in &taken.objects {
        let properties = object.properties();
        lines.push(match object.type_name() {
            "extension-definition" => continue,
            "relationship" => {
                let verb = properties["relationship_type"].as_str().unwrap();
                let (source, target) = (&properties["source_ref"], &properties["target_ref"]);
                format!("{} {verb} {}", called(source), called(target))
            }
            _ => names[object.id()].clone(),
        });
        lines.extend(errors(object));
    }
    for rejected in &taken.rejected {
        let (line, field) = (rejected.line, &rejected.field);
        lines.push(format!("refused {line} {field}: {} ({})", rejected.why, rejected.text));
    }
    lines.extend(taken.notes.iter().map(|(words, count)| format!("note {words}: {count}")));
    lines.into_iter().map(|line| line + "\n").collect()
}

fn name(object: &Object) -> String {
    let properties = object.properties();
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let said = ["pattern", "name", "value", "abstract", "country", "opinion", "user_id"];
    let said = said.iter().find_map(|name| text(name));
    let revoked = if object.head().is_revoked { " revoked" } else { "" };
    format!("{}{revoked} {}", object.type_name(), said.unwrap_or_default()).trim().to_owned()
}

/// Errors of ours and of the specification's.
pub(crate) fn errors(object: &Object) -> Vec<String> {
    let found = validate::object(object).into_iter().chain(extension::check(object));
    found
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.to_string())
        .collect()
}

/// How many objects there are of each type.
pub(crate) fn counted(taken: &Taken) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for object in &taken.objects {
        *counts.entry(object.type_name()).or_default() += 1;
    }
    let mut lines: Vec<String> =
        counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    lines.push(format!("refused {}", taken.rejected.len()));
    lines.extend(taken.notes.iter().map(|(words, count)| format!("note {words}: {count}")));
    lines.join("\n") + "\n"
}
