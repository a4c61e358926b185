//! What is worth a second look in a policy that can decide: rules that never act, entries
//! that have expired, a revision that does not go up.

use super::cells::{Cell, Constants};
use super::facts::Asked;
use super::name::Name;
use super::problem::Problem;
use super::{Policy, Rule};
use cel::{Context, Value};
use std::sync::Arc;

impl Policy {
    /// What is to be warned of at a time, in milliseconds since the epoch; by line.
    pub fn warnings(&self, now_ms: i64) -> Vec<Problem> {
        let mut warnings = self.of_lists(now_ms);
        let constants: Vec<Option<Constants>> =
            self.rules.iter().map(|rule| Constants::of(rule.program.expression())).collect();
        for (at, rule) in self.rules.iter().enumerate() {
            let message = self.of_rule(at, &constants);
            warnings.extend(message.map(|message| Problem {
                line: rule.line,
                place: format!("rule {}", rule.name),
                message,
            }));
        }
        warnings.sort_by(|x, y| (x.line, &x.place).cmp(&(y.line, &y.place)));
        warnings
    }

    /// What is to be warned of where this is to take the place of an earlier one.
    pub fn warning_after(&self, old: &Self) -> Option<Problem> {
        let message = match (self.fingerprint == old.fingerprint, self.name == old.name) {
            (true, _) => return None,
            (false, false) => {
                format!("it is called {:?}, and the one before {:?}", self.name, old.name)
            }
            (false, true) if self.revision > old.revision => return None,
            (false, true) => format!(
                "revision {} is not above {}, which stands on another text: answers could not \
                 be told apart",
                self.revision, old.revision
            ),
        };
        Some(Problem { line: self.revision_line, place: "revision".to_owned(), message })
    }

    fn of_lists(&self, now_ms: i64) -> Vec<Problem> {
        let mut warnings = Vec::new();
        for (at, list) in self.lists.iter().enumerate() {
            let mut warn = |line: usize, message: String| {
                let place = format!("list {}", list.name);
                warnings.push(Problem { line, place, message });
            };
            if !self.names.values().any(|name| *name == Name::Listed(at)) {
                warn(list.line, format!("no rule asks for listed_{}", list.name));
            }
            for end in list.ends.iter().filter(|end| end.until_ms <= now_ms) {
                warn(end.line, format!("{:?} has expired ({})", end.value, end.until));
            }
        }
        warnings
    }

    /// Why a rule never acts, if it never does.
    fn of_rule(&self, at: usize, constants: &[Option<Constants>]) -> Option<String> {
        let rule = &self.rules[at];
        let own = constants[at].as_ref();
        if let Some(own) = own
            && own.every(&self.names, |cell| !self.is_met(rule, cell)) == Some(true)
        {
            return Some("nothing can meet it".to_owned());
        }
        if rule.verdict.is_some() && !rule.is_acting && rule.label.is_none() {
            let words = format!(
                "it never acts, since {} is not among act-on, and leaves no label",
                rule.level.name()
            );
            return Some(words);
        }
        let own = own.filter(|_| rule.is_acting)?;
        let earlier = self.rules[..at].iter().zip(constants).find(|(earlier, theirs)| {
            let both = theirs.as_ref().map(|theirs| own.and(theirs));
            let implies = |cell: &Cell| !self.is_met(rule, cell) || self.is_met(earlier, cell);
            earlier.is_acting
                && both.is_some_and(|both| both.every(&self.names, implies) == Some(true))
        });
        let (earlier, _) = earlier?;
        Some(format!(
            "it never decides: whatever meets it meets rule {:?} (line {}) before",
            earlier.name, earlier.line
        ))
    }

    fn is_met(&self, rule: &Rule, cell: &Cell) -> bool {
        let asked = Asked { names: &self.names, facts: cell };
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(&asked);
        matches!(rule.program.execute(&context), Ok(Value::Bool(true)))
    }
}
