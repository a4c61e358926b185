//! No path of the machine that something was written on.

use super::numbered;
use crate::{Finding, House};

/// First folders that only one machine has. `tmp` is a machine's too, but a
/// test may name it: a test of bad paths needs one.
const HOMES: &[&str] = &["home", "root", "work", "Users", "workspace"];
const SCRATCH: &str = "tmp";

/// Every text but the lock file.
pub fn check(house: &House) -> Vec<Finding> {
    let texts = house.tree.iter().filter(|(path, _)| !path.ends_with(".lock"));
    let lines = texts.flat_map(|(path, text)| numbered(text).map(move |(n, line)| (path, n, line)));
    lines.filter_map(|(path, n, line)| judge(path, n, line)).collect()
}

fn judge(path: &str, n: usize, line: &str) -> Option<Finding> {
    let in_test = path.contains("/tests/");
    let mut folders = HOMES.iter().copied().chain((!in_test).then_some(SCRATCH));
    let folder = folders.find(|folder| names_folder(line, folder))?;
    Some(Finding::wall(
        path,
        n,
        format!("a path of one machine, below `{folder}`: make it relative"),
    ))
}

/// Whether `/folder/` stands at the start of a path: in `site.example/home/`
/// and `../folder/` it is a part of something else.
fn names_folder(line: &str, folder: &str) -> bool {
    let whole = format!("/{folder}/");
    line.match_indices(&whole).any(|(at, _)| {
        let before = line[..at].chars().next_back().unwrap_or(' ');
        !(before.is_alphanumeric()
            || matches!(before, '.' | '_' | '-' | '/' | '}' | ')' | '*' | '~'))
    })
}
