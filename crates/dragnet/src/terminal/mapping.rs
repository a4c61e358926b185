//! Which columns were taken for what, in a few lines.

use super::text;
use crate::output::run::Mapped;

/// Wide enough for all that the record knows, on three lines.
const WIDTH: usize = 100;

/// A log may have hundreds of columns; run.json names them all.
const UNUSED_SHOWN_MAX: usize = 12;

/// What was made of an input's columns.
pub(crate) struct Columns<'a> {
    pub(crate) format: &'a str,
    pub(crate) mapping: &'a [Mapped],
    pub(crate) unused: &'a [String],
    pub(crate) notes: &'a [String],
}

impl Columns<'_> {
    /// `signups.csv: CSV, account_id ← user_id, ip, …` and a line for each note.
    pub(crate) fn words(&self, name: &str) -> String {
        let column = |mapped: &Mapped| match mapped.field == mapped.column {
            true => mapped.field.clone(),
            false => format!("{} ← {}", mapped.field, mapped.column),
        };
        let columns: Vec<_> = self.mapping.iter().map(column).collect();
        let first = format!("{name}: {}, {}", self.format, columns.join(", "));
        let mut words = text::wrapped("", &first, WIDTH);
        if !self.unused.is_empty() {
            words.push_str(&text::wrapped("  not used: ", &self.unused_words(), WIDTH));
        }
        for note in self.notes {
            words.push_str(&text::wrapped("  note: ", note, WIDTH));
        }
        words.truncate(words.trim_end().len());
        words
    }

    fn unused_words(&self) -> String {
        let shown: Vec<_> = self.unused.iter().take(UNUSED_SHOWN_MAX).map(String::as_str).collect();
        let more = match self.unused.len().saturating_sub(UNUSED_SHOWN_MAX) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{more} (--signal COLUMN makes one a signal)", shown.join(", "))
    }
}
