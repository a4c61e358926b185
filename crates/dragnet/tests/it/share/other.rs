//! A server of others, in Python, that runs for as long as a story needs it.

use crate::peers;
use crate::room::Room;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

/// The running server; dropped, it is stopped.
pub(super) struct Other {
    child: Child,
    said: BufReader<ChildStdout>,
    /// Of its discovery.
    pub(super) url: String,
}

impl Other {
    /// Starts a script whose first line of output is its port.
    pub(super) fn start(room: &Room, script: &str, args: &[&str]) -> Self {
        let mut command = peers::python(room, script, args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut other = Self { child, said, url: String::new() };
        other.url = format!("http://127.0.0.1:{}/taxii2/", other.says());
        other
    }

    /// Its next line of output.
    pub(super) fn says(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
