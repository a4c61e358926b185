//! The crate map in ARCHITECTURE.md against the folders and the manifests.
//! A map that is checked is read; one that is not is walked past.

use super::numbered;
use crate::{Crate, Finding, House};
use std::collections::BTreeSet;

const PAGE: &str = "ARCHITECTURE.md";
const START: &str = "<!-- crate map -->";
const END: &str = "<!-- end of crate map -->";

/// Rows in the members' order, edges as in the manifests, and every edge
/// running from a later member to an earlier one.
pub fn check(house: &House) -> Vec<Finding> {
    let Some(rows) = house.tree.text(PAGE).and_then(read_rows) else {
        return vec![Finding::wall(PAGE, 0, format!("no crate map between {START} and {END}"))];
    };
    let mut findings = compare(&rows, &house.crates);
    findings
        .extend(house.crates.iter().enumerate().flat_map(|(i, c)| uphill(c, &house.crates[..i])));
    findings.extend(house.crates.iter().filter_map(misnamed));
    findings
}

/// A row: crate, what it holds, the crates of ours that it is built on.
struct Row {
    line: usize,
    name: String,
    edges: BTreeSet<String>,
}

fn read_rows(page: &str) -> Option<Vec<Row>> {
    page.contains(END).then_some(())?;
    let mut lines = numbered(page).skip_while(|(_, l)| l.trim() != START);
    lines.next()?;
    let inside = lines.take_while(|(_, l)| l.trim() != END);
    Some(inside.filter(|(_, l)| l.starts_with("| `")).map(|(n, l)| read_row(n, l)).collect())
}

fn read_row(line: usize, text: &str) -> Row {
    let cells: Vec<&str> = text.split('|').map(str::trim).collect();
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let name = cells.get(1).map(|c| c.trim_matches('`').to_owned()).unwrap_or_default();
    Row { line, name, edges: cells.get(3).map(|c| names(c)).unwrap_or_default() }
}

fn compare(rows: &[Row], crates: &[Crate]) -> Vec<Finding> {
    let on_page: Vec<&str> = rows.iter().map(|r| r.name.as_str()).collect();
    let in_cargo: Vec<&str> = crates.iter().map(|c| c.name.as_str()).collect();
    if on_page != in_cargo {
        let words = format!("the map lists {on_page:?}; the members are {in_cargo:?}");
        return vec![Finding::wall(PAGE, 0, words)];
    }
    let wrong = rows.iter().zip(crates).filter(|(row, c)| row.edges != c.edges);
    wrong
        .map(|(row, c)| {
            let words =
                format!("`{}` is built on {:?}; the map says {:?}", c.name, c.edges, row.edges);
            Finding::wall(PAGE, row.line, words)
        })
        .collect()
}

fn uphill<'a>(of: &'a Crate, before: &'a [Crate]) -> impl Iterator<Item = Finding> + 'a {
    let back = of.edges.iter().filter(|edge| !before.iter().any(|b| b.name == **edge));
    back.map(|edge| {
        let words = format!("`{}` uses `{edge}`, which comes after it in the flow", of.name);
        Finding::wall(&format!("{}/Cargo.toml", of.folder), 0, words)
    })
}

fn misnamed(of: &Crate) -> Option<Finding> {
    let expected = if of.name == "xtask" { of.name.clone() } else { format!("crates/{}", of.name) };
    let words = format!("`{}` lives in {}; its folder is {expected}", of.name, of.folder);
    (of.folder != expected).then(|| Finding::wall(&format!("{}/Cargo.toml", of.folder), 0, words))
}
