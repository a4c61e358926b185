//! Measuring: that everything is measured and adds up, never how fast it is.

use crate::room::Room;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn bench(room: &Room, args: &[&str]) -> Value {
    let said = room.run(&[&["bench", "--json"], args].concat());
    serde_json::from_str(&said.ok().out).unwrap()
}

/// Every number below a value, with its path.
fn numbers(value: &Value, path: &str, found: &mut Vec<(String, f64)>) {
    match value {
        Value::Number(n) => found.push((path.to_owned(), n.as_f64().unwrap())),
        Value::Array(list) => list.iter().for_each(|v| numbers(v, path, found)),
        Value::Object(map) => {
            map.iter().for_each(|(k, v)| numbers(v, &format!("{path}.{k}"), found));
        }
        _ => {}
    }
}

/// Names of the scan's steps, indented.
fn steps(measured: &Value) -> Vec<String> {
    let steps = measured["scan"]["steps"].as_array().unwrap().iter();
    let indented = |step: &Value| {
        let depth = step["depth"].as_u64().unwrap() as usize;
        "  ".repeat(depth) + step["name"].as_str().unwrap()
    };
    steps.map(indented).collect()
}

#[test]
fn everything_is_measured_and_a_kept_log_is_used_again() {
    let room = Room::new();
    let args = ["--rows", "20k", "--keep", "kept", "--incremental"];
    let first = bench(&room, &args);
    let mut found = Vec::new();
    numbers(&first, "", &mut found);
    for (path, number) in &found {
        // What takes less than the clock tells takes nothing; depth counts from 0; of
        // two hundred new sign-ups none need be fraud.
        let may_be_nothing = [".depth", ".flagged", ".precision", "_found"];
        let may_be_nothing =
            path.contains("cpu") || may_be_nothing.iter().any(|end| path.ends_with(end));
        assert!(*number > 0.0 || may_be_nothing && *number >= 0.0, "{path}: {number}");
    }
    assert!(found.len() > 100, "{found:?}");
    let steps = steps(&first);
    for step in ["scan", "  read", "  find", "    fit", "  explain", "  write"] {
        assert!(steps.iter().any(|s| s == step), "no {step:?} in {steps:?}");
    }
    assert_eq!(first["log"]["is_kept"], false);
    assert!(first["incremental"]["signups"].as_u64().unwrap() >= 200);
    assert!(first["peers"].is_null(), "nothing is fetched unless asked for");

    let again = bench(&room, &args[..4]);
    assert_eq!(again["log"]["is_kept"], true);
    assert_eq!(again["log"]["generate"], first["log"]["generate"]);
    assert_eq!(again["quality"], first["quality"]);
    let other = bench(&room, &["--rows", "10k", "--columns", "compact", "--keep", "kept"]);
    assert_eq!(other["log"]["is_kept"], false);
    assert_eq!(other["machine"]["decode"]["columns"], 8);
}

#[test]
fn windows_have_steps_of_their_own() {
    let room = Room::new();
    let measured = bench(&room, &["--rows", "40k", "--window", "20k", "--threads", "1"]);
    let steps = steps(&measured);
    for step in ["  windows", "    read", "      fit", "    list", "  join", "    assemble"] {
        assert!(steps.iter().any(|s| s == step), "no {step:?} in {steps:?}");
    }
    assert!(measured["scan"]["spill_bytes"].as_u64().unwrap() > 0);
    assert_eq!(room.names(), [""; 0], "nothing is left where nothing is kept");
}

#[test]
fn what_cannot_be_measured_says_why() {
    let room = Room::new();
    room.write("mine/holiday.jpg", "a beach");
    room.run(&["bench", "--keep", "mine"]).failed(1, &["holds something else"]);
    room.run(&["bench", "--rows", "ten"]).failed(2, &["--rows ten", "1M"]);
    room.run(&["bench", "--columns", "shoe_size"]).failed(2, &["shoe_size", "user_agent"]);
    room.run(&["bench", "--peers", "abacus"]).failed(2, &["abacus", "splink"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_peer_that_cannot_be_had_ends_nothing() {
    let room = Room::new();
    room.write("cache", "where a folder should be");
    let args = ["bench", "--json", "--rows", "5k", "--peers", "components,forest"];
    let mut command = room.command(&args);
    let said = command.env("XDG_CACHE_HOME", room.path("cache")).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let measured: Value = serde_json::from_slice(&said.stdout).unwrap();
    let peers = measured["peers"].as_array().unwrap();
    assert_eq!(peers.len(), 2);
    assert!(peers[0]["failed"].as_str().unwrap().contains("could not be installed"), "{peers:?}");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_scripts_of_the_peers_are_python() {
    let room = Room::new();
    let is_script = |path: &Path| path.extension().is_some_and(|ending| ending == "py");
    let scripts = fs::read_dir(root().join("tools/bench")).unwrap().map(|e| e.unwrap().path());
    let scripts: Vec<PathBuf> = scripts.filter(|path| is_script(path)).collect();
    assert!(scripts.len() > 3, "{scripts:?}");
    let mut command = Command::new("python3");
    command.args(["-m", "py_compile"]).args(scripts).env("PYTHONPYCACHEPREFIX", room.path("pyc"));
    let Ok(said) = command.output() else {
        println!("skipped: no python3");
        return;
    };
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// The first time it fetches the peers from PyPI, which takes a minute or two.
#[test]
fn a_peer_is_judged_like_the_scan() {
    let cache = fs::canonicalize(root()).unwrap().join("target/bench");
    let room = Room::new();
    let mut command = room.command(&["bench", "--json", "--rows", "5k", "--peers", "components"]);
    let said = command.env("XDG_CACHE_HOME", cache).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let measured: Value = serde_json::from_slice(&said.stdout).unwrap();
    let ran = &measured["peers"][0]["ran"];
    for figure in ["wall_s", "cpu_s", "peak_bytes", "clusters"] {
        assert!(ran[figure].as_f64().unwrap() > 0.0, "{figure}: {measured}");
    }
    assert!(ran["quality"]["purity"].as_f64().unwrap() < 1.0);
}
