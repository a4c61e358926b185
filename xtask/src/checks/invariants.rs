//! An invariant in ARCHITECTURE.md names the tests that keep it, and they exist.

use super::{numbered, sources};
use crate::{Finding, House};
use std::collections::BTreeSet;

const PAGE: &str = "ARCHITECTURE.md";
const MARK: &str = "Kept by:";

/// Numbered lines under `## Invariants`, each with its `Kept by:`.
pub fn check(house: &House) -> Vec<Finding> {
    let page = house.tree.text(PAGE).unwrap_or_default();
    let kept: Vec<(usize, &str)> = section(page).filter(|(_, l)| is_rule(l)).collect();
    if kept.is_empty() {
        return vec![Finding::wall(PAGE, 0, "no invariants under `## Invariants`")];
    }
    let known = names(house);
    kept.into_iter().filter_map(|(n, line)| judge(n, line, &known)).collect()
}

fn section(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let from = numbered(page).skip_while(|(_, l)| *l != "## Invariants").skip(1);
    from.take_while(|(_, l)| !l.starts_with("## "))
}

fn is_rule(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(n, _)| n.parse::<u32>().is_ok())
}

fn judge(n: usize, line: &str, known: &BTreeSet<String>) -> Option<Finding> {
    let Some((_, tests)) = line.split_once(MARK) else {
        return Some(Finding::wall(PAGE, n, format!("an invariant without `{MARK}`")));
    };
    let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
    let gone = named.iter().find(|test| !known.contains(**test));
    match gone {
        None if named.is_empty() => Some(Finding::wall(PAGE, n, "an invariant that no test keeps")),
        None => None,
        Some(test) => Some(Finding::wall(PAGE, n, format!("there is no test `{test}`"))),
    }
}

// The name of a function in a `tests` folder, or of a check of ours.
fn names(house: &House) -> BTreeSet<String> {
    let tests = sources(house).filter(|(path, _)| path.contains("/tests/"));
    let functions = tests.flat_map(|(_, source)| source.functions).map(|f| f.name);
    let files = house.tree.ending(".rs").filter_map(|(path, _)| {
        let name = path.strip_prefix("xtask/src/checks/")?.strip_suffix(".rs")?;
        Some(format!("tidy {name}"))
    });
    functions.chain(files).collect()
}
