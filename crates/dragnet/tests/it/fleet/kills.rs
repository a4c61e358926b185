//! Each part is killed in turn while sign-ups come: every one is answered, none that was
//! acknowledged is lost, and none is kept twice.

use super::scorers::{Scorer, WITHIN_MS, ask, room};
use super::services::{Postgres, Service, nats, redis, until};
use crate::room::Room;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

/// Sign-ups that come at one time, and how long each takes a breath.
const CLIENTS: u64 = 4;
const BREATH: Duration = Duration::from_millis(12);
/// Where they come from.
const ADDRESSES: u64 = 50;
/// So long one part is away, and so long all is well again.
const AWAY: Duration = Duration::from_millis(1_500);
/// Beyond the policy's time: a connection, and a machine that others use too.
const MARGIN_MS: u64 = 700;

/// Sign-ups that keep coming, from clients behind a load balancer.
struct Load {
    shared: Arc<Heard>,
    clients: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Heard {
    is_over: AtomicBool,
    next: AtomicU64,
    acknowledged: Mutex<BTreeSet<String>>,
    /// What was not as it should be.
    wrong: Mutex<Vec<String>>,
    latest_ms: AtomicU64,
    degraded: AtomicU64,
}

impl Load {
    fn start(addresses: [String; 2], token: &str) -> Self {
        let shared = Arc::new(Heard::default());
        let client = |at: u64| {
            let (heard, addresses) = (Arc::clone(&shared), addresses.clone());
            let token = token.to_owned();
            std::thread::spawn(move || {
                while !heard.is_over.load(Ordering::Relaxed) {
                    heard.one(&addresses, at, &token);
                    sleep(BREATH);
                }
            })
        };
        let clients = (0..CLIENTS).map(client).collect();
        Self { shared, clients }
    }

    fn end(self) -> Arc<Heard> {
        self.shared.is_over.store(true, Ordering::Relaxed);
        self.clients.into_iter().for_each(|client| client.join().unwrap());
        self.shared
    }
}

impl Heard {
    /// One sign-up, at one scorer or, where nobody is there, at the other one.
    fn one(&self, addresses: &[String; 2], client: u64, token: &str) {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let event = format!("e{n}");
        let content = json!({
            "event_id": event, "account_id": format!("u{n}"), "device_id": format!("d{n}"),
            "ip": format!("203.0.113.{}", n % ADDRESSES),
        });
        for attempt in 0..10 {
            let address = &addresses[((n + client + attempt) % 2) as usize];
            let begun = Instant::now();
            // Nobody is there: a load balancer asks the other one.
            let Ok(answer) = ask(address, token, "/v1/signups", &content.to_string()) else {
                continue;
            };
            let ms = begun.elapsed().as_millis() as u64;
            self.latest_ms.fetch_max(ms, Ordering::Relaxed);
            self.degraded.fetch_add(answer.body.contains("degraded").into(), Ordering::Relaxed);
            if answer.status != 200 || ms > WITHIN_MS + MARGIN_MS {
                let words = format!("{event}: {} after {ms} ms: {}", answer.status, answer.body);
                self.wrong.lock().unwrap().push(words);
            }
            if answer.status == 200 && !answer.body.contains("fail_over") {
                self.acknowledged.lock().unwrap().insert(event);
            }
            return;
        }
        self.wrong.lock().unwrap().push(format!("{event}: nobody is there"));
    }
}

/// All of it: two scorers, what they share, and the load on them.
struct Fleet {
    redis: Service,
    nats: Service,
    postgres: Postgres,
    room: Room,
    token: String,
    a: Scorer,
    b: Scorer,
}

impl Fleet {
    fn start() -> Self {
        let ((redis, redis_url), (nats, nats_url)) = (redis(&[]), nats());
        let postgres = Postgres::start();
        let (room, token) = room(Some(&postgres.url));
        let shared = ["--redis", &redis_url, "--hash-key", "hash.key", "--nats", &nats_url];
        let args = [&shared[..], &["--store", &postgres.url]].concat();
        let (a, b) = (Scorer::start(&room, "a", &args), Scorer::start(&room, "b", &args));
        let fleet = Self { redis, nats, postgres, room, token, a, b };
        fleet.is_well();
        fleet
    }

    fn is_well(&self) {
        for scorer in [&self.a, &self.b] {
            scorer.joined(&self.token, &["dragnet_shared_counters_up", "dragnet_stream_up"]);
        }
        sleep(AWAY);
    }

    fn redis_dies_and_then_hangs(&mut self) {
        self.redis.kill();
        sleep(AWAY);
        self.redis.start_again();
        self.is_well();
        self.redis.signal("STOP");
        sleep(AWAY);
        self.redis.signal("CONT");
        self.is_well();
    }

    fn nats_dies(&mut self) {
        self.nats.kill();
        sleep(AWAY);
        self.nats.start_again();
        self.is_well();
    }

    fn postgres_dies(&mut self) {
        self.postgres.kill();
        sleep(AWAY);
        let ready = self.a.get(&self.token, "/readyz");
        assert!(ready.starts_with("ready\nstore: away"), "{ready}");
        let asked = ask(&self.a.address, &self.token, "/taxii2/dragnet/collections/", "").unwrap();
        let says_when = asked.head.to_lowercase().contains("retry-after");
        assert!(asked.status == 503 && says_when, "{} {}", asked.head, asked.body);
        self.postgres.start_again();
        until("the store answers", || !self.a.get(&self.token, "/readyz").contains("store"));
        assert!(self.a.metric(&self.token, "dragnet_keys_stale_total") > 0);
    }

    fn a_scorer_dies(&mut self) {
        self.a.kill();
        sleep(AWAY);
        self.a.start_again(&self.room);
        self.is_well();
    }
}

#[test]
fn whatever_is_killed_no_acknowledged_sign_up_is_lost_or_kept_twice() {
    let mut fleet = Fleet::start();
    let load = Load::start([fleet.a.address.clone(), fleet.b.address.clone()], &fleet.token);
    sleep(AWAY);
    fleet.redis_dies_and_then_hangs();
    fleet.nats_dies();
    fleet.postgres_dies();
    fleet.a_scorer_dies();
    let heard = load.end();

    let wrong = heard.wrong.lock().unwrap();
    assert!(wrong.is_empty(), "{} wrong: {:#?}", wrong.len(), &wrong[..wrong.len().min(5)]);
    let acknowledged = heard.acknowledged.lock().unwrap();
    let degraded = heard.degraded.load(Ordering::Relaxed);
    let latest_ms = heard.latest_ms.load(Ordering::Relaxed);
    println!("{} acknowledged, {degraded} degraded, {latest_ms} ms at most", acknowledged.len());
    assert!(acknowledged.len() > 500, "too few to tell: {}", acknowledged.len());
    assert!(degraded > 0, "nobody noticed that Redis was away");
    let Fleet { room, token, a, b, .. } = &fleet;
    until("both journals have all", || a.events(room) == b.events(room));
    let kept = a.events(room);
    let lost: Vec<&String> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "{} lost: {lost:?}", lost.len());
    for scorer in [a, b] {
        each_is_counted_once(scorer, token, &kept);
    }
}

/// Whatever was asked again, taken over and heard: addresses have as many as are kept.
fn each_is_counted_once(scorer: &Scorer, token: &str, kept: &BTreeSet<String>) {
    for address in 0..ADDRESSES {
        let has = |event: &&String| event[1..].parse::<u64>().unwrap() % ADDRESSES == address;
        let count = kept.iter().filter(has).count();
        let content = json!({ "ip": format!("203.0.113.{address}") }).to_string();
        let answer = ask(&scorer.address, token, "/v1/signups?phase=before", &content).unwrap();
        let expected = format!("count_ip_1h {count}\"");
        assert!(
            answer.body.contains(&expected),
            "{}: no {expected} at {address} in {}",
            scorer.address,
            answer.body
        );
    }
}
