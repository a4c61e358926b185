//! Lists of values, each for as long as somebody decided.

use signals::Kind;
use std::collections::HashMap;

/// Values of a kind.
#[derive(Debug)]
pub(super) struct List {
    pub(super) kind: Kind,
    /// Until when each holds, in milliseconds since the epoch.
    pub(super) values: HashMap<String, i64>,
}

impl List {
    pub(super) fn holds(&self, value: &str, now_ms: i64) -> bool {
        self.values.get(value).is_some_and(|until| now_ms < *until)
    }
}
