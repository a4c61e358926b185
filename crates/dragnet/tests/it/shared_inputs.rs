//! Real logs, where they lie beside the workspace; never copied in.

use crate::room::Room;
use std::path::PathBuf;

/// The file, or a printed reason why the story is skipped.
fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: {name} is not beside the workspace");
        return None;
    }
    Some(path)
}

/// Scans and gives run.json.
fn scan(name: &str) -> Option<serde_json::Value> {
    let path = shared(name)?;
    let room = Room::new();
    room.scan(&[path.to_str().unwrap(), "--out", "out"]).ok();
    Some(room.json("out/run.json"))
}

#[test]
fn stack_exchange_users_are_read_whole() {
    let Some(run) = scan("stackexchange/martialarts_2012_2023.Users.xml.gz") else { return };
    assert_eq!(run["counts"]["rejected_rows"], 0);
    assert_eq!(run["counts"]["signups"], 9_714);
}

#[test]
fn shop_sign_ups_are_read_whole() {
    let Some(run) = scan("ecommerce-signups/Fraud_Data.csv.gz") else { return };
    assert_eq!(run["counts"]["rejected_rows"], 0);
    assert_eq!(run["counts"]["signups"], 51_690);
}

#[test]
fn registration_logs_are_mapped() {
    for name in ["registration_data_20K_minimum.csv", "registration_data_2K_coldstart.csv"] {
        let Some(run) = scan(&format!("aws-registration/{name}")) else { return };
        assert!(run["counts"]["signups"].as_u64().unwrap() >= 1_900, "{name}: {}", run["counts"]);
    }
}
