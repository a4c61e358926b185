//! What a person sees in the terminal: colour, tables, wrapped text. Results
//! go to standard output; progress, warnings and errors to standard error.

pub(crate) mod actor;
pub(crate) mod bench;
pub(crate) mod campaigns;
pub(crate) mod captcha;
pub(crate) mod explanation;
pub(crate) mod graph;
pub(crate) mod harm;
pub(crate) mod labels;
pub(crate) mod mapping;
pub(crate) mod policy;
pub(crate) mod replay;
pub(crate) mod signups;
pub(crate) mod sparkline;
pub(crate) mod summary;
pub(crate) mod text;
pub(crate) mod trends;
pub(crate) mod units;

use clap::ColorChoice;
use console::Style;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Widest line that is still read with ease; also the width of a pipe.
const WIDTH_MAX: usize = 100;
const WIDTH_DEFAULT: usize = 80;
/// Narrower, and the campaign table would break its own columns.
const WIDTH_MIN: usize = 60;

/// Decides once whether colour is used, on both streams.
pub(crate) fn choose_color(choice: ColorChoice) {
    // `console` has looked at NO_COLOR, CLICOLOR and the terminal already.
    if choice != ColorChoice::Auto {
        let always = choice == ColorChoice::Always;
        console::set_colors_enabled(always);
        console::set_colors_enabled_stderr(always);
    }
}

/// A line to standard error, the only way in this crate; a closed stream is
/// no reason to fail.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes a finished text to standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes a list: its lines, or a document under `name`; where it is empty, `none`.
pub(crate) fn list<T>(
    all: &[T],
    is_json: bool,
    name: &str,
    none: &str,
    document: impl Fn(&T) -> Value,
    line: impl Fn(&T) -> String,
) -> anyhow::Result<()> {
    let shown = match (is_json, all.is_empty()) {
        (true, _) => {
            let all: Vec<Value> = all.iter().map(document).collect();
            format!("{}\n", serde_json::to_string_pretty(&json!({ name: all }))?)
        }
        (false, true) => format!("{none}\n"),
        (false, false) => all.iter().map(line).collect(),
    };
    Ok(print(&shown)?)
}

/// Columns that a line may take.
pub(crate) fn width() -> usize {
    let columns = console::Term::stdout().size_checked().map(|(_, columns)| columns as usize);
    columns.unwrap_or(WIDTH_DEFAULT).clamp(WIDTH_MIN, WIDTH_MAX)
}

/// Marks an error or a warning on standard error.
pub(crate) fn alarm(text: &str) -> String {
    Style::new().red().bold().for_stderr().apply_to(text).to_string()
}

/// A heading on standard output.
pub(crate) fn heading(text: &str) -> String {
    Style::new().bold().apply_to(text).to_string()
}

/// Something of less weight on standard output.
pub(crate) fn faint(text: &str) -> String {
    Style::new().dim().apply_to(text).to_string()
}

/// A risk, red where it is high.
pub(crate) fn risk(risk: f64) -> String {
    let text = format!("{risk:.2}");
    let style = match risk {
        r if r >= 0.9 => Style::new().red().bold(),
        r if r >= 0.5 => Style::new().yellow(),
        _ => Style::new(),
    };
    style.apply_to(text).to_string()
}
