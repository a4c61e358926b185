//! One rule a file, registered here.

pub mod commands;
pub mod dependencies;
pub mod headers;
pub mod invariants;
pub mod layers;
pub mod licences;
pub mod limits;
pub mod links;
pub mod machine;
pub mod manifests;
pub mod map;
pub mod names;
pub mod persons;
pub mod promises;
pub mod sizes;

use crate::{Finding, House, Source};

/// A rule: the project in, what breaks the rule out.
pub type Check = fn(&House) -> Vec<Finding>;

/// Every rule.
pub const ALL: &[Check] = &[
    headers::check,
    sizes::check,
    names::check,
    map::check,
    manifests::check,
    layers::check,
    dependencies::check,
    licences::check,
    limits::check,
    invariants::check,
    machine::check,
    persons::check,
    promises::check,
    commands::check,
    links::check,
];

/// The project's Rust files as tokens. One that cannot be cut is left to the
/// compiler, which says it better.
fn sources(house: &House) -> impl Iterator<Item = (&str, Source)> {
    house
        .tree
        .ending(".rs")
        .filter_map(|(path, text)| Some((path, Source::parse(path, text).ok()?)))
}

/// Lines with their 1-based numbers.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, line)| (i + 1, line))
}
