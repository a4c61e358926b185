//! A platform publishes sign-ups instead of asking.

use super::scorers::{Scorer, room};
use super::services::{nats, redis, until};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A client of NATS, as its protocol has it: lines.
struct Platform {
    stream: BufReader<TcpStream>,
}

impl Platform {
    fn connect(url: &str) -> Self {
        let stream = TcpStream::connect(url.trim_start_matches("nats://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut platform = Self { stream: BufReader::new(stream) };
        platform.say("CONNECT {\"verbose\":false,\"pedantic\":false}\r\n");
        platform
    }

    fn say(&mut self, text: &str) {
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
    }

    fn subscribe(&mut self, subject: &str) {
        self.say(&format!("SUB {subject} 1\r\n"));
    }

    fn publish(&mut self, subject: &str, content: &str) {
        self.say(&format!("PUB {subject} {}\r\n{content}\r\n", content.len()));
    }

    /// The next message.
    fn hear(&mut self) -> Value {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["PING"] => self.say("PONG\r\n"),
                ["MSG", .., size] => return self.content(0, size.parse().unwrap()),
                ["HMSG", .., head, size] => {
                    return self.content(head.parse().unwrap(), size.parse().unwrap());
                }
                _ => {}
            }
        }
    }

    fn content(&mut self, head: usize, size: usize) -> Value {
        let mut bytes = vec![0; size + 2];
        self.stream.read_exact(&mut bytes).unwrap();
        serde_json::from_slice(&bytes[head..size]).unwrap()
    }
}

fn one(n: u32) -> String {
    let ip = format!("203.0.113.{}", n % 100);
    json!({ "event_id": format!("e{n}"), "account_id": format!("u{n}"), "ip": ip }).to_string()
}

/// The queue is there once a scorer is; a message before that would be nobody's.
fn queue(nats_url: &str) -> Platform {
    until("the queue is there", || {
        let mut ask = Platform::connect(nats_url);
        ask.subscribe("asked");
        ask.say("PUB $JS.API.CONSUMER.NAMES.DRAGNET_SIGNUPS asked 0\r\n\r\n");
        ask.hear()["consumers"].as_array().is_some_and(|all| !all.is_empty())
    });
    let mut platform = Platform::connect(nats_url);
    platform.subscribe("dragnet.verdicts");
    platform
}

/// What came, the first time and again, until there are so many of the first.
fn verdicts(platform: &mut Platform, count: usize) -> (BTreeMap<String, Value>, Vec<String>) {
    let (mut first, mut again) = (BTreeMap::new(), Vec::new());
    while first.len() < count {
        let verdict = platform.hear();
        let event = verdict["event_id"].as_str().unwrap().to_owned();
        match verdict["repeated"] == true {
            true => again.push(event),
            false => assert!(first.insert(event, verdict).is_none()),
        }
    }
    (first, again)
}

#[test]
fn what_is_published_is_judged_once_by_whoever_takes_it() {
    let ((_redis, redis_url), (mut nats, nats_url)) = (redis(&[]), nats());
    let (room, token) = room(None);
    let shared = ["--redis", &redis_url, "--hash-key", "hash.key", "--nats", &nats_url];
    let args = [&shared[..], &["--nats-consume", "platform.signups"]].concat();
    let (mut a, b) = (Scorer::start(&room, "a", &args), Scorer::start(&room, "b", &args));
    for scorer in [&a, &b] {
        scorer.joined(&token, &["dragnet_shared_counters_up", "dragnet_stream_up"]);
    }
    let mut platform = queue(&nats_url);
    (0..299).for_each(|n| platform.publish("platform.signups", &one(n)));
    platform.publish("platform.signups", "no sign-up");
    // Published again, it is answered again and counted no second time.
    platform.publish("platform.signups", &one(7));
    let (_, again) = verdicts(&mut platform, 299);
    if again.is_empty() {
        assert_eq!(platform.hear()["event_id"], "e7");
    }
    platform.publish("platform.signups", &one(299));
    let (last, _) = verdicts(&mut platform, 1);
    // Of a hundred addresses with three sign-ups each nobody is busy.
    assert_eq!(last["e299"]["verdict"], "allow");
    let set_aside = || {
        let read = |state| std::fs::read_to_string(room.path(state).join("rejected.jsonl"));
        ["a", "b"].map(|state| read(state).unwrap_or_default()).concat()
    };
    until("it is set aside", || set_aside().contains("no sign-up"));
    assert_eq!(set_aside().lines().count(), 1);
    until("both have all", || a.events(&room).len() == 300 && b.events(&room).len() == 300);

    // The queue goes on where it was, whoever ends; and the fourth of an address is busy.
    nats.kill();
    nats.start_again();
    a.kill();
    let mut platform = queue(&nats_url);
    (300..400).for_each(|n| platform.publish("platform.signups", &one(n)));
    let (first, _) = verdicts(&mut platform, 100);
    assert!(first.values().all(|verdict| verdict["verdict"] == "challenge"), "{first:?}");
    a.start_again(&room);
    until("both have all", || a.events(&room).len() == 400 && b.events(&room).len() == 400);
}
