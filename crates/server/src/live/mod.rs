//! Live: a sign-up is judged when it happens. What is acknowledged is in the journal
//! before it is, and counted once; what scans know and what the policy is can change
//! at any time, between two sign-ups.

mod joint;
mod journal;
mod line;
mod others;
mod recall;
mod route;
mod seen;
mod stream;
mod tally;

pub use joint::{Redis, SECRET_BYTES_MIN};
pub use journal::{Journal, Segment, segments};
pub use stream::{Consumed, Nats, NatsCredentials};

use events::read::{Batch, Form, Options, ReadError};
use events::{Rejected, SignUp};
use joint::{Elsewhere, OfLine};
use line::Lines;
use others::Others;
use seen::{Remembered, Seen};
use serde_json::{Map, Value};
use signals::{Extractor, table};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tally::Tallies;
use tokio::sync::Semaphore;
use verdicts::counters::Plan;
use verdicts::{Answer, Degraded, Engine, Known, Phase, Policy};

pub(crate) use route::router;

/// What sign-ups are judged with.
#[derive(Debug)]
pub struct Live {
    engine: Engine,
    form: Form,
    policy: RwLock<Arc<Policy>>,
    known: RwLock<Arc<Known>>,
    journal: Journal,
    seen: Seen,
    tallies: Tallies,
    places: Semaphore,
    others: Others,
    /// Where all that is kept is.
    dir: PathBuf,
}

/// Events of which a second asking is known again: some hours of a large platform, in
/// some hundred megabytes.
const EVENTS_MAX: usize = 500_000;

/// Sign-ups that are judged at one time: more would only wait for each other.
const PLACES: usize = 64;

/// Who names accounts that have no name: nobody.
const NOBODY: Option<&dyn Fn(u64) -> String> = None;

/// A judged sign-up.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) answer: Arc<Answer>,
    /// Of its event's id.
    event: Option<u64>,
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

impl Live {
    /// Judges by `policy`, and keeps what it acknowledges in `dir`. What was acknowledged
    /// before is counted again.
    pub fn open(dir: &Path, policy: Policy, keys_max: usize) -> Result<Self, Failed> {
        let plan: Plan = policy.plan();
        let journal = dir.join("journal");
        let live = Self {
            engine: Engine::new(Extractor::default(), plan, keys_max),
            form: Form::new(&Options::default())?,
            policy: RwLock::new(Arc::new(policy)),
            known: RwLock::default(),
            journal: Journal::open(&journal)?,
            seen: Seen::new(EVENTS_MAX),
            tallies: Tallies::default(),
            places: Semaphore::new(PLACES),
            others: Others::default(),
            dir: dir.to_owned(),
        };
        live.recall(&journal)?;
        Ok(live)
    }

    /// Places for those who are judged: who gets none in time is answered by the policy's
    /// fail-over.
    pub(crate) fn places(&self) -> &Semaphore {
        &self.places
    }

    /// What is answered where there was no time.
    pub(crate) fn fail_over(&self) -> Answer {
        let answer = verdicts::fail_over(&self.policy());
        self.tallies.judged(&answer);
        answer
    }

    /// What was done so far, for Prometheus.
    pub(crate) fn metrics(&self) -> String {
        let mut text = String::new();
        self.tallies.written(&mut text);
        tally::counters(self.engine.counters(), &mut text);
        self.others.joint().inspect(|joint| joint.written(&mut text));
        self.others.stream().inspect(|stream| stream.written(&mut text));
        text
    }

    /// What it acknowledged.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// From now on by this policy.
    pub fn set_policy(&self, policy: Policy) {
        *self.policy.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
    }

    /// From now on with what this scan knows.
    pub fn set_known(&self, known: Known) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Judges the sign-ups of `text`, one a line, in their order: those that happened are
    /// in the journal when this returns, all or none of them.
    pub(crate) fn judge(
        &self,
        text: &[u8],
        phase: Phase,
        now_ms: i64,
        elsewhere: &Elsewhere,
    ) -> Vec<Result<Judged, NotJudged>> {
        let Batch { signups, rejected, .. } = self.read(text, phase, now_ms);
        let (policy, known) = (self.policy(), self.known());
        let mut judged: Vec<(u64, Judged)> = Vec::with_capacity(signups.len());
        for signup in &signups {
            let of_line = elsewhere.of(signup.place.line);
            let one = self.judge_one(signup, phase, (&policy, &known), of_line);
            judged.push((signup.place.line, one));
        }
        if phase == Phase::After
            && let Err(e) = self.keep(text, now_ms, &judged)
        {
            judged.iter().filter_map(|(_, judged)| judged.event).for_each(|event| {
                self.seen.not_kept(event);
            });
            let why = || io::Error::new(e.kind(), e.to_string());
            return judged.iter().map(|_| Err(NotJudged::Journal(why()))).collect();
        }
        assembled(judged, rejected)
    }

    fn read(&self, text: &[u8], phase: Phase, now_ms: i64) -> Batch {
        let account = |line: u64| format!("before-{now_ms}-{line}");
        let account: Option<&dyn Fn(u64) -> String> =
            if phase == Phase::Before { Some(&account) } else { NOBODY };
        self.form.read(text, 1, now_ms, account)
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
        if phase == Phase::After {
            self.engine.take(&asked);
        }
        let mut answer = match &of_line {
            OfLine::Told(told) => self.engine.answer_told(&asked, phase, (policy, known), told),
            _ => self.engine.answer(&asked, phase, policy, known),
        };
        if matches!(of_line, OfLine::Away) {
            answer.degraded.push(Degraded::Counters);
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

    fn keep(&self, text: &[u8], now_ms: i64, judged: &[(u64, Judged)]) -> io::Result<()> {
        let mut lines = Lines::default();
        self.form.read_raw(text, 1, now_ms, NOBODY, &mut lines);
        let mut written = Vec::with_capacity(text.len() * 2);
        for (line, (_, judged)) in lines.0.into_iter().zip(judged) {
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
    judged: Vec<(u64, Judged)>,
    rejected: Vec<Rejected>,
) -> Vec<Result<Judged, NotJudged>> {
    let mut all: Vec<(u64, Result<Judged, NotJudged>)> =
        judged.into_iter().map(|(line, judged)| (line, Ok(judged))).collect();
    for rejected in rejected {
        let at = all.partition_point(|(line, _)| *line < rejected.line);
        match all.get_mut(at) {
            Some((line, Ok(judged))) if *line == rejected.line => judged.set_aside.push(rejected),
            _ => all.insert(at, (rejected.line, Err(NotJudged::Rejected(rejected)))),
        }
    }
    all.into_iter().map(|(_, one)| one).collect()
}

/// Why it is not live.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The folder cannot be used.
    #[error("cannot keep a journal: {0}")]
    Journal(#[from] io::Error),
    /// The sign-ups' fields are not understood.
    #[error(transparent)]
    Form(#[from] ReadError),
}
