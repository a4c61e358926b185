//! Lists of values, each for as long as somebody decided.

use signals::Kind;
use std::collections::HashMap;

/// Values of a kind.
#[derive(Debug)]
pub(super) struct List {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Its line in the file.
    pub(super) line: usize,
    /// Until when each holds, in milliseconds since the epoch.
    pub(super) values: HashMap<String, i64>,
    /// Those that end, in the order of the file.
    pub(super) ends: Vec<End>,
}

/// An entry that ends.
#[derive(Debug)]
pub(super) struct End {
    pub(super) value: String,
    /// As it is written.
    pub(super) until: String,
    pub(super) until_ms: i64,
    pub(super) line: usize,
}

impl List {
    pub(super) fn holds(&self, value: &str, now_ms: i64) -> bool {
        self.values.get(value).is_some_and(|until| now_ms < *until)
    }
}
