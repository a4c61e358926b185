//! Sign-ups in columns: as many columns as are filled and fit.

use super::{faint, text, units};
use crate::output::shown::Shown;

/// No column is wider than this: a longer value is cut.
const COLUMN_MAX: usize = 34;

/// A line per sign-up, under a line of names; nothing for no sign-up.
pub(crate) fn table(signups: &[Shown], indent: usize, width: usize) -> String {
    if signups.is_empty() {
        return String::new();
    }
    let columns = fitting(signups, width.saturating_sub(indent));
    let lines = (0..=signups.len()).map(|line| {
        let cells: Vec<_> = columns.iter().map(|column| column.cell(line)).collect();
        let cells = format!("{:indent$}{}", "", cells.join("  "));
        let cells = cells.trim_end();
        format!("{}\n", if line == 0 { faint(cells) } else { cells.to_owned() })
    });
    lines.collect()
}

struct Column {
    /// The name, then a value per sign-up.
    cells: Vec<String>,
    width: usize,
}

impl Column {
    fn new(name: &str, values: impl Iterator<Item = String>) -> Self {
        let cells = std::iter::once(name.to_owned())
            .chain(values.map(|value| text::cut(&value, COLUMN_MAX)));
        let cells: Vec<_> = cells.collect();
        let width = cells.iter().map(|cell| console::measure_text_width(cell)).max().unwrap_or(0);
        Self { cells, width }
    }

    fn is_filled(&self) -> bool {
        self.cells[1..].iter().any(|cell| !cell.is_empty())
    }

    fn cell(&self, line: usize) -> String {
        console::pad_str(&self.cells[line], self.width, console::Alignment::Left, None).into_owned()
    }
}

/// The first columns, in the order of what tells most, that fit.
fn fitting(signups: &[Shown], width: usize) -> Vec<Column> {
    let of = |name, value: fn(&Shown) -> String| Column::new(name, signups.iter().map(value));
    let all = [
        of("time (UTC)", |s| units::second(s.time_ms)),
        of("account", |s| s.account.clone()),
        of("username", |s| s.username.clone()),
        of("e-mail", |s| s.email.clone()),
        of("network", |s| s.network.clone()),
        of("device", |s| s.device.clone()),
        of("TLS client", |s| s.tls.clone()),
        of("captcha", |s| s.captcha.clone()),
    ];
    let mut used = 0;
    let filled = all.into_iter().filter(Column::is_filled);
    filled
        .filter(|column| {
            let fits = used + column.width <= width;
            used += if fits { column.width + 2 } else { 0 };
            fits
        })
        .collect()
}
