//! What scans would have known: at every so many hours of the log's own time, the sign-ups
//! of the days before it are scanned. What comes later is not there yet.

use crate::config::Scans;
use crate::lesson::{LIKENESS_ROWS, Lesson};
use campaigns::{Findings, Identity, Limits, find};
use events::SignUp;
use signals::{Extractor, Row, Table};
use std::collections::VecDeque;
use verdicts::Known;

/// The sign-ups that the next scan looks at, and what the last one knows.
pub(super) struct Past {
    plan: Option<Scans>,
    extractor: Extractor,
    table: Table,
    /// The last sign-ups of the table.
    last: VecDeque<(i64, Row)>,
    /// When the next scan is due; none before the first sign-up.
    due_ms: Option<i64>,
    known: Known,
    identities: Vec<Identity>,
    scans: u64,
}

impl Past {
    /// Nothing is known yet; with no plan nothing ever is.
    pub(super) fn new(plan: Option<Scans>) -> Self {
        Self {
            plan,
            extractor: Extractor::default(),
            table: Table::default(),
            last: VecDeque::new(),
            due_ms: None,
            known: Known::default(),
            identities: Vec::new(),
            scans: 0,
        }
    }

    /// What the last scan knows.
    pub(super) fn known(&self) -> &Known {
        &self.known
    }

    /// How many there were.
    pub(super) fn scans(&self) -> u64 {
        self.scans
    }

    /// Scans what came so far, if a scan is due before a sign-up of that time. Scans are due
    /// at whole multiples of the time between them since the epoch, wherever a log begins.
    pub(super) fn scan_before(&mut self, time_ms: i64) {
        let Some(plan) = self.plan else { return };
        let due_ms = *self.due_ms.get_or_insert_with(|| after(time_ms, plan.every_ms));
        if time_ms < due_ms {
            return;
        }
        self.due_ms = Some(after(time_ms, plan.every_ms));
        // Of several that nothing came between, the last knows all that the others do.
        let at_ms = time_ms.div_euclid(plan.every_ms) * plan.every_ms;
        self.forget(at_ms - plan.window_ms);
        if !self.table.is_empty() {
            self.scan();
        }
    }

    /// Takes a sign-up for the next scan.
    pub(super) fn take(&mut self, signup: &SignUp) {
        if self.plan.is_none() {
            return;
        }
        self.extractor.extract_into(&mut self.table, signup);
        if self.last.len() == LIKENESS_ROWS {
            self.last.pop_front();
        }
        self.last.push_back((signup.time_ms, self.extractor.row(signup)));
    }

    fn forget(&mut self, before_ms: i64) {
        let keep: Vec<bool> = self.table.times_ms().iter().map(|time| *time >= before_ms).collect();
        self.table.retain(&keep);
        while self.last.len() > self.table.len() {
            self.last.pop_front();
        }
    }

    fn scan(&mut self) {
        let limits = Limits::default();
        let found = find(&self.table, &limits, &self.identities);
        self.identities = found.identities();
        let mut lesson = Lesson::default();
        let first = self.table.len() - self.last.len();
        for (at, (time_ms, row)) in self.last.iter().enumerate() {
            lesson.hear(first + at, *time_ms, row.clone());
        }
        // The words of signatures are for people; nobody decides by them.
        self.known = lesson.learn(&self.table, &found, &Findings::default(), &limits);
        self.scans += 1;
    }
}

fn after(time_ms: i64, every_ms: i64) -> i64 {
    (time_ms.div_euclid(every_ms) + 1) * every_ms
}
