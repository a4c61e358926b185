//! Patterns (section 9): what an indicator looks for, parsed, written and matched
//! against what was observed.

mod lex;
mod matching;
mod observed;
mod parse;
mod search;
mod values;
mod write;

pub use matching::{Matcher, TooLong, Unmatchable};
pub use observed::Observed;
pub use parse::{NotAPattern, parse};

/// A pattern: observations, and how they have to follow each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// `[…]`: something was observed of which this is true.
    Observed(Comparison),
    /// All of them, in different observations.
    And(Vec<Pattern>),
    /// One of them at least.
    Or(Vec<Pattern>),
    /// All of them, each no earlier than the one before it.
    FollowedBy(Vec<Pattern>),
    /// It, so often or at such times.
    Qualified(Box<Pattern>, Qualifier),
}

/// How often, or when.
#[derive(Clone, Debug, PartialEq)]
pub enum Qualifier {
    /// `WITHIN 5 SECONDS`: all observations could have been made within so long.
    Within(f64),
    /// `REPEATS 5 TIMES`.
    Repeats(u32),
    /// `START t'…' STOP t'…'`: from the first, up to the second but not at it.
    StartStop(crate::Timestamp, crate::Timestamp),
}

/// What has to be true of one object that was observed.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// All of them.
    And(Vec<Comparison>),
    /// One of them at least.
    Or(Vec<Comparison>),
    /// What stands at the path, compared with something.
    Test(Test),
    /// Something stands at the path.
    Exists(Path),
}

/// `path NOT? operator literal`.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Where to look.
    pub path: Path,
    /// Whether the opposite is asked for.
    pub is_negated: bool,
    /// How it is compared.
    pub operator: Operator,
    /// With what; of `IN`, with one of these.
    pub literals: Vec<Literal>,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `IN`
    In,
    /// `LIKE`: `%` stands for anything, `_` for one character.
    Like,
    /// `MATCHES`: a regular expression.
    Matches,
    /// `ISSUBSET`: the network lies in the other.
    IsSubset,
    /// `ISSUPERSET`: the other lies in the network.
    IsSuperset,
}

/// Where something stands in an object: `type:property.inner[0]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The object's type.
    pub type_name: String,
    /// From its properties inwards.
    pub steps: Vec<Step>,
}

/// One step inwards.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// To a property or key.
    Key(String),
    /// To a member of a list; from its end if negative.
    At(i64),
    /// To all members of a list.
    Each,
}

/// A value in a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `'text'`
    Text(String),
    /// `5`
    Integer(i64),
    /// `5.5`
    Float(f64),
    /// `true`
    Bool(bool),
    /// `t'2020-01-01T00:00:00Z'`
    Time(crate::Timestamp),
    /// `h'0a'`
    Hex(Vec<u8>),
    /// `b'AA=='`
    Binary(Vec<u8>),
}
