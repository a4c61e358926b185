//! A promise to do something later says what and why, or it is not made.

use super::numbered;
use crate::{Finding, House};

// Cut in two, so that this file does not promise anything itself.
const MARKS: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("HA", "CK"), concat!("XX", "X:")];

/// Fewer words than these are no reason.
const REASON_WORDS_MIN: usize = 5;

/// Every text of ours.
pub fn check(house: &House) -> Vec<Finding> {
    let ours = house.tree.iter().filter(|(path, _)| !path.ends_with(".lock"));
    let lines = ours.flat_map(|(path, text)| numbered(text).map(move |(n, line)| (path, n, line)));
    lines
        .filter(|(_, _, line)| is_bare(line))
        .map(|(path, n, _)| Finding::wall(path, n, WORDS))
        .collect()
}

const WORDS: &str = "a promise without a reason: say what is missing and why it can wait";

fn is_bare(line: &str) -> bool {
    let Some((_, rest)) = MARKS.iter().find_map(|mark| line.split_once(mark)) else {
        return false;
    };
    let is_mark = rest.starts_with([':', '(', ' ']) || rest.is_empty();
    is_mark && rest.split_whitespace().filter(|w| w.len() > 1).count() < REASON_WORDS_MIN
}
