//! Licences and origins of what we build on, by the list in `deny.toml`.
//! `cargo deny check` says more; this says the part that must never wait for
//! somebody to install it.

use crate::{Finding, House, Package};

const LIST: &str = "deny.toml";
const LOCK: &str = "Cargo.lock";
/// The only registry that we take code from.
const ORIGIN: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Each package may be used under at least one licence of the list.
pub fn check(house: &House) -> Vec<Finding> {
    let list = house.tree.text(LIST).unwrap_or_default();
    let allowed = quoted(section(list, "\nallow = ["));
    let exceptions = exceptions(list);
    house.packages.iter().flat_map(|p| judge(p, &allowed, &exceptions)).collect()
}

fn judge(package: &Package, allowed: &[&str], exceptions: &[(&str, Vec<&str>)]) -> Vec<Finding> {
    let Package { name, version, .. } = package;
    let mut findings = Vec::new();
    if package.origin != ORIGIN {
        let words = format!("{name} {version} comes from `{}`, not from crates.io", package.origin);
        findings.push(Finding::wall(LOCK, 0, words));
    }
    let extra = exceptions.iter().filter(|(of, _)| of == name).flat_map(|(_, list)| list);
    let may: Vec<&str> = allowed.iter().chain(extra).copied().collect();
    let stated = package.licence.as_deref().unwrap_or("no licence");
    if !satisfied(stated, &may) {
        let words = format!("{name} {version} is under `{stated}`, which {LIST} does not allow");
        findings.push(Finding::wall(LOCK, 0, words));
    }
    findings
}

/// Whether an SPDX expression can be met with these licences. Before SPDX,
/// Cargo wrote `MIT/Apache-2.0` for a choice.
pub fn satisfied(expression: &str, may: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    either(&mut words, may) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words, may: &[&str]) -> bool {
    let mut holds = both(words, may);
    while words.next_if_eq(&"OR").is_some() {
        holds |= both(words, may);
    }
    holds
}

fn both(words: &mut Words, may: &[&str]) -> bool {
    let mut holds = one(words, may);
    while words.next_if_eq(&"AND").is_some() {
        holds &= one(words, may);
    }
    holds
}

fn one(words: &mut Words, may: &[&str]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let holds = either(words, may);
        return words.next_if_eq(&")").is_some() && holds;
    }
    let Some(name) = words.next() else {
        return false;
    };
    // An exception to a licence only ever permits more.
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    may.contains(&name)
}

/// `{ crate = "name", allow = ["…"] }` lines.
fn exceptions(list: &str) -> Vec<(&str, Vec<&str>)> {
    let lines = section(list, "\nexceptions = [\n").lines().chain(list.lines());
    let entries =
        lines.filter(|l| l.trim_start().starts_with("{ crate = ") && l.contains("allow = ["));
    entries
        .filter_map(|l| quoted(l).split_first().map(|(name, rest)| (*name, rest.to_vec())))
        .collect()
}

fn section<'a>(list: &'a str, start: &str) -> &'a str {
    let rest = list.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(']').map_or(rest, |(inside, _)| inside)
}

fn quoted(text: &str) -> Vec<&str> {
    let code = text.lines().map(|l| l.split('#').next().unwrap_or(l));
    code.flat_map(|l| l.split('"').skip(1).step_by(2)).collect()
}
