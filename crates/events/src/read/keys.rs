//! Columns of formats whose rows name their own values (JSON, XML): any row may
//! lack one, and a rare one may first turn up past the head.

use super::record::Recorder;
use super::row::{Row, Value};
use crate::columns::{Column, Layout, known};
use std::collections::{BTreeMap, HashMap};

/// Longest name that is looked up, in bytes: a longer one is data in a key.
pub(super) const NAME_BYTES_MAX: usize = 1024;

/// What stands for any longer one.
pub(super) const LONG_NAME: &str = "(a name longer than 1024 bytes)";

/// Most late names remembered per row.
const UNKEPT_MAX: usize = 64;

/// Most late names whose meaning is remembered per chunk; beyond it they are
/// worked out each time.
const LATE_SLOTS_MAX: usize = 1024;

/// Where the value of a key goes.
#[derive(Clone, Debug, Default)]
struct Slot {
    columns: Vec<Column>,
    extra: Option<u16>,
    /// Where two late keys of one row mean the same column, the lower wins.
    rank: u32,
}

/// What each key means; fixed by the head and the options, so that chunks can
/// be parsed in any order.
#[derive(Debug)]
pub(super) struct Keys {
    names: Vec<String>,
    slots: Vec<Slot>,
    index: HashMap<String, usize>,
    /// Columns that the user maps from keys which the head lacks.
    promised: BTreeMap<String, Column>,
    /// Columns that no key of the head holds: a late key may.
    free: [bool; Column::COUNT],
    extra: BTreeMap<String, u16>,
}

impl Keys {
    /// `promised`: the user's map; `extra`: all extra columns of the run.
    pub(super) fn new(
        names: &[String],
        layout: &Layout,
        map: &BTreeMap<String, String>,
        extra: &[String],
    ) -> Self {
        let mut slots = vec![Slot::default(); names.len()];
        for &column in Column::ALL {
            if let Some(source) = layout.sources[column as usize] {
                slots[source].columns.push(column);
            }
        }
        for &(source, index) in &layout.extras {
            slots[source].extra = Some(index);
        }
        let mut free = layout.sources.map(|source| source.is_none());
        free[Column::AccountId as usize] &= !layout.row_ids;
        let mut promised = BTreeMap::new();
        for (column, source) in map {
            if let Some(column) = Column::parse(column).filter(|&column| free[column as usize]) {
                let dotted = source.strip_prefix('/').map(|pointer| pointer.replace('/', "."));
                promised.insert(dotted.unwrap_or_else(|| source.clone()), column);
                free[column as usize] = false;
            }
        }
        Self {
            index: names.iter().cloned().enumerate().map(|(at, name)| (name, at)).collect(),
            names: names.to_vec(),
            slots,
            promised,
            free,
            extra: extra.iter().cloned().zip(0..).collect(),
        }
    }

    fn late(&self, name: &str) -> Slot {
        let column = self.promised.get(name).map(|&column| (column, 0));
        let column = column.or_else(|| {
            let known = known(name).filter(|known| self.free[known.column as usize])?;
            Some((known.column, known.rank + 1))
        });
        match column {
            Some((column, rank)) => Slot { columns: vec![column], extra: None, rank },
            None => Slot { extra: self.extra.get(name).copied(), ..Slot::default() },
        }
    }
}

/// Fills rows key by key.
pub(super) struct Filler<'k, 'a> {
    keys: &'k Keys,
    row: Row<'a>,
    ranks: [u32; Column::COUNT],
    /// The key that comes next if this row is like the head's.
    next: usize,
    late: HashMap<String, Slot>,
    /// Late keys of this row that are not kept.
    unkept: Vec<String>,
}

impl<'k, 'a> Filler<'k, 'a> {
    pub(super) fn new(keys: &'k Keys) -> Self {
        Self {
            keys,
            row: Row::default(),
            ranks: [u32::MAX; Column::COUNT],
            next: 0,
            late: HashMap::new(),
            unkept: Vec::new(),
        }
    }

    /// Forgets the row before.
    pub(super) fn start(&mut self) {
        self.row.values.fill_with(Value::default);
        self.row.extra.clear();
        self.ranks = [u32::MAX; Column::COUNT];
        self.next = 0;
        self.unkept.clear();
    }

    /// Hands the row on.
    pub(super) fn record(&mut self, line: u64, recorder: &mut Recorder<'_>) {
        // Keys of one object have no order; its extra columns get one. Of a
        // repeated key the last value counts, as for other JSON readers.
        self.row.extra.reverse();
        self.row.extra.sort_by_key(|(index, _)| *index);
        self.row.extra.dedup_by_key(|(index, _)| *index);
        recorder.row(line, &self.row);
        for name in &self.unkept {
            recorder.late(name);
        }
    }

    /// Takes one value.
    pub(super) fn put(&mut self, name: &str, value: Value<'a>) {
        if self.keys.names.get(self.next).is_none_or(|next| next != name) {
            match self.keys.index.get(name) {
                Some(&at) => self.next = at,
                None => return self.put_late(name, value),
            }
        }
        let slot = &self.keys.slots[self.next];
        self.next += 1;
        place(slot, value, &mut self.row, &mut self.ranks);
    }

    fn put_late(&mut self, name: &str, value: Value<'a>) {
        if matches!(value, Value::Absent) {
            return;
        }
        if !self.late.contains_key(name) {
            if self.late.len() >= LATE_SLOTS_MAX {
                self.late.clear();
            }
            self.late.insert(name.into(), self.keys.late(name));
        }
        match self.late.get(name) {
            Some(slot) if !slot.columns.is_empty() || slot.extra.is_some() => {
                place(slot, value, &mut self.row, &mut self.ranks);
            }
            _ if self.unkept.len() < UNKEPT_MAX => self.unkept.push(name.into()),
            _ => {}
        }
    }
}

fn place<'a>(slot: &Slot, value: Value<'a>, row: &mut Row<'a>, ranks: &mut [u32; Column::COUNT]) {
    for &column in &slot.columns {
        if slot.rank <= ranks[column as usize] {
            ranks[column as usize] = slot.rank;
            row.values[column as usize] = value.clone();
        }
    }
    if let Some(index) = slot.extra {
        row.extra.push((index, value));
    }
}
