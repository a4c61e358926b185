//! A pattern's tokens.

use super::Literal;
use super::parse::NotAPattern;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A token, and at which byte it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// A keyword, a type or a property.
    Word(String),
    Literal(Literal),
    /// One of `[ ] ( ) : . , * = != < <= > >=`.
    Sign(&'static str),
}

/// Signs, the longer ones first.
const SIGNS: &[&str] =
    &["!=", "<>", "<=", ">=", "==", "[", "]", "(", ")", ":", ".", ",", "*", "=", "<", ">"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, NotAPattern> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Result<Option<Token>, NotAPattern> {
        self.skip_blank()?;
        let at = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(None) };
        let what = match first {
            '\'' => What::Literal(Literal::Text(self.quoted()?)),
            'h' | 'b' | 't' if self.rest()[1..].starts_with('\'') => {
                self.at += 1;
                What::Literal(self.prefixed(first, at)?)
            }
            '.' if self.rest()[1..].starts_with(|next: char| next.is_ascii_digit()) => {
                What::Literal(self.number(at)?)
            }
            '0'..='9' | '-' | '+' => What::Literal(self.number(at)?),
            first if first.is_ascii_alphabetic() || first == '_' => self.word(),
            _ => What::Sign(self.sign(at)?),
        };
        Ok(Some(Token { at, what }))
    }

    fn skip_blank(&mut self) -> Result<(), NotAPattern> {
        loop {
            let rest = self.rest();
            let skipped = if let Some(comment) = rest.strip_prefix("//") {
                2 + comment.find(['\n', '\r']).unwrap_or(comment.len())
            } else if let Some(comment) = rest.strip_prefix("/*") {
                let end = comment.find("*/");
                4 + end.ok_or_else(|| NotAPattern::at(self.at, "this comment has no end"))?
            } else {
                rest.len() - rest.trim_start().len()
            };
            if skipped == 0 {
                return Ok(());
            }
            self.at += skipped;
        }
    }

    /// Text in quotes, where `\` takes away the meaning of what follows it.
    fn quoted(&mut self) -> Result<String, NotAPattern> {
        let at = self.at;
        let mut text = String::new();
        let mut chars = self.text[at + 1..].char_indices();
        while let Some((offset, char)) = chars.next() {
            match char {
                '\'' => {
                    self.at = at + 1 + offset + 1;
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('\'' | '\\'))) => text.push(escaped),
                    _ => {
                        return Err(NotAPattern::at(
                            at + 1 + offset,
                            "only \\' and \\\\ are escapes",
                        ));
                    }
                },
                char => text.push(char),
            }
        }
        Err(NotAPattern::at(at, "this text has no end"))
    }

    fn prefixed(&mut self, prefix: char, at: usize) -> Result<Literal, NotAPattern> {
        let text = self.quoted()?;
        match prefix {
            't' => text.parse().map(Literal::Time).map_err(|e| NotAPattern::at(at, e.to_string())),
            'h' => {
                hex(&text).map(Literal::Hex).ok_or(NotAPattern::at(at, "this is no hexadecimal"))
            }
            _ => {
                let bytes = STANDARD.decode(&text).ok().filter(|bytes| !bytes.is_empty());
                bytes.map(Literal::Binary).ok_or(NotAPattern::at(at, "this is no base64"))
            }
        }
    }

    fn number(&mut self, at: usize) -> Result<Literal, NotAPattern> {
        let rest = self.rest();
        let is_part = |(at, char): (usize, char)| {
            char.is_ascii_digit() || char == '.' || at == 0 && matches!(char, '-' | '+')
        };
        let end =
            rest.char_indices().find(|place| !is_part(*place)).map_or(rest.len(), |(at, _)| at);
        let text = &rest[..end];
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let literal = match unsigned.split_once('.') {
            Some((_, fraction)) if is_digits(fraction) => text.parse().ok().map(Literal::Float),
            None if unsigned == "0" || !unsigned.starts_with('0') => {
                text.parse().ok().map(Literal::Integer)
            }
            _ => None,
        };
        self.at += end;
        literal.ok_or_else(|| NotAPattern::at(at, "this is no number"))
    }

    fn word(&mut self) -> What {
        let rest = self.rest();
        let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
        let end = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        let word = rest[..end].to_owned();
        self.at += end;
        match &word[..] {
            "true" => What::Literal(Literal::Bool(true)),
            "false" => What::Literal(Literal::Bool(false)),
            _ => What::Word(word),
        }
    }

    fn sign(&mut self, at: usize) -> Result<&'static str, NotAPattern> {
        let sign = SIGNS.iter().find(|sign| self.rest().starts_with(**sign));
        let sign = sign.ok_or_else(|| NotAPattern::at(at, "this has no meaning here"))?;
        self.at += sign.len();
        Ok(match *sign {
            "==" => "=",
            "<>" => "!=",
            sign => sign,
        })
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Bytes written in hexadecimal.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
