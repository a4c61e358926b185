//! A sign-up as a line of the journal: the record's columns as they came, and what was
//! made of it.

use events::columns::Column;
use events::read::{Raw, RawTaker};
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Takes raw rows as JSON objects.
pub(super) struct Lines {
    now_ms: i64,
    latest_ms: i64,
    all: Vec<Map<String, Value>>,
}

impl Lines {
    /// None yet; what is later than `latest_ms` is of now.
    pub(super) fn of(now_ms: i64, latest_ms: i64) -> Self {
        Self { now_ms, latest_ms, all: Vec::new() }
    }
}

impl IntoIterator for Lines {
    type Item = Map<String, Value>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

impl RawTaker for Lines {
    fn take(&mut self, row: Raw<'_>) {
        let mut line = Map::new();
        let mut put = |column: Column, value: Value| {
            line.insert(column.name().to_owned(), value);
        };
        put(Column::AccountId, row.account_id.into_owned().into());
        let is_later = row.time_ms > self.latest_ms;
        put(Column::Timestamp, time(if is_later { self.now_ms } else { row.time_ms }));
        if let Some(asn) = row.asn {
            put(Column::Asn, asn.into());
        }
        if let Some(ms) = row.captcha_issue_ms {
            put(Column::CaptchaIssueTs, time(ms));
        }
        if let Some(ms) = row.captcha_solve_ms {
            put(Column::CaptchaSolveMs, ms.into());
        }
        for (column, text) in Column::ALL.iter().zip(row.texts) {
            if let Some(text) = text {
                put(*column, text.into_owned().into());
            }
        }
        self.all.push(line);
    }
}

fn time(ms: i64) -> Value {
    match Timestamp::from_millisecond(ms) {
        Ok(time) => format!("{time:.3}").into(),
        Err(_) => ms.into(),
    }
}
