//! Rows on their way into a lake, column by column: a chunk's, in the order of
//! the input, and a day's, from all chunks so far.

use super::{DAY_MS, HOUR_MS};
use events::columns::Column;
use events::read::{Raw, RawTaker};
use std::collections::BTreeMap;
use std::ops::Range;

/// Texts of a column, one behind the other. An empty one stands for none:
/// readers give no empty texts.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
}

/// Rows by column.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub(super) times_ms: Vec<i64>,
    pub(super) accounts: Texts,
    /// Those of [`Raw::texts`], by column.
    pub(super) texts: BTreeMap<usize, Texts>,
    /// Columns that the record does not know, by index.
    pub(super) extra: BTreeMap<u16, Texts>,
    /// 0 where there is none, as on the wire.
    pub(super) asn: Vec<u32>,
    pub(super) captcha_issue_ms: Vec<Option<i64>>,
    pub(super) captcha_solve_ms: Vec<Option<u32>>,
}

impl Texts {
    /// Text number `at`, if there is one.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let range = self.range(at..at + 1);
        Some(&self.text[range]).filter(|text| !text.is_empty())
    }

    fn push(&mut self, at: usize, text: &str) {
        self.pad(at);
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// The rows of `from` go behind the first `at`.
    fn append(&mut self, at: usize, from: &Self, rows: Range<usize>) {
        self.pad(at);
        let bytes = from.range(rows.clone());
        let (start, begin) = (self.text.len(), bytes.start);
        self.text.push_str(&from.text[bytes]);
        let known = rows.start.min(from.ends.len())..rows.end.min(from.ends.len());
        self.ends.extend(from.ends[known].iter().map(|end| end - begin + start));
    }

    /// Rows so far that had no text.
    fn pad(&mut self, rows: usize) {
        self.ends.resize(rows, self.text.len());
    }

    /// Where the texts of some rows are; the last rows may have none.
    fn range(&self, rows: Range<usize>) -> Range<usize> {
        let before = |row: usize| match row.min(self.ends.len()) {
            0 => 0,
            row => self.ends[row - 1],
        };
        before(rows.start)..before(rows.end)
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<usize>()
    }
}

impl RawTaker for Block {
    fn take(&mut self, row: Raw<'_>) {
        let at = self.times_ms.len();
        self.times_ms.push(row.time_ms);
        self.accounts.push(at, &row.account_id);
        self.asn.push(row.asn.unwrap_or(0));
        self.captcha_issue_ms.push(row.captcha_issue_ms);
        self.captcha_solve_ms.push(row.captcha_solve_ms);
        for (column, text) in row.texts.iter().enumerate() {
            if let Some(text) = text {
                self.texts.entry(column).or_default().push(at, text);
            }
        }
        for (index, text) in &row.extra {
            self.extra.entry(*index).or_default().push(at, text);
        }
    }
}

impl Block {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.times_ms.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.times_ms.is_empty()
    }

    /// Its rows by day: stretches of rows of one day, as they come.
    pub fn days(&self) -> Vec<(i64, Range<usize>)> {
        let mut days: Vec<(i64, Range<usize>)> = Vec::new();
        for (at, time_ms) in self.times_ms.iter().enumerate() {
            let day = time_ms.div_euclid(DAY_MS);
            match days.last_mut() {
                Some((last, rows)) if *last == day => rows.end = at + 1,
                _ => days.push((day, at..at + 1)),
            }
        }
        days
    }

    /// Appends some rows of another block.
    fn append(&mut self, from: &Self, rows: Range<usize>) {
        let at = self.times_ms.len();
        self.times_ms.extend_from_slice(&from.times_ms[rows.clone()]);
        self.asn.extend_from_slice(&from.asn[rows.clone()]);
        self.captcha_issue_ms.extend_from_slice(&from.captcha_issue_ms[rows.clone()]);
        self.captcha_solve_ms.extend_from_slice(&from.captcha_solve_ms[rows.clone()]);
        self.accounts.append(at, &from.accounts, rows.clone());
        for (column, texts) in &from.texts {
            self.texts.entry(*column).or_default().append(at, texts, rows.clone());
        }
        for (index, texts) in &from.extra {
            self.extra.entry(*index).or_default().append(at, texts, rows.clone());
        }
    }

    fn bytes(&self) -> usize {
        let row = size_of::<(i64, u32, Option<i64>, Option<u32>)>();
        let texts = self.texts.values().chain(self.extra.values()).chain([&self.accounts]);
        self.times_ms.len() * row + texts.map(Texts::bytes).sum::<usize>()
    }

    /// The order in which rows are written: by time, then account, then as they came.
    pub(super) fn order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.times_ms.len() as u32).collect();
        let key = |&at: &u32| (self.times_ms[at as usize], self.accounts.get(at as usize));
        // Stable, and fast where a log is in order already.
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        order
    }

    /// Rows per hour, by the hour's number since the epoch.
    pub(super) fn hours(&self) -> BTreeMap<i64, u64> {
        let mut hours = BTreeMap::new();
        for time_ms in &self.times_ms {
            *hours.entry(time_ms.div_euclid(HOUR_MS)).or_default() += 1;
        }
        hours
    }

    /// The columns of text that have any, in the record's order.
    pub(super) fn columns(&self) -> impl Iterator<Item = (Column, &Texts)> {
        self.texts.iter().map(|(&column, texts)| (Column::ALL[column], texts))
    }
}

/// The rows of days that are not written yet.
#[derive(Debug, Default)]
pub struct DayRows {
    days: BTreeMap<i64, (Block, usize)>,
    bytes: usize,
}

impl DayRows {
    /// Takes the rows of a chunk.
    pub fn push(&mut self, block: &Block) {
        let mut touched: Vec<i64> = Vec::new();
        for (day, rows) in block.days() {
            self.days.entry(day).or_default().0.append(block, rows);
            touched.push(day);
        }
        touched.sort_unstable();
        touched.dedup();
        for day in touched {
            let (block, counted) = self.days.entry(day).or_default();
            let bytes = block.bytes();
            self.bytes += bytes - *counted;
            *counted = bytes;
        }
    }

    /// About how many bytes it holds.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes out a day that has so many rows.
    pub fn take_full(&mut self, rows: usize) -> Option<(i64, Block)> {
        let day = *self.days.iter().find(|(_, (block, _))| block.len() >= rows)?.0;
        self.take(day)
    }

    /// Takes out the day that holds most.
    pub fn take_largest(&mut self) -> Option<(i64, Block)> {
        // The earliest of equals.
        let most = self.days.iter().max_by_key(|(day, (_, bytes))| (*bytes, -**day))?;
        self.take(*most.0)
    }

    /// Takes out the first day.
    pub fn take_first(&mut self) -> Option<(i64, Block)> {
        let day = *self.days.first_key_value()?.0;
        self.take(day)
    }

    fn take(&mut self, day: i64) -> Option<(i64, Block)> {
        let (block, bytes) = self.days.remove(&day)?;
        self.bytes -= bytes;
        Some((day, block))
    }
}
