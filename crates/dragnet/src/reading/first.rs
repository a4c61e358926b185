//! The first reading: every sign-up becomes a row of signals. Its account id
//! and time are put aside, repeats and bad rows are set aside with a reason.

use super::input::{Input, Stamp};
use super::ordered;
use super::plan::{Plan, Say};
use super::seen::Seen;
use super::spool::{Entries, Spool};
use super::steps::{Closed, Opened, Raw, Step, produce};
use crate::output::rejected::RejectedFile;
use crate::output::run::{self, Mapped};
use crate::progress::Progress;
use crate::terminal::mapping::Columns;
use events::place::Scope;
use events::read::Taker;
use events::{Rejected, SignUp};
use signals::Table;
use std::collections::BTreeMap;
use std::ops::Range;

/// What the first reading leaves.
pub(crate) struct First {
    /// A row per accepted sign-up, in input order.
    pub(crate) table: Table,
    /// What became of each input, in order.
    pub(crate) inputs: Vec<Read>,
    /// Names of the run's extra columns.
    pub(crate) extra: Vec<String>,
}

/// What became of one input.
pub(crate) struct Read {
    /// For run.json.
    pub(crate) facts: run::Input,
    /// Whether it was carried over from an earlier run.
    pub(super) is_carried: bool,
    pub(super) stamp: Option<Stamp>,
    pub(super) chunks: Vec<Rows>,
}

/// Where a chunk's accepted rows stand in the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub(super) first: usize,
    pub(super) count: usize,
    /// Sign-ups of the chunk that are not in the table: their account was
    /// there before.
    pub(super) repeats: usize,
}

impl First {
    /// What was read, without what was carried over.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &run::Input> {
        self.inputs.iter().filter(|read| !read.is_carried).map(|read| &read.facts)
    }
}

impl Rows {
    pub(super) fn range(&self) -> Range<usize> {
        self.first..self.first + self.count
    }
}

struct Parsed {
    table: Table,
    entries: Entries,
    /// The line of each row of the table.
    lines: Vec<u64>,
    rejected: Vec<Rejected>,
    late: BTreeMap<String, u64>,
    rows: u64,
    outside: u64,
    bytes_so_far: u64,
}

/// Where the accepted and the rejected go.
pub(crate) struct Sinks<'a> {
    /// Account ids, where they are needed in the end.
    pub(crate) spool: Option<&'a mut Spool>,
    pub(crate) rejected: &'a mut RejectedFile,
    pub(crate) progress: &'a mut Progress,
}

/// Reads all inputs once.
pub(crate) fn read_first(plan: &Plan, inputs: &[Input], sinks: Sinks<'_>) -> anyhow::Result<First> {
    let mut extra = plan.signals.clone();
    let mut collector = Collector::new(plan, inputs, sinks);
    ordered::run(
        plan.threads,
        |sink| {
            inputs.iter().enumerate().try_for_each(|(i, input)| {
                let options = plan.first_options(i, &extra);
                produce(plan, (i, input), &options, &mut extra, sink)
            })
        },
        |step| work(plan, step),
        |step| collector.collect(step),
    )?;
    collector.settle_carried();
    Ok(First { table: collector.table, inputs: collector.reads, extra })
}

fn work(plan: &Plan, step: Step<Raw>) -> Step<Parsed> {
    match step {
        Step::Opened(number, opened) => Step::Opened(number, opened),
        Step::Closed(number, closed) => Step::Closed(number, closed),
        Step::Chunk(number, raw) => {
            let mut rows = Extracting {
                plan,
                table: Table::default(),
                entries: Entries::default(),
                lines: Vec::new(),
            };
            let aside = raw.chunk.hand_to(&mut rows);
            let parsed = Parsed {
                table: rows.table,
                entries: rows.entries,
                lines: rows.lines,
                rejected: aside.rejected,
                late: aside.late,
                rows: aside.rows,
                outside: aside.outside,
                bytes_so_far: raw.bytes_so_far,
            };
            Step::Chunk(number, parsed)
        }
    }
}

/// Keeps of each sign-up what the first reading is about.
struct Extracting<'a> {
    plan: &'a Plan,
    table: Table,
    entries: Entries,
    lines: Vec<u64>,
}

impl Taker for Extracting<'_> {
    fn take(&mut self, mut signup: SignUp) {
        self.plan.tables.enrich(&mut signup);
        self.plan.extractor.extract_into(&mut self.table, &signup);
        self.entries.push(&signup.account_id);
        self.lines.push(signup.place.line);
    }
}

struct Collector<'a> {
    plan: &'a Plan,
    table: Table,
    seen: Seen,
    reads: Vec<Read>,
    sinks: Sinks<'a>,
    bytes_shown: u64,
    mapping_shown: Vec<Mapped>,
}

impl<'a> Collector<'a> {
    fn new(plan: &'a Plan, inputs: &[Input], sinks: Sinks<'a>) -> Self {
        let read = |(number, input): (usize, &Input)| Read {
            is_carried: plan.carries(number),
            facts: run::Input { name: input.name.clone(), ..run::Input::default() },
            stamp: input.stamp(),
            chunks: Vec::new(),
        };
        Self {
            plan,
            table: Table::default(),
            seen: Seen::default(),
            reads: inputs.iter().enumerate().map(read).collect(),
            sinks,
            bytes_shown: 0,
            mapping_shown: Vec::new(),
        }
    }

    fn collect(&mut self, step: Step<Parsed>) -> anyhow::Result<()> {
        match step {
            Step::Opened(number, opened) => {
                self.opened(number, *opened);
                Ok(())
            }
            Step::Chunk(number, parsed) => self.chunk(number, parsed),
            Step::Closed(number, closed) => self.closed(number, *closed),
        }
    }

    fn opened(&mut self, number: usize, opened: Opened) {
        let read = &mut self.reads[number];
        self.bytes_shown = 0;
        // A folder of logs of one kind shows its columns once.
        let is_told = self.mapping_shown == opened.mapping && opened.notes.is_empty();
        if !is_told && !read.is_carried {
            let columns = Columns {
                format: &opened.format,
                mapping: &opened.mapping,
                unused: &opened.unused,
                notes: &opened.notes,
            };
            let shown = columns.words(&read.facts.name);
            if self.plan.say == Say::Columns {
                self.sinks.progress.say(&shown);
            }
            self.mapping_shown.clone_from(&opened.mapping);
        }
        read.facts.outside = opened.outside;
        read.facts.format = Some(opened.format);
        read.facts.mapping = opened.mapping;
        read.facts.unused_columns = opened.unused;
        read.facts.notes = opened.notes;
    }

    fn chunk(&mut self, number: usize, mut parsed: Parsed) -> anyhow::Result<()> {
        let is_carried = self.plan.carries(number);
        let repeats = if is_carried { 0 } else { self.set_repeats_aside(number, &mut parsed) };
        let read = &mut self.reads[number];
        let rows = Rows { first: self.table.len(), count: parsed.table.len(), repeats };
        read.chunks.push(rows);
        read.facts.rows += parsed.rows;
        read.facts.outside += parsed.outside;
        read.facts.signups += rows.count as u64;
        for rejected in &parsed.rejected {
            read.facts.rejected += u64::from(rejected.scope == Scope::Row);
            self.sinks.rejected.push(&read.facts.name, rejected)?;
        }
        for (column, values) in parsed.late {
            *read.facts.late_columns.entry(column).or_default() += values;
        }
        if let Some(spool) = self.sinks.spool.as_mut().filter(|_| !is_carried) {
            spool.append(&parsed.entries)?;
        }
        self.table.append(parsed.table);
        self.sinks
            .progress
            .advance(parsed.rows, parsed.bytes_so_far.saturating_sub(self.bytes_shown));
        self.bytes_shown = parsed.bytes_so_far;
        Ok(())
    }

    /// What is carried over stands back behind what is read anew: a log that goes on
    /// has the accounts of the earlier run as well.
    fn settle_carried(&mut self) {
        let carried =
            self.reads.iter().enumerate().filter(|(number, _)| self.plan.carries(*number));
        let rows: usize = carried.flat_map(|(_, read)| &read.chunks).map(|rows| rows.count).sum();
        let is_live = |account: &u64| !self.seen.contains(*account);
        let mut keep: Vec<bool> = self.table.accounts()[..rows].iter().map(is_live).collect();
        let mut gone = 0;
        for rows in self.reads.iter_mut().flat_map(|read| &mut read.chunks) {
            let dead =
                keep.get(rows.range()).map_or(0, |keep| keep.iter().filter(|k| !**k).count());
            rows.first -= gone;
            rows.count -= dead;
            rows.repeats += dead;
            gone += dead;
        }
        if gone > 0 {
            keep.resize(self.table.len(), true);
            self.table.retain(&keep);
        }
        self.table.carry(rows - gone);
    }

    /// An account signs up once: of rows with the same id the first counts.
    fn set_repeats_aside(&mut self, number: usize, parsed: &mut Parsed) -> usize {
        let accounts = parsed.table.accounts();
        let is_new: Vec<bool> = accounts.iter().map(|&account| self.seen.insert(account)).collect();
        let repeats = is_new.iter().filter(|is_new| !**is_new).count();
        if repeats == 0 {
            return 0;
        }
        parsed.table.retain(&is_new);
        parsed.entries.retain(&is_new);
        let repeated = is_new.iter().zip(&parsed.lines).filter(|(is_new, _)| !**is_new);
        parsed.rejected.extend(repeated.map(|(_, &line)| repeat(number, line)));
        parsed.rejected.sort_by_key(|rejected| rejected.line);
        repeats
    }

    fn closed(&mut self, number: usize, closed: Closed) -> anyhow::Result<()> {
        let read = &mut self.reads[number];
        (read.facts.bytes, read.facts.sha256) = (closed.bytes, closed.sha256);
        if let Some(problem) = closed.problem {
            self.sinks.rejected.push_input(&read.facts.name, &problem)?;
            read.facts.problem = Some(problem);
        }
        Ok(())
    }
}

fn repeat(number: usize, line: u64) -> Rejected {
    Rejected {
        input: number as u32,
        line,
        field: Some("account_id".to_owned()),
        reason: "repeats an earlier row".to_owned(),
        scope: Scope::Row,
    }
}
