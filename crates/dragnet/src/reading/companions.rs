//! Reading what stands beside the sign-ups: harm and labels, once and in order,
//! each record handed to whoever joins it to the sign-ups.

use super::digest::Digesting;
use super::plan::{Plan, Say};
use crate::config::MaxRejected;
use crate::output::rejected::{RejectedFile, Tally};
use crate::output::run::{Companion, Mapped};
use crate::progress::Progress;
use crate::sources::Source;
use crate::terminal::mapping::Columns;
use anyhow::bail;
use events::companion::Companion as Record;
use events::place::Scope;
use events::read::{self, Bytes, Compression, OpenedCompanion, Options};
use std::fs::File;
use std::path::Path;

/// Where the companions of one kind are read, and what is said of it.
pub(crate) struct Beside<'a> {
    pub(crate) plan: &'a Plan,
    /// What the records are, for run.json: `harm`, `labels`.
    pub(crate) role: &'static str,
    pub(crate) max_rejected: MaxRejected,
}

/// Where rejected rows and words for people go.
pub(crate) struct Outlets<'a> {
    pub(crate) rejected: &'a mut RejectedFile,
    pub(crate) progress: &'a mut Progress,
}

impl Beside<'_> {
    /// Reads all companions; fails where one cannot be read to its end, or more of
    /// it is bad than is allowed: a figure from half a file would pass for the whole.
    pub(crate) fn read<C: Record>(
        &self,
        sources: &[Source],
        mut outlets: Outlets<'_>,
        mut take: impl FnMut(C),
    ) -> anyhow::Result<Vec<Companion>> {
        sources.iter().map(|source| self.read_one(source, &mut outlets, &mut take)).collect()
    }

    fn read_one<C: Record>(
        &self,
        source: &Source,
        outlets: &mut Outlets<'_>,
        take: &mut impl FnMut(C),
    ) -> anyhow::Result<Companion> {
        let name = source.name();
        let (Source::File(path) | Source::Pipe(path)) = source else {
            bail!("{} is not read from {name}: name a file", self.role);
        };
        let mut facts =
            Companion { role: self.role.to_owned(), name: name.clone(), ..Companion::default() };
        let tally = self
            .read_rows(path, outlets, take, &mut facts)
            .map_err(|e| e.context(format!("cannot read {name} as {}", self.role)))?;
        if self.max_rejected.is_exceeded(facts.rejected, facts.rows) {
            let reasons = tally.rows.most_frequent();
            let first = reasons.first().map(|r| format!("{} (first at {})", r.reason, r.first));
            bail!(
                "{} of {} rows of {name} are bad, more than --max-rejected {} allows\n  {}",
                facts.rejected,
                facts.rows,
                self.max_rejected,
                first.unwrap_or_default()
            );
        }
        Ok(facts)
    }

    fn read_rows<C: Record>(
        &self,
        path: &Path,
        outlets: &mut Outlets<'_>,
        take: &mut impl FnMut(C),
        facts: &mut Companion,
    ) -> anyhow::Result<Tally> {
        let (stream, digested) = Digesting::new(File::open(path)?);
        let options =
            Options { map: Default::default(), between: None, ..self.plan.options(0, &[]) };
        let opened = read::open_companion::<C>(Bytes::Stream(Box::new(stream)), &options)?;
        self.say(&opened, facts, outlets.progress);
        let mut tally = Tally::default();
        for batch in opened.batches {
            let batch = batch?;
            facts.rows += batch.rows;
            facts.records += batch.records.len() as u64;
            for rejected in &batch.rejected {
                facts.rejected += u64::from(rejected.scope == Scope::Row);
                outlets.rejected.push_beside(&facts.name, rejected, &mut tally)?;
            }
            batch.records.into_iter().for_each(&mut *take);
        }
        (facts.bytes, facts.sha256) = (digested.bytes(), digested.sha256());
        Ok(tally)
    }

    /// Notes which column was taken for what, and says it.
    fn say<C>(&self, opened: &OpenedCompanion<C>, facts: &mut Companion, progress: &mut Progress) {
        let format = match opened.compression {
            Compression::Plain => opened.format.name().to_owned(),
            packed => format!("{} in {}", opened.format.name(), packed.name()),
        };
        let mapped = |(field, column): &(String, String)| Mapped {
            field: field.clone(),
            column: column.clone(),
        };
        facts.mapping = opened.mapping.iter().map(mapped).collect();
        facts.notes.clone_from(&opened.notes);
        if !opened.unused.is_empty() {
            facts.notes.push(format!("not used: {}", opened.unused.join(", ")));
        }
        let columns =
            Columns { format: &format, mapping: &facts.mapping, unused: &[], notes: &facts.notes };
        if self.plan.say == Say::Columns {
            progress.say(&columns.words(&facts.name));
        }
        facts.format = Some(format);
    }
}
