//! Whatever is made, the validator of OASIS finds valid; and events are those that the
//! library of MISP writes. Both are installed below target/stix-tools by `make test`;
//! without them nothing is known, and the tests fail.

use super::{counted, options};
use actors::import;
use expect_test::expect;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use stix::Object;

/// What a script says, given `input`.
pub(crate) fn ask<T: DeserializeOwned>(script: &str, input: &impl Serialize) -> T {
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

/// Errors that the validator finds in objects, each with the object's type.
pub(crate) fn errors(objects: &[Object]) -> Vec<String> {
    ask(include_str!("valid.py"), &objects)
}

#[test]
fn events_of_the_library_are_taken_whole_and_are_valid() {
    let event: Value = ask(include_str!("event.py"), &json!(null));
    let text = serde_json::to_vec(&json!({ "response": [event] })).unwrap();
    let taken = import::read(&text, &options()).unwrap();
    expect![[r#"
        attack-pattern 1
        autonomous-system 1
        campaign 1
        domain-name 4
        email-addr 5
        email-message 1
        file 7
        identity 5
        indicator 30
        intrusion-set 1
        ipv4-addr 4
        ipv6-addr 1
        mac-addr 1
        mutex 1
        network-traffic 1
        note 6
        observed-data 28
        opinion 1
        relationship 32
        report 1
        sighting 1
        threat-actor 1
        url 2
        user-account 4
        vulnerability 1
        windows-registry-key 1
        refused 0
        note attributes: 38
        note attributes of people, withheld: 2
        note attributes that STIX has no place for, kept as notes: 4
        note events: 1
        note objects: 7
        note people, withheld: 1
    "#]]
    .assert_eq(&counted(&taken));
    assert_eq!(taken.rejected, []);
    assert_eq!(errors(&taken.objects), [""; 0]);
    let all = serde_json::to_string(&taken.objects).unwrap();
    assert!(!all.contains("Jane") && !all.contains("Doe"), "somebody's name is in it");
}

#[test]
fn tables_become_valid_objects() {
    let texts = [
        "type,value,first_seen,tlp,actor,campaign\ndomain,a.example,2024-05-01,amber,x,y\nip,198.51.100.7,,,,\n",
        "shop,good,tier,price,currency,per,quoted\nshop.example,account,plain,2,USD,1000,2024-05-01\n",
        "description,available,price,sn\nАвторег [SIM +62],4,14.9,vk\n",
        "[{\"Threat actor name\":\"A\",\"Origin/Threat\":\"China\",\"Other names\":\"B, C\"}]",
    ];
    let read = |text: &&str| import::read(text.as_bytes(), &options()).unwrap().objects;
    let objects: Vec<Object> = texts.iter().flat_map(read).collect();
    assert_eq!(errors(&objects), [""; 0]);
}
