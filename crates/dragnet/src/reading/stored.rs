//! The reading of an ingest: rows as they stand, set in columns on all threads,
//! gathered by day, and handed on in the order of the input, day by day, before
//! they are too many. Every row is kept, repeats too: what a row means is for
//! later readings to say.

use super::Input;
use super::ordered;
use super::plan::{Plan, Say};
use super::steps::{Closed, Opened, Raw, Step, produce};
use crate::output::rejected::RejectedFile;
use crate::output::run::{self, Mapped};
use crate::progress::Progress;
use crate::terminal::mapping::Columns;
use anyhow::bail;
use dragnet::lake::{Block, DayRows};
use events::place::Scope;
use events::read::{Aside, Options};

/// Bytes of rows that are held: some million with all columns. Beyond it, the
/// largest days are written, down to half, so that an input in any order makes
/// few files.
const HELD_BYTES_MAX: usize = 512 * 1024 * 1024;
const HELD_BYTES_LEFT: usize = HELD_BYTES_MAX / 2;

/// Rows of a day that make a file: some hundred megabytes at most, which is what
/// query engines like, and a handful of row groups.
const FILE_ROWS_MAX: usize = 1024 * 1024;

/// Digits of an input's checksum that name its rows where it has no accounts.
const NAME_DIGITS: usize = 12;

/// The rows of some days.
pub(crate) type Days = Vec<(i64, Block)>;

/// Where rows go.
pub(crate) struct Storing<'a> {
    /// Takes the rows of some days, with the names of the extra columns so far.
    pub(crate) days: &'a mut dyn FnMut(Days, &[String]) -> anyhow::Result<()>,
    pub(crate) rejected: &'a mut RejectedFile,
    pub(crate) progress: &'a mut Progress,
}

/// An input and its checksum.
pub(crate) type Digested = (Input, String);

struct Set {
    block: Block,
    aside: Aside,
    bytes_so_far: u64,
}

/// Reads all inputs once and says what became of each; fails where one is not what it was when its checksum
/// was taken, or cannot be read to its end.
pub(crate) fn read_rows<'a>(
    plan: &'a Plan,
    inputs: &'a [Digested],
    storing: Storing<'a>,
) -> anyhow::Result<Vec<run::Input>> {
    let mut extra = Vec::new();
    let mut collector = Collector {
        plan,
        digests: inputs.iter().map(|(_, sha256)| sha256.as_str()).collect(),
        rows: DayRows::default(),
        extra: Vec::new(),
        reads: inputs
            .iter()
            .map(|(input, _)| run::Input { name: input.name.clone(), ..run::Input::default() })
            .collect(),
        storing,
        bytes_shown: 0,
        mapping_shown: Vec::new(),
    };
    ordered::run(
        plan.threads,
        |sink| {
            inputs.iter().enumerate().try_for_each(|(number, (input, sha256))| {
                let rows_of = sha256.get(..NAME_DIGITS).map(str::to_owned);
                let options = Options { rows_of, ..plan.options(number, &extra) };
                produce(plan, (number, input), &options, &mut extra, sink)
            })
        },
        work,
        |step| collector.collect(step),
    )?;
    collector.store_while(|rows| rows.take_first())?;
    Ok(collector.reads)
}

fn work(step: Step<Raw>) -> Step<Set> {
    match step {
        Step::Opened(number, opened) => Step::Opened(number, opened),
        Step::Closed(number, closed) => Step::Closed(number, closed),
        Step::Chunk(number, raw) => {
            let mut block = Block::default();
            let aside = raw.chunk.hand_raw_to(&mut block);
            Step::Chunk(number, Set { block, aside, bytes_so_far: raw.bytes_so_far })
        }
    }
}

struct Collector<'a> {
    plan: &'a Plan,
    digests: Vec<&'a str>,
    rows: DayRows,
    extra: Vec<String>,
    reads: Vec<run::Input>,
    storing: Storing<'a>,
    bytes_shown: u64,
    mapping_shown: Vec<Mapped>,
}

impl Collector<'_> {
    fn collect(&mut self, step: Step<Set>) -> anyhow::Result<()> {
        match step {
            Step::Opened(number, opened) => {
                self.opened(number, *opened);
                Ok(())
            }
            Step::Chunk(number, set) => self.chunk(number, set),
            Step::Closed(number, closed) => self.closed(number, *closed),
        }
    }

    fn opened(&mut self, number: usize, opened: Opened) {
        let read = &mut self.reads[number];
        self.bytes_shown = 0;
        self.extra = opened.extra;
        // A folder of logs of one kind shows its columns once. Unknown columns
        // are kept like the others, so they are no news.
        let is_new = self.mapping_shown != opened.mapping || !opened.notes.is_empty();
        if is_new && self.plan.say == Say::Columns {
            let columns = Columns {
                format: &opened.format,
                mapping: &opened.mapping,
                unused: &[],
                notes: &opened.notes,
            };
            self.storing.progress.say(&columns.words(&read.name));
        }
        self.mapping_shown.clone_from(&opened.mapping);
        read.format = Some(opened.format);
        read.mapping = opened.mapping;
        read.notes = opened.notes;
    }

    fn chunk(&mut self, number: usize, set: Set) -> anyhow::Result<()> {
        let read = &mut self.reads[number];
        read.rows += set.aside.rows;
        read.signups += set.block.len() as u64;
        for rejected in &set.aside.rejected {
            read.rejected += u64::from(rejected.scope == Scope::Row);
            self.storing.rejected.push(&read.name, rejected)?;
        }
        for (column, values) in set.aside.late {
            *read.late_columns.entry(column).or_default() += values;
        }
        let bytes = set.bytes_so_far.saturating_sub(self.bytes_shown);
        self.storing.progress.advance(set.aside.rows, bytes);
        self.bytes_shown = set.bytes_so_far;
        self.rows.push(&set.block);
        self.store_what_is_much()
    }

    fn store_what_is_much(&mut self) -> anyhow::Result<()> {
        self.store_while(|rows| rows.take_full(FILE_ROWS_MAX))?;
        if self.rows.bytes() <= HELD_BYTES_MAX {
            return Ok(());
        }
        self.store_while(|rows| match rows.bytes() {
            0..=HELD_BYTES_LEFT => None,
            _ => rows.take_largest(),
        })
    }

    /// Hands on the days that `take` gives, as many at a time as there are threads.
    fn store_while(
        &mut self,
        mut take: impl FnMut(&mut DayRows) -> Option<(i64, Block)>,
    ) -> anyhow::Result<()> {
        loop {
            let days: Days =
                std::iter::from_fn(|| take(&mut self.rows)).take(self.plan.threads).collect();
            if days.is_empty() {
                return Ok(());
            }
            (self.storing.days)(days, &self.extra)?;
        }
    }

    fn closed(&mut self, number: usize, closed: Closed) -> anyhow::Result<()> {
        let read = &mut self.reads[number];
        if closed.sha256 != self.digests[number] {
            bail!(
                "{} changed while it was being ingested: ingest a copy, or wait until it is complete",
                read.name
            );
        }
        (read.bytes, read.sha256) = (closed.bytes, closed.sha256);
        if let Some(problem) = closed.problem {
            // Rows before it are among others already. Half a file would be there
            // twice once the file is mended and ingested again.
            if read.format.is_some() {
                bail!(
                    "{}: {problem}\nNothing was ingested: mend the file or leave it out",
                    read.name
                );
            }
            self.storing.rejected.push_input(&read.name, &problem)?;
            read.problem = Some(problem);
        }
        Ok(())
    }
}
