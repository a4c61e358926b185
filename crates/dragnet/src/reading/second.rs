//! The second reading, of those chunks only that hold something wanted: the
//! sign-ups behind each figure, and the words for what is shown.

use super::Plan;
use super::first::{First, Rows};
use super::input::Input;
use super::ordered::{self, Sink, Stopped};
use crate::output::evidence;
use crate::progress::Progress;
use anyhow::bail;
use events::SignUp;
use events::read::{Chunk, Taker, Wanted};
use signals::table::account_hash;
use std::ops::Range;

/// What is read again.
pub(crate) struct Pass<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) inputs: &'a [Input],
    pub(crate) first: &'a First,
    /// What of each row is wanted.
    pub(crate) want: &'a (dyn Fn(usize) -> Want + Sync),
}

/// What of a row is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Nothing.
    Nothing,
    /// Its account id.
    Account,
    /// The sign-up.
    Whole,
}

/// What was wanted of one chunk, in the order of its rows.
#[derive(Default)]
pub(crate) struct Again {
    /// Rows of which the account id was wanted.
    pub(crate) accounts: Vec<(usize, String)>,
    /// Rows that were wanted whole.
    pub(crate) signups: Vec<(usize, SignUp)>,
    /// These as lines of evidence.
    pub(crate) lines: Vec<u8>,
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

/// Whether an input still is what it was.
#[derive(PartialEq, Eq)]
enum Same {
    Yes,
    No,
}

/// Reads again what is wanted and hands it to `keep`, in input order; fails where an
/// input is not what it was.
pub(crate) fn read_second(
    pass: &Pass<'_>,
    progress: &mut Progress,
    mut keep: impl FnMut(Again) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let collect = |step| {
        match step {
            Step::Chunk(again) => keep(again)?,
            Step::Done { rows, bytes } => progress.advance(rows, bytes),
            Step::Changed(number) => bail!(
                "{} changed while it was being scanned: scan a copy, or wait until it is complete",
                pass.inputs[number].name
            ),
        }
        Ok(())
    };
    ordered::run(pass.plan.threads, |sink| pass.produce(sink), |step| pass.work(step), collect)
}

impl Pass<'_> {
    fn produce(&self, sink: &mut Sink<Step<ToDo>>) -> Result<(), Stopped> {
        for (number, read) in self.first.inputs.iter().enumerate() {
            // An input of which nothing is wanted need not be opened again.
            if let Some(last) = read.chunks.iter().rposition(|rows| self.is_wanted(rows))
                && self.produce_input(number, last, sink)? == Same::No
            {
                sink.send(Step::Changed(number))?;
            }
            sink.send(Step::Done { rows: read.facts.rows, bytes: read.facts.bytes })?;
        }
        Ok(())
    }

    /// Sends the chunks that are wanted, up to the last of them.
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
            if self.is_wanted(rows) {
                sink.send(Step::Chunk(ToDo { number, rows: *rows, chunk }))?;
            }
        }
        Ok(Same::Yes)
    }

    fn work(&self, step: Step<ToDo>) -> Step<Again> {
        match step {
            Step::Chunk(ToDo { number, rows, chunk }) => match self.again(rows, chunk) {
                Some(again) => Step::Chunk(again),
                None => Step::Changed(number),
            },
            Step::Done { rows, bytes } => Step::Done { rows, bytes },
            Step::Changed(number) => Step::Changed(number),
        }
    }

    fn is_wanted(&self, rows: &Rows) -> bool {
        rows.range().any(|row| (self.want)(row) != Want::Nothing)
    }

    /// What the chunk has; none if its accounts are not those of the first reading.
    fn again(&self, rows: Rows, chunk: Chunk) -> Option<Again> {
        let mut matching =
            Matching { pass: self, seen: 0, left: rows.range(), again: Again::default() };
        chunk.hand_to(&mut matching);
        let is_same = matching.seen == rows.count + rows.repeats && matching.left.is_empty();
        is_same.then_some(matching.again)
    }
}

/// Compares the accounts of a chunk with those of the first reading, and takes
/// what is wanted.
struct Matching<'a> {
    pass: &'a Pass<'a>,
    /// Sign-ups so far, repeats among them.
    seen: usize,
    /// Rows whose accounts are yet to come.
    left: Range<usize>,
    again: Again,
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
        match (self.pass.want)(row) {
            Want::Nothing => Wanted::Nothing,
            Want::Account => {
                self.again.accounts.push((row, account_id.to_owned()));
                Wanted::Nothing
            }
            Want::Whole => Wanted::Whole,
        }
    }

    fn take(&mut self, mut signup: SignUp) {
        // The row that was last asked for.
        let row = self.left.start - 1;
        let Pass { plan, first, .. } = self.pass;
        plan.tables.enrich(&mut signup);
        // Rows of accounts.parquet; of what was carried over there are none.
        let row_there = row.checked_sub(first.table.carried()).map(|row| row as u64);
        evidence::line(&mut self.again.lines, row_there, &signup, &first.extra);
        self.again.signups.push((row, signup));
    }
}
