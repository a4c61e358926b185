//! What makes objects valid: the specification's MUSTs are errors, its SHOULDs are
//! warnings. Each finding names the object, the path and the rule.

mod domain;
mod extensions;
mod format;
mod meta;
mod observables;
mod relations;
mod rules;
mod walk;

use crate::Object;
use crate::object::NotAnObject;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A MUST of the specification does not hold.
    Error,
    /// A SHOULD does not.
    Warning,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The object's id, or what stands in its place.
    pub object: String,
    /// From its properties inwards, such as `kill_chain_phases.[0].phase_name`.
    pub path: String,
    /// The rule, by a name that stays.
    pub rule: &'static str,
    /// For people.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let at = if self.path.is_empty() { "" } else { " " };
        write!(f, "{severity}: {}{at}{}: {} ({})", self.object, self.path, self.message, self.rule)
    }
}

/// Gathers what is wrong with one object.
pub(crate) struct Findings<'a> {
    object: &'a str,
    path: Vec<Step<'a>>,
    found: Vec<Finding>,
}

/// A step inwards; it is only written where something is found.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    Key(&'a str),
    At(usize),
}

/// More findings of one object say no more.
const FINDINGS_MAX: usize = 100;

impl<'a> Findings<'a> {
    fn add(&mut self, severity: Severity, rule: &'static str, message: impl Into<String>) {
        if self.found.len() < FINDINGS_MAX {
            let object = self.object.to_owned();
            let path = self.written();
            self.found.push(Finding { severity, object, path, rule, message: message.into() });
        }
    }

    pub(crate) fn error(&mut self, rule: &'static str, message: impl Into<String>) {
        self.add(Severity::Error, rule, message);
    }

    pub(crate) fn warning(&mut self, rule: &'static str, message: impl Into<String>) {
        self.add(Severity::Warning, rule, message);
    }

    pub(crate) fn within(&mut self, step: Step<'a>, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    /// Further in than [`Self::within`] goes at once.
    pub(crate) fn at(&mut self, steps: &[Step<'a>], check: impl FnOnce(&mut Self)) {
        let before = self.path.len();
        self.path.extend_from_slice(steps);
        check(self);
        self.path.truncate(before);
    }

    fn written(&self) -> String {
        let steps = self.path.iter().map(|step| match step {
            Step::Key(key) => (*key).to_owned(),
            Step::At(at) => format!("[{at}]"),
        });
        steps.collect::<Vec<_>>().join(".")
    }
}

/// What is wrong with an object of these properties.
pub fn properties(properties: &Map<String, Value>) -> Vec<Finding> {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let object = text("id").or_else(|| text("type")).unwrap_or("object without id");
    let mut findings = Findings { object, path: Vec::new(), found: Vec::new() };
    walk::object(properties, &mut findings);
    findings.found
}

/// What is wrong with an object.
pub fn object(object: &Object) -> Vec<Finding> {
    match object.plain_properties() {
        Ok(found) => properties(&found),
        Err(e) => vec![unreadable(object.id().as_str(), "json", &e.to_string())],
    }
}

/// What is wrong with something that is no object.
pub fn not_an_object(at: usize, why: &NotAnObject) -> Finding {
    let object = match why {
        NotAnObject::Id { id, .. } => id.clone(),
        NotAnObject::Type { id, .. } | NotAnObject::Other { id, .. } => id.to_string(),
        NotAnObject::Json(_) => format!("object {}", at + 1),
    };
    unreadable(&object, "object", &why.to_string())
}

fn unreadable(object: &str, rule: &'static str, message: &str) -> Finding {
    let (object, message) = (object.to_owned(), message.to_owned());
    Finding { severity: Severity::Error, object, path: String::new(), rule, message }
}

/// What is wrong with objects together: of one id and version there is one content.
pub fn together(objects: &[Object]) -> Vec<Finding> {
    let mut seen: HashMap<_, &Object> = HashMap::with_capacity(objects.len());
    let mut found = Vec::new();
    for object in objects {
        let version = (object.id(), object.head().version());
        if let Some(other) = seen.insert(version, object)
            && other.properties() != object.properties()
        {
            let message = "the same id and version stands for two contents";
            found.push(unreadable(object.id().as_str(), "duplicate", message));
        }
    }
    found
}
