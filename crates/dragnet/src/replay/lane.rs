//! One policy on its way through a log, with counters of its own.

use super::tally::Tally;
use events::SignUp;
use signals::Extractor;
use verdicts::{Answer, Engine, Known, Phase, Policy};

/// A policy, and what came of it so far.
pub(super) struct Lane {
    pub(super) policy: Policy,
    pub(super) tally: Tally,
    engine: Engine,
}

impl Lane {
    /// Counts what the policy asks for, of `keys_max` values at a time.
    pub(super) fn new(policy: Policy, keys_max: usize) -> Self {
        let engine = Engine::new(Extractor::default(), policy.plan(), keys_max);
        Self { tally: Tally::of(&policy), policy, engine }
    }

    /// Counts a sign-up, and answers as the service does once the account exists; no
    /// answer where nobody wants to know it.
    pub(super) fn judge(&self, signup: &SignUp, known: &Known, is_told: bool) -> Option<Answer> {
        let asked = self.engine.look(signup, &self.policy);
        if !is_told {
            self.engine.take(&asked);
            return None;
        }
        Some(self.engine.answer(&asked, Phase::After, &self.policy, known))
    }
}
