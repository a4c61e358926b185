//! TLS, with a certificate that was made by hand.

use super::clients::read;
use super::served::{Served, key};
use crate::intel::{NOW, with_case};
use std::process::Command;

#[test]
fn a_certificate_that_the_client_knows_is_taken() {
    let room = with_case();
    room.at(NOW, &["share", "collection", "add", "Public", "--alias", "public"]).ok();
    room.at(NOW, &["share", "publish", "public"]).ok();
    let token = key(&room, "partner", &["--read", "public"]);
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(room.path(""))
        .output();
    let made = made.expect("openssl is there: scripts/test.sh asks for it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let served = Served::start(&room, &["--certificate", "cert.pem", "--key", "key.pem"]);
    assert!(served.url.starts_with("https://127.0.0.1:"), "{}", served.url);
    let found = read(&room, &[&served.url, &token, "cert.pem"]);
    assert!(found["objects"].as_array().unwrap().len() > 100);
    // Our own client does not take what nobody vouches for.
    let pull = ["share", "pull", &served.url, "--now", NOW, "--store", "other.db"];
    room.run(&pull).failed(1, &["certificate"]);
    assert_eq!(served.stop().code, Some(0));
}
