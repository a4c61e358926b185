//! What scans and people know, as far as one sign-up is judged by it.

use crate::counters::Counted;
use crate::likeness::{Common, Likeness};
use campaigns::{Judged, Knowledge};
use signals::Row;
use std::collections::{BTreeMap, BTreeSet};

/// What is known at a time. It is made anew after each scan, and whoever is being judged
/// by the former one ends with that.
#[derive(Debug, Default)]
pub struct Known {
    knowledge: Option<Knowledge>,
    likeness: Likeness,
    /// Campaigns that were taken down.
    retired: BTreeSet<String>,
    /// The signature of each campaign, in words.
    signatures: BTreeMap<String, String>,
}

impl Known {
    /// What the last scan tells.
    pub fn of(knowledge: Knowledge) -> Self {
        Self { knowledge: Some(knowledge), ..Self::default() }
    }

    /// The same, with what likeness tells.
    pub fn with_likeness(mut self, likeness: Likeness) -> Self {
        self.likeness = likeness;
        self
    }

    /// The same, with the ids of campaigns that were taken down: who fits one of them has
    /// come back.
    pub fn with_retired(mut self, retired: BTreeSet<String>) -> Self {
        self.retired = retired;
        self
    }

    /// The same, with the words of signatures by campaign.
    pub fn with_signatures(mut self, signatures: BTreeMap<String, String>) -> Self {
        self.signatures = signatures;
        self
    }

    pub(crate) fn judge(
        &self,
        row: &Row,
        second: u32,
        counters: &dyn Counted,
    ) -> Option<(Judged, Option<Common>)> {
        let knowledge = self.knowledge.as_ref()?;
        let (likeness, common) = self.likeness.of(knowledge, counters, row, second);
        Some((knowledge.judge(row, likeness), common))
    }

    /// Whether it asks what the last sign-ups with a value of this kind were like.
    pub(crate) fn asks_for_last(&self, kind: signals::Kind) -> bool {
        self.knowledge.is_some() && self.likeness.resources().any(|own| own == kind)
    }

    /// The id of the campaign at a place; none of an organisation, which is no campaign.
    pub(crate) fn campaign(&self, at: usize) -> Option<&str> {
        let known = self.knowledge.as_ref()?.campaigns().get(at)?;
        (known.kind == campaigns::Kind::Factory).then_some(&known.id)
    }

    pub(crate) fn has_returned(&self, campaign: &str) -> bool {
        self.retired.contains(campaign)
    }

    pub(crate) fn signature_words(&self, campaign: &str) -> Option<&str> {
        self.signatures.get(campaign).map(String::as_str)
    }
}
