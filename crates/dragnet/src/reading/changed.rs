//! Stories of an input that is written to between its two readings.
#![allow(clippy::unwrap_used)]

use super::{Input, Need, Pass, Plan, Sinks, Spool, Want, read_first, read_second};
use crate::args::{Args, Command};
use crate::config::Scan;
use crate::output::Folder;
use crate::output::rejected::RejectedFile;
use crate::progress::{Progress, Show};
use clap::Parser;
use events::reference::Tables;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;

/// People from everywhere over a month, and eighty accounts from three
/// addresses within two hours, with one tool and one grammar of names.
fn log() -> String {
    let mut log = "account_id,timestamp,ip,email,username,ja4\n".to_owned();
    let mut state = 42u64;
    let mut draw = |n: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for i in 0..3000 {
        let first = ["anna", "ben", "chloe", "felix", "grace"][draw(5) as usize];
        let last = ["meyer", "smith", "rossi", "novak", "silva", "khan"][draw(6) as usize];
        let name = match draw(3) {
            0 => format!("{first}.{last}"),
            1 => format!("{first}{}", draw(100)),
            _ => format!("{last}_{first}"),
        };
        let (day, hour, b, c, ja4) = (1 + draw(28), draw(24), draw(200), draw(250), draw(6));
        let mail = ["gmail.com", "outlook.com", "yahoo.com"][draw(3) as usize];
        let when = format!("2024-03-{day:02}T{hour:02}:{:02}:00Z", draw(60));
        writeln!(log, "p{i:04},{when},81.{b}.{c}.9,{name}@{mail},{name},people{ja4}").unwrap();
    }
    for i in 0..80 {
        let letters: String = (0..6).map(|_| char::from(b'a' + draw(26) as u8)).collect();
        let name = format!("{letters}{:04}", draw(10_000));
        let when = format!("2024-03-12T{:02}:{:02}:00Z", 3 + i / 60, i % 60);
        let ip = draw(3);
        writeln!(log, "f{i:04},{when},198.51.100.{ip},{name}@mail.example,{name},tool").unwrap();
    }
    log
}

/// Reads `log`, lets `change` happen to the file, and reads again: how many
/// sign-ups are evidence, or what went wrong.
fn check(change: impl Fn(&Path), expected: &str) {
    let dir = tempfile::tempdir().unwrap();
    let (path, out) = (dir.path().join("signups.csv"), dir.path().join("out"));
    fs::write(&path, log()).unwrap();
    let typed = ["dragnet", "scan", path.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let Command::Scan(args) = Args::try_parse_from(typed).unwrap().command else { unreachable!() };
    let scan = Scan::resolve(*args).unwrap();
    let plan = Plan::of(&scan.reading, scan.threads, scan.show, Tables::built_in());
    let folder = Folder::begin(&scan.out, scan.earlier).unwrap();
    let inputs = [Input::prepare(&scan.sources[0], 0, &folder, Need::Columns).unwrap()];
    let mut progress = Progress::new(Show::Never);
    let sinks = Sinks {
        spool: Some(&mut Spool::begin(&folder).unwrap()),
        rejected: &mut RejectedFile::begin(&folder).unwrap(),
        progress: &mut progress,
    };
    let first = read_first(&plan, &inputs, sinks).unwrap();
    let found = campaigns::find(&first.table, &scan.limits, &[]);
    change(&path);
    let want = |row| if found.is_evidence(row) { Want::Whole } else { Want::Nothing };
    let pass = Pass { plan: &plan, inputs: &inputs, first: &first, want: &want };
    let mut signups = 0;
    let again = read_second(&pass, &mut progress, |again| {
        signups += again.signups.len();
        Ok(())
    });
    let said = match again {
        Ok(()) => format!("{signups} sign-ups"),
        Err(error) => error.to_string(),
    };
    assert!(said.contains(expected), "{said}");
}

/// Writes without a trace in the file's size or time.
fn write_unseen(path: &Path, text: &str) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, text).unwrap();
    File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
}

#[test]
fn a_log_that_stays_as_it_was_is_read_twice() {
    check(|_| {}, "80 sign-ups");
}

#[test]
fn a_log_that_grows_while_it_is_scanned_is_refused() {
    let grow = |path: &Path| fs::write(path, log() + "late,2024-03-13T00:00:00Z,,,,\n").unwrap();
    check(grow, "changed while it was being scanned");
}

#[test]
fn another_account_anywhere_is_noticed() {
    // Neither size nor time tell; the second account is no evidence.
    let other = log().replacen("p0001,", "x0001,", 1);
    check(|path| write_unseen(path, &other), "changed while it was being scanned");
}

#[test]
fn an_account_fewer_is_noticed() {
    let fewer = log().replacen("p0001,2024", "p0001,1024", 1);
    check(|path| write_unseen(path, &fewer), "changed while it was being scanned");
}
