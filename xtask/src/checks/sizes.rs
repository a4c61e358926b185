//! Sizes that ask a question, and the ratchet under what is over the wall:
//! a listed function or file may shrink, and its line in the list shrinks
//! with it; it may never grow, and nothing is added to the list by accident.

use super::sources;
use crate::{Finding, House};
use std::collections::BTreeMap;

/// Past this a function asks whether it is two.
pub const FUNCTION_LINES_ASK: usize = 40;
/// A screenful and a half: past this nobody reads it in one go.
pub const FUNCTION_LINES_MAX: usize = 70;
/// Past this a file asks whether it is two rooms.
pub const FILE_LINES_ASK: usize = 500;
/// Past this a file is a corridor with doors nobody opens.
pub const FILE_LINES_MAX: usize = 700;

const FUNCTIONS: &str = "xtask/long-functions.txt";
const FILES: &str = "xtask/long-files.txt";

/// Functions and files of Rust against their sizes and their ratchets.
pub fn check(house: &House) -> Vec<Finding> {
    let mut functions = Ratchet::read(house, FUNCTIONS, FUNCTION_LINES_ASK, FUNCTION_LINES_MAX);
    let mut files = Ratchet::read(house, FILES, FILE_LINES_ASK, FILE_LINES_MAX);
    for (path, source) in sources(house) {
        for f in &source.functions {
            functions.weigh(path, f.line, &format!("{path} {}", f.name), f.lines);
        }
    }
    for (path, text) in house.tree.ending(".rs") {
        files.weigh(path, 0, path, text.lines().count());
    }
    [functions.close(), files.close()].concat()
}

/// A list of what was over the wall when the wall was built: `name lines`.
struct Ratchet {
    list: &'static str,
    ask: usize,
    wall: usize,
    allowed: BTreeMap<String, usize>,
    findings: Vec<Finding>,
}

impl Ratchet {
    fn read(house: &House, list: &'static str, ask: usize, wall: usize) -> Self {
        let text = house.tree.text(list).unwrap_or_default();
        let lines = text.lines().filter(|l| !l.starts_with('#'));
        let entry =
            |l: &str| l.rsplit_once(' ').and_then(|(n, l)| Some((n.into(), l.parse().ok()?)));
        Self { list, ask, wall, allowed: lines.filter_map(entry).collect(), findings: Vec::new() }
    }

    fn weigh(&mut self, path: &str, line: usize, name: &str, lines: usize) {
        let (ask, wall) = (self.ask, self.wall);
        let listed = self.allowed.remove(name);
        let finding = match listed {
            _ if lines <= ask && listed.is_none() => return,
            None if lines <= wall => {
                Finding::ask(path, line, format!("{name}: {lines} lines, past {ask}: is it two?"))
            }
            None => Finding::wall(
                path,
                line,
                format!("{name}: {lines} lines; the wall is {wall}: split it"),
            ),
            Some(then) if lines > then => Finding::wall(
                path,
                line,
                format!("{name} grew from {then} to {lines} lines: it may only shrink"),
            ),
            Some(then) if lines == then && lines > wall => return,
            Some(_) if lines > wall => {
                Finding::wall(self.list, 0, format!("{name} shrank: write {lines} in its line"))
            }
            Some(_) => {
                Finding::wall(self.list, 0, format!("{name} is under the wall: take its line out"))
            }
        };
        self.findings.push(finding);
    }

    fn close(mut self) -> Vec<Finding> {
        for name in self.allowed.keys() {
            let words = format!("{name} is gone: take its line out");
            self.findings.push(Finding::wall(self.list, 0, words));
        }
        self.findings
    }
}
