//! From a sign-up to an answer.

use crate::answer::{Answer, Membership, PolicyUsed, Reason};
use crate::counters::{self, Counted, Counters, Key, Larger, Plan, Told, Window};
use crate::known::{Known, Looked};
use crate::likeness::Likeness;
use crate::policy::{Decision, Fact, Facts, Met, Mode, Name, Policy};
use crate::verdict::{Phase, Verdict};
use campaigns::Judged;
use events::SignUp;
use signals::{Extractor, Kind, Row};
use std::collections::BTreeMap;

/// Who answers. What is known and the policy are given with each question: they change
/// while sign-ups come, and the counters do not.
#[derive(Debug)]
pub struct Engine {
    extractor: Extractor,
    counters: Counters,
}

/// A sign-up, once it was looked at.
#[derive(Debug)]
pub struct Asked {
    row: Row,
    texts: Vec<(Kind, Box<str>)>,
    /// Milliseconds since the epoch.
    at_ms: i64,
}

impl Engine {
    /// One that counts what `plan` says and keeps what likeness is seen in, for `keys_max`
    /// keys.
    pub fn new(extractor: Extractor, mut plan: Plan, keys_max: usize) -> Self {
        Likeness::plan(&mut plan);
        Self { extractor, counters: Counters::new(plan, keys_max) }
    }

    /// From now on counts what `plan` says too.
    pub fn count_too(&self, plan: &Plan) {
        self.counters.extend(plan);
    }

    /// What it counts.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Looks at a sign-up, of which `policy` asks for some texts.
    pub fn look(&self, signup: &SignUp, policy: &Policy) -> Asked {
        let mut texts = Vec::new();
        let row = self.extractor.row_and_texts(signup, |kind, text| {
            if policy.asks_for(kind) {
                texts.push((kind, text.into()));
            }
        });
        Asked { row, texts, at_ms: signup.time_ms }
    }

    /// Counts a sign-up: once it is known that it happened.
    pub fn take(&self, asked: &Asked) {
        self.counters.add(&asked.row, asked.second());
    }

    /// What to do with a sign-up. One that happened is counted with this: what others have
    /// in common with it is asked for before, how many there are after.
    pub fn answer(&self, asked: &Asked, phase: Phase, policy: &Policy, known: &Known) -> Answer {
        self.answer_by(asked, phase, (policy, known), &self.counters)
    }

    /// The same, where others told what they counted too.
    pub fn answer_told(
        &self,
        asked: &Asked,
        phase: Phase,
        (policy, known): (&Policy, &Known),
        told: &Told,
    ) -> Answer {
        self.answer_by(asked, phase, (policy, known), &Larger { own: &self.counters, told })
    }

    fn answer_by(
        &self,
        asked: &Asked,
        phase: Phase,
        (policy, known): (&Policy, &Known),
        counters: &dyn Counted,
    ) -> Answer {
        let looked = known.judge(&asked.row, asked.second(), counters);
        if phase == Phase::After {
            self.take(asked);
        }
        let facts = Of { asked, phase, looked: looked.as_ref(), counters, policy, known };
        let decision = policy.decide(&facts);
        let decided = decision.verdict.unwrap_or(Verdict::Allow);
        Answer {
            verdict: if policy.mode() == Mode::Act { decided } else { Verdict::Allow },
            decided,
            risk: facts.risk(),
            reasons: facts.reasons(&decision),
            campaign: facts.membership(),
            signature: facts.signature().map(str::to_owned),
            labels: labels(policy, &decision),
            policy: policy.used_for(&decision),
            degraded: Vec::new(),
            fail_over: false,
        }
    }

    /// What there is to know of a sign-up's keys from counters that are shared, and what
    /// is to be counted there.
    pub fn keys(&self, asked: &Asked, policy: &Policy, known: &Known) -> Vec<Key> {
        let plan = self.counters.plan();
        let all = plan.all().iter().enumerate();
        all.filter_map(|(by, kept)| {
            let value = counters::key(&asked.row, kept.kind)?;
            let behind = kept.behind.iter().map(|b| (b.kind, asked.row.short(b.kind)));
            let is_last_asked = known.asks_for_last(kept.kind);
            let (mut counts, mut distinct) = (Vec::new(), Vec::new());
            for name in policy.names() {
                match name {
                    Name::Count(kind, window) if kind == kept.kind => counts.push(window),
                    Name::Distinct(what, kind, window) if kind == kept.kind => {
                        let at = kept.behind.iter().position(|b| b.kind == what);
                        distinct.extend(at.map(|at| (at, window)));
                    }
                    _ => {}
                }
            }
            let (behind, kind) = (behind.collect(), kept.kind);
            Some(Key { by, kind, value, behind, counts, distinct, is_last_asked })
        })
        .collect()
    }
}

impl Asked {
    /// When it was, in seconds since the epoch.
    pub fn second(&self) -> u32 {
        (self.at_ms / 1_000).clamp(0, i64::from(u32::MAX)) as u32
    }

    fn text(&self, kind: Kind) -> &str {
        let found = self.texts.iter().find(|(own, _)| *own == kind);
        found.map_or("", |(_, text)| text)
    }
}

/// What is answered where there was no time to look.
pub fn fail_over(policy: &Policy) -> Answer {
    let verdict = policy.fail_over().answer;
    Answer {
        verdict: if policy.mode() == Mode::Act { verdict } else { Verdict::Allow },
        decided: verdict,
        risk: 0.0,
        reasons: Vec::new(),
        campaign: None,
        signature: None,
        labels: Vec::new(),
        policy: policy.used(),
        degraded: Vec::new(),
        fail_over: true,
    }
}

fn labels(policy: &Policy, decision: &Decision) -> Vec<String> {
    let rules = decision.met.iter().map(|met| &policy.rules()[met.rule]);
    rules.filter_map(|rule| rule.label().map(str::to_owned)).collect()
}

/// What is known of a sign-up.
struct Of<'a> {
    asked: &'a Asked,
    phase: Phase,
    looked: Option<&'a Looked>,
    counters: &'a dyn Counted,
    policy: &'a Policy,
    known: &'a Known,
}

impl Facts for Of<'_> {
    fn fact(&self, name: Name) -> Fact<'_> {
        match name {
            Name::Signal(kind) => Fact::Text(self.asked.text(kind)),
            Name::Count(kind, window) => Fact::Number(self.count(kind, window)),
            Name::Distinct(what, by, window) => Fact::Number(self.distinct(what, by, window)),
            Name::Listed(list) => Fact::Truth(self.is_listed(list)),
            Name::Risk => Fact::Number(self.risk()),
            Name::Campaign => Fact::Text(self.campaign().map_or("", |(id, _)| id)),
            Name::Returned => Fact::Truth(self.has_returned()),
            Name::Signature => Fact::Text(self.signature().unwrap_or("")),
            Name::Phase => Fact::Text(self.phase.name()),
        }
    }
}

impl Of<'_> {
    fn count(&self, kind: Kind, window: Window) -> f64 {
        let by = self.counters.plan().place(kind);
        by.map_or(0.0, |by| self.counters.count(&self.asked.row, by, window, self.asked.second()))
    }

    fn distinct(&self, what: Kind, by: Kind, window: Window) -> f64 {
        let at = self.counters.plan().place_behind(what, by);
        let second = self.asked.second();
        at.map_or(0.0, |at| self.counters.distinct(&self.asked.row, at, window, second))
    }

    fn is_listed(&self, list: usize) -> bool {
        let kind = self.policy.list_kind(list);
        let value = kind.map_or("", |kind| self.asked.text(kind));
        !value.is_empty() && self.policy.is_listed(list, value, self.asked.at_ms)
    }

    fn judged(&self) -> Option<&Judged> {
        self.looked.map(|looked| &looked.judged)
    }

    fn risk(&self) -> f64 {
        self.judged().map_or(0.0, |judged| f64::from(judged.risk))
    }

    /// The campaign's id, and how likely the sign-up is its own.
    fn campaign(&self) -> Option<(&str, f64)> {
        let (at, probability) = self.judged()?.fit?;
        Some((self.known.campaign(at)?, f64::from(probability)))
    }

    fn has_returned(&self) -> bool {
        let ids = self.campaign().map(|(id, _)| id).into_iter().chain(self.signature());
        ids.into_iter().any(|id| self.known.has_returned(id))
    }

    fn signature(&self) -> Option<&str> {
        self.known.campaign(self.judged()?.signature?)
    }

    fn membership(&self) -> Option<Membership> {
        let (id, probability) = self.campaign()?;
        Some(Membership { id: id.to_owned(), probability, returned: self.has_returned() })
    }

    /// What the rules say that were met, the one that decided first; then what is known.
    fn reasons(&self, decision: &Decision) -> Vec<Reason> {
        let (decided, others): (Vec<&Met>, Vec<&Met>) =
            decision.met.iter().partition(|met| met.decided);
        let known = [
            self.of_campaign(),
            self.of_signature(),
            self.of_likeness(),
            self.of_company(),
            self.of_clearance(),
        ];
        let rule = |met: &Met| self.of_rule(met);
        decided
            .into_iter()
            .map(rule)
            .chain(known.into_iter().flatten())
            .chain(others.into_iter().map(rule))
            .collect()
    }

    fn of_rule(&self, met: &Met) -> Reason {
        let rule = &self.policy.rules()[met.rule];
        let facts: BTreeMap<_, _> = met.facts.iter().map(|(n, v)| (n.as_str(), v)).collect();
        let facts: Vec<String> =
            facts.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let words = match rule.why() {
            Some(why) => format!("{why} ({})", facts.join(", ")),
            None => facts.join(", "),
        };
        Reason { code: format!("rule:{}", rule.name()), words, observed: None, expected: None }
    }

    fn of_campaign(&self) -> Option<Reason> {
        let (id, probability) = self.campaign()?;
        let back =
            if self.has_returned() { ", which was taken down and has come back" } else { "" };
        Some(Reason {
            code: "campaign".to_owned(),
            words: format!("It fits campaign {id}{back}."),
            observed: Some(probability),
            expected: self.judged().map(|judged| judged.usual),
        })
    }

    fn of_signature(&self) -> Option<Reason> {
        let id = self.signature()?;
        let rule = self.known.signature_words(id).map(|words| format!(": {words}"));
        let words = format!("It meets the signature of campaign {id}{}", rule.unwrap_or_default());
        Some(Reason { code: "signature".to_owned(), words, observed: None, expected: None })
    }

    /// Only where it is at risk: everyone has something in common with somebody.
    fn of_likeness(&self) -> Option<Reason> {
        let common =
            self.looked?.common.filter(|_| self.risk() >= f64::from(campaigns::RISK_MIN))?;
        let words = format!(
            "Of the last {} sign-ups with its {}, {} have its {}; {:.2} expected.",
            common.have,
            common.resource.words(),
            common.same,
            common.behaviour.words(),
            common.expected,
        );
        Some(Reason {
            code: "likeness".to_owned(),
            words,
            observed: Some(f64::from(common.same)),
            expected: Some(common.expected),
        })
    }

    fn of_clearance(&self) -> Option<Reason> {
        let id = self.looked?.cleared.as_ref()?;
        let words = format!("It fits {id}, which was looked at and found to be genuine.");
        Some(Reason { code: "cleared".to_owned(), words, observed: None, expected: None })
    }

    fn of_company(&self) -> Option<Reason> {
        let words = self.judged()?.company.as_ref()?;
        let words = format!("It keeps bad company: at risk are {words}.");
        Some(Reason { code: "company".to_owned(), words, observed: None, expected: None })
    }
}

impl Policy {
    /// It, as an answer names it in which no rule decided.
    pub fn used(&self) -> PolicyUsed {
        self.used_for(&Decision::default())
    }

    fn used_for(&self, decision: &Decision) -> PolicyUsed {
        let decided = decision.met.iter().find(|met| met.decided);
        PolicyUsed {
            name: self.name().to_owned(),
            revision: self.revision(),
            fingerprint: self.fingerprint().to_owned(),
            mode: self.mode(),
            rule: decided.map(|met| self.rules()[met.rule].name().to_owned()),
        }
    }
}
