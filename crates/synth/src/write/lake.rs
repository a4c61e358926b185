//! A lake: Parquet files by UTC day, `day=2026-01-31/part-00000.parquet`, as engines
//! that prune by folder expect them. To writers handed in, one a file.

use super::groups::Groups;
use super::{TruthFile, parquet, stream};
use crate::calendar::{DAY, civil};
use crate::column::Column;
use crate::log::{Cut, Log, Page};
use std::io::{self, Write};

/// Row groups to a file: a million rows, some 30 MB of a compact log. Engines hand
/// files to their workers, and the parts of one day keep a few of them busy.
const PART_GROUPS: usize = 8;

/// Writes the sign-ups to files by day and the truth to `truth`; `open` makes the
/// file of a path below the lake's folder. Calls `beside` with each page written.
///
/// # Errors
/// A writer refused.
pub fn write_lake<W: Write + Send, T: Write + Send>(
    log: &Log,
    mut open: impl FnMut(&str) -> io::Result<W> + Send,
    mut truth: TruthFile<T>,
    mut beside: impl FnMut(&Page) -> io::Result<()> + Send,
) -> io::Result<()> {
    let columns: Vec<Column> = log.columns().iter().collect();
    let shape = parquet::shape(log)?;
    let mut part: Option<Part<W>> = None;
    let prepare = |page: &mut Page| parquet::sheet(page, &columns, log.texts);
    stream(log, Cut::Day, prepare, |batch| {
        let day = batch[0].0.rows[0].time_ms.div_euclid(DAY);
        let number = match part.take() {
            Some(going) if going.day == day && going.groups.count < PART_GROUPS => {
                part = Some(going);
                None
            }
            Some(full) => {
                let number = if full.day == day { full.number + 1 } else { 0 };
                full.groups.close()?;
                Some(number)
            }
            None => Some(0),
        };
        if let Some(number) = number {
            let groups = Groups::create(open(&path(day, number))?, &shape)?;
            part = Some(Part { day, number, groups });
        }
        if let Some(part) = &mut part {
            part.groups.write(|number| parquet::arrays(&batch, columns[number], number))?;
        }
        let pages: Vec<Page> = batch.into_iter().map(|(page, _)| page).collect();
        truth.pages(&pages)?;
        pages.iter().try_for_each(&mut beside)
    })?;
    part.map_or(Ok(()), |part| part.groups.close())?;
    truth.close()
}

/// The file being written.
struct Part<W: Write + Send> {
    day: i64,
    number: u32,
    groups: Groups<W>,
}

fn path(day: i64, number: u32) -> String {
    let (year, month, day) = civil(day);
    format!("day={year:04}-{month:02}-{day:02}/part-{number:05}.parquet")
}
