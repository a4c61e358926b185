//! A link in a page leads somewhere.

use super::numbered;
use crate::{Finding, House};

/// Links from one of our pages to another of our files.
pub fn check(house: &House) -> Vec<Finding> {
    let pages = house.tree.ending(".md");
    let lines = pages.flat_map(|(path, text)| numbered(text).map(move |(n, line)| (path, n, line)));
    lines.flat_map(|(path, n, line)| dead(house, path, n, line)).collect()
}

fn dead(house: &House, path: &str, n: usize, line: &str) -> Vec<Finding> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let ours = targets.filter(|target| !target.is_empty() && !target.contains("://"));
    let gone = ours.filter(|target| house.tree.text(&beside(path, target)).is_none());
    gone.map(|target| Finding::wall(path, n, format!("the link to {target} leads nowhere")))
        .collect()
}

/// The target's path from the root, as seen from the page's folder.
fn beside(page: &str, target: &str) -> String {
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}
