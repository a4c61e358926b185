//! One window, looked at by itself.

use super::cut::Window;
use super::part::{Account, Facts, Piece, Sampled, Writing};
use super::sample::Quota;
use crate::cpu::Stopwatch;
use crate::output::Folder;
use crate::output::folder::Earlier;
use crate::output::rejected::RejectedFile;
use crate::output::run::{self, Timing};
use crate::progress::{Progress, Show};
use crate::reading::{Again, First, Input, Pass, Plan, Sinks, Want, read_first, read_second};
use campaigns::Limits;
use campaigns::labels::Known;
use campaigns::parts::{self, Part};
use dragnet::lake::HOUR_MS;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;

/// Accounts below this risk and in no campaign are not listed: they are nine of ten.
const LISTED_MIN: f32 = 0.01;

/// What is the same for every window.
pub(crate) struct Task<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) limits: &'a Limits,
    /// What of it may come into the sample.
    pub(crate) quota: Quota,
    /// What its steps are timed with.
    pub(crate) stopwatch: fn() -> Stopwatch,
}

impl Task<'_> {
    /// Looks at a `window`, the files of which are `inputs`, with so many threads, and
    /// leaves its part at `dir`.
    pub(crate) fn look(
        &self,
        window: &Window,
        inputs: &[Input],
        threads: usize,
        dir: &Path,
    ) -> anyhow::Result<()> {
        let folder = Folder::begin(dir, Earlier::Keep)?;
        let plan = self.plan.within(window.between.clone(), threads);
        let mut clock = Clock::begin((self.stopwatch)());
        let mut rejected = RejectedFile::begin(&folder)?;
        let mut progress = Progress::new(Show::Never);
        let sinks = Sinks { spool: None, rejected: &mut rejected, progress: &mut progress };
        let first = read_first(&plan, inputs, sinks)?;
        rejected.finish()?;
        clock.timed("read");
        let part = self.find(&first, &clock);
        clock.timed("find");
        let seen = Seen::of(self, &first, &part);
        let mut writing = Writing::begin(&folder)?;
        let want = |row: usize| seen.want(row);
        let pass = Pass { plan: &plan, inputs, first: &first, want: &want };
        read_second(&pass, &mut progress, |again| seen.write(again, &mut writing))?;
        clock.timed("list");
        writing.finish(&folder, &seen.facts(window, clock))?;
        folder.finish()
    }

    fn find(&self, first: &First, clock: &Clock) -> Part {
        if first.table.len() == first.table.carried() {
            return Part::default();
        }
        parts::part(&first.table, self.limits, &Known::default(), &|pass| clock.pass(pass))
    }
}

/// What takes how long.
struct Clock {
    step: Stopwatch,
    timings: Vec<Timing>,
    pass: Cell<Stopwatch>,
    passes: RefCell<Vec<Timing>>,
}

impl Clock {
    fn begin(step: Stopwatch) -> Self {
        let (timings, passes) = (Vec::new(), RefCell::default());
        Self { step, timings, pass: Cell::new(step), passes }
    }

    fn timed(&mut self, step: &str) {
        self.timings.push(self.step.lap(step));
        self.pass.set(self.step);
    }

    fn pass(&self, pass: campaigns::Pass) {
        let mut lap = self.pass.get();
        self.passes.borrow_mut().push(lap.lap(pass.name()));
        self.pass.set(lap);
    }
}

/// A window whose campaigns are known.
struct Seen<'a> {
    first: &'a First,
    part: &'a Part,
    piece_of: Vec<Option<u32>>,
    /// By row, whether it is in the sample.
    is_sampled: Vec<bool>,
    quota: Quota,
}

impl<'a> Seen<'a> {
    fn of(task: &Task<'_>, first: &'a First, part: &'a Part) -> Self {
        let accounts = first.table.accounts();
        let mut piece_of = vec![None; accounts.len()];
        for (index, piece) in (0..).zip(&part.pieces) {
            for row in &piece.rows {
                piece_of[*row as usize] = Some(index);
            }
        }
        let is_background = |row: usize| {
            piece_of[row].is_none()
                && !first.table.is_carried(row as u32)
                && accounts[row] <= task.quota.background_max
        };
        let mut is_sampled: Vec<bool> = (0..accounts.len()).map(is_background).collect();
        for piece in &part.pieces {
            task.quota.members(&piece.rows, accounts).for_each(|row| is_sampled[row] = true);
        }
        Self { first, part, piece_of, is_sampled, quota: task.quota }
    }

    fn want(&self, row: usize) -> Want {
        match row {
            row if self.first.table.is_carried(row as u32) => Want::Nothing,
            row if self.is_sampled[row] => Want::Whole,
            row if self.part.risk[row] >= LISTED_MIN || self.piece_of[row].is_some() => {
                Want::Account
            }
            _ => Want::Nothing,
        }
    }

    /// Writes one chunk, its rows in order.
    fn write(&self, again: Again, writing: &mut Writing) -> anyhow::Result<()> {
        let mut accounts = again.accounts.into_iter().peekable();
        let lines = again.lines.split(|byte| *byte == b'\n');
        for ((row, signup), line) in again.signups.iter().zip(lines) {
            while let Some((before, id)) = accounts.next_if(|(other, _)| other < row) {
                writing.list(&self.account(before, id))?;
            }
            writing.list(&self.account(*row, signup.account_id.as_str().to_owned()))?;
            writing.sample(&Sampled {
                risk: self.part.risk[*row],
                piece: self.piece_of[*row],
                account: self.first.table.accounts()[*row],
                line: String::from_utf8_lossy(line).into_owned(),
            })?;
        }
        for (row, id) in accounts {
            writing.list(&self.account(row, id))?;
        }
        Ok(())
    }

    fn account(&self, row: usize, id: String) -> Account {
        let (risk, piece) = (self.part.risk[row], self.piece_of[row]);
        Account { risk, piece, is_sampled: self.is_sampled[row], id }
    }

    fn facts(&self, window: &Window, clock: Clock) -> Facts {
        let read: Vec<&run::Input> = self.first.facts().collect();
        let mapped = read.iter().max_by_key(|facts| facts.mapping.len());
        Facts {
            window: window.clone(),
            rows: read.iter().map(|facts| facts.rows).sum(),
            signups: read.iter().map(|facts| facts.signups).sum(),
            mapping: mapped.map(|facts| facts.mapping.clone()).unwrap_or_default(),
            unused_columns: mapped.map(|facts| facts.unused_columns.clone()).unwrap_or_default(),
            problem: read
                .iter()
                .find_map(|facts| Some(format!("{}: {}", facts.name, facts.problem.as_ref()?))),
            share: self.part.share.clone(),
            missing: self.part.missing.clone(),
            pieces: self.part.pieces.iter().map(|piece| self.piece(piece)).collect(),
            timings: clock.timings,
            passes: clock.passes.into_inner(),
        }
    }

    fn piece(&self, piece: &parts::Piece) -> Piece {
        let (table, rows) = (&self.first.table, &piece.rows);
        let times: Vec<i64> = rows.iter().map(|row| table.times_ms()[*row as usize]).collect();
        let mut hours = BTreeMap::new();
        for time in &times {
            *hours.entry(time.div_euclid(HOUR_MS)).or_default() += 1;
        }
        let sample = self.quota.members(rows, table.accounts());
        let mut sample: Vec<u64> = sample.map(|row| table.accounts()[row]).collect();
        sample.sort_unstable();
        Piece {
            kind: piece.kind,
            accounts: rows.len() as u64,
            risk: rows.iter().map(|row| f64::from(self.part.risk[*row as usize])).sum(),
            first_ms: times.iter().copied().min().unwrap_or_default(),
            last_ms: times.iter().copied().max().unwrap_or_default(),
            hours,
            sample,
        }
    }
}
