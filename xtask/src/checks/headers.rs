//! Every Rust file opens with its reason.

use crate::{Finding, House};

/// A file that starts with anything but `//!` has not said why it is there.
pub fn check(house: &House) -> Vec<Finding> {
    let silent = house.tree.ending(".rs").filter(|(_, text)| !text.starts_with("//! "));
    silent
        .map(|(path, _)| Finding::wall(path, 1, "open the file with `//!` and its reason"))
        .collect()
}
