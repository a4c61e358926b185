//! Which columns were taken for what, in a few lines.

use super::text;
use crate::output::run::Mapped;

/// Wide enough for all that the record knows, on three lines.
const WIDTH: usize = 100;

/// `signups.csv: CSV, account_id ← user_id, ip, …` and a line for each note.
pub(crate) fn words(name: &str, format: &str, mapping: &[Mapped], notes: &[String]) -> String {
    let column = |mapped: &Mapped| match mapped.field == mapped.column {
        true => mapped.field.clone(),
        false => format!("{} ← {}", mapped.field, mapped.column),
    };
    let columns: Vec<_> = mapping.iter().map(column).collect();
    let mut words = text::wrapped("", &format!("{name}: {format}, {}", columns.join(", ")), WIDTH);
    for note in notes {
        words.push_str(&text::wrapped("  note: ", note, WIDTH));
    }
    words.truncate(words.trim_end().len());
    words
}
