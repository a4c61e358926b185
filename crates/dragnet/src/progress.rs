//! The progress bar, on standard error and only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// How often the bar moves by itself, so that a long step is seen to be alive.
const TICK: Duration = Duration::from_millis(100);

/// Whether progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// Where standard error is a terminal.
    OnTerminal,
    /// Never.
    Never,
}

/// One bar at a time, a step each.
#[derive(Debug)]
pub(crate) struct Progress {
    show: Show,
    bar: ProgressBar,
    begun: Instant,
    rows: u64,
}

impl Progress {
    /// Nothing is shown before the first step.
    pub(crate) fn new(show: Show) -> Self {
        Self { show, bar: ProgressBar::hidden(), begun: Instant::now(), rows: 0 }
    }

    /// Begins a step over so many bytes.
    pub(crate) fn bytes(&mut self, step: &'static str, total: u64) {
        // A pipe's length is not known: the bar becomes a spinner.
        let template = match total {
            0 => "{spinner} {prefix} {msg}",
            _ => "{prefix:<9} {bar:20.cyan} {percent:>3} %  {msg}  {eta} left",
        };
        self.start(step, total, template);
    }

    /// Begins a step over so many rows.
    pub(crate) fn rows(&mut self, step: &'static str, total: u64) {
        self.bytes(step, total);
    }

    /// Begins a step that cannot say how far it is.
    pub(crate) fn step(&mut self, step: &'static str) {
        self.start(step, 0, "{spinner} {prefix}  {elapsed}");
    }

    /// So many more rows and bytes are done.
    pub(crate) fn advance(&mut self, rows: u64, bytes: u64) {
        self.rows += rows;
        self.bar.inc(bytes);
        if !self.bar.is_hidden() {
            let per_second = self.rows as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
            self.bar.set_message(format!(
                "{} rows  {} rows/s",
                short(self.rows as f64),
                short(per_second)
            ));
        }
    }

    /// A line above the bar.
    pub(crate) fn say(&self, line: &str) {
        self.bar.suspend(|| crate::terminal::say(line));
    }

    /// Takes the bar away.
    pub(crate) fn clear(&mut self) {
        self.bar.finish_and_clear();
    }

    fn start(&mut self, step: &'static str, total: u64, template: &str) {
        self.clear();
        let target = match self.show {
            Show::OnTerminal if io::stderr().is_terminal() => ProgressDrawTarget::stderr(),
            _ => ProgressDrawTarget::hidden(),
        };
        self.bar = ProgressBar::with_draw_target(Some(total), target).with_prefix(step);
        self.bar
            .set_style(ProgressStyle::with_template(template).expect("a template of this file"));
        self.bar.enable_steady_tick(TICK);
        self.begun = Instant::now();
        self.rows = 0;
    }
}

/// `1.2 M`, `340 k`, `12`.
fn short(n: f64) -> String {
    match n {
        n if n >= 1e6 => format!("{:.1} M", n / 1e6),
        n if n >= 1e4 => format!("{:.0} k", n / 1e3),
        n => format!("{n:.0}"),
    }
}
