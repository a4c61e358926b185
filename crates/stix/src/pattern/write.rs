//! From pattern to text: what is written is parsed as the same pattern.

use super::parse::is_keyword;
use super::{Comparison, Literal, Operator, Path, Pattern, Qualifier, Step, Test};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::{Display, Formatter, Result, Write};
use std::mem::discriminant;

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Observed(comparison) => write!(f, "[{comparison}]"),
            Self::And(all) => joined(f, all, " AND ", |inner| inner.rank() < 3),
            Self::Or(all) => joined(f, all, " OR ", |inner| inner.rank() < 2),
            Self::FollowedBy(all) => joined(f, all, " FOLLOWEDBY ", |inner| inner.rank() < 1),
            Self::Qualified(inner, qualifier) => {
                bracketed(f, inner, inner.rank() < 3 || inner.has_one_like(qualifier))?;
                write!(f, " {qualifier}")
            }
        }
    }
}

impl Pattern {
    /// How closely it holds together: what is looser inside of it needs brackets.
    fn rank(&self) -> u8 {
        match self {
            Self::FollowedBy(_) => 0,
            Self::Or(_) => 1,
            Self::And(_) => 2,
            Self::Observed(_) | Self::Qualified(..) => 3,
        }
    }

    /// Whether a further qualifier of this kind needs brackets before it.
    fn has_one_like(&self, other: &Qualifier) -> bool {
        match self {
            Self::Qualified(inner, own) => {
                discriminant(own) == discriminant(other) || inner.has_one_like(other)
            }
            _ => false,
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::And(all) => {
                joined(f, all, " AND ", |inner| matches!(inner, Self::Or(_) | Self::And(_)))
            }
            Self::Or(all) => joined(f, all, " OR ", |inner| matches!(inner, Self::Or(_))),
            Self::Test(test) => test.fmt(f),
            Self::Exists(path) => write!(f, "EXISTS {path}"),
        }
    }
}

fn joined<T: Display>(
    f: &mut Formatter<'_>,
    all: &[T],
    between: &str,
    needs_brackets: impl Fn(&T) -> bool,
) -> Result {
    for (at, inner) in all.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        bracketed(f, inner, needs_brackets(inner))?;
    }
    Ok(())
}

fn bracketed(f: &mut Formatter<'_>, inner: &impl Display, needs_brackets: bool) -> Result {
    if needs_brackets { write!(f, "({inner})") } else { inner.fmt(f) }
}

impl Display for Qualifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Within(seconds) => write!(f, "WITHIN {seconds} SECONDS"),
            Self::Repeats(times) => write!(f, "REPEATS {times} TIMES"),
            Self::StartStop(start, stop) => write!(f, "START t'{start}' STOP t'{stop}'"),
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let not = if self.is_negated { "NOT " } else { "" };
        write!(f, "{} {not}{} ", self.path, self.operator)?;
        match (self.operator, &self.literals[..]) {
            (Operator::In, literals) => {
                f.write_char('(')?;
                joined(f, literals, ", ", |_| false)?;
                f.write_char(')')
            }
            (_, literals) => joined(f, literals, ", ", |_| false),
        }
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "IN",
            Self::Like => "LIKE",
            Self::Matches => "MATCHES",
            Self::IsSubset => "ISSUBSET",
            Self::IsSuperset => "ISSUPERSET",
        })
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}:", self.type_name)?;
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let dot = if at > 0 { "." } else { "" };
                    match is_word(key) {
                        true => write!(f, "{dot}{key}")?,
                        false => write!(f, "{dot}{}", Quoted(key))?,
                    }
                }
                Step::At(place) => write!(f, "[{place}]")?,
                Step::Each => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// Whether a key needs no quotes.
fn is_word(key: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let begins_well = key.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    begins_well && key.bytes().all(is_part) && !matches!(key, "true" | "false") && !is_keyword(key)
}

struct Quoted<'t>(&'t str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_char('\'')?;
        for char in self.0.chars() {
            if matches!(char, '\'' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(char)?;
        }
        f.write_char('\'')
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Text(text) => Quoted(text).fmt(f),
            Self::Integer(number) => number.fmt(f),
            // A whole number is written with its point, or it would be read as another.
            Self::Float(number) if number.fract() == 0.0 => write!(f, "{number:.1}"),
            Self::Float(number) => number.fmt(f),
            Self::Bool(is_so) => is_so.fmt(f),
            Self::Time(time) => write!(f, "t'{time}'"),
            Self::Hex(bytes) => {
                f.write_str("h'")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_char('\'')
            }
            Self::Binary(bytes) => write!(f, "b'{}'", STANDARD.encode(bytes)),
        }
    }
}
