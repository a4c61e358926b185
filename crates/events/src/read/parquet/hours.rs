//! When the rows of a file are, by its column of times alone.

use super::{Leaf, damaged, leaves};
use crate::read::open::{OpenedTable, open_table};
use crate::read::{Bytes, Options, ReadError, record};
use std::collections::BTreeMap;

/// Rows per stretch of `span_ms` milliseconds, by the number of the stretch since
/// the epoch. Only the column of times is read; rows without a time that can be
/// taken are left out.
pub fn time_counts(
    bytes: Bytes,
    options: &Options,
    span_ms: i64,
) -> Result<BTreeMap<i64, u64>, ReadError> {
    let OpenedTable { head, rules, times, .. } = open_table(bytes, options)?;
    let at = head.beside(times).position(|beside| beside == times).unwrap_or_default();
    let roots = [head.roots[times]].into();
    let groups: Vec<usize> = (0..head.metadata.metadata().num_row_groups()).collect();
    head.announce(&groups, &roots);
    let (mut counts, mut rows) = (BTreeMap::new(), 0);
    for batch in head.reader(&roots)?.build().map_err(|e| damaged(0, &e))? {
        let batch = batch.map_err(|e| damaged(rows, &e))?;
        rows += batch.num_rows() as u64;
        let arrays = leaves(&batch);
        let Some(leaf) = arrays.get(at).map(Leaf::new) else { continue };
        for row in 0..batch.num_rows() {
            if let Ok(Some(ms)) = record::time_ms(&rules, &leaf.value(row, &rules)) {
                *counts.entry(ms.div_euclid(span_ms)).or_default() += 1;
            }
        }
    }
    Ok(counts)
}
