//! What every crate's manifest has to say, and how its tests are laid out.

use crate::{Crate, Finding, House};

/// The one crate that is of use outside this project.
const PUBLISHED: &str = "stix";

/// Keys whose value the workspace sets once for all.
const INHERITED: &[&str] =
    &["version.workspace = true", "edition.workspace = true", "license.workspace = true"];

/// Lints inherited, nothing published by accident, one integration binary.
pub fn check(house: &House) -> Vec<Finding> {
    house.crates.iter().flat_map(|c| [manifest(house, c), tests(house, c)].concat()).collect()
}

fn manifest(house: &House, of: &Crate) -> Vec<Finding> {
    let path = format!("{}/Cargo.toml", of.folder);
    let text = house.tree.text(&path).unwrap_or_default();
    let mut findings = Vec::new();
    let mut wall = |words: String| findings.push(Finding::wall(&path, 0, words));
    if !text.contains("[lints]\nworkspace = true") {
        wall("inherit the lints: `[lints]` and `workspace = true` under it".into());
    }
    for key in INHERITED.iter().filter(|key| !text.contains(**key)) {
        wall(format!("say `{key}`"));
    }
    if of.published && of.name != PUBLISHED {
        wall("say `publish.workspace = true`: only `stix` is of use by itself".into());
    }
    findings
}

// Each integration file is a binary of its own, and linking is what a cold
// test run on two cores waits for.
fn tests(house: &House, of: &Crate) -> Vec<Finding> {
    let folder = format!("{}/tests/", of.folder);
    let of_crate = house.tree.ending(".rs").filter(|(path, _)| path.starts_with(&folder));
    let stray = of_crate.filter(|(path, _)| !path[folder.len()..].starts_with("it/"));
    stray
        .map(|(path, _)| Finding::wall(path, 0, "one test binary a crate: move it into tests/it/"))
        .collect()
}
