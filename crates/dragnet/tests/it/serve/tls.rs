//! TLS, with certificates that were made by hand.

use super::clients::{published, read};
use super::served::{Served, key, with_token};
use crate::intel::NOW;
use crate::room::Room;
use std::process::Command;

/// What every certificate here is made with.
const MAKE: [&str; 9] = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
];

/// Where the servers here are.
const HERE: [&str; 2] = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];

/// Makes a certificate and its key.
#[track_caller]
fn certificate(room: &Room, args: &[&str]) {
    let made = Command::new("openssl").args(MAKE).args(args).current_dir(room.path("")).output();
    let made = made.expect("openssl is there: scripts/test.sh asks for it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn a_certificate_that_the_client_knows_is_taken() {
    let room = published();
    let token = key(&room, "partner", &["--read", "partners"]);
    let files = ["-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.pem"];
    certificate(&room, &[HERE.as_slice(), &files].concat());
    let served = Served::start(&room, &["--certificate", "cert.pem", "--key", "key.pem"]);
    assert!(served.url.starts_with("https://127.0.0.1:"), "{}", served.url);
    let found = read(&room, &[&served.url, &token, "cert.pem"]);
    assert!(found["objects"].as_array().unwrap().len() > 100);
    // Our own client is stricter: this one could vouch for others.
    let pull = ["share", "pull", &served.url, "--now", NOW, "--store", "other.db"];
    let pull_with = [pull.as_slice(), &["--ca", "cert.pem"]].concat();
    for pull in [pull.as_slice(), &pull_with] {
        room.run(pull).failed(1, &["certificate is one for authorities", "CA:FALSE"]);
    }
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn a_private_authority_is_trusted_where_it_is_named() {
    let (room, other) = (published(), Room::new());
    let token = key(&room, "partner", &["--read", "partners"]);
    certificate(&room, &["-subj", "/CN=Authority", "-keyout", "ca.key", "-out", "ca.pem"]);
    let signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=CA:FALSE"];
    let files = ["-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.pem"];
    certificate(&room, &[HERE.as_slice(), &signed, &files].concat());
    let served = Served::start(&room, &["--certificate", "cert.pem", "--key", "key.pem"]);
    let pull = ["share", "pull", &served.url, "--now", NOW];
    let with =
        |file: &str| with_token(&other, &token, &[pull.as_slice(), &["--ca", file]].concat());
    let said = with_token(&other, &token, &pull);
    said.failed(1, &["nobody whom we trust vouches", "--ca FILE", &served.url]);
    other.write("two.pem", room.read("cert.pem") + &room.read("ca.pem"));
    assert_eq!(with("two.pem").ok().out, "Partners: 154 objects added\n");
    let push = ["share", "push", &served.url, "--ca", "two.pem"];
    with_token(&other, &token, &push).failed(2, &["no collection there that we may add to"]);
    // Another authority is not enough.
    certificate(&other, &["-subj", "/CN=Other", "-keyout", "other.key", "-out", "other.pem"]);
    with("other.pem").failed(1, &["nobody whom we trust vouches"]);
    other.write("text.pem", "an authority\n");
    with("text.pem").failed(1, &["text.pem", "no certificate in PEM"]);
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    other.write("broken.pem", broken);
    with("broken.pem").failed(1, &["broken.pem", "no certificate in PEM"]);
    with("absent.pem").failed(1, &["absent.pem"]);
}
