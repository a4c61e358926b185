//! What was made of a sign-up, as far as whoever asks again is told.

use super::stream::nameless;
use serde::{Deserialize, Serialize};
use verdicts::{Answer, Membership, Policy, Verdict, fail_over};

/// In a line of the journal, and in a snapshot.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Made {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    /// Where another scorer acknowledged it, and which line of theirs it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dragnet_from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dragnet_line: Option<u64>,
    dragnet_verdict: Verdict,
    dragnet_decided: Verdict,
    dragnet_risk: f64,
    #[serde(default)]
    dragnet_campaign: Option<String>,
}

impl Made {
    /// Of an answer; its event is known by its hash.
    pub(super) fn of(answer: &Answer) -> Self {
        Self {
            event_id: None,
            dragnet_from: None,
            dragnet_line: None,
            dragnet_verdict: answer.verdict,
            dragnet_decided: answer.decided,
            dragnet_risk: answer.risk,
            dragnet_campaign: answer.campaign.as_ref().map(|campaign| campaign.id.clone()),
        }
    }

    /// What stands for its event, if anybody may ask about it again.
    pub(super) fn event(&self) -> Option<String> {
        let heard = || Some(nameless(self.dragnet_from.as_ref()?, self.dragnet_line?));
        self.event_id.clone().or_else(heard)
    }

    /// What was answered, without the reasons.
    pub(super) fn answer(self, policy: &Policy) -> Answer {
        Answer {
            verdict: self.dragnet_verdict,
            decided: self.dragnet_decided,
            risk: self.dragnet_risk,
            campaign: self.dragnet_campaign.map(|id| Membership {
                id,
                probability: self.dragnet_risk,
                returned: false,
            }),
            fail_over: false,
            ..fail_over(policy)
        }
    }
}
