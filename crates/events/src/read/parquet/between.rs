//! Which rows of a file lie in a stretch of time: groups by their statistics,
//! rows by the column of times alone, so that the others need not be decoded.

use super::table::Head;
use super::{Leaf, Value, damaged, leaves};
use crate::read::ReadError;
use crate::time::TimeRules;
use arrow::datatypes::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::RowSelection;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;
use std::ops::Range;

/// How far local time may be from UTC: a file's local times say only so much
/// about its instants.
const LOCAL_MS_MAX: i64 = 26 * 60 * 60 * 1000;

/// The numbers of rows, from 1, in ascending order.
#[derive(Clone, Debug, Default)]
pub(in crate::read) struct Lines {
    /// What is left, the next last.
    rest: Vec<Range<u64>>,
    taken: u64,
}

impl Lines {
    /// Of the first so many rows.
    pub(super) fn first(rows: u64) -> Self {
        Self::of(std::slice::from_ref(&(0..rows)))
    }

    /// Of rows counted from 0, in ascending order.
    fn of(rows: &[Range<u64>]) -> Self {
        Self { rest: rows.iter().rev().map(|r| r.start + 1..r.end + 1).collect(), taken: 0 }
    }

    /// How many are left.
    pub(super) fn len(&self) -> u64 {
        self.rest.iter().map(|range| range.end - range.start).sum()
    }

    /// The last one taken.
    pub(in crate::read) fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes the next ones.
    pub(in crate::read) fn take(&mut self, mut count: u64) -> Self {
        let mut taken = Vec::new();
        while count > 0 {
            let Some(next) = self.rest.last_mut() else { break };
            let end = next.end.min(next.start + count);
            taken.push(next.start..end);
            count -= end - next.start;
            self.taken = end - 1;
            next.start = end;
            if next.is_empty() {
                self.rest.pop();
            }
        }
        taken.reverse();
        Self { rest: taken, taken: 0 }
    }

    /// One after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        self.rest.iter().rev().cloned().flatten()
    }
}

/// The rows asked for.
pub(super) struct Selected {
    /// Groups with any of them.
    pub(super) groups: Vec<usize>,
    /// Which of the rows of these groups.
    pub(super) selection: RowSelection,
    pub(super) lines: Lines,
}

/// What is asked.
pub(super) struct Stamps<'a> {
    /// The column of times.
    pub(super) source: usize,
    pub(super) rules: &'a TimeRules,
    /// Milliseconds since the epoch.
    pub(super) between: &'a Range<i64>,
}

/// How much of a group is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    Nothing,
    Some,
    All,
}

/// Finds the rows in time, and those whose time cannot be told, which are for
/// the reader to reject. None: the column is not one of times, and every row has
/// to be looked at.
pub(super) fn select(head: &Head, stamps: &Stamps<'_>) -> Result<Option<Selected>, ReadError> {
    let root = head.roots[stamps.source];
    let &DataType::Timestamp(unit, ref zone) = head.metadata.schema().field(root).data_type()
    else {
        return Ok(None);
    };
    let slack_ms = if zone.is_some() { 0 } else { LOCAL_MS_MAX };
    let metadata = head.metadata.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let leaf = (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == root);
    let share = |group: &RowGroupMetaData| {
        let bounds = leaf.and_then(|leaf| bounds_ms(group, leaf, unit));
        bounds.map_or(Share::Some, |bounds| stamps.share(bounds, slack_ms))
    };
    let shares: Vec<Share> = metadata.row_groups().iter().map(share).collect();
    let groups: Vec<usize> = (0..shares.len()).filter(|&g| shares[g] != Share::Nothing).collect();
    let parts: Vec<usize> = (0..shares.len()).filter(|&g| shares[g] == Share::Some).collect();
    let found = found(head, stamps, &parts)?;
    let mut rows = Rows::default();
    let (mut first, mut found_first) = (0, 0);
    for (share, group) in shares.iter().zip(metadata.row_groups()) {
        let count = u64::try_from(group.num_rows()).unwrap_or_default();
        match share {
            Share::Nothing => {}
            Share::All => rows.push(first, 0..count),
            Share::Some => {
                let group = found_first..found_first + count;
                rows.push_within(first, &found, group);
                found_first += count;
            }
        }
        rows.candidates += if *share == Share::Nothing { 0 } else { count };
        first += count;
    }
    let relative = rows.relative.into_iter().map(|r| r.start as usize..r.end as usize);
    let selection = RowSelection::from_consecutive_ranges(relative, rows.candidates as usize);
    Ok(Some(Selected { groups, selection, lines: Lines::of(&rows.absolute) }))
}

/// Rows asked for, counted in the file and in the groups that are read.
#[derive(Default)]
struct Rows {
    absolute: Vec<Range<u64>>,
    relative: Vec<Range<u64>>,
    /// Rows of the groups so far that are read.
    candidates: u64,
}

impl Rows {
    /// Rows of a group that begins at row `first` of the file.
    fn push(&mut self, first: u64, rows: Range<u64>) {
        push(&mut self.absolute, first + rows.start..first + rows.end);
        push(&mut self.relative, self.candidates + rows.start..self.candidates + rows.end);
    }

    /// The part of `found` that lies in `group`, counted as `found` is.
    fn push_within(&mut self, first: u64, found: &[Range<u64>], group: Range<u64>) {
        let from = found.partition_point(|rows| rows.end <= group.start);
        for rows in found[from..].iter().take_while(|rows| rows.start < group.end) {
            let (start, end) = (rows.start.max(group.start), rows.end.min(group.end));
            self.push(first, start - group.start..end - group.start);
        }
    }
}

/// Appends a range, to the last one where they touch.
fn push(ranges: &mut Vec<Range<u64>>, range: Range<u64>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

/// The rows of some groups that are asked for, counted over these groups.
fn found(head: &Head, stamps: &Stamps<'_>, groups: &[usize]) -> Result<Vec<Range<u64>>, ReadError> {
    let (mut found, mut row) = (Vec::new(), 0);
    if groups.is_empty() {
        return Ok(found);
    }
    let roots = [head.roots[stamps.source]].into();
    head.announce(groups, &roots);
    let builder = head.reader(&roots)?.with_row_groups(groups.to_vec());
    for batch in builder.build().map_err(|e| damaged(0, &e))? {
        let batch = batch.map_err(|e| damaged(row, &e))?;
        let arrays = leaves(&batch);
        let Some(leaf) = arrays.first().map(Leaf::new) else { continue };
        for at in 0..batch.num_rows() {
            if stamps.asks_for(&leaf.value(at, stamps.rules)) {
                push(&mut found, row..row + 1);
            }
            row += 1;
        }
    }
    Ok(found)
}

impl Stamps<'_> {
    fn asks_for(&self, value: &Value<'_>) -> bool {
        match value {
            Value::TimeMs(ms) => self.between.contains(ms),
            _ => true,
        }
    }

    fn share(&self, (least, most): (i64, i64), slack_ms: i64) -> Share {
        let (least, most) = (least.saturating_sub(slack_ms), most.saturating_add(slack_ms));
        if most < self.between.start || least >= self.between.end {
            Share::Nothing
        } else if least >= self.between.start && most < self.between.end {
            Share::All
        } else {
            Share::Some
        }
    }
}

/// The least and the most of a group's times, where it says so of every row.
fn bounds_ms(group: &RowGroupMetaData, leaf: usize, unit: TimeUnit) -> Option<(i64, i64)> {
    let Statistics::Int64(times) = group.column(leaf).statistics()? else { return None };
    if times.null_count_opt() != Some(0) {
        return None;
    }
    Some((ms(*times.min_opt()?, unit)?, ms(*times.max_opt()?, unit)?))
}

/// Milliseconds of a count of units; none where there are too many.
pub(super) fn ms(count: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => count.checked_mul(1000),
        TimeUnit::Millisecond => Some(count),
        TimeUnit::Microsecond => Some(count.div_euclid(1000)),
        TimeUnit::Nanosecond => Some(count.div_euclid(1_000_000)),
    }
}
