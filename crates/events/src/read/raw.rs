//! A row as it stands in its input, for whoever stores it to be read again:
//! texts are not normalised, so that a later reading finds what this one did.

use crate::columns::Column;
use std::borrow::Cow;

/// A row that has an account and a time.
#[derive(Clone)]
pub struct Raw<'r> {
    /// The account that was opened.
    pub account_id: Cow<'r, str>,
    /// When, in milliseconds since the epoch.
    pub time_ms: i64,
    /// Autonomous system.
    pub asn: Option<u32>,
    /// When the challenge was issued, in milliseconds since the epoch.
    pub captcha_issue_ms: Option<i64>,
    /// How long it took to solve, in milliseconds.
    pub captcha_solve_ms: Option<u32>,
    /// The other columns of the record, by [`Column`]; none where it is not
    /// one of text.
    pub texts: [Option<Cow<'r, str>>; Column::COUNT],
    /// Columns that the record does not know: (index into the run's extra
    /// columns, value).
    pub extra: Vec<(u16, Box<str>)>,
}

impl Raw<'_> {
    /// Whether a column is among [`Raw::texts`].
    pub fn is_text(column: Column) -> bool {
        !matches!(
            column,
            Column::AccountId
                | Column::Timestamp
                | Column::Asn
                | Column::CaptchaIssueTs
                | Column::CaptchaSolveMs
        )
    }
}

/// Takes rows as they stand in the input.
pub trait RawTaker {
    /// Takes the next row.
    fn take(&mut self, row: Raw<'_>);
}
