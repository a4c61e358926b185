//! The rules of the house, each broken on purpose, and the house itself.

mod pages;
mod sources;

use expect_test::Expect;
use std::path::Path;
use xtask::checks::Check;
use xtask::{Crate, House, Tree};

/// What one rule says about a project of these files.
fn check(rule: Check, files: &[(&str, &str)], expected: Expect) {
    check_house(rule, &house(files), expected);
}

fn check_house(rule: Check, house: &House, expected: Expect) {
    let lines: Vec<String> = rule(house).iter().map(|f| format!("{f}\n")).collect();
    expected.assert_eq(&lines.concat());
}

/// A project of two crates: `campaigns`, in the core, and `dragnet`, at the border.
fn house(files: &[(&str, &str)]) -> House {
    let crates = vec![member("campaigns", &[]), member("dragnet", &["campaigns"])];
    House { tree: Tree::of(files.iter().copied()), crates, packages: Vec::new() }
}

fn member(name: &str, edges: &[&str]) -> Crate {
    let edges = edges.iter().map(|e| e.to_string()).collect();
    Crate { name: name.into(), folder: format!("crates/{name}"), edges, ..Crate::default() }
}

#[test]
fn the_house_keeps_its_own_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
    let house = House::open(root).expect("the project can be read");
    assert!(house.crates.len() > 5, "the members were not found: {:?}", house.crates);
    assert!(house.packages.len() > 50, "the lock file was not read: {}", house.packages.len());
    let walls: Vec<String> = xtask::tidy(&house).walls.iter().map(|f| f.to_string()).collect();
    assert!(walls.is_empty(), "cargo xtask tidy:\n{}", walls.join("\n"));
}
