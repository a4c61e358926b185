//! Rules about pages, manifests, licences, and what may not stand in a text.

use crate::{check, check_house, house};
use expect_test::expect;
use xtask::Package;
use xtask::checks::{
    commands, invariants, licences, links, machine, manifests, map, persons, promises,
};

#[test]
fn a_map_that_is_not_the_country() {
    let page = |edges: &str| {
        let rows = format!("| `campaigns` | who | – |\n| `dragnet` | the command line | {edges} |");
        format!(
            "<!-- crate map -->\n| crate | holds | uses |\n|---|---|---|\n{rows}\n<!-- end of crate map -->\n"
        )
    };
    check(map::check, &[("ARCHITECTURE.md", &page("`campaigns`"))], expect![""]);
    check(
        map::check,
        &[("ARCHITECTURE.md", &page("–"))],
        expect![[r#"
            ARCHITECTURE.md:5: `dragnet` is built on {"campaigns"}; the map says {}
        "#]],
    );
    check(
        map::check,
        &[("ARCHITECTURE.md", "no map")],
        expect![[r#"
            ARCHITECTURE.md: no crate map between <!-- crate map --> and <!-- end of crate map -->
        "#]],
    );
}

#[test]
fn an_edge_that_runs_back_and_a_folder_with_another_name() {
    let page = "<!-- crate map -->\n| `campaigns` | a | `dragnet` |\n| `dragnet` | b | – |\n<!-- end of crate map -->\n";
    let mut house = house(&[("ARCHITECTURE.md", page)]);
    house.crates[0].edges = ["dragnet".to_owned()].into();
    house.crates[1].edges.clear();
    house.crates[1].folder = "crates/cli".into();
    check_house(
        map::check,
        &house,
        expect![[r#"
            crates/campaigns/Cargo.toml: `campaigns` uses `dragnet`, which comes after it in the flow
            crates/cli/Cargo.toml: `dragnet` lives in crates/cli; its folder is crates/dragnet
        "#]],
    );
}

#[test]
fn a_manifest_that_inherits_nothing() {
    let good = "[package]\nversion.workspace = true\nedition.workspace = true\nlicense.workspace = true\n\n[lints]\nworkspace = true\n";
    let files = [
        (
            "crates/campaigns/Cargo.toml",
            "[package]\nedition.workspace = true\nlicense.workspace = true\n",
        ),
        ("crates/dragnet/Cargo.toml", good),
        ("crates/dragnet/tests/it/main.rs", ""),
        ("crates/dragnet/tests/other.rs", ""),
    ];
    let mut house = house(&files);
    house.crates[0].published = true;
    check_house(
        manifests::check,
        &house,
        expect![[r#"
            crates/campaigns/Cargo.toml: inherit the lints: `[lints]` and `workspace = true` under it
            crates/campaigns/Cargo.toml: say `version.workspace = true`
            crates/campaigns/Cargo.toml: say `publish.workspace = true`: only `stix` is of use by itself
            crates/dragnet/tests/other.rs: one test binary a crate: move it into tests/it/
        "#]],
    );
}

#[test]
fn a_licence_that_the_list_does_not_know() {
    let list = "[licenses]\nallow = [\n    \"MIT\", # a note on \"GPL-3.0\"\n    \"Unicode-3.0\",\n]\nexceptions = [\n    { crate = \"mild\", allow = [\"MPL-2.0\"] },\n]\n";
    let crates_io = "registry+https://github.com/rust-lang/crates.io-index";
    let package = |name: &str, licence: Option<&str>, origin: &str| Package {
        name: name.into(),
        version: "1.0.0".into(),
        licence: licence.map(str::to_owned),
        origin: origin.into(),
    };
    let mut house = house(&[("deny.toml", list)]);
    house.packages = vec![
        package("choice", Some("GPL-3.0 OR MIT"), crates_io),
        package("old", Some("MIT/Apache-2.0"), crates_io),
        package("tables", Some("(MIT OR Apache-2.0) AND Unicode-3.0"), crates_io),
        package("mild", Some("MPL-2.0"), crates_io),
        package("strict", Some("MPL-2.0"), crates_io),
        package("both", Some("MIT AND GPL-3.0"), crates_io),
        package("silent", None, crates_io),
        package("fork", Some("MIT"), "git+https://forge.example/fork"),
    ];
    check_house(
        licences::check,
        &house,
        expect![[r#"
            Cargo.lock: strict 1.0.0 is under `MPL-2.0`, which deny.toml does not allow
            Cargo.lock: both 1.0.0 is under `MIT AND GPL-3.0`, which deny.toml does not allow
            Cargo.lock: silent 1.0.0 is under `no licence`, which deny.toml does not allow
            Cargo.lock: fork 1.0.0 comes from `git+https://forge.example/fork`, not from crates.io
        "#]],
    );
}

#[test]
fn an_invariant_that_no_test_keeps() {
    let page = "## Invariants\n\n1. **A.** Kept by: `order_is_kept`, `tidy layers`.\n2. **B.** Kept by: `gone`.\n3. **C.** So be it.\n4. **D.** Kept by: faith.\n\n## Next\n\n5. **E.**\n";
    let files = [
        ("ARCHITECTURE.md", page),
        ("crates/campaigns/tests/it/main.rs", "//! Why.\n#[test]\nfn order_is_kept() {}\n"),
        ("xtask/src/checks/layers.rs", "//! Why.\n"),
    ];
    check(
        invariants::check,
        &files,
        expect![[r#"
            ARCHITECTURE.md:4: there is no test `gone`
            ARCHITECTURE.md:5: an invariant without `Kept by:`
            ARCHITECTURE.md:6: an invariant that no test keeps
        "#]],
    );
}

#[test]
fn a_path_of_one_machine() {
    let home = ["", "home", "me", "log.csv"].join("/");
    let scratch = ["", "tmp", "x"].join("/");
    let text = format!("read {home}\nsite.example{home} and ..{home}\n{scratch}\n");
    let files = [("docs/a.md", text.as_str()), ("crates/campaigns/tests/it/a.rs", text.as_str())];
    check(
        machine::check,
        &files,
        expect![[r#"
            crates/campaigns/tests/it/a.rs:1: a path of one machine, below `home`: make it relative
            docs/a.md:1: a path of one machine, below `home`: make it relative
            docs/a.md:3: a path of one machine, below `tmp`: make it relative
        "#]],
    );
}

#[test]
fn an_address_and_a_number_that_may_be_somebodys() {
    let address = |domain: &str| format!("\"a.b@{domain}\"\n");
    let real = address("firm.com")
        + &address("example.com")
        + &address("shop.test")
        + &address("gmail.com");
    let number = |text: &str| format!("\"+{text}\"\n");
    let numbers =
        number("49 176 8135 2094") + &number("44 7700 900 123") + &number("1 (212) 555-0147");
    let text = real
        + &numbers
        + &number("84 91 234 56 78")
        + "x+8765430187 1+1 +0000 2018\n@ip-location-db/asn n@3..\n";
    check(
        persons::check,
        &[("crates/campaigns/tests/it/a.rs", &text)],
        expect![[r#"
            crates/campaigns/tests/it/a.rs:1: an e-mail address that may be somebody's: use example.com or .test
            crates/campaigns/tests/it/a.rs:5: a phone number that may be somebody's: use one kept for fiction
        "#]],
    );
}

#[test]
fn a_promise_without_its_reason() {
    let mark = ["TO", "DO"].concat();
    let text = format!(
        "// {mark}\n// {mark}: later\n// {mark}: IPv6 zones need a reader that keeps them apart\n// {mark}S are a word\n"
    );
    check(
        promises::check,
        &[("crates/campaigns/src/a.rs", &text)],
        expect![[r#"
            crates/campaigns/src/a.rs:1: a promise without a reason: say what is missing and why it can wait
            crates/campaigns/src/a.rs:2: a promise without a reason: say what is missing and why it can wait
        "#]],
    );
}

#[test]
fn a_command_that_does_not_exist() {
    let args = "//! Why.\nuse clap::Subcommand;\n#[derive(Subcommand)]\nenum Command {\n    /// Words.\n    #[command(alias = \"s\")]\n    Scan(ScanArgs),\n    LiveScore { port: u16 },\n}\nstruct ScanArgs { out: PathBuf, max_rejected: f64, #[arg(long = \"as-is\")] raw: bool }\n";
    let page = "\
Run `dragnet scan x.csv --out d --max-rejected=5 --as-is` or `dragnet live-score`.
Not `dragnet sniff`, nor `dragnet scan --fast`, nor `make tea`; dragnet finds it.
```
target/release/dragnet explain d   # dragnet sniff
cargo build -p dragnet --locked
make test
```
";
    let files = [
        ("README.md", page),
        ("crates/dragnet/src/args.rs", args),
        ("Makefile", "test:\n\techo\n"),
    ];
    check(
        commands::check,
        &files,
        expect![[r#"
            README.md:2: there is no `dragnet sniff`
            README.md:2: `dragnet` has no `--fast`
            README.md:2: there is no `make tea`
            README.md:4: there is no `dragnet explain`
        "#]],
    );
}

#[test]
fn a_link_that_leads_nowhere() {
    let page = "[a](b.md#x) [gone](c.md) [site](https://example.com/d.md) [up](../README.md)\n";
    let files =
        [("docs/a.md", page), ("docs/b.md", "[own](#part)\n"), ("README.md", "[a](docs/a.md)\n")];
    check(
        links::check,
        &files,
        expect![[r#"
        docs/a.md:1: the link to c.md leads nowhere
    "#]],
    );
}
