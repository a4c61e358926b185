//! The sign-ups behind each reason, found in the evidence by the reason's own
//! conditions: what is shown is counted again, not repeated.

use super::ReasonExplained;
use super::subject::Members;
use crate::output::evidence;
use crate::output::pseudonym::Pseudonyms;
use crate::output::shown::Shown;
use campaigns::Reason;
use signals::{Extractor, matches};
use std::path::Path;

/// What was found in the evidence.
pub(super) struct Behind {
    /// The reasons, each with its first sign-ups.
    pub(super) reasons: Vec<ReasonExplained>,
    /// The first of the members asked for.
    pub(super) members: Vec<Shown>,
}

/// Looks through the evidence once; `limit` sign-ups are shown of each.
pub(super) fn look(
    dir: &Path,
    reading: &evidence::Reading,
    reasons: &[Reason],
    members: &Members,
    limit: usize,
    pseudonyms: &Pseudonyms,
) -> anyhow::Result<Behind> {
    let extractor = Extractor::new((0..reading.signals.len() as u16).collect());
    let explained = |reason: &Reason| ReasonExplained {
        reason: pseudonyms.reason(reason.clone()),
        found: 0,
        members: 0,
        behind: Vec::new(),
    };
    let mut behind =
        Behind { reasons: reasons.iter().map(explained).collect(), members: Vec::new() };
    evidence::read(dir, reading, |row, signup| {
        let is_member = members.contain(row);
        if is_member && behind.members.len() < limit.max(1) {
            behind.members.push(Shown::of(signup, pseudonyms));
        }
        for (explained, reason) in behind.reasons.iter_mut().zip(reasons) {
            if matches(&extractor, signup, &reason.conditions) {
                explained.found += 1;
                explained.members += u64::from(is_member);
                if explained.behind.len() < limit {
                    explained.behind.push(Shown::of(signup, pseudonyms));
                }
            }
        }
    })?;
    Ok(behind)
}
