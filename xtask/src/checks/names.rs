//! Names that say nothing, and second words for things that have one.

use super::sources;
use crate::{Finding, House};

/// A name that would fit any file is the name of none.
const EMPTY: &[&str] =
    &["common", "data", "helper", "helpers", "manager", "misc", "shared", "util", "utils"];

/// One word an idea: (the synonym, the word that the house uses).
const SYNONYMS: &[(&str, &str)] = &[
    ("alert", "campaign"),
    ("alerts", "campaign"),
    ("decision", "verdict"),
    ("gang", "actor"),
    ("registration", "signup"),
    ("registrations", "signup"),
    ("ring", "campaign"),
    ("rings", "campaign"),
];

/// Names of files, folders and modules.
pub fn check(house: &House) -> Vec<Finding> {
    let files = house.tree.ending(".rs").flat_map(|(path, _)| {
        path.split('/').filter_map(move |part| judge(path, 0, part.trim_end_matches(".rs")))
    });
    let modules = sources(house).flat_map(|(path, source)| {
        let pairs = source.tokens.windows(2).filter(|pair| pair[0].text == "mod");
        pairs.filter_map(|pair| judge(path, pair[1].line, &pair[1].text)).collect::<Vec<_>>()
    });
    files.chain(modules).collect()
}

fn judge(path: &str, line: usize, name: &str) -> Option<Finding> {
    if EMPTY.contains(&name) {
        let words = format!("`{name}` says nothing: name it after what it holds");
        return Some(Finding::wall(path, line, words));
    }
    let (_, word) = SYNONYMS.iter().find(|(synonym, _)| *synonym == name)?;
    Some(Finding::wall(path, line, format!("`{name}`: the word of the house is `{word}`")))
}
