//! Who is known to be what: by a truth file, or by labels that people gave.

use anyhow::Context;
use events::read;
use events::{Label, LabelKind};
use signals::table::account_hash;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use synth::eval;

/// What is known of the accounts of a log.
#[derive(Default)]
pub(crate) struct Truth {
    file: Option<eval::Truth>,
    labels: HashMap<u64, LabelKind>,
}

/// What is known of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told<'a> {
    /// It is a factory's: of this campaign, if that is known.
    Fraud(Option<&'a str>),
    /// It is a person's: of this crowd, if of any.
    Good(Option<&'a str>),
    /// Nothing.
    Nothing,
}

impl Truth {
    /// Reads a truth file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let cannot = || format!("cannot read {name}");
        let mut file = File::open(path).with_context(cannot)?;
        let mut head = Vec::new();
        Read::by_ref(&mut file).take(4).read_to_end(&mut head).with_context(cannot)?;
        file.rewind().with_context(cannot)?;
        let file = match read::is_parquet(&head) {
            true => eval::Truth::read_parquet(file, &name),
            false => eval::Truth::read(file, &name),
        }?;
        Ok(Self { file: Some(file), labels: HashMap::new() })
    }

    /// Notes a label. Who was bought is a factory's whatever else is said of it, and
    /// somebody who looked again is right about who was banned.
    pub(crate) fn label(&mut self, label: &Label) {
        let rank = |kind: LabelKind| match kind {
            LabelKind::Banned => 0,
            LabelKind::Good => 1,
            LabelKind::Appealed => 2,
            LabelKind::Purchased => 3,
        };
        let known = self.labels.entry(account_hash(label.account_id.as_str()));
        let known = known.or_insert(label.kind);
        if rank(label.kind) > rank(*known) {
            *known = label.kind;
        }
    }

    /// What is known of an account.
    pub(crate) fn of(&self, account: &str) -> Told<'_> {
        if let Some(file) = &self.file {
            let Some(row) = file.row(account.as_bytes()) else { return Told::Nothing };
            let row = row as usize;
            return match file.fraud[row] {
                true => Told::Fraud(file.campaign[row].map(|at| file.campaigns.text(at))),
                false => Told::Good(file.crowd[row].map(|at| file.crowds.text(at))),
            };
        }
        match self.labels.get(&account_hash(account)) {
            None => Told::Nothing,
            Some(LabelKind::Banned | LabelKind::Purchased) => Told::Fraud(None),
            Some(LabelKind::Appealed | LabelKind::Good) => Told::Good(None),
        }
    }
}
