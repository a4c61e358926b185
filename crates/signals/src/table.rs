//! The signals of many sign-ups, column by column, as hashes.
//!
//! A value is kept as 32 bits of its hash. Two values of one kind share them
//! once in four billion pairs; a cell needs several sign-ups alike in two
//! kinds, so a chance meeting cannot make one, and half the memory is saved.

use crate::captcha::Solve;
use crate::{Kind, each};
use events::SignUp;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A signal's value as 32 bits of hash; 0 is "absent".
pub type Hash = u32;

/// Turns sign-ups into columns of signals. Pure, so that chunks can be
/// extracted in parallel and appended in input order.
#[derive(Clone, Debug, Default)]
pub struct Extractor {
    extra_signals: Vec<u16>,
}

impl Extractor {
    /// `extra_signals`: indices of the extra columns that the user named as
    /// signals; beyond the fourth they are ignored.
    pub fn new(extra_signals: Vec<u16>) -> Self {
        Self { extra_signals }
    }

    /// One row per sign-up, in order.
    pub fn extract(&self, signups: &[SignUp]) -> Table {
        let mut table = Table::with_capacity(signups.len());
        for signup in signups {
            self.extract_into(&mut table, signup);
        }
        table
    }

    /// One more row, behind those of `table`.
    pub fn extract_into(&self, table: &mut Table, signup: &SignUp) {
        let mut row = [0; KINDS];
        self.each(signup, &mut |kind, text| row[kind as usize] = hash(kind, text));
        table.push(account_hash(signup.account_id.as_str()), signup.time_ms, &row);
        table.solve.push(Solve::of(signup));
    }

    /// What can be said of one sign-up, for those who look at it by itself.
    pub fn row(&self, signup: &SignUp) -> Row {
        self.row_and_texts(signup, |_, _| ())
    }

    /// The same, and the text of each signal on the way.
    pub fn row_and_texts(&self, signup: &SignUp, mut text_of: impl FnMut(Kind, &str)) -> Row {
        let mut row = Row { account: account_hash(signup.account_id.as_str()), long: [0; KINDS] };
        self.each(signup, &mut |kind, text| {
            row.long[kind as usize] = long_hash(kind, text);
            text_of(kind, text);
        });
        row
    }

    /// Every signal of `signup`, the user's own among them.
    pub(crate) fn each(&self, signup: &SignUp, sink: &mut crate::Sink) {
        each(signup, sink);
        for (kind, column) in Kind::EXTRA.iter().zip(&self.extra_signals) {
            if let Some((_, value)) = signup.extra.iter().find(|(index, _)| index == column) {
                sink(*kind, value);
            }
        }
    }
}

const KINDS: usize = Kind::ALL.len();

/// The 32 bits that stand for a value of a kind; never 0.
pub fn hash(kind: Kind, text: &str) -> Hash {
    short(long_hash(kind, text))
}

/// The 64 bits that stand for a value of a kind; never 0.
pub fn long_hash(kind: Kind, text: &str) -> u64 {
    xxh3_64_with_seed(text.as_bytes(), kind as u64 + 1).max(1)
}

fn short(long: u64) -> Hash {
    ((long ^ (long >> 32)) as u32).max(1)
}

/// The 64 bits that stand for an account id.
pub fn account_hash(account_id: &str) -> u64 {
    xxh3_64_with_seed(account_id.as_bytes(), 0)
}

/// The signals of one sign-up.
#[derive(Clone, Debug)]
pub struct Row {
    account: u64,
    long: [u64; KINDS],
}

impl Row {
    /// Hash of the account id.
    pub fn account(&self) -> u64 {
        self.account
    }

    /// 64 bits that stand for the value of a kind, 0 where it is absent. Keys that are
    /// counted for days are so many that 32 bits would put strangers together.
    pub fn long(&self, kind: Kind) -> u64 {
        self.long[kind as usize]
    }

    /// The 32 bits that a [`Table`] has of it, 0 where it is absent.
    pub fn short(&self, kind: Kind) -> Hash {
        match self.long(kind) {
            0 => 0,
            long => short(long),
        }
    }
}

/// Columns of signals; row `i` is the `i`-th accepted sign-up of the run.
#[derive(Clone, Debug)]
pub struct Table {
    account: Vec<u64>,
    time_ms: Vec<i64>,
    solve: Vec<Solve>,
    columns: Vec<Vec<Hash>>,
    carried: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Table {
    fn with_capacity(rows: usize) -> Self {
        Self {
            account: Vec::with_capacity(rows),
            time_ms: Vec::with_capacity(rows),
            solve: Vec::with_capacity(rows),
            columns: (0..KINDS).map(|_| Vec::with_capacity(rows)).collect(),
            carried: 0,
        }
    }

    fn push(&mut self, account: u64, time_ms: i64, row: &[Hash; KINDS]) {
        self.account.push(account);
        self.time_ms.push(time_ms);
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(*value);
        }
    }

    /// Appends the rows of `other` behind these.
    pub fn append(&mut self, mut other: Table) {
        self.account.append(&mut other.account);
        self.time_ms.append(&mut other.time_ms);
        self.solve.append(&mut other.solve);
        for (column, more) in self.columns.iter_mut().zip(&mut other.columns) {
            column.append(more);
        }
    }

    /// Keeps the rows for which `keep` (one entry a row) is true, in order.
    pub fn retain(&mut self, keep: &[bool]) {
        fn filter<T>(column: &mut Vec<T>, keep: &[bool]) {
            let mut row = 0;
            column.retain(|_| {
                row += 1;
                keep[row - 1]
            });
        }
        filter(&mut self.account, keep);
        filter(&mut self.time_ms, keep);
        filter(&mut self.solve, keep);
        for column in &mut self.columns {
            filter(column, keep);
        }
    }

    /// Says that the first rows were carried over from an earlier run.
    pub fn carry(&mut self, rows: usize) {
        self.carried = rows;
    }

    /// Whether a row was carried over from an earlier run: it tells what it belongs
    /// to, and is not reported again.
    pub fn is_carried(&self, row: u32) -> bool {
        (row as usize) < self.carried
    }

    /// How many rows were; they are the first.
    pub fn carried(&self) -> usize {
        self.carried
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.account.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.account.is_empty()
    }

    /// Hash of the account id of each row: duplicates are found by it, and a
    /// second reading of the input is checked against it.
    pub fn accounts(&self) -> &[u64] {
        &self.account
    }

    /// Time of each row, ms since the epoch.
    pub fn times_ms(&self) -> &[i64] {
        &self.time_ms
    }

    /// How long the challenge of each row took: what [`Kind::Solve`] rounds.
    pub fn solves(&self) -> &[Solve] {
        &self.solve
    }

    /// Values of one kind, one a row, 0 where absent.
    pub fn column(&self, kind: Kind) -> &[Hash] {
        &self.columns[kind as usize]
    }

    /// Forgets a kind of signal, as if the log had never had the column.
    pub fn forget(&mut self, kind: Kind) {
        self.columns[kind as usize].fill(0);
        if kind == Kind::Solve {
            self.solve.fill(Solve::default());
        }
    }

    /// Rows that have a value of this kind.
    pub fn present(&self, kind: Kind) -> usize {
        self.column(kind).iter().filter(|value| **value != 0).count()
    }
}
