//! The report: what it says, what it must never say, and how a browser takes it.

mod story;

use std::path::Path;
use story::{ordinary_days, rich};

#[test]
fn pages_for_the_eye_are_written() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(dir.join("report-rich.html"), rich(20).render()).unwrap();
    std::fs::write(dir.join("report-empty.html"), ordinary_days(20_000).render()).unwrap();
    std::fs::write(dir.join("report-many.html"), rich(500).render()).unwrap();
    for (n, s) in [("rich", rich(20)), ("many", rich(500))] {
        println!("{n} {}", s.render().len());
    }
}
