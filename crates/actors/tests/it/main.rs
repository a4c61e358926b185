//! Stories of `actors`, as a caller sees it: a small world in lines, a question, and the
//! answer in lines.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod attribution;
mod estimates;
mod extension;
mod graph;
mod imports;
mod lineage;
mod scale;
mod scans;
mod trends;
mod world;

use expect_test::Expect;
use world::World;

/// Asks a question of the world that a story tells; see [`World`] for both languages.
fn check(story: &str, question: &str, expected: &Expect) {
    expected.assert_eq(&World::of(story).answer(question));
}
