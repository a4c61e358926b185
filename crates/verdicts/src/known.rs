//! What scans and people know, as far as one sign-up is judged by it.

use crate::counters::Counted;
use crate::likeness::{Common, Likeness};
use campaigns::{Judged, Knowledge};
use signals::Row;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What people decided on campaigns, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Those that were taken down: who fits one of them has come back.
    pub retired: BTreeSet<String>,
    /// Those that were found to be genuine: who fits one of them is no suspect.
    pub cleared: BTreeSet<String>,
}

/// What is known at a time. It is made anew after each scan, and whoever is being judged
/// by the former one ends with that. Copies share what they know.
#[derive(Clone, Debug, Default)]
pub struct Known {
    knowledge: Option<Arc<Knowledge>>,
    likeness: Arc<Likeness>,
    decided: Arc<Decided>,
    /// The signature of each campaign, in words.
    signatures: Arc<BTreeMap<String, String>>,
}

/// A sign-up, as far as it is known.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) judged: Judged,
    /// What tells most of what it has in common with others.
    pub(crate) common: Option<Common>,
    /// The campaign that it fits, if people cleared that.
    pub(crate) cleared: Option<String>,
}

impl Known {
    /// What the last scan tells.
    pub fn of(knowledge: Knowledge) -> Self {
        Self { knowledge: Some(Arc::new(knowledge)), ..Self::default() }
    }

    /// The same, with what likeness tells.
    pub fn with_likeness(self, likeness: Likeness) -> Self {
        Self { likeness: Arc::new(likeness), ..self }
    }

    /// The same, with what people decided.
    pub fn with_decided(self, decided: Arc<Decided>) -> Self {
        Self { decided, ..self }
    }

    /// The same, with the words of signatures by campaign.
    pub fn with_signatures(self, signatures: BTreeMap<String, String>) -> Self {
        Self { signatures: Arc::new(signatures), ..self }
    }

    pub(crate) fn judge(&self, row: &Row, second: u32, counters: &dyn Counted) -> Option<Looked> {
        let knowledge = self.knowledge.as_ref()?;
        let (likeness, common) = self.likeness.of(knowledge, counters, row, second);
        let judged = knowledge.judge(row, likeness);
        match self.cleared(&judged) {
            None => Some(Looked { judged, common, cleared: None }),
            cleared => {
                let judged =
                    Judged { risk: 0.0, fit: None, signature: None, company: None, ..judged };
                Some(Looked { judged, common: None, cleared })
            }
        }
    }

    /// The campaign that it fits or whose signature it meets, if people cleared that.
    fn cleared(&self, judged: &Judged) -> Option<String> {
        let places = judged.fit.map(|(at, _)| at).into_iter().chain(judged.signature);
        let mut ids = places.filter_map(|at| self.campaign(at));
        ids.find(|id| self.decided.cleared.contains(*id)).map(str::to_owned)
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
        self.decided.retired.contains(campaign)
    }

    pub(crate) fn signature_words(&self, campaign: &str) -> Option<&str> {
        self.signatures.get(campaign).map(String::as_str)
    }
}
