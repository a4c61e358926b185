//! `cargo xtask tidy`: reads the project, prints what breaks its own rules.

#![allow(clippy::print_stdout, reason = "the terminal is where a checker answers")]

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask tidy   check the project against its own rules";

fn main() -> anyhow::Result<ExitCode> {
    match std::env::args().nth(1).as_deref() {
        Some("tidy") => tidy(),
        _ => {
            println!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

fn tidy() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
    let house = xtask::House::open(root)?;
    let verdict = xtask::tidy(&house);
    for finding in verdict.asks.iter().chain(&verdict.walls) {
        println!("{finding}");
    }
    println!(
        "tidy: {} files, {} crates, {} checks: {} to mend, {} to think about",
        house.tree.len(),
        house.crates.len(),
        xtask::checks::ALL.len(),
        verdict.walls.len(),
        verdict.asks.len(),
    );
    Ok(if verdict.walls.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
