//! The second reading, of those chunks only that hold evidence: the words
//! behind the signals that are cited, and the sign-ups behind each figure.

use super::Plan;
use super::first::{First, Rows};
use super::input::Input;
use super::ordered::{self, Sink, Stopped};
use crate::output::evidence::{self, Evidence};
use crate::progress::Progress;
use anyhow::bail;
use campaigns::Found;
use events::SignUp;
use events::read::{Chunk, Taker, Wanted};
use signals::Values;
use signals::table::account_hash;
use std::collections::BTreeMap;
use std::ops::Range;

/// What the second reading leaves.
pub(crate) struct Second {
    /// The words behind the signals that are cited.
    pub(crate) values: Values,
    /// The sign-ups of the sampled rows, by row.
    pub(crate) samples: BTreeMap<usize, SignUp>,
}

/// What is read again, and what for.
pub(crate) struct Pass<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) inputs: &'a [Input],
    pub(crate) first: &'a First,
    pub(crate) found: &'a Found,
    /// Rows to keep whole, sorted: samples for the report.
    pub(crate) samples: &'a [usize],
}

enum Step<C> {
    Chunk(C),
    Done { rows: u64, bytes: u64 },
    Changed(usize),
}

struct ToDo {
    number: usize,
    rows: Rows,
    chunk: Chunk,
}

struct Evident {
    signups: Vec<(usize, SignUp)>,
    lines: Vec<u8>,
}

/// Whether an input still is what it was.
#[derive(PartialEq, Eq)]
enum Same {
    Yes,
    No,
}

/// Reads again what holds evidence; fails where an input is not what it was.
pub(crate) fn read_second(
    pass: &Pass<'_>,
    evidence: &mut Evidence,
    progress: &mut Progress,
) -> anyhow::Result<Second> {
    let mut second =
        Second { values: Values::wanting(pass.found.wanted()), samples: BTreeMap::new() };
    let collect = |step| {
        match step {
            Step::Chunk(evident) => keep(pass, evident, evidence, &mut second)?,
            Step::Done { rows, bytes } => progress.advance(rows, bytes),
            Step::Changed(number) => bail!(
                "{} changed while it was being scanned: scan a copy, or wait until it is complete",
                pass.inputs[number].name
            ),
        }
        Ok(())
    };
    ordered::run(pass.plan.threads, |sink| pass.produce(sink), |step| pass.work(step), collect)?;
    Ok(second)
}

fn keep(
    pass: &Pass<'_>,
    evident: Evident,
    evidence: &mut Evidence,
    second: &mut Second,
) -> anyhow::Result<()> {
    evidence.append(&evident.lines)?;
    for (row, signup) in evident.signups {
        second.values.visit(&pass.plan.extractor, &signup);
        if pass.samples.binary_search(&row).is_ok() {
            second.samples.insert(row, signup);
        }
    }
    Ok(())
}

impl Pass<'_> {
    fn produce(&self, sink: &mut Sink<Step<ToDo>>) -> Result<(), Stopped> {
        for (number, read) in self.first.inputs.iter().enumerate() {
            // An input without evidence need not be opened again.
            if let Some(last) = read.chunks.iter().rposition(|rows| self.holds_evidence(rows))
                && self.produce_input(number, last, sink)? == Same::No
            {
                sink.send(Step::Changed(number))?;
            }
            sink.send(Step::Done { rows: read.facts.rows, bytes: read.facts.bytes })?;
        }
        Ok(())
    }

    /// Sends the chunks with evidence, up to the last of them.
    fn produce_input(
        &self,
        number: usize,
        last: usize,
        sink: &mut Sink<Step<ToDo>>,
    ) -> Result<Same, Stopped> {
        let (input, read) = (&self.inputs[number], &self.first.inputs[number]);
        if input.stamp() != read.stamp {
            return Ok(Same::No);
        }
        let options = self.plan.options(number, &self.first.extra);
        let Ok(mut opened) = input.open_again(&options) else {
            return Ok(Same::No);
        };
        for rows in &read.chunks[..=last] {
            let Some(Ok(chunk)) = opened.chunks.next() else {
                return Ok(Same::No);
            };
            if self.holds_evidence(rows) {
                sink.send(Step::Chunk(ToDo { number, rows: *rows, chunk }))?;
            }
        }
        Ok(Same::Yes)
    }

    fn work(&self, step: Step<ToDo>) -> Step<Evident> {
        match step {
            Step::Chunk(ToDo { number, rows, chunk }) => match self.evident(rows, chunk) {
                Some(evident) => Step::Chunk(evident),
                None => Step::Changed(number),
            },
            Step::Done { rows, bytes } => Step::Done { rows, bytes },
            Step::Changed(number) => Step::Changed(number),
        }
    }

    fn holds_evidence(&self, rows: &Rows) -> bool {
        rows.range().any(|row| self.found.is_evidence(row))
    }

    /// The chunk's evidence; none if its accounts are not those of the first reading.
    fn evident(&self, rows: Rows, chunk: Chunk) -> Option<Evident> {
        let mut matching = Matching {
            pass: self,
            seen: 0,
            left: rows.range(),
            evident: Evident { signups: Vec::new(), lines: Vec::new() },
        };
        chunk.hand_to(&mut matching);
        let is_same = matching.seen == rows.count + rows.repeats && matching.left.is_empty();
        is_same.then_some(matching.evident)
    }
}

/// Compares the accounts of a chunk with those of the first reading, and takes
/// the sign-ups that are evidence.
struct Matching<'a> {
    pass: &'a Pass<'a>,
    /// Sign-ups so far, repeats among them.
    seen: usize,
    /// Rows whose accounts are yet to come.
    left: Range<usize>,
    evident: Evident,
}

impl Taker for Matching<'_> {
    fn wants(&mut self, account_id: &str) -> Wanted {
        self.seen += 1;
        let due = self.pass.first.table.accounts();
        // Accounts in the table are distinct: a repeat never equals the
        // row that is due, and what equals it is no repeat.
        if self.left.is_empty() || due[self.left.start] != account_hash(account_id) {
            return Wanted::Nothing;
        }
        let row = self.left.start;
        self.left.start += 1;
        if self.pass.found.is_evidence(row) { Wanted::Whole } else { Wanted::Nothing }
    }

    fn take(&mut self, mut signup: SignUp) {
        // The row that was last asked for.
        let row = self.left.start - 1;
        let Pass { plan, first, .. } = self.pass;
        plan.tables.enrich(&mut signup);
        evidence::line(&mut self.evident.lines, row as u64, &signup, &first.extra);
        self.evident.signups.push((row, signup));
    }
}
