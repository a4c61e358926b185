//! From text to a policy that can decide, or to everything that is wrong with it.

use super::facts::{Asked, Fact, Facts};
use super::list::{End, List};
use super::name::{self, Name, Type};
use super::problem::{Problem, line_of};
use super::written::{self, Entry, Written};
use super::{Policy, Rule};
use crate::counters::Plan;
use cel::{Context, Env, ExecutionError, Program, Value};
use sha2::{Digest, Sha256};
use signals::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use toml::Spanned;

/// A policy of more rules is written by a program, and no person reads it.
const RULES_MAX: usize = 1_000;
/// Nobody reads a longer condition.
const CONDITION_BYTES_MAX: usize = 4_096;

pub(super) fn policy(text: &str) -> Result<Policy, Vec<Problem>> {
    let written: Written = toml::from_str(text).map_err(|e| vec![syntax(text, &e)])?;
    let mut work = Work { text, env: Arc::new(Env::stdlib()), problems: Vec::new() };
    let lists = work.lists(&written);
    let listed: Vec<String> = written.lists.keys().cloned().collect();
    let mut names = BTreeMap::new();
    let rules = work.rules(&written, &listed, &mut names);
    let Work { env, problems, .. } = work;
    if !problems.is_empty() {
        return Err(problems);
    }
    let fingerprint = Sha256::digest(text.as_bytes());
    let fingerprint = fingerprint.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let Written { name, revision, mode, act_on, fail_over, .. } = written;
    let texts = texts(&names, &lists);
    Ok(Policy {
        name,
        revision_line: line_of(text, revision.span().start),
        revision: revision.into_inner(),
        fingerprint,
        mode,
        act_on,
        fail_over,
        lists,
        rules,
        names,
        texts,
        env,
    })
}

/// By kind, whether a name asks for its text.
fn texts(names: &BTreeMap<String, Name>, lists: &[List]) -> Vec<bool> {
    let asks = |kind: Kind, name: &Name| match name {
        Name::Signal(signal) => *signal == kind,
        Name::Listed(list) => lists[*list].kind == kind,
        _ => false,
    };
    Kind::ALL.iter().map(|kind| names.values().any(|name| asks(*kind, name))).collect()
}

fn syntax(text: &str, error: &toml::de::Error) -> Problem {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    Problem { line, place: "the file".to_owned(), message: error.message().to_owned() }
}

struct Work<'a> {
    text: &'a str,
    env: Arc<Env>,
    problems: Vec<Problem>,
}

impl Work<'_> {
    fn problem<T>(&mut self, at: &Spanned<T>, place: &str, message: impl Into<String>) {
        let line = line_of(self.text, at.span().start);
        self.problems.push(Problem { line, place: place.to_owned(), message: message.into() });
    }

    fn lists(&mut self, written: &Written) -> Vec<List> {
        let mut lists = Vec::new();
        for (name, list) in &written.lists {
            let place = format!("list {name}");
            let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !is_plain {
                self.problem(&list.of, &place, "its name is of letters, digits and _");
            }
            let kind = Kind::parse(list.of.as_ref());
            if kind.is_none() {
                let of = list.of.as_ref();
                let near = name::nearest_kind(of).map(|near| format!("; {near}?"));
                let words = format!("{of:?} is no kind of signal{}", near.unwrap_or_default());
                self.problem(&list.of, &place, words);
            }
            let (values, ends) = self.entries(&place, &list.entries);
            lists.push(List {
                name: name.clone(),
                kind: kind.unwrap_or(Kind::Domain),
                line: line_of(self.text, list.of.span().start),
                values,
                ends,
            });
        }
        lists
    }

    fn entries(
        &mut self,
        place: &str,
        entries: &[Spanned<Entry>],
    ) -> (HashMap<String, i64>, Vec<End>) {
        let (mut values, mut ends) = (HashMap::new(), Vec::new());
        for entry in entries {
            let (value, until) = match entry.as_ref() {
                Entry::Plain(value) => (value, None),
                Entry::Until { value, until } => (value, until.as_ref()),
            };
            let until_ms = match until.map(|until| (until, until.parse::<jiff::Timestamp>())) {
                None => i64::MAX,
                Some((written, Ok(until))) => {
                    let until_ms = until.as_millisecond();
                    let line = line_of(self.text, entry.span().start);
                    let (value, until) = (value.clone(), written.clone());
                    ends.push(End { value, until, until_ms, line });
                    until_ms
                }
                Some((until, Err(_))) => {
                    let words = format!("{until:?} is no time like 2026-12-01T00:00:00Z");
                    self.problem(entry, place, words);
                    continue;
                }
            };
            values.insert(value.clone(), until_ms);
        }
        (values, ends)
    }

    fn rules(
        &mut self,
        written: &Written,
        lists: &[String],
        names: &mut BTreeMap<String, Name>,
    ) -> Vec<Rule> {
        let mut rules = Vec::new();
        let mut seen = BTreeSet::new();
        if let Some(beyond) = written.rules.get(RULES_MAX) {
            self.problem(&beyond.name, "rules", format!("there are more than {RULES_MAX}"));
            return rules;
        }
        for rule in &written.rules {
            let place = format!("rule {}", rule.name.as_ref());
            if !seen.insert(rule.name.as_ref()) {
                self.problem(&rule.name, &place, "another rule has this name");
            }
            if rule.verdict.is_none() && rule.label.is_none() {
                self.problem(&rule.name, &place, "it neither does nor labels anything");
            }
            let Some((program, uses)) = self.condition(rule, &place, lists, names) else {
                continue;
            };
            rules.push(Rule {
                name: rule.name.as_ref().clone(),
                line: line_of(self.text, rule.name.span().start),
                when: rule.when.as_ref().clone(),
                program,
                uses,
                verdict: rule.verdict,
                level: rule.level,
                is_acting: rule.verdict.is_some() && written.act_on.contains(&rule.level),
                label: rule.label.clone(),
                why: rule.why.clone(),
            });
        }
        rules
    }

    /// A condition that is understood, and the names that it asks about.
    fn condition(
        &mut self,
        rule: &written::Rule,
        place: &str,
        lists: &[String],
        names: &mut BTreeMap<String, Name>,
    ) -> Option<(Program, Vec<String>)> {
        let source = rule.when.as_ref();
        if source.len() > CONDITION_BYTES_MAX {
            self.problem(&rule.when, place, format!("longer than {CONDITION_BYTES_MAX} bytes"));
            return None;
        }
        let program = match self.env.compile(source) {
            Ok(program) => program,
            Err(errors) => {
                self.problem(&rule.when, place, not_understood(&errors.to_string()));
                return None;
            }
        };
        let mut uses: Vec<String> =
            program.references().variables().into_iter().map(str::to_owned).collect();
        uses.sort_unstable();
        let mut own = BTreeMap::new();
        for used in &uses {
            match Name::parse(used, lists) {
                Some(name) => {
                    own.insert(used.clone(), name);
                }
                None => self.unknown(&rule.when, place, used, lists),
            }
        }
        if own.len() < uses.len() {
            return None;
        }
        if rule.verdict.is_some_and(|verdict| verdict != crate::Verdict::Allow)
            && !own.is_empty()
            && own.values().all(|name| name.is_origin())
        {
            let words = "where somebody is from, or what they speak, is never a reason by itself";
            self.problem(&rule.when, place, words);
        }
        self.tried(rule, place, &program, &own)?;
        names.extend(own);
        if let Err(too_many) = counted(names) {
            self.problem(&rule.when, place, too_many);
        }
        Some((program, uses))
    }

    fn unknown(&mut self, at: &Spanned<String>, place: &str, used: &str, lists: &[String]) {
        let near = name::nearest(used, lists);
        let hint = if near.is_empty() { String::new() } else { format!("; {}?", near.join(", ")) };
        self.problem(at, place, format!("there is nothing called {used:?}{hint}"));
    }

    /// Asks the condition of specimens: what compares a text with a number is told here.
    fn tried(
        &mut self,
        rule: &written::Rule,
        place: &str,
        program: &Program,
        names: &BTreeMap<String, Name>,
    ) -> Option<()> {
        for specimen in [Specimen::Nothing, Specimen::Much] {
            let asked = Asked { names, facts: &specimen };
            let mut context = Context::with_env(Arc::clone(&self.env));
            context.set_variable_resolver(&asked);
            let words = match program.execute(&context) {
                Ok(Value::Bool(_)) => continue,
                Ok(_) => "it is neither true nor false".to_owned(),
                Err(ExecutionError::UndeclaredReference(name)) => {
                    format!("there is no function called {name:?}")
                }
                Err(error) => error.to_string(),
            };
            self.problem(&rule.when, place, words);
            return None;
        }
        Some(())
    }
}

/// The parser's words, without what only its makers understand.
fn not_understood(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    let line = line.strip_prefix("ERROR: <input>:").unwrap_or(line);
    let line = line.split_once(" expecting {").map_or(line, |(line, _)| line);
    format!("it is not understood at {line}")
}

fn counted(names: &BTreeMap<String, Name>) -> Result<(), String> {
    let mut plan = Plan::default();
    for name in names.values() {
        if let Name::Distinct(what, by, _) = name {
            plan.distinct(*what, *by).map_err(|e| e.to_string())?;
        }
    }
    Ok(())
}

/// A sign-up that is not one.
enum Specimen {
    /// Of which nothing is known.
    Nothing,
    /// Of which everything is.
    Much,
}

impl Facts for Specimen {
    fn fact(&self, name: Name) -> Fact<'_> {
        let is_much = matches!(self, Self::Much);
        match name.type_of() {
            Type::Text => Fact::Text(if is_much { "x" } else { "" }),
            Type::Number => Fact::Number(if is_much { 1e6 } else { 0.0 }),
            Type::Truth => Fact::Truth(is_much),
        }
    }
}
