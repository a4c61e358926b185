//! What was made of a sign-up, as far as whoever asks again is told.

use serde::{Deserialize, Serialize};
use verdicts::{Answer, Membership, Policy, Verdict, fail_over};

/// In a line of the journal, and in a snapshot.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Made {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event_id: Option<String>,
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
            dragnet_verdict: answer.verdict,
            dragnet_decided: answer.decided,
            dragnet_risk: answer.risk,
            dragnet_campaign: answer.campaign.as_ref().map(|campaign| campaign.id.clone()),
        }
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
