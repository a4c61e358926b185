//! A dependency that no line names is compiled by everybody for nobody.

use super::sources;
use crate::{Crate, Finding, House, Source};

/// Each outside package of a crate is named somewhere in that crate's Rust.
/// A package used only inside documentation counts as unused.
pub fn check(house: &House) -> Vec<Finding> {
    let sources: Vec<(&str, Source)> = sources(house).collect();
    house.crates.iter().flat_map(|c| unused(c, &sources)).collect()
}

fn unused<'a>(of: &'a Crate, sources: &'a [(&str, Source)]) -> impl Iterator<Item = Finding> + 'a {
    let folder = format!("{}/", of.folder);
    let named = move |package: &str| {
        sources.iter().any(|(path, source)| path.starts_with(&folder) && source.has(package))
    };
    let unused = of.outside.iter().filter(move |package| !named(package));
    unused.map(|package| {
        let words = format!("`{package}` is not used: take it out");
        Finding::wall(&format!("{}/Cargo.toml", of.folder), 0, words)
    })
}
