//! Ctrl-C at any moment: exit code 130, and nothing half-written.

#![cfg(unix)]

use crate::room::{Room, Said, log};
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// How long the binary may take to begin.
const TRIES_MAX: u32 = 600;
const TRY_EVERY: Duration = Duration::from_millis(50);

#[test]
fn ctrl_c_leaves_no_half_written_result() {
    for signal in ["-INT", "-TERM"] {
        let room = Room::new();
        let mut child = room
            .command(&["scan", "-", "--out", "out"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The pipe stays open, so that the scan is surely under way.
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(log(100).as_bytes()).unwrap();
        let partial = (0..TRIES_MAX).find_map(|_| {
            sleep(TRY_EVERY);
            room.names().into_iter().next()
        });
        assert!(partial.unwrap().starts_with(".out.partial-"), "what is unfinished is hidden");
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let said = Said::of(child.wait_with_output().unwrap());
        said.failed(130, &["interrupted: the half-written result was removed"]);
        assert_eq!(room.names(), [""; 0], "nothing is left");
    }
}
