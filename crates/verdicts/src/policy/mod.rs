//! Policies: which sign-ups are refused, challenged, looked at, or only labelled. A policy
//! is a file that people read and that is checked before it decides anything; its
//! conditions are written in the Common Expression Language.
//!
//! Rules are asked in order. The first that acts decides; every rule that is met leaves
//! its label. A rule acts if it has something to do and is as sure as the policy asks for.

mod check;
mod facts;
mod list;
mod name;
mod problem;
mod written;

mod cells;
mod review;

mod catalogue;

pub use catalogue::{Described, Group, groups};
pub use facts::{Fact, Facts};
pub use name::{Name, Type};
pub use problem::Problem;
pub use written::{FailOver, Level, Mode};

use crate::counters::Plan;
use crate::verdict::Verdict;
use cel::{Context, Env, Program, Value};
use facts::Asked;
use list::List;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A policy that was checked.
pub struct Policy {
    name: String,
    revision: u64,
    revision_line: usize,
    fingerprint: String,
    mode: Mode,
    act_on: Vec<Level>,
    fail_over: FailOver,
    lists: Vec<List>,
    rules: Vec<Rule>,
    names: BTreeMap<String, Name>,
    /// By kind of signal: whether its text is asked for.
    texts: Vec<bool>,
    env: Arc<Env>,
}

/// One of its rules.
pub struct Rule {
    name: String,
    /// Its line in the file.
    line: usize,
    when: String,
    program: Program,
    uses: Vec<String>,
    verdict: Option<Verdict>,
    level: Level,
    is_acting: bool,
    label: Option<String>,
    why: Option<String>,
}

/// What a policy makes of a sign-up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What is decided; none where no rule acts, which is `allow`.
    pub verdict: Option<Verdict>,
    /// The rules that were met, in their order.
    pub met: Vec<Met>,
    /// Rules that could not be asked, which counts as not met.
    pub failed: Vec<String>,
}

/// A rule that was met.
#[derive(Clone, Debug, PartialEq)]
pub struct Met {
    /// Its place among the rules.
    pub rule: usize,
    /// Whether it is the one that decided.
    pub decided: bool,
    /// (name, value) of all that its condition asks about.
    pub facts: Vec<(String, String)>,
}

impl Policy {
    /// Reads and checks one; everything that is wrong, if anything is.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        check::policy(text)
    }

    /// What it makes of a sign-up.
    pub fn decide(&self, facts: &impl Facts) -> Decision {
        let asked = Asked { names: &self.names, facts };
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(&asked);
        let mut decision = Decision::default();
        for (at, rule) in self.rules.iter().enumerate() {
            match rule.program.execute(&context) {
                Ok(Value::Bool(true)) => {
                    let decided = decision.verdict.is_none() && rule.is_acting;
                    if decided {
                        decision.verdict = rule.verdict;
                    }
                    decision.met.push(Met { rule: at, decided, facts: self.facts(rule, facts) });
                }
                Ok(Value::Bool(false)) => {}
                _ => decision.failed.push(rule.name.clone()),
            }
        }
        decision
    }

    fn facts(&self, rule: &Rule, facts: &impl Facts) -> Vec<(String, String)> {
        let known = rule.uses.iter().filter_map(|name| Some((name, *self.names.get(name)?)));
        known.map(|(name, what)| (name.clone(), facts.fact(what).to_string())).collect()
    }

    /// What it needs to have counted.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        for name in self.names.values() {
            match name {
                Name::Count(kind, _) => {
                    plan.count(*kind);
                }
                Name::Distinct(what, by, _) => {
                    // It was tried when the policy was checked.
                    let _ = plan.distinct(*what, *by);
                }
                _ => {}
            }
        }
        plan
    }

    /// All that its conditions ask about.
    pub(crate) fn names(&self) -> impl Iterator<Item = Name> {
        self.names.values().copied()
    }

    /// Whether a value is on its `list`-th list at a time, in milliseconds since the epoch.
    pub fn is_listed(&self, list: usize, value: &str, now_ms: i64) -> bool {
        self.lists.get(list).is_some_and(|list| list.holds(value, now_ms))
    }

    /// Of what kind the values of its `list`-th list are.
    pub fn list_kind(&self, list: usize) -> Option<signals::Kind> {
        self.lists.get(list).map(|list| list.kind)
    }

    /// Whether it asks for the text of a signal.
    pub(crate) fn asks_for(&self, kind: signals::Kind) -> bool {
        self.texts[kind as usize]
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its number, by who wrote it.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The first 16 hexadecimal digits of the SHA-256 of its text: the same number can
    /// stand on two texts by mistake.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether what it decides is answered.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// How sure a rule has to be to decide.
    pub fn act_on(&self) -> &[Level] {
        &self.act_on
    }

    /// (name, entries) of its lists.
    pub fn lists(&self) -> impl Iterator<Item = (&str, usize)> {
        self.lists.iter().map(|list| (list.name.as_str(), list.values.len()))
    }

    /// What is answered where there is no time.
    pub fn fail_over(&self) -> FailOver {
        self.fail_over
    }

    /// Its rules, in order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({} {} {})", self.name, self.revision, self.fingerprint)
    }
}

impl Rule {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The line of the file where it begins.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Its condition, as it is written.
    pub fn when(&self) -> &str {
        &self.when
    }

    /// What it would do.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    /// How sure it is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether it decides, or labels only.
    pub fn is_acting(&self) -> bool {
        self.is_acting
    }

    /// What it leaves on what meets it.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Its reason, in words of who wrote it.
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }
}
