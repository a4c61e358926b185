//! What is known elsewhere of the sign-ups of one request.

use super::Joint;
use super::event::Claim;
use super::key::{Adds, Ask};
use crate::live::{Judged, Live, NotJudged};
use events::SignUp;
use signals::table::account_hash;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use verdicts::counters::Told;
use verdicts::{Answer, Known, Phase, Policy};

/// By line.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere {
    lines: BTreeMap<u64, OfLine>,
    /// Events that we have in hand.
    ours: Vec<u64>,
    /// Whether counters are shared at all.
    is_shared: bool,
}

/// What is known of one sign-up.
#[derive(Clone, Debug)]
pub(in crate::live) enum OfLine {
    /// Another scorer answered this.
    Answered(Arc<Answer>),
    /// What was counted with it.
    Told(Told),
    /// It was not asked for: the answer is here.
    Here,
    /// It should have been asked for, and there was no answer.
    Away,
}

/// Sign-ups that are asked for at once: some thousand commands, some milliseconds of Redis.
const AT_ONCE: usize = 64;

impl Elsewhere {
    pub(in crate::live) fn of(&self, line: u64) -> OfLine {
        let none = if self.is_shared { OfLine::Away } else { OfLine::Here };
        self.lines.get(&line).cloned().unwrap_or(none)
    }

    /// What is left of the events that are ours, once they were judged.
    pub(in crate::live) fn settled(
        self,
        judged: &[Result<Judged, NotJudged>],
    ) -> Vec<(u64, Option<Arc<Answer>>)> {
        let answers = judged.iter().flatten();
        let answers: BTreeMap<u64, &Arc<Answer>> =
            answers.filter_map(|judged| Some((judged.event?, &judged.answer))).collect();
        let ours = self.ours.into_iter();
        ours.map(|event| (event, answers.get(&event).map(|answer| Arc::clone(answer)))).collect()
    }
}

impl Joint {
    /// Takes the events of sign-ups in hand, counts those that happened and were not
    /// counted before, and tells what there is.
    pub(in crate::live) async fn elsewhere(
        &self,
        live: &Live,
        signups: &[SignUp],
        phase: Phase,
        within: Duration,
    ) -> Elsewhere {
        let (policy, known) = (live.policy(), live.known());
        let mut elsewhere = Elsewhere { is_shared: true, ..Elsewhere::default() };
        let mut met = BTreeSet::new();
        for some in signups.chunks(AT_ONCE) {
            let fresh: Vec<(&SignUp, Option<u64>)> = some
                .iter()
                .map(|signup| (signup, event(signup)))
                .filter(|(signup, event)| {
                    let is_here =
                        event.is_some_and(|e| live.seen.answer(e).is_some() || !met.insert(e));
                    if is_here {
                        elsewhere.lines.insert(signup.place.line, OfLine::Here);
                    }
                    !is_here
                })
                .collect();
            if self
                .some(live, &fresh, phase, (&policy, &known), within, &mut elsewhere)
                .await
                .is_none()
            {
                break;
            }
        }
        let away = signups.iter().filter(|s| matches!(elsewhere.of(s.place.line), OfLine::Away));
        self.degraded.fetch_add(away.count() as u64, Ordering::Relaxed);
        elsewhere
    }

    async fn some(
        &self,
        live: &Live,
        fresh: &[(&SignUp, Option<u64>)],
        phase: Phase,
        (policy, known): (&Policy, &Known),
        within: Duration,
        elsewhere: &mut Elsewhere,
    ) -> Option<()> {
        let claims = self.claims(fresh, phase, within).await?;
        let mut asks: Vec<Ask> = Vec::new();
        let mut lines: Vec<(u64, usize)> = Vec::new();
        for ((signup, event), claim) in fresh.iter().zip(claims) {
            let line = signup.place.line;
            let adds = match claim {
                Claim::Ours if phase == Phase::After => Adds::Yes,
                Claim::Answered(answer) => {
                    self.repeated.fetch_add(1, Ordering::Relaxed);
                    elsewhere.lines.insert(line, OfLine::Answered(answer));
                    continue;
                }
                // Whoever has it in hand has died with it, or counts it.
                _ => Adds::No,
            };
            if adds == Adds::Yes {
                elsewhere.ours.extend(*event);
            }
            let asked = live.engine.look(signup, policy);
            let keys = live.engine.keys(&asked, policy, known).into_iter();
            asks.extend(keys.map(|key| Ask::of(key, asked.second(), adds, &self.veil)));
            lines.push((line, asks.len()));
        }
        let told = self.count(&asks, within).await?;
        let mut told = told.into_iter();
        let mut from = 0;
        for (line, to) in lines {
            let keys: Option<Vec<_>> = told.by_ref().take(to - from).collect();
            from = to;
            elsewhere
                .lines
                .insert(line, keys.map_or(OfLine::Away, |keys| OfLine::Told(Told(keys))));
        }
        Some(())
    }

    /// A claim for each; whoever has no event is always new.
    async fn claims(
        &self,
        fresh: &[(&SignUp, Option<u64>)],
        phase: Phase,
        within: Duration,
    ) -> Option<Vec<Claim>> {
        if phase == Phase::Before {
            return Some(vec![Claim::Ours; fresh.len()]);
        }
        let events: Vec<u64> = fresh.iter().filter_map(|(_, event)| *event).collect();
        let mut claims = self.claim(&events, within).await?.into_iter();
        let claim = |event: &Option<u64>| match event {
            None => Some(Claim::Ours),
            Some(_) => claims.next(),
        };
        let mut claim = claim;
        fresh.iter().map(|(_, event)| claim(event)).collect()
    }
}

fn event(signup: &SignUp) -> Option<u64> {
    signup.event_id.as_ref().map(|id| account_hash(id.as_str()))
}
