//! What the pages tell a reader to type exists.

use super::{numbered, sources};
use crate::{Finding, House};
use std::collections::BTreeSet;

/// `dragnet …`, its flags and `make …` in the pages against the code.
pub fn check(house: &House) -> Vec<Finding> {
    let known = Known::read(house);
    let pages = house.tree.ending(".md").filter(|(path, _)| *path != "CHANGELOG.md");
    let typed = pages.flat_map(|(path, text)| code(text).map(move |(n, code)| (path, n, code)));
    typed.flat_map(|(path, n, code)| known.judge(path, n, code)).collect()
}

/// Lines of fenced blocks, and what stands between backticks elsewhere.
fn code(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    numbered(page).flat_map(move |(n, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        let parts: Vec<&str> = match fenced {
            _ if fence => Vec::new(),
            true => vec![line],
            false => line.split('`').skip(1).step_by(2).collect(),
        };
        parts.into_iter().map(move |part| (n, part))
    })
}

/// What can be typed.
struct Known {
    subcommands: BTreeSet<String>,
    flags: BTreeSet<String>,
    targets: BTreeSet<String>,
}

impl Known {
    fn read(house: &House) -> Self {
        let mut subcommands = BTreeSet::from(["help".to_owned()]);
        let mut flags: BTreeSet<String> = ["--help".to_owned(), "--version".to_owned()].into();
        let typed = sources(house).filter(|(path, _)| path.starts_with("crates/dragnet/src/"));
        for (_, source) in typed.filter(|(_, source)| source.has("clap")) {
            let words: Vec<&str> = source.tokens.iter().map(|t| t.text.as_str()).collect();
            subcommands.extend(variants(&words));
            // A field of the arguments is a flag; so is a `long = "…"`.
            let fields = words.windows(3).filter(|w| w[1] == ":" && w[2] != ":" && is_field(w[0]));
            flags.extend(fields.map(|w| flag(w[0])));
            flags.extend(
                words.windows(3).filter(|w| w[0] == "long" && w[1] == "=").map(|w| flag(w[2])),
            );
        }
        let makefile = house.tree.text("Makefile").unwrap_or_default();
        let target = |l: &str| Some(l.split_once(':')?.0.trim().to_owned());
        Self { subcommands, flags, targets: makefile.lines().filter_map(target).collect() }
    }

    fn judge(&self, path: &str, n: usize, code: &str) -> Vec<Finding> {
        let words: Vec<&str> =
            code.split_whitespace().take_while(|w| !w.starts_with('#')).collect();
        let wall = |words: String| Finding::wall(path, n, words);
        let makes = words.windows(2).filter(|pair| pair[0] == "make" && is_name(pair[1]));
        let targets = makes.filter(|pair| !self.targets.contains(pair[1]));
        let mut findings: Vec<Finding> =
            targets.map(|pair| wall(format!("there is no `make {}`", pair[1]))).collect();
        let Some(at) = words.iter().position(|w| is_us(w)) else { return findings };
        if words[..at].contains(&"cargo") {
            return findings;
        }
        let typed = &words[at + 1..];
        if let Some(name) = typed.first().filter(|w| is_name(w) && !self.subcommands.contains(**w))
        {
            findings.push(wall(format!("there is no `dragnet {name}`")));
        }
        let flags =
            typed.iter().filter_map(|w| w.split('=').next()).filter(|w| w.starts_with("--"));
        let unknown = flags.filter(|f| f.len() > 2 && !self.flags.contains(*f));
        findings.extend(unknown.map(|f| wall(format!("`dragnet` has no `{f}`"))));
        findings
    }
}

/// The tool itself, by name or by the place where Cargo builds it.
fn is_us(word: &str) -> bool {
    word == "dragnet" || word.ends_with("/release/dragnet")
}

fn is_name(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
}

fn is_field(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn flag(word: &str) -> String {
    format!("--{}", word.trim_matches('"').replace('_', "-"))
}

/// Variants of `enum Command`, as clap spells them.
fn variants<'a>(words: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    let start =
        words.windows(3).position(|w| w == ["enum", "Command", "{"]).map_or(words.len(), |i| i + 2);
    let mut depth = 0;
    let mut before = "{";
    words[start..]
        .iter()
        .map_while(move |word| {
            depth += i32::from(matches!(*word, "{" | "(" | "["))
                - i32::from(matches!(*word, "}" | ")" | "]"));
            let is_variant = depth == 1
                && matches!(before, "{" | "," | "]")
                && word.starts_with(|c: char| c.is_ascii_uppercase());
            before = word;
            (depth > 0).then(|| is_variant.then(|| kebab(word)))
        })
        .flatten()
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}
