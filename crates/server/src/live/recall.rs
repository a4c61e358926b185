//! Starting again: what was acknowledged is counted again, and whoever asks about it again
//! is told the same.

use super::made::Made;
use super::{Live, NOBODY, segments};
use signals::table::account_hash;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

/// Lines that are read at once.
const LINES: usize = 1_000;

impl Live {
    /// Counts what the journal in `dir` has from line `from` on.
    pub(super) fn recall(&self, dir: &Path, from: u64) -> io::Result<()> {
        let all = segments(dir)?;
        let ends = all.iter().skip(1).map(|later| later.first).chain([u64::MAX]);
        for (segment, end) in all.iter().zip(ends).filter(|(_, end)| *end > from) {
            debug_assert!(segment.first < end, "files are in order");
            let lines = BufReader::new(File::open(&segment.path)?).lines();
            let mut lines = lines.skip(from.saturating_sub(segment.first) as usize);
            loop {
                let some: Vec<String> = lines.by_ref().take(LINES).collect::<Result<_, _>>()?;
                if some.is_empty() {
                    break;
                }
                self.recall_lines(&some);
            }
        }
        Ok(())
    }

    pub(super) fn recall_lines(&self, lines: &[String]) {
        let policy = self.policy();
        let text = lines.join("\n");
        for signup in self.forms.own().read(text.as_bytes(), 1, 0, NOBODY).signups {
            self.engine.take(&self.engine.look(&signup, &policy));
        }
        for line in lines {
            let Ok(made) = serde_json::from_str::<Made>(line) else { continue };
            // A line without an event is nobody's to ask about again, but it may be heard.
            let Some(event) = made.event().as_deref().map(account_hash) else { continue };
            self.seen.remember(event, &Arc::new(made.answer(&policy)));
        }
    }
}
