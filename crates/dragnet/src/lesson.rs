//! What a scan of the last days teaches whoever judges the next sign-up.

use campaigns::{Campaign, Findings, Found, Knowledge, Limits, RISK_MIN};
use signals::{Row, Table};
use std::cmp::Reverse;
use std::collections::{BTreeSet, VecDeque};
use verdicts::{Known, Likeness, Past};

/// Sign-ups that tell what likeness is worth: enough to see one other in a thousand, and
/// about a second's work.
pub(crate) const LIKENESS_ROWS: usize = 40_000;

/// The last sign-ups that were scanned, from which likeness is learned.
#[derive(Debug, Default)]
pub(crate) struct Lesson {
    wanted: BTreeSet<usize>,
    last: VecDeque<Heard>,
}

#[derive(Debug)]
struct Heard {
    /// Its row in the table that is scanned.
    row: usize,
    time_ms: i64,
    signals: Row,
}

impl Lesson {
    /// One that wants to hear of the latest sign-ups of `table`.
    pub(crate) fn of(table: &Table) -> Self {
        let mut rows: Vec<usize> = (0..table.len()).collect();
        rows.sort_unstable_by_key(|row| (Reverse(table.times_ms()[*row]), *row));
        rows.truncate(LIKENESS_ROWS);
        Self { wanted: rows.into_iter().collect(), ..Self::default() }
    }

    /// The rows that it wants to hear of.
    pub(crate) fn rows(&self) -> BTreeSet<usize> {
        self.wanted.clone()
    }

    /// Hears of a sign-up that will be scanned: all of them, in the order of the table.
    pub(crate) fn hear(&mut self, row: usize, time_ms: i64, signals: Row) {
        if self.last.len() == LIKENESS_ROWS {
            self.last.pop_front();
        }
        self.last.push_back(Heard { row, time_ms, signals });
    }

    /// What the scan of `table` tells.
    pub(crate) fn learn(
        self,
        table: &Table,
        found: &Found,
        findings: &Findings,
        limits: &Limits,
    ) -> Known {
        let words = |campaign: &Campaign| {
            let signature = campaign.signature.as_ref()?;
            Some((campaign.id.clone(), signature.words.clone()))
        };
        let signatures = findings.campaigns.iter().filter_map(words).collect();
        let knowledge = Knowledge::of(table, found, limits);
        let likeness = self.likeness(&knowledge, found.risks());
        Known::of(knowledge).with_signatures(signatures).with_likeness(likeness)
    }

    fn likeness(self, knowledge: &Knowledge, risks: &[f32]) -> Likeness {
        let mut last = Vec::from(self.last);
        last.sort_by_key(|heard| (heard.time_ms, heard.row));
        let past = last.iter().map(|heard| Past {
            row: &heard.signals,
            second: u32::try_from(heard.time_ms / 1_000).unwrap_or(0),
            is_suspect: risks[heard.row] >= RISK_MIN,
        });
        Likeness::learn(knowledge, &past.collect::<Vec<_>>())
    }
}
