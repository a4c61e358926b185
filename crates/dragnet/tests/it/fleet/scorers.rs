//! Scorers of one story, and how they are asked.

use super::services::until;
use crate::room::Room;
use crate::serve::served::{Served, key};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A person at a form waits no longer; the machine of the tests is slow.
pub(super) const WITHIN_MS: u64 = 300;

const POLICY: &str = r#"
name = "fleet"
revision = 1
mode = "act"
fail-over = { within-ms = 300, answer = "allow" }

[[rules]]
name = "busy address"
when = "count_ip_1h > 3"
do = "challenge"

[[rules]]
name = "many devices"
when = "distinct_device_by_ip_1h > 2"
do = "review"
level = "low"
label = "devices"
"#;

/// Who never answers is not waited for.
const SILENT_MAX: Duration = Duration::from_secs(30);

/// A room with a policy and a secret, on a store; and a token.
pub(super) fn room(store: Option<&str>) -> (Room, String) {
    let room = Room::new();
    room.write("policy.toml", POLICY).write("hash.key", "0123456789abcdef".repeat(4));
    room.write("case.json", crate::intel::case());
    let store: Vec<&str> = store.into_iter().flat_map(|url| ["--store", url]).collect();
    room.run(&[&["intel", "import", "case.json"], &store[..]].concat()).ok();
    let token = key(&room, "form", &[&["--scope", "signups,metrics"], &store[..]].concat());
    (room, token)
}

/// A scorer that keeps its state in a folder of its own.
pub(super) struct Scorer {
    served: Option<Served>,
    state: &'static str,
    args: Vec<String>,
    pub(super) address: String,
}

impl Scorer {
    pub(super) fn start(room: &Room, state: &'static str, args: &[&str]) -> Self {
        let args = args.iter().map(ToString::to_string).collect();
        let mut scorer = Self { served: None, state, args, address: "127.0.0.1:0".to_owned() };
        scorer.start_again(room);
        scorer
    }

    /// Where it was before, if it was.
    pub(super) fn start_again(&mut self, room: &Room) {
        let own = ["--policy", "policy.toml", "--state", self.state, "--rate", "0"];
        let args = [&own[..], &self.args.iter().map(String::as_str).collect::<Vec<_>>()].concat();
        let served = Served::start_at(&self.address, room, &args);
        self.address =
            served.url.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        self.served = Some(served);
    }

    /// By the signal that nobody hears.
    pub(super) fn kill(&mut self) {
        drop(self.served.take());
    }

    pub(super) fn signup(&self, token: &str, content: &Value) -> Value {
        let answer = ask(&self.address, token, "/v1/signups", &content.to_string()).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    pub(super) fn get(&self, token: &str, path: &str) -> String {
        ask(&self.address, token, path, "").unwrap().body
    }

    /// A number of its metrics.
    pub(super) fn metric(&self, token: &str, name: &str) -> u64 {
        let text = self.get(token, "/metrics");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in\n{text}")).parse().unwrap()
    }

    /// Waits until it hears others and shares with them.
    pub(super) fn joined(&self, token: &str, names: &[&str]) -> &Self {
        for name in names {
            until(name, || self.metric(token, name) == 1);
        }
        self
    }

    /// Events in its journal, none of them twice.
    pub(super) fn events(&self, room: &Room) -> BTreeSet<String> {
        let mut events = BTreeSet::new();
        for entry in std::fs::read_dir(room.path(self.state).join("journal")).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let whole = text.rfind('\n').map_or("", |end| &text[..end]);
            for line in whole.lines() {
                let line: Value = serde_json::from_str(line).unwrap();
                let event = line["event_id"].as_str().unwrap().to_owned();
                assert!(events.insert(event.clone()), "{} has {event} twice", self.state);
            }
        }
        events
    }
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

pub(super) fn ask(address: &str, token: &str, path: &str, content: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(SILENT_MAX))?;
    let method = if content.is_empty() { "GET" } else { "POST" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Accept: */*\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{content}",
        content.len()
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "cut off");
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Answer { status: status.ok_or_else(cut)?, head: head.to_owned(), body: body.to_owned() })
}
