//! Rules about Rust files.

use crate::{check, check_house, house};
use expect_test::expect;
use xtask::checks::{dependencies, headers, layers, limits, names, sizes};

#[test]
fn a_file_without_its_reason() {
    let files =
        [("crates/campaigns/src/a.rs", "use b;\n"), ("crates/campaigns/src/b.rs", "//! Why.\n")];
    check(
        headers::check,
        &files,
        expect![[r#"
        crates/campaigns/src/a.rs:1: open the file with `//!` and its reason
    "#]],
    );
}

#[test]
fn a_function_past_the_wall_and_one_that_asks() {
    let long = format!("fn long() {{\n{}}}\n", "    step();\n".repeat(69));
    let asks = format!("fn asks() {{\n{}}}\n", "    step();\n".repeat(39));
    let fine = format!("fn fine() {{\n{}}}\n", "    step();\n".repeat(38));
    let text = format!("//! Why.\n{long}{asks}{fine}");
    check(
        sizes::check,
        &[("crates/campaigns/src/a.rs", &text)],
        expect![[r#"
        crates/campaigns/src/a.rs:2: crates/campaigns/src/a.rs long: 71 lines; the wall is 70: split it
        crates/campaigns/src/a.rs:73: ask: crates/campaigns/src/a.rs asks: 41 lines, past 40: is it two?
    "#]],
    );
}

#[test]
fn a_snapshot_inside_a_test_is_no_code() {
    let text = format!("//! Why.\nfn story() {{\n    check(\"{}\");\n}}\n", "line\n".repeat(100));
    check(sizes::check, &[("crates/campaigns/tests/it/a.rs", &text)], expect![""]);
}

#[test]
fn the_ratchet_lets_nothing_grow_and_forgets_nothing() {
    let long =
        |lines: usize| format!("//! Why.\nfn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2));
    let list = ("xtask/long-functions.txt", "# name lines\ncrates/campaigns/src/a.rs long 80\n");
    let with = |lines: usize, expected| {
        let text = if lines == 0 { "//! Why.\n".into() } else { long(lines) };
        check(sizes::check, &[("crates/campaigns/src/a.rs", &text), list], expected);
    };
    with(80, expect![""]);
    with(
        81,
        expect![[r#"
        crates/campaigns/src/a.rs:2: crates/campaigns/src/a.rs long grew from 80 to 81 lines: it may only shrink
    "#]],
    );
    with(
        75,
        expect![[r#"
        xtask/long-functions.txt: crates/campaigns/src/a.rs long shrank: write 75 in its line
    "#]],
    );
    with(
        60,
        expect![[r#"
        xtask/long-functions.txt: crates/campaigns/src/a.rs long is under the wall: take its line out
    "#]],
    );
    with(
        0,
        expect![[r#"
        xtask/long-functions.txt: crates/campaigns/src/a.rs long is gone: take its line out
    "#]],
    );
}

#[test]
fn a_file_past_the_wall() {
    let text = |lines: usize| format!("//! Why.\n{}", "// A line.\n".repeat(lines - 1));
    let (wall, ask) = (text(701), text(501));
    let files = [("crates/campaigns/src/a.rs", &*wall), ("crates/campaigns/src/b.rs", &*ask)];
    check(
        sizes::check,
        &files,
        expect![[r#"
        crates/campaigns/src/a.rs: crates/campaigns/src/a.rs: 701 lines; the wall is 700: split it
        crates/campaigns/src/b.rs: ask: crates/campaigns/src/b.rs: 501 lines, past 500: is it two?
    "#]],
    );
}

#[test]
fn names_that_say_nothing_and_second_words() {
    let files = [
        ("crates/campaigns/src/utils.rs", "//! Why.\n"),
        ("crates/campaigns/src/lib.rs", "//! Why: mod helpers.\nmod rings;\nmod cells;\n"),
    ];
    check(
        names::check,
        &files,
        expect![[r#"
        crates/campaigns/src/utils.rs: `utils` says nothing: name it after what it holds
        crates/campaigns/src/lib.rs:2: `rings`: the word of the house is `campaign`
    "#]],
    );
}

#[test]
fn the_core_reads_no_clock_opens_no_file_and_draws_nothing() {
    let text = r#"//! Why: Instant::now() in words is no clock.
use std::{fs::File, time::Instant};
fn open(file: File) -> File { File::open("a"); fs::read("b"); file }
async fn a() { let t = Instant::now(); println!("{:?}", std::env::var("A")); rand::rng() }
const WHERE: &str = env!("CARGO_MANIFEST_DIR");
fn q() { run("SELECT a FROM b"); say("SELECT is a word"); }
#[cfg(test)]
mod tests { fn now() { SystemTime::now(); } }
"#;
    let files = [("crates/campaigns/src/a.rs", text), ("crates/dragnet/src/a.rs", text)];
    check(
        layers::check,
        &files,
        expect![[r#"
            crates/campaigns/src/a.rs:3: `fs::…`: the flow opens no files: take a reader or a writer
            crates/campaigns/src/a.rs:3: `File::…`: the flow opens no files: take a reader or a writer
            crates/campaigns/src/a.rs:4: `async`: the core is not async
            crates/campaigns/src/a.rs:4: `rand::rng`: the core draws no randomness: take a seed
            crates/campaigns/src/a.rs:2: `Instant`: only the border reads the clock: take the time
            crates/campaigns/src/a.rs:4: `Instant`: only the border reads the clock: take the time
            crates/campaigns/src/a.rs:4: `::now`: only the border reads the clock: take the time
            crates/campaigns/src/a.rs:4: `env::`: only the border reads the environment: take the value
            crates/campaigns/src/a.rs:6: a query: only `store` knows SQL
            crates/dragnet/src/a.rs:6: a query: only `store` knows SQL
        "#]],
    );
}

#[test]
fn a_bound_without_its_reason() {
    let text = "\
//! Why.
/// A screenful.
pub const ROWS_MAX: usize = 50;
pub const PAGES_MAX: usize = 9;

const CELLS_MIN: usize = 5;
const ROWS: usize = 5;
";
    check(
        limits::check,
        &[("crates/campaigns/src/a.rs", text)],
        expect![[r#"
        crates/campaigns/src/a.rs:6: `CELLS_MIN`: say above it why it bounds there
    "#]],
    );
}

#[test]
fn a_dependency_that_nothing_names() {
    let mut house = house(&[("crates/campaigns/src/a.rs", "//! libm.\nuse rayon::prelude::*;\n")]);
    house.crates[0].outside = ["libm".to_owned(), "rayon".to_owned()].into();
    check_house(
        dependencies::check,
        &house,
        expect![[r#"
        crates/campaigns/Cargo.toml: `libm` is not used: take it out
    "#]],
    );
}
