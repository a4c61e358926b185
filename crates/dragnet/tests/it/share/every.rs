//! Pulling again and again, and being told to stop.

use super::badly::BADLY;
use super::other::Other;
use crate::intel::{bundle, count, object};
use crate::room::{Room, Said};
use crate::serve::clients::published;
use crate::serve::served::{Served, key};
use serde_json::json;
use std::io::{BufRead, BufReader, Lines, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Pulls that bring nothing before one has to bring something.
const IDLE_MAX: usize = 20;

/// A pull that goes on.
struct Pulling {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    err: BufReader<ChildStderr>,
}

impl Pulling {
    fn start(room: &Room, token: &str, args: &[&str]) -> Self {
        let args = [&["share", "pull"], args].concat();
        let mut command = room.command(&args);
        command.env("DRAGNET_TAXII_TOKEN", token).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let err = BufReader::new(child.stderr.take().unwrap());
        Self { child, out, err }
    }

    /// What it says next of a pull that brought something.
    fn brought(&mut self) -> String {
        let mut lines = self.out.by_ref().take(IDLE_MAX).map(|line| line.unwrap());
        lines.find(|line| !line.contains(": 0 objects")).expect("a pull that brings something")
    }

    /// What it says next of what went wrong.
    fn error(&mut self) -> String {
        let mut line = String::new();
        self.err.read_line(&mut line).unwrap();
        line
    }

    /// Ctrl-C; how it ended, and after how long.
    fn interrupt(mut self) -> (Said, Duration) {
        let begun = Instant::now();
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let took = begun.elapsed();
        let mut err = String::new();
        self.err.read_to_string(&mut err).unwrap();
        (Said { code, out: String::new(), err }, took)
    }
}

impl Drop for Pulling {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Publishes one actor more.
fn publish(room: &Room, n: u32) {
    let now = format!("2026-11-05T09:00:{n:02}Z");
    let actor = object("intrusion-set", n, json!({ "name": format!("Actor-{n}") }));
    room.write("more.json", bundle(&[actor]));
    room.at(&now, &["intel", "import", "more.json", "--licence", "CC-BY-4.0"]).ok();
    room.at(&now, &["share", "publish", "partners", "--unmarked", "clear"]).ok();
}

#[test]
fn the_next_pull_brings_what_is_new_whatever_happened_between() {
    let (room, other) = (published(), Room::new());
    let token = key(&room, "partner", &["--read", "partners"]);
    let served = Served::start(&room, &[]);
    let url = served.url.clone();
    let mut pulling = Pulling::start(&other, &token, &[&url, "--every", "1s"]);
    assert_eq!(pulling.brought(), "Partners: 154 objects added");
    publish(&room, 1);
    assert_eq!(pulling.brought(), "Partners: 1 object added");
    assert_eq!(served.stop().code, Some(0));
    let error = pulling.error();
    assert!(error.starts_with("error: ") && error.contains(&url), "{error}");
    publish(&room, 2);
    let _served = Served::start_at(url.split('/').nth(2).unwrap(), &room, &[]);
    assert_eq!(pulling.brought(), "Partners: 1 object added");
    let (said, _) = pulling.interrupt();
    said.failed(130, &["interrupted"]);
    assert_eq!(count(&other), 156);
    other.run(&["intel", "log", "--check"]).ok();
}

#[test]
fn ctrl_c_does_not_wait_for_the_next_pull() {
    let room = Room::new();
    let badly = Other::start(&room, BADLY, &["well"]);
    let mut pulling = Pulling::start(&room, "", &[&badly.url, "--every", "1h"]);
    assert_eq!(pulling.brought(), "Badly: 1 object added");
    let (said, took) = pulling.interrupt();
    said.failed(130, &["interrupted"]);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn ctrl_c_in_a_pull_leaves_whole_pages_and_the_next_pull_begins_there() {
    let room = Room::new();
    let mut stalls = Other::start(&room, BADLY, &["stalls"]);
    let pulling = Pulling::start(&room, "", &[&stalls.url, "--page", "2"]);
    assert_eq!(stalls.says(), "stalled");
    let (said, took) = pulling.interrupt();
    said.failed(130, &["interrupted"]);
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(count(&room), 2, "the first page came whole");
    room.run(&["intel", "log", "--check"]).ok();
    // It is the same server, and it has become well.
    let said = room.run(&["share", "pull", &stalls.url]);
    assert_eq!(said.ok().out, "Badly: 1 object added, 2 known already\n");
}
