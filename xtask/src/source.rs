//! A Rust file as tokens, so that a word in a comment or a string is never
//! taken for code. Tokens are enough: no check needs types or whole syntax.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::str::FromStr;

/// Stands for any name in small letters in [`Source::find`].
pub const ANY_FUNCTION: &str = "any function";

/// A Rust file, cut into tokens.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// All tokens in order, groups opened up.
    pub tokens: Vec<Token>,
    /// All functions that have a body, in order of their first line.
    pub functions: Vec<Function>,
}

/// A word, sign or literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// As written.
    pub text: String,
    /// 1-based line.
    pub line: usize,
    /// Whether it is compiled for tests only.
    pub in_test: bool,
    /// Whether it is a literal, and no word or sign.
    pub is_literal: bool,
}

impl Token {
    fn is(&self, word: &str) -> bool {
        let small = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase());
        self.text == word || (word == ANY_FUNCTION && small(&self.text))
    }
}

/// A function and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// 1-based line of its `fn`.
    pub line: usize,
    /// Lines from `fn` to the closing brace. A text of many lines counts as
    /// one: a snapshot inside a test is no code.
    pub lines: usize,
}

impl Source {
    /// Cuts a file; the error is Rust's own word about what it could not read.
    pub fn parse(path: &str, text: &str) -> Result<Self, String> {
        let stream = TokenStream::from_str(text).map_err(|e| e.to_string())?;
        let mut source = Self::default();
        source.add(stream, path.contains("/tests/") || path.contains("/benches/"));
        source.functions.sort_by_key(|f| f.line);
        Ok(source)
    }

    /// First line of each place where these tokens follow each other, outside tests.
    pub fn find<'a>(&'a self, words: &'a [&'a str]) -> impl Iterator<Item = usize> + 'a {
        let holds = move |run: &&[Token]| run.iter().zip(words).all(|(t, w)| !t.in_test && t.is(w));
        self.tokens.windows(words.len()).filter(holds).map(|run| run[0].line)
    }

    /// Whether the word stands anywhere, tests included.
    pub fn has(&self, word: &str) -> bool {
        self.tokens.iter().any(|t| t.text == word)
    }

    fn add(&mut self, stream: TokenStream, in_test: bool) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        // Between `#[cfg(test)]` and the body or semicolon that it governs.
        let mut marked = false;
        for (i, tree) in trees.iter().enumerate() {
            self.add_function(&trees[i..]);
            match tree {
                TokenTree::Group(group) => {
                    marked |= is_test_mark(&trees[..i], group);
                    self.add_group(group, in_test || marked);
                    marked &= group.delimiter() != Delimiter::Brace;
                }
                other => {
                    marked &= !matches!(other, TokenTree::Punct(p) if p.as_char() == ';');
                    self.push(other, in_test || marked);
                }
            }
        }
    }

    fn push(&mut self, tree: &TokenTree, in_test: bool) {
        let is_literal = matches!(tree, TokenTree::Literal(_));
        let line = tree.span().start().line;
        self.tokens.push(Token { text: tree.to_string(), line, in_test, is_literal });
    }

    fn add_group(&mut self, group: &Group, in_test: bool) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        let sign = |text: &str, line| Token { text: text.into(), line, in_test, is_literal: false };
        self.tokens.push(sign(open, group.span_open().start().line));
        self.add(group.stream(), in_test);
        self.tokens.push(sign(close, group.span_close().start().line));
    }

    fn add_function(&mut self, trees: &[TokenTree]) {
        let [TokenTree::Ident(word), TokenTree::Ident(name), rest @ ..] = trees else {
            return;
        };
        if word != "fn" {
            return;
        }
        let Some(body) = body_of(rest) else { return };
        let line = word.span().start().line;
        let lines = body.span_close().end().line - line + 1 - text_lines(body.stream());
        self.functions.push(Function { name: name.to_string(), line, lines });
    }
}

/// The first brace before a semicolon; a trait's method may have none.
fn body_of(rest: &[TokenTree]) -> Option<&Group> {
    for tree in rest {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return Some(group),
            TokenTree::Punct(sign) if sign.as_char() == ';' => return None,
            _ => {}
        }
    }
    None
}

/// `#[test]` or `#[cfg(test)]`.
fn is_test_mark(before: &[TokenTree], group: &Group) -> bool {
    let hash = matches!(before.last(), Some(TokenTree::Punct(sign)) if sign.as_char() == '#');
    let words: String = group.stream().to_string().split_whitespace().collect();
    hash && group.delimiter() == Delimiter::Bracket && matches!(&*words, "test" | "cfg(test)")
}

/// Lines that literals of many lines take up beyond their first.
fn text_lines(stream: TokenStream) -> usize {
    let lines = |tree| match tree {
        TokenTree::Group(group) => text_lines(group.stream()),
        TokenTree::Literal(l) => l.span().end().line - l.span().start().line,
        _ => 0,
    };
    stream.into_iter().map(lines).sum()
}
