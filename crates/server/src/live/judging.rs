//! Judging what was asked about, and keeping what happened.

use super::joint::{Elsewhere, OfLine};
use super::line::Lines;
use super::seen::Remembered;
use super::{Live, NOBODY};
use events::read::{Batch, Form};
use events::{Rejected, SignUp, place::Scope};
use serde_json::{Map, Value};
use signals::table;
use std::io;
use std::sync::{Arc, PoisonError};
use verdicts::{Answer, Degraded, Known, Phase, Policy};

/// A judged sign-up.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) answer: Arc<Answer>,
    /// Of its event's id.
    pub(super) event: Option<u64>,
    /// Whether it was judged before, by its event's id.
    pub(crate) is_repeated: bool,
    /// Fields that could not be taken.
    pub(crate) set_aside: Vec<Rejected>,
}

/// Why it is not judged.
#[derive(Debug)]
pub(crate) enum NotJudged {
    /// It is no sign-up.
    Rejected(Rejected),
    /// It cannot be kept, so that it is not acknowledged.
    Journal(io::Error),
}

/// Sign-ups that are asked about.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    /// One a line.
    pub(crate) text: &'a [u8],
    /// Where in it the fields are.
    pub(crate) form: &'a Form,
    pub(crate) phase: Phase,
    /// Of those that do not say it, in ms since the epoch.
    pub(crate) now_ms: i64,
}

impl Question<'_> {
    /// The sign-ups; the first line is `line`.
    pub(super) fn read(&self, line: u64) -> Batch {
        let now_ms = self.now_ms;
        let account = |line: u64| format!("before-{now_ms}-{line}");
        let account: Option<&dyn Fn(u64) -> String> =
            if self.phase == Phase::Before { Some(&account) } else { NOBODY };
        self.form.read(self.text, line, now_ms, account)
    }
}

/// Sign-ups that are judged and kept together: few, so that who waits for the state at
/// one moment (a snapshot) waits some milliseconds.
const LINES_AT_ONCE: usize = 256;

/// A platform's clock may be ahead of ours by this. What is later would be counted when
/// nobody asks any more.
const AHEAD_MS_MAX: i64 = 5 * 60 * 1_000;

impl Live {
    /// Judges the sign-ups of `text`, one a line, in their order. Those that happened are
    /// in the journal when this returns, unless their outcome says otherwise.
    pub(crate) fn judge(
        &self,
        question: Question<'_>,
        elsewhere: &Elsewhere,
    ) -> Vec<Result<Judged, NotJudged>> {
        let mut all: Vec<Result<Judged, NotJudged>> = Vec::new();
        let text = question.text;
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let mut rest = text;
        for (part, some) in lines.chunks(LINES_AT_ONCE).enumerate() {
            let (some, later) = rest.split_at(some.iter().map(|line| line.len()).sum());
            rest = later;
            let line = (part * LINES_AT_ONCE) as u64 + 1;
            let failed = all.iter().find_map(|one| match one {
                Err(NotJudged::Journal(e)) => Some(again(e)),
                _ => None,
            });
            match failed {
                None => {
                    let some = Question { text: some, ..question };
                    all.extend(self.judge_some(some, line, elsewhere));
                }
                // Nothing more is judged, so that what was kept is where the text begins.
                Some(e) => all.extend(written(some).map(|_| Err(NotJudged::Journal(again(&e))))),
            }
        }
        all
    }

    /// The same of some lines, the first of which is `line`: all that happened are kept, or
    /// none.
    fn judge_some(
        &self,
        question: Question<'_>,
        line: u64,
        elsewhere: &Elsewhere,
    ) -> Vec<Result<Judged, NotJudged>> {
        let Question { phase, now_ms, .. } = question;
        let Batch { mut signups, rejected, .. } = question.read(line);
        let (policy, known) = (self.policy(), self.known());
        // What is counted is in the journal when this is let go of.
        let _counting = self.counting.read().unwrap_or_else(PoisonError::into_inner);
        let mut judged: Vec<(u64, Judged)> = Vec::with_capacity(signups.len());
        for signup in &mut signups {
            let ahead = not_later(signup, now_ms);
            let of_line = elsewhere.of(signup.place.line);
            let mut one = self.judge_one(signup, phase, (&policy, &known), of_line);
            one.set_aside.extend(ahead);
            judged.push((signup.place.line, one));
        }
        if phase == Phase::After
            && let Err(e) = self.keep(question, line, &judged)
        {
            judged.iter().filter_map(|(_, judged)| judged.event).for_each(|event| {
                self.seen.not_kept(event);
            });
            let lost = judged.iter().map(|(line, _)| (*line, Err(NotJudged::Journal(again(&e)))));
            return assembled(lost.collect(), rejected);
        }
        assembled(judged.into_iter().map(|(line, one)| (line, Ok(one))).collect(), rejected)
    }

    fn judge_one(
        &self,
        signup: &SignUp,
        phase: Phase,
        (policy, known): (&Policy, &Known),
        of_line: OfLine,
    ) -> Judged {
        let event = signup.event_id.as_ref().map(|id| table::account_hash(id.as_str()));
        let seen = event.and_then(|event| match phase {
            Phase::Before => self.seen.answer(event),
            Phase::After => self.seen.begin(event),
        });
        if let Some(Remembered { answer, is_kept }) = seen {
            return Judged { answer, event, is_repeated: is_kept, set_aside: Vec::new() };
        }
        if let OfLine::Answered(answer) = of_line {
            event.inspect(|event| self.seen.leave(*event));
            return Judged { answer, event, is_repeated: true, set_aside: Vec::new() };
        }
        let asked = self.engine.look(signup, policy);
        let mut answer = match &of_line {
            OfLine::Told(told) => self.engine.answer_told(&asked, phase, (policy, known), told),
            _ => self.engine.answer(&asked, phase, policy, known),
        };
        if matches!(of_line, OfLine::Away) {
            answer.degraded.push(Degraded::Counters);
        }
        if let Some(campaign) = answer.campaign.as_ref().filter(|campaign| campaign.returned) {
            self.has_returned(&campaign.id);
        }
        let answer = Arc::new(answer);
        if phase == Phase::After
            && let Some(event) = event
        {
            self.seen.remember(event, &answer);
        }
        self.tallies.judged(&answer);
        Judged { answer, event, is_repeated: false, set_aside: Vec::new() }
    }

    fn keep(&self, question: Question<'_>, line: u64, judged: &[(u64, Judged)]) -> io::Result<()> {
        let Question { text, form, now_ms, .. } = question;
        let mut lines = Lines::of(now_ms, now_ms.saturating_add(AHEAD_MS_MAX));
        form.read_raw(text, line, now_ms, NOBODY, &mut lines);
        let mut written = Vec::with_capacity(text.len() * 2);
        for (line, (_, judged)) in lines.into_iter().zip(judged) {
            if !judged.is_repeated {
                serde_json::to_writer(&mut written, &told(line, &judged.answer))?;
                written.push(b'\n');
            }
        }
        if !written.is_empty() {
            self.journal.write(&written)?;
        }
        Ok(())
    }
}

/// Lines that say anything.
fn written(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty())
}

/// The same error for another line.
fn again(e: &io::Error) -> io::Error {
    io::Error::new(e.kind(), e.to_string())
}

/// A sign-up that has not happened yet happens now; that its own time is not taken.
fn not_later(signup: &mut SignUp, now_ms: i64) -> Option<Rejected> {
    if signup.time_ms <= now_ms.saturating_add(AHEAD_MS_MAX) {
        return None;
    }
    signup.time_ms = now_ms;
    Some(Rejected {
        input: signup.place.input,
        line: signup.place.line,
        scope: Scope::Field,
        field: Some("timestamp".to_owned()),
        reason: "later than now by more than five minutes: taken as now".to_owned(),
    })
}

/// A line, and what was made of the sign-up.
fn told(mut line: Map<String, Value>, answer: &Answer) -> Map<String, Value> {
    let mut put = |name: &str, value: Value| line.insert(name.to_owned(), value);
    put("dragnet_verdict", answer.verdict.name().into());
    put("dragnet_decided", answer.decided.name().into());
    put("dragnet_risk", answer.risk.into());
    if let Some(rule) = &answer.policy.rule {
        put("dragnet_rule", rule.clone().into());
    }
    if let Some(campaign) = &answer.campaign {
        put("dragnet_campaign", campaign.id.clone().into());
    }
    line
}

/// In the order of the lines; a line that is no sign-up is told of where it stands.
fn assembled(
    mut all: Vec<(u64, Result<Judged, NotJudged>)>,
    rejected: Vec<Rejected>,
) -> Vec<Result<Judged, NotJudged>> {
    for rejected in rejected {
        let at = all.partition_point(|(line, _)| *line < rejected.line);
        match all.get_mut(at) {
            Some((line, Ok(judged))) if *line == rejected.line => judged.set_aside.push(rejected),
            _ => all.insert(at, (rejected.line, Err(NotJudged::Rejected(rejected)))),
        }
    }
    all.into_iter().map(|(_, one)| one).collect()
}
