//! A platform that receives webhooks, in Python, with the library that receivers have.

use crate::peers;
use crate::room::Room;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver as Lines, RecvTimeoutError, channel};
use std::time::Duration;

const RECEIVER: &str = include_str!("receiver.py");

/// The running receiver; dropped, it is stopped.
pub(super) struct Receiver {
    child: Child,
    lines: Lines<String>,
    pub(super) port: String,
}

impl Receiver {
    /// One that answers so, one after the other, on a port.
    pub(super) fn start(room: &Room, answers: &str, port: &str) -> Self {
        let mut receiver = Self::of(room, RECEIVER, &[answers, port]);
        receiver.port = receiver.line();
        receiver
    }

    /// Another one.
    pub(super) fn of(room: &Room, script: &str, args: &[&str]) -> Self {
        let mut command = peers::python_of("webhooks-tools", room, script, args);
        command.env("PYTHONUNBUFFERED", "1");
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = child.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, port: String::new() }
    }

    /// The next line that it says.
    #[track_caller]
    pub(super) fn line(&self) -> String {
        let line = self.lines.recv_timeout(Duration::from_secs(60));
        line.expect("nothing is delivered")
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// The next delivery.
    #[track_caller]
    pub(super) fn next(&self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// The next delivery, rightly signed.
    #[track_caller]
    pub(super) fn signed(&self) -> Value {
        let next = self.next();
        assert!(next["error"].is_null(), "{}", next["error"]);
        assert_eq!(next["id"], next["told"]["id"], "receivers know by it what comes twice");
        next
    }

    /// That nothing comes for a while.
    #[track_caller]
    pub(super) fn hears_nothing(&self) {
        let line = self.lines.recv_timeout(Duration::from_secs(3));
        assert_eq!(line, Err(RecvTimeoutError::Timeout));
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
