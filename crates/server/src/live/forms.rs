//! Sign-ups as others send them: where in their events the record's fields are.

use super::Failed;
use events::read::{Form, Options};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Those that come with the program, one for each product.
const BUILT_IN: [&str; 7] = [
    include_str!("../../../../adapters/aws-fraud-detector.toml"),
    include_str!("../../../../adapters/castle.toml"),
    include_str!("../../../../adapters/datadome.toml"),
    include_str!("../../../../adapters/fingerprint.toml"),
    include_str!("../../../../adapters/osprey.toml"),
    include_str!("../../../../adapters/sift.toml"),
    include_str!("../../../../adapters/tirreno.toml"),
];

/// A file that says where fields are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    /// The record's name, and where it is: `user.id`.
    fields: BTreeMap<String, String>,
}

/// Forms by name.
#[derive(Debug)]
pub(super) struct Forms {
    own: Form,
    others: BTreeMap<String, Form>,
}

impl Forms {
    /// The record's own, those that come with the program, and `more`, files like theirs,
    /// which may stand in for them.
    pub(super) fn new(more: &[String]) -> Result<Self, Failed> {
        let mut others = BTreeMap::new();
        for text in BUILT_IN.into_iter().chain(more.iter().map(String::as_str)) {
            let written: Written = toml::from_str(text).map_err(|e| Failed::Form(e.to_string()))?;
            let options = Options { map: written.fields, ..Options::default() };
            let form = Form::new(&options);
            let form = form.map_err(|e| Failed::Form(format!("{}: {e}", written.name)))?;
            others.insert(written.name, form);
        }
        let own = Form::new(&Options::default()).map_err(|e| Failed::Form(e.to_string()))?;
        Ok(Self { own, others })
    }

    /// The record's own.
    pub(super) fn own(&self) -> &Form {
        &self.own
    }

    /// By name; the record's own where none is named.
    pub(super) fn named(&self, name: Option<&str>) -> Option<&Form> {
        match name {
            None => Some(&self.own),
            Some(name) => self.others.get(name),
        }
    }

    /// The names that there are.
    pub(super) fn names(&self) -> Vec<&str> {
        self.others.keys().map(String::as_str).collect()
    }
}
