//! We and the libraries of OASIS say the same, but for what is written down here with
//! its reason. They are installed below target/stix-tools by `make test`; without them
//! nothing is known, and the tests fail.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

mod ids;
mod matches;
mod patterns;
mod validity;

/// What a script says, given `input`.
fn ask<T: DeserializeOwned>(script: &str, input: &impl Serialize) -> T {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/stix-tools");
    let python = tools.join("bin/python");
    assert!(python.is_file(), "no {}: run `make test`, which installs it", tools.display());
    let mut child = Command::new(&python)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = serde_json::to_vec(input).unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"))
}

/// Fails where we differ without a reason, or give a reason and do not differ.
fn differ_only(differing: &BTreeSet<String>, reasons: &[(&str, &[&str])]) {
    let with_reason = reasons.iter().flat_map(|(_, cases)| *cases).map(|case| (*case).to_owned());
    let with_reason: BTreeSet<String> = with_reason.collect();
    let show =
        |some: Vec<&String>| some.into_iter().map(|case| format!("\n  {case}")).collect::<String>();
    let new = show(differing.difference(&with_reason).collect());
    let gone = show(with_reason.difference(differing).collect());
    assert!(
        new.is_empty() && gone.is_empty(),
        "differs without a reason:{new}\nhas a reason and does not differ:{gone}"
    );
}
