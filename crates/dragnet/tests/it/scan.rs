//! What a scan leaves, and that it leaves the same each time.

use crate::room::{Room, log};
use expect_test::expect;
use std::fs;

#[test]
fn every_sign_up_gets_its_row_in_input_order() {
    let room = Room::new();
    room.write("signups.csv", log(3));
    room.scan(&["signups.csv"]).ok();
    assert_eq!(room.names(), ["signups.csv", "signups.dragnet"]);
    let accounts = room.read("signups.dragnet/accounts.csv");
    let mut lines = accounts.lines();
    assert_eq!(lines.next(), Some("account_id,campaign_id,risk,reasons"));
    for (line, id) in lines.by_ref().zip(["u0", "u1", "u2"]) {
        let [account, campaign, risk, reasons] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        assert_eq!((account, campaign, reasons), (id, "", ""));
        assert!(risk.parse::<f32>().unwrap() < 0.1, "{line}");
    }
    assert_eq!(lines.next(), None);
    assert_eq!(accounts.lines().count(), 1 + 3);
    let mut names: Vec<_> = fs::read_dir(room.path("signups.dragnet"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    expect![[r#"
        .key
        accounts.csv
        accounts.parquet
        campaigns.jsonl
        evidence.jsonl.zst
        identities.jsonl
        live.json
        live.jsonl.zst
        rejected.jsonl
        report.html
        run.json"#]]
    .assert_eq(&names.join("\n"));
}

#[test]
fn accounts_are_the_same_in_parquet_and_csv() {
    let room = Room::new();
    room.write(
        "a.csv",
        "account_id,timestamp\n\"x,\"\"1\",2024-03-01T00:00:00Z\nx2,2024-03-01T00:00:01Z\n",
    );
    room.scan(&["a.csv"]).ok();
    assert!(room.read("a.dragnet/accounts.csv").contains("\n\"x,\"\"1\",,0."));
    // A result's accounts are what `explain` looks up in.
    let said = room.run(&["explain", "a.dragnet", "x,\"1"]);
    said.ok();
    assert!(
        said.out.starts_with("Account x,\"1  risk 0.00\n  It is in no campaign"),
        "{}",
        said.out
    );
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let room = Room::new();
    let mut rows = log(20_000);
    rows.push_str("u7,2024-03-01T00:00:00Z,again,203.0.113.9\nbad,not a time,x,\n");
    room.write("signups.csv", rows);
    let files = [
        "accounts.csv",
        "accounts.parquet",
        "campaigns.jsonl",
        "rejected.jsonl",
        "identities.jsonl",
    ];
    let results = ["1", "2", "5"].map(|threads| {
        room.scan(&["signups.csv", "--threads", threads, "--out", threads]).ok();
        files.map(|file| fs::read(room.path(threads).join(file)).unwrap())
    });
    assert!(results[0][0].len() > 20_000, "there is something to compare");
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}

#[test]
fn a_repeated_account_and_a_bad_row_are_counted_and_named() {
    let room = Room::new();
    let mut rows = log(100);
    rows.push_str("u7,2024-03-02T00:00:00Z,again,\n,2024-03-02T00:00:00Z,nobody,\nu101,2024-03-02T00:00:00Z,x,not-an-ip\n");
    room.write("signups.csv", rows);
    let said = room.scan(&["signups.csv"]);
    said.ok();
    expect![[r#"
        {"file":"signups.csv","line":102,"field":"account_id","reason":"repeats an earlier row","scope":"row"}
        {"file":"signups.csv","line":103,"field":"account_id","reason":"missing","scope":"row"}
        {"file":"signups.csv","line":104,"field":"ip","reason":"not an IP address","scope":"field"}
    "#]]
    .assert_eq(&room.read("signups.dragnet/rejected.jsonl"));
    assert!(said.out.contains("2 rows and 1 field, all in rejected.jsonl"), "{}", said.out);
    assert_eq!(room.read("signups.dragnet/accounts.csv").lines().count(), 1 + 101);
    let counts = &room.json("signups.dragnet/run.json")["counts"];
    assert_eq!(
        (&counts["rows"], &counts["signups"], &counts["rejected_rows"]),
        (&103.into(), &101.into(), &2.into())
    );
}

#[test]
fn run_json_tells_what_was_run_on_what() {
    let room = Room::new();
    room.write("signups.csv", "user_id,created_at\na,2024-03-01T00:00:00Z\n");
    room.scan(&["signups.csv", "--max-rejected", "3"]).ok();
    let run = room.json("signups.dragnet/run.json");
    let input = &run["inputs"][0];
    // printf 'user_id,created_at\na,2024-03-01T00:00:00Z\n' | sha256sum
    assert_eq!(input["sha256"], "2010e65279c6698c2c6293beedf7a59db1b884342a6465aee8db4a34545cc616");
    assert_eq!(input["bytes"], 42);
    expect![[
        r#"[{"column":"user_id","field":"account_id"},{"column":"created_at","field":"timestamp"}]"#
    ]]
    .assert_eq(&input["mapping"].to_string());
    assert_eq!(run["options"]["max_rejected"], "3");
    assert_eq!(run["options"]["now"], "2024-06-01T00:00:00Z");
    assert!(run["peak_memory_bytes"].as_u64().is_none_or(|bytes| bytes > 1_000_000));
    let steps: Vec<_> =
        run["timings"].as_array().unwrap().iter().map(|t| t["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["read", "find", "explain", "write", "report"]);
}

#[test]
fn an_earlier_result_is_replaced_only_by_force() {
    let room = Room::new();
    room.write("signups.csv", log(3));
    room.scan(&["signups.csv", "--out", "out"]).ok();
    room.write("signups.csv", log(4));
    room.scan(&["signups.csv", "--out", "out"])
        .failed(2, &["out holds an earlier result", "--force"]);
    assert_eq!(room.read("out/accounts.csv").lines().count(), 1 + 3);
    room.scan(&["signups.csv", "--out", "out", "--force", "--previous", "out"]).ok();
    assert_eq!(room.read("out/accounts.csv").lines().count(), 1 + 4);
    assert_eq!(room.names(), ["out", "signups.csv"]);
}

#[test]
fn a_folder_that_is_no_result_is_never_replaced() {
    let room = Room::new();
    room.write("signups.csv", log(3)).write("photos/cat.txt", "meow");
    room.scan(&["signups.csv", "--out", "photos", "--force"])
        .failed(2, &["photos exists and is nothing that Dragnet wrote"]);
    room.scan(&["signups.csv", "--out", "signups.csv", "--force"]).failed(2, &["not a folder"]);
    assert_eq!(room.read("photos/cat.txt"), "meow");
    assert_eq!(room.names(), ["photos", "signups.csv"]);
}

#[test]
fn json_is_one_document_on_standard_output() {
    let room = Room::new();
    room.write("signups.csv", log(3));
    let said = room.scan(&["signups.csv", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&said.ok().out).unwrap();
    assert_eq!(document["run"]["counts"]["signups"], 3);
    assert_eq!(document["campaigns"], serde_json::json!([]));
}

#[test]
fn quiet_says_nothing() {
    let room = Room::new();
    room.write("signups.csv", log(3));
    let said = room.scan(&["signups.csv", "--quiet"]);
    assert_eq!((said.ok().out.as_str(), said.err.as_str()), ("", ""));
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let room = Room::new();
    room.write("signups.csv", log(3));
    assert!(!room.scan(&["signups.csv", "--out", "a"]).out.contains('\u{1b}'));
    assert!(room.scan(&["signups.csv", "--out", "b", "--color", "always"]).out.contains('\u{1b}'));
}

#[test]
#[cfg(unix)]
fn raw_sign_ups_and_the_key_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let room = Room::new();
    room.write("signups.csv", log(3));
    room.scan(&["signups.csv"]).ok();
    for name in ["evidence.jsonl.zst", ".key", "identities.jsonl"] {
        let mode =
            fs::metadata(room.path("signups.dragnet").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    let room = Room::new();
    room.write("signups.csv", log(3));
    room.scan(&["signups.csv", "--map", "account_id"]).failed(2, &["FIELD=COLUMN"]);
    room.scan(&["signups.csv", "--max-rejected", "lots"]).failed(2, &["5%"]);
    room.scan(&["signups.csv", "--zone", "Mars/Base"]).failed(2, &["--zone Mars/Base"]);
    room.scan(&["signups.csv", "--threads", "0"]).failed(2, &["--threads 0"]);
    room.scan(&["signups.csv", "--previous", "."]).failed(2, &["not a result"]);
    room.run(&["scan"]).failed(2, &["<FILE>"]);
    assert_eq!(room.names(), ["signups.csv"]);
}

#[test]
fn help_has_examples_and_exit_codes() {
    let room = Room::new();
    for command in ["scan", "explain"] {
        let said = room.run(&[command, "--help"]);
        assert!(
            said.ok().out.contains("Examples:") && said.out.contains("Exit codes"),
            "{}",
            said.out
        );
    }
}

#[test]
#[cfg(not(feature = "cluster"))]
fn a_build_without_clusters_says_how_to_get_them() {
    let room = Room::new();
    room.write("a.csv", crate::room::log(10));
    let get = ["built without clusters", "--features cluster"];
    room.scan(&["a.csv", "--cluster", "df://node-1:50050"]).failed(2, &get);
    room.run(&["cluster", "scheduler"]).failed(2, &get);
    room.run(&["cluster", "executor", "--scheduler", "node-1:50050"]).failed(2, &get);
}
