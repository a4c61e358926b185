//! From text to pattern, by the grammar of section 9.

use super::lex::{self, Token, What};
use super::{Comparison, Literal, Operator, Path, Pattern, Qualifier, Step, Test};
use std::mem::discriminant;

/// Longer patterns are no rule that a person wrote, and are not read.
const BYTES_MAX: usize = 1 << 20;

/// Deeper brackets are an attack on whoever reads them.
const DEPTH_MAX: usize = 64;

/// Words of the language: no type or property, but in quotes.
const KEYWORDS: &[&str] = &[
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "EXISTS",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "WITHIN",
    "REPEATS",
    "TIMES",
];

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why} (at byte {at})")]
pub struct NotAPattern {
    /// Where, counted from 0.
    pub at: usize,
    /// What is wrong.
    pub why: String,
}

impl NotAPattern {
    pub(super) fn at(at: usize, why: impl Into<String>) -> Self {
        Self { at, why: why.into() }
    }
}

/// Parses a pattern.
pub fn parse(text: &str) -> Result<Pattern, NotAPattern> {
    if text.len() > BYTES_MAX {
        return Err(NotAPattern::at(BYTES_MAX, "this pattern is longer than any is read"));
    }
    let mut parser = Parser { tokens: lex::tokens(text)?, at: 0, depth: 0, end: text.len() };
    let pattern = parser.followed()?;
    match parser.tokens.get(parser.at) {
        None => Ok(pattern),
        Some(_) => Err(parser.error("the pattern should end here")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    end: usize,
}

impl Parser {
    fn error(&self, why: impl Into<String>) -> NotAPattern {
        NotAPattern::at(self.tokens.get(self.at).map_or(self.end, |token| token.at), why)
    }

    fn peek(&self) -> Option<&What> {
        self.tokens.get(self.at).map(|token| &token.what)
    }

    fn take(&mut self) -> Option<What> {
        let token = self.tokens.get(self.at)?.what.clone();
        self.at += 1;
        Some(token)
    }

    /// Whether a keyword or sign comes next; it is then taken.
    fn next_is(&mut self, wanted: &str) -> bool {
        let is_it = match self.peek() {
            Some(What::Word(word)) => word == wanted,
            Some(What::Sign(sign)) => *sign == wanted,
            _ => false,
        };
        self.at += usize::from(is_it);
        is_it
    }

    fn expect(&mut self, wanted: &str) -> Result<(), NotAPattern> {
        if self.next_is(wanted) { Ok(()) } else { Err(self.error(format!("expected {wanted}"))) }
    }

    fn deeper<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, NotAPattern>,
    ) -> Result<T, NotAPattern> {
        if self.depth == DEPTH_MAX {
            return Err(self.error("brackets are nested too deep"));
        }
        self.depth += 1;
        let found = inner(self);
        self.depth -= 1;
        found
    }

    /// What `inner` reads, once or several times with `word` between.
    fn joined<T>(
        &mut self,
        word: &str,
        inner: fn(&mut Self) -> Result<T, NotAPattern>,
        of: fn(Vec<T>) -> T,
    ) -> Result<T, NotAPattern> {
        let first = inner(self)?;
        let mut all = vec![first];
        while self.next_is(word) {
            all.push(inner(self)?);
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => of(all),
        })
    }

    fn followed(&mut self) -> Result<Pattern, NotAPattern> {
        self.joined("FOLLOWEDBY", Self::either, Pattern::FollowedBy)
    }

    fn either(&mut self) -> Result<Pattern, NotAPattern> {
        self.joined("OR", Self::both, Pattern::Or)
    }

    fn both(&mut self) -> Result<Pattern, NotAPattern> {
        self.joined("AND", Self::qualified, Pattern::And)
    }

    fn qualified(&mut self) -> Result<Pattern, NotAPattern> {
        let is_single = matches!(self.peek(), Some(What::Sign("[")));
        let mut pattern = self.observation()?;
        let mut kinds = Vec::new();
        while let Some(qualifier) = self.qualifier()? {
            if is_single && kinds.contains(&discriminant(&qualifier)) {
                return Err(self.before("one observation has one qualifier of a kind"));
            }
            kinds.push(discriminant(&qualifier));
            pattern = Pattern::Qualified(Box::new(pattern), qualifier);
        }
        Ok(pattern)
    }

    fn observation(&mut self) -> Result<Pattern, NotAPattern> {
        if self.next_is("[") {
            let begins = self.tokens[self.at - 1].at;
            let comparison = self.any_of()?;
            self.expect("]")?;
            if !comparison.is_of_one_type() {
                let why = "one observation is one object: types joined by AND have to be the same";
                return Err(NotAPattern::at(begins, why));
            }
            return Ok(Pattern::Observed(comparison));
        }
        if self.next_is("(") {
            let pattern = self.deeper(Self::followed)?;
            self.expect(")")?;
            return Ok(pattern);
        }
        Err(self.error("expected [ or ("))
    }

    fn qualifier(&mut self) -> Result<Option<Qualifier>, NotAPattern> {
        if self.next_is("WITHIN") {
            let seconds = match self.take() {
                Some(What::Literal(Literal::Integer(seconds))) => seconds as f64,
                Some(What::Literal(Literal::Float(seconds))) => seconds,
                _ => return Err(self.before("expected a number of seconds")),
            };
            if seconds.is_nan() || seconds <= 0.0 {
                return Err(self.before("a time has to last"));
            }
            self.expect("SECONDS")?;
            return Ok(Some(Qualifier::Within(seconds)));
        }
        if self.next_is("REPEATS") {
            let times = match self.take() {
                Some(What::Literal(Literal::Integer(times))) => u32::try_from(times).ok(),
                _ => None,
            };
            let times = times.filter(|times| *times > 0);
            let times = times.ok_or_else(|| self.before("expected a whole number from 1"))?;
            self.expect("TIMES")?;
            return Ok(Some(Qualifier::Repeats(times)));
        }
        if self.next_is("START") {
            let start = self.time()?;
            self.expect("STOP")?;
            let stop = self.time()?;
            return Ok(Some(Qualifier::StartStop(start, stop)));
        }
        Ok(None)
    }

    /// An error at the token that was just taken.
    fn before(&self, why: &str) -> NotAPattern {
        let at = self.tokens.get(self.at.saturating_sub(1)).map_or(self.end, |token| token.at);
        NotAPattern::at(at, why)
    }

    fn time(&mut self) -> Result<crate::Timestamp, NotAPattern> {
        match self.take() {
            Some(What::Literal(Literal::Time(time))) => Ok(time),
            _ => Err(self.before("expected a time, t'YYYY-MM-DDTHH:MM:SSZ'")),
        }
    }

    fn any_of(&mut self) -> Result<Comparison, NotAPattern> {
        self.joined("OR", Self::all_of, Comparison::Or)
    }

    fn all_of(&mut self) -> Result<Comparison, NotAPattern> {
        self.joined("AND", Self::test, Comparison::And)
    }

    fn test(&mut self) -> Result<Comparison, NotAPattern> {
        if self.next_is("(") {
            let comparison = self.deeper(Self::any_of)?;
            self.expect(")")?;
            return Ok(comparison);
        }
        if self.next_is("EXISTS") {
            return Ok(Comparison::Exists(self.path()?));
        }
        let path = self.path()?;
        let is_negated = self.next_is("NOT");
        let operator = self.operator()?;
        let literals = match operator {
            Operator::In => self.set()?,
            _ => vec![self.literal()?],
        };
        let test = Test { path, is_negated, operator, literals };
        self.check(&test)?;
        Ok(Comparison::Test(test))
    }

    /// Fails where the operator does not go with what it compares.
    fn check(&self, test: &Test) -> Result<(), NotAPattern> {
        let is_text = |literal: &Literal| matches!(literal, Literal::Text(_));
        let is_bool = |literal: &Literal| matches!(literal, Literal::Bool(_));
        match test.operator {
            Operator::Like | Operator::Matches | Operator::IsSubset | Operator::IsSuperset
                if !test.literals.iter().all(is_text) =>
            {
                Err(self.before("this operator compares with text in quotes"))
            }
            Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
                if test.literals.iter().any(is_bool) =>
            {
                Err(self.before("true and false have no order"))
            }
            _ => Ok(()),
        }
    }

    fn operator(&mut self) -> Result<Operator, NotAPattern> {
        const OPERATORS: [(&str, Operator); 11] = [
            ("=", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<", Operator::Less),
            ("<=", Operator::LessOrEqual),
            (">", Operator::Greater),
            (">=", Operator::GreaterOrEqual),
            ("IN", Operator::In),
            ("LIKE", Operator::Like),
            ("MATCHES", Operator::Matches),
            ("ISSUBSET", Operator::IsSubset),
            ("ISSUPERSET", Operator::IsSuperset),
        ];
        let found = OPERATORS.iter().find(|(name, _)| self.next_is(name));
        found.map(|(_, operator)| *operator).ok_or_else(|| self.error("expected an operator"))
    }

    fn set(&mut self) -> Result<Vec<Literal>, NotAPattern> {
        self.expect("(")?;
        if self.next_is(")") {
            return Ok(Vec::new());
        }
        let mut literals = vec![self.literal()?];
        while self.next_is(",") {
            literals.push(self.literal()?);
        }
        self.expect(")")?;
        Ok(literals)
    }

    fn literal(&mut self) -> Result<Literal, NotAPattern> {
        match self.take() {
            Some(What::Literal(literal)) => Ok(literal),
            _ => Err(self.before("expected a value")),
        }
    }

    fn path(&mut self) -> Result<Path, NotAPattern> {
        let type_name = match self.take() {
            Some(What::Word(word)) if !is_keyword(&word) => word,
            _ => return Err(self.before("expected TYPE:property")),
        };
        self.expect(":")?;
        let mut steps = vec![self.key()?];
        loop {
            if self.next_is(".") {
                steps.push(self.key()?);
            } else if self.next_is("[") {
                steps.push(self.index()?);
                self.expect("]")?;
            } else {
                return Ok(Path { type_name, steps });
            }
        }
    }

    fn key(&mut self) -> Result<Step, NotAPattern> {
        match self.take() {
            Some(What::Word(key)) if key.contains('-') => {
                Err(self.before("a property with a dash stands in quotes"))
            }
            Some(What::Word(key)) if !is_keyword(&key) => Ok(Step::Key(key)),
            Some(What::Literal(Literal::Text(key))) => Ok(Step::Key(key)),
            _ => Err(self.before("expected a property")),
        }
    }

    fn index(&mut self) -> Result<Step, NotAPattern> {
        match self.take() {
            Some(What::Sign("*")) => Ok(Step::Each),
            Some(What::Literal(Literal::Integer(at))) => Ok(Step::At(at)),
            _ => Err(self.before("expected a place in the list, or *")),
        }
    }
}

impl Comparison {
    /// Types that one object would have to be of, none where it may be of any.
    fn is_of_one_type(&self) -> bool {
        match self {
            Self::And(all) => {
                let mut types = all.iter().map(Self::types);
                let first = types.next().unwrap_or_default();
                let shared = types.fold(first, |shared, types| {
                    shared.into_iter().filter(|name| types.contains(name)).collect()
                });
                !shared.is_empty() && all.iter().all(Self::is_of_one_type)
            }
            Self::Or(all) => all.iter().all(Self::is_of_one_type),
            Self::Test(_) | Self::Exists(_) => true,
        }
    }

    fn types(&self) -> Vec<&str> {
        match self {
            Self::And(all) | Self::Or(all) => all.iter().flat_map(Self::types).collect(),
            Self::Test(test) => vec![&test.path.type_name],
            Self::Exists(path) => vec![&path.type_name],
        }
    }
}
