//! After a start: what the journal has is counted again, and events that were answered
//! are known again.

use super::journal::segments;
use super::stream::nameless;
use super::{Live, NOBODY};
use serde::Deserialize;
use signals::table::account_hash;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use verdicts::{Answer, Membership, Verdict, fail_over};

/// What was made of a sign-up, as its line tells.
#[derive(Deserialize)]
struct Made {
    event_id: Option<String>,
    /// Where another scorer acknowledged it.
    dragnet_from: Option<String>,
    dragnet_line: Option<u64>,
    dragnet_verdict: Verdict,
    dragnet_decided: Verdict,
    dragnet_risk: f64,
    dragnet_campaign: Option<String>,
}

/// Lines that are read at once.
const LINES: usize = 1_000;

impl Made {
    fn event(&self) -> Option<String> {
        let heard = || Some(nameless(self.dragnet_from.as_ref()?, self.dragnet_line?));
        self.event_id.clone().or_else(heard)
    }
}

impl Live {
    /// Counts what the journal in `dir` has again; how many sign-ups that were.
    pub(super) fn recall(&self, dir: &Path) -> io::Result<u64> {
        let mut count = 0;
        for segment in segments(dir)? {
            let mut lines = BufReader::new(File::open(&segment.path)?).lines();
            loop {
                let some: Vec<String> = lines.by_ref().take(LINES).collect::<Result<_, _>>()?;
                if some.is_empty() {
                    break;
                }
                count += some.len() as u64;
                self.recall_lines(&some);
            }
        }
        Ok(count)
    }

    pub(super) fn recall_lines(&self, lines: &[String]) {
        let policy = self.policy();
        let text = lines.join("\n");
        for signup in self.form.read(text.as_bytes(), 1, 0, NOBODY).signups {
            self.engine.take(&self.engine.look(&signup, &policy));
        }
        for line in lines {
            let Ok(made) = serde_json::from_str::<Made>(line) else { continue };
            // A line without an event is nobody's to ask about again, but it may be heard.
            let Some(event) = made.event() else { continue };
            let answer = Answer {
                verdict: made.dragnet_verdict,
                decided: made.dragnet_decided,
                risk: made.dragnet_risk,
                campaign: made.dragnet_campaign.map(|id| Membership {
                    id,
                    probability: made.dragnet_risk,
                    returned: false,
                }),
                fail_over: false,
                ..fail_over(&policy)
            };
            self.seen.remember(account_hash(&event), &Arc::new(answer));
        }
    }
}
