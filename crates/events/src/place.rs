//! Where a row stands in the input, and what was wrong with it.

use serde::Serialize;

/// A row's place: which input (index into the inputs of the run) and which
/// line (1-based; for Parquet the 1-based row).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index into the run's inputs.
    pub input: u32,
    /// 1-based line (text formats) or row (Parquet).
    pub line: u64,
}

/// A row, or one field of it, that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Index into the run's inputs; the caller knows its name.
    #[serde(skip)]
    pub input: u32,
    /// 1-based line or row.
    pub line: u64,
    /// Canonical name of the field at fault, if one field is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, without the value: a value may be personal data.
    pub reason: String,
    /// What was set aside.
    pub scope: Scope,
}

/// What a [`Rejected`] sets aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The whole row: it is not among the sign-ups.
    Row,
    /// One optional field: the row was kept without it.
    Field,
}
