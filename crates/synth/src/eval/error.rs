//! What can be wrong with a truth file or a scan's output, and where.
//! No message carries a value: an account id is personal data.

/// Why an evaluation could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file could not be opened or read.
    #[error("{file}: {source}")]
    Io {
        /// The file as named by the caller.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A needed column is not there.
    #[error("{file}: no column for `{field}`; it may be called {accepted}; the file has: {found}")]
    Column {
        /// The file as named by the caller.
        file: String,
        /// Canonical name of the column.
        field: &'static str,
        /// Names that are understood.
        accepted: String,
        /// Names that the file has.
        found: String,
    },
    /// One row cannot be used.
    #[error("{file}, line {line}, field `{field}`: {reason}")]
    Row {
        /// The file as named by the caller.
        file: String,
        /// 1-based line (text) or row (Parquet).
        line: u64,
        /// The column at fault.
        field: String,
        /// What is wrong, without the value.
        reason: String,
    },
    /// The file as a whole is not what it should be.
    #[error("{file}: {reason}")]
    File {
        /// The file as named by the caller.
        file: String,
        /// What is wrong.
        reason: String,
    },
}

impl EvalError {
    pub(super) fn io(file: &str, source: std::io::Error) -> Self {
        Self::Io { file: file.into(), source }
    }
    pub(super) fn row(file: &str, line: u64, field: &str, reason: impl Into<String>) -> Self {
        Self::Row { file: file.into(), line, field: field.into(), reason: reason.into() }
    }
    pub(super) fn file(file: &str, reason: impl Into<String>) -> Self {
        Self::File { file: file.into(), reason: reason.into() }
    }
    /// A CSV error, with its line where the reader knows it.
    pub(super) fn csv(file: &str, error: csv::Error) -> Self {
        let line = error.position().map(csv::Position::line);
        match (error.into_kind(), line) {
            (csv::ErrorKind::Io(source), _) => Self::io(file, source),
            (csv::ErrorKind::UnequalLengths { expected_len, len, .. }, Some(line)) => Self::row(
                file,
                line,
                "*",
                format!("{len} fields where the header has {expected_len}"),
            ),
            (_, Some(line)) => Self::row(file, line, "*", "not a row of CSV"),
            (_, None) => Self::file(file, "not a CSV file"),
        }
    }
}
