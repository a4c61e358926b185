//! A server that runs for as long as a story needs it.

use crate::intel::answer;
use crate::room::{Room, Said};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

/// The running server; dropped, it is stopped.
pub(crate) struct Served {
    child: Child,
    said: BufReader<std::process::ChildStderr>,
    /// Of its discovery.
    pub(crate) url: String,
}

impl Served {
    /// Serves a room's store, on any free port.
    pub(crate) fn start(room: &Room, args: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", room, args)
    }

    /// Serves a room's store, with this in the environment.
    pub(crate) fn start_with(room: &Room, args: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = room.command(&[&["serve", "--bind", "127.0.0.1:0"], args].concat());
        Self::of(command.envs(environment.iter().copied()))
    }

    /// Serves a room's store there.
    pub(crate) fn start_at(address: &str, room: &Room, args: &[&str]) -> Self {
        Self::of(&mut room.command(&[&["serve", "--bind", address], args].concat()))
    }

    /// Whatever serves when this is run.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut before = String::new();
        let url = loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "no address in {before:?}");
            if let Some(url) = line.split_whitespace().find(|word| word.contains("://")) {
                break url.to_owned();
            }
            before.push_str(&line);
        };
        Self { child, said, url }
    }

    /// The next line that it says with `words` in it.
    pub(crate) fn says(&mut self, words: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "it never said {words:?}");
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The next lines that it says.
    pub(crate) fn lines(&mut self, count: usize) -> Vec<String> {
        let mut lines = vec![String::new(); count];
        for line in &mut lines {
            self.said.read_line(line).unwrap();
        }
        lines
    }

    /// Ends it as a service manager does; how it ended, and what it said after its address.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> Said {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        let code = self.child.wait().unwrap().code();
        let mut err = String::new();
        self.said.read_to_string(&mut err).unwrap();
        Said { code, out: String::new(), err }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A key for a collection; its token.
#[track_caller]
pub(crate) fn key(room: &Room, name: &str, rights: &[&str]) -> String {
    let said = room.run(&[&["share", "key", "add", name, "--json"], rights].concat());
    answer(&said)["token"].as_str().unwrap().to_owned()
}

/// A command of ours that shows a partner its token.
pub(crate) fn with_token(room: &Room, token: &str, args: &[&str]) -> Said {
    Said::of(room.command(args).env("DRAGNET_TAXII_TOKEN", token).output().unwrap())
}
