//! A folder of its own for each story, with the binary run in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Fixed, so that runs can be compared.
pub(crate) const NOW: &str = "2024-06-01T00:00:00Z";

/// A temporary working folder.
pub(crate) struct Room {
    dir: tempfile::TempDir,
}

/// What a run said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// Names in the folder, hidden ones too, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dragnet"));
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null());
        // Whoever runs the tests may have reference tables of their own.
        command.env("XDG_DATA_HOME", self.dir.path().join("no-tables"));
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        // Nor are their store, their name and their keys those of a story.
        for name in [
            "DRAGNET_STORE",
            "DRAGNET_WHO",
            "DRAGNET_TAXII_TOKEN",
            "DRAGNET_CONFIG",
            "DRAGNET_REDIS",
            "DRAGNET_NATS",
        ] {
            command.env_remove(name);
        }
        command.env("USER", "analyst");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        Said::of(self.command(args).output().unwrap())
    }

    /// A run at the time of the story.
    pub(crate) fn at(&self, now: &str, args: &[&str]) -> Said {
        self.run(&[args, &["--now", now]].concat())
    }

    pub(crate) fn scan(&self, args: &[&str]) -> Said {
        self.run(&[&["scan", "--now", NOW], args].concat())
    }
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> &Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn failed(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in\n{}", self.err);
        }
        self
    }
}

/// A log of `rows` distinct accounts.
pub(crate) fn log(rows: usize) -> String {
    let mut log = "account_id,timestamp,username,ip\n".to_owned();
    for i in 0..rows {
        let minute = i % 60;
        let hour = i / 60 % 24;
        log +=
            &format!("u{i},2024-03-01T{hour:02}:{minute:02}:00Z,name{i},203.0.113.{}\n", i % 250);
    }
    log
}
