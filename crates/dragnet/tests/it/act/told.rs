//! Platforms that are told: by deliveries that are signed, in order, and come until they are
//! taken, whoever is killed on the way.

use super::receiver::Receiver;
use super::{alone, call, call_with, decide, expect, found, members};
use crate::intel::answer;
use crate::room::Room;
use crate::serve::served::{Served, key};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn serve(room: &Room) -> Served {
    Served::start(room, &["--found", "found", "--webhooks-inside"])
}

/// A webhook to a receiver, which learns the secret.
fn webhook(room: &Room, receiver: &Receiver) {
    let add = ["act", "webhook", "add", "platform", &receiver.url(), "--json"];
    let added = answer(&room.run(&add));
    room.write("secret", added["secret"].as_str().unwrap());
}

fn deliveries(room: &Room) -> Vec<Value> {
    let all = answer(&room.run(&["act", "webhook", "deliveries", "--json"]));
    all["deliveries"].as_array().unwrap().clone()
}

/// A server, who asks it, and who is told.
struct Desk {
    served: Served,
    receiver: Receiver,
    ana: String,
    ben: String,
    /// Takes appeals and decides on them.
    hears: String,
    root: String,
}

impl Desk {
    fn open(room: &Room) -> Self {
        room.write("case.json", crate::intel::case());
        room.run(&["intel", "import", "case.json"]).ok();
        let token = |name: &str, scopes| key(room, name, &["--scope", scopes]);
        let (ana, ben) = (token("ana", "act,read"), token("ben", "act,read"));
        let (hears, root) = (token("hears", "label,read"), token("root", "admin"));
        let receiver = Receiver::start(room, "204", "0");
        let served = serve(room);
        let hook = json!({ "name": "platform", "url": receiver.url() });
        let added = expect(&served, &root, 201, "POST /v1/webhooks", &hook);
        room.write("secret", added["secret"].as_str().unwrap());
        expect(&served, &root, 202, "POST /v1/webhooks/platform/test", &Value::Null);
        assert_eq!(receiver.signed()["told"]["type"], "webhook.test");
        Self { served, receiver, ana, ben, hears, root }
    }

    /// Ana proposes to suspend a campaign: the decision's id, and for how many accounts.
    fn propose(&self, campaign: &str) -> (String, u64) {
        let Self { served, ana, .. } = self;
        let asked = json!({ "campaign": campaign, "action": "suspend", "risk_floor": 0.5 });
        let shown = expect(served, ana, 200, "POST /v1/decisions/preview", &asked);
        let accounts = shown["accounts"].as_u64().unwrap();
        assert!(shown["needs_second"] == true && accounts > 100, "{shown}");
        let mut wanted = asked;
        wanted["why"] = "a shop".into();
        wanted["preview"] = "0000".into();
        expect(served, ana, 409, "POST /v1/decisions", &wanted);
        wanted["preview"] = shown["preview"].clone();
        let once = "Idempotency-Key: monday\r\n";
        let first = call_with(served, ana, "POST /v1/decisions", &wanted, once);
        let again = call_with(served, ana, "POST /v1/decisions", &wanted, once);
        assert_eq!(first, again, "the same key is the same decision");
        let decision: Value = serde_json::from_str(&first.1).unwrap();
        assert_eq!((first.0, &decision["state"]), (201, &json!("proposed")));
        (decision["id"].as_str().unwrap().to_owned(), accounts)
    }

    /// What the receiver is told next.
    #[track_caller]
    fn told(&self, kind: &str) -> Value {
        let told = self.receiver.signed()["told"].clone();
        assert_eq!(told["type"], kind);
        told["data"].clone()
    }

    /// Waits for what is written down just after it was received.
    fn until_delivered(&self, count: usize) {
        let delivered = || {
            let what = "GET /v1/deliveries?state=delivered";
            let all = expect(&self.served, &self.root, 200, what, &Value::Null);
            all["deliveries"].as_array().unwrap().len()
        };
        let begun = Instant::now();
        while delivered() < count {
            assert!(begun.elapsed() < Duration::from_secs(10), "{} were delivered", delivered());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn the_whole_way_over_http() {
    let (room, campaign) = found();
    let desk = Desk::open(&room);
    let Desk { served, ana, ben, hears, root, .. } = &desk;
    let (id, accounts) = desk.propose(&campaign);
    let why = json!({ "why": "looked at them" });
    let step = |name: &str| format!("POST /v1/decisions/{id}/{name}");
    expect(served, ana, 403, &step("approve"), &why);
    let held = expect(served, ben, 200, &step("approve"), &why);
    assert_eq!((&held["state"], &held["second"]["who"]), (&json!("in force"), &json!("key:ben")));
    let data = desk.told("decision.in_force");
    assert_eq!(data["accounts"].as_array().unwrap().len() as u64, accounts);
    let first = &data["accounts"][0];
    assert_eq!((&first["before"], &first["now"]), (&json!("nothing"), &json!("suspend")));

    let account = first["account"].as_str().unwrap();
    let appeal = json!({ "account": account, "text": "It is me." });
    let appeal = expect(served, hears, 201, "POST /v1/appeals", &appeal);
    let restore = format!("POST /v1/appeals/{}/restore", appeal["id"].as_str().unwrap());
    expect(served, hears, 200, &restore, &why);
    assert_eq!(
        desk.told("appeal.restored")["accounts"],
        json!([{ "account": account, "before": "suspend", "now": "nothing" }])
    );
    let (_, lines) = call(served, ana, &format!("GET /v1/decisions/{id}/accounts"), &Value::Null);
    let left_out = lines.lines().filter(|line| line.contains("left_out")).count();
    assert_eq!((lines.lines().count() as u64, left_out), (accounts, 1));
    expect(served, ana, 200, &step("undo"), &why);
    assert_eq!(desk.told("decision.undone")["decision"]["accounts"], accounts - 1);

    desk.until_delivered(4);
    expect(served, root, 202, "POST /v1/deliveries/2/replay", &Value::Null);
    desk.told("decision.in_force");
    let list = expect(served, ana, 200, "GET /v1/decisions?state=undone", &Value::Null);
    assert_eq!(list["decisions"][0]["id"], json!(id));
    drop(desk);
    room.run(&["intel", "log", "--check"]).ok();
}

#[test]
fn a_receiver_that_fails_is_told_again_in_order() {
    let (room, campaign) = found();
    alone(&room);
    let receiver = Receiver::start(&room, "500,302,200", "0");
    webhook(&room, &receiver);
    decide(&room, &campaign, &["watch"]);
    room.run(&["act", "undo", "1", "--why", "no"]).ok();
    let _served = serve(&room);
    let told = [0; 4].map(|_| {
        let told = receiver.signed();
        assert_eq!(told["path"], "/hook", "nobody follows a redirect");
        (told["told"]["type"].clone(), told["answer"].clone())
    });
    let line = |kind: &str, answer: &str| (json!(kind), json!(answer));
    let held = |answer| line("decision.in_force", answer);
    assert_eq!(told, [held("500"), held("302"), held("200"), line("decision.undone", "200")]);
    receiver.hears_nothing();
    let first = deliveries(&room).remove(0);
    assert_eq!((&first["attempts"], &first["state"]), (&json!(3), &json!("delivered")));
}

#[test]
fn killed_between_decision_and_delivery_it_is_delivered_by_the_next() {
    let (room, campaign) = found();
    alone(&room);
    let hangs = Receiver::start(&room, "hang", "0");
    webhook(&room, &hangs);
    let served = serve(&room);
    decide(&room, &campaign, &["suspend"]);
    let first = hangs.signed();
    // Dropped, it is killed, and so is who received it and said nothing.
    drop(served);
    let port = hangs.port.clone();
    drop(hangs);
    decide(&room, &campaign, &["challenge"]);
    let receiver = Receiver::start(&room, "200", &port);
    let _served = serve(&room);
    let again = receiver.signed();
    assert_eq!(first["id"], again["id"], "it is known to be the same");
    let next = receiver.signed();
    assert_eq!(next["told"]["data"]["accounts"][0]["before"], "suspend");
    receiver.hears_nothing();
}

#[test]
fn a_decision_ends_by_itself_and_that_is_told() {
    let (room, campaign) = found();
    alone(&room);
    let receiver = Receiver::start(&room, "200", "0");
    webhook(&room, &receiver);
    let soon = std::time::SystemTime::now() + Duration::from_secs(4);
    let soon = soon.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    let soon = stix_time(soon);
    decide(&room, &campaign, &["challenge", "--expires", &soon]);
    let begun = Instant::now();
    let _served = serve(&room);
    assert_eq!(receiver.signed()["told"]["type"], "decision.in_force");
    let told = receiver.signed();
    assert_eq!(told["told"]["type"], "decision.expired");
    assert_eq!(told["told"]["data"]["accounts"][0]["now"], "nothing");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let log = room.run(&["intel", "log", "--json"]);
    assert!(log.ok().out.contains("decision expire"), "{}", log.out);
}

/// A time as the command line takes it.
fn stix_time(second: i64) -> String {
    let output = std::process::Command::new("date")
        .args(["-u", "-d", &format!("@{second}"), "+%Y-%m-%dT%H:%M:%SZ"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_secret_that_is_changed_signs_beside_the_one_before() {
    let (room, campaign) = found();
    alone(&room);
    let receiver = Receiver::start(&room, "200", "0");
    webhook(&room, &receiver);
    let rotated = room.run(&["act", "webhook", "change", "platform", "--rotate", "--json"]);
    let secret = answer(&rotated)["secret"].as_str().unwrap().to_owned();
    decide(&room, &campaign, &["watch"]);
    let served = serve(&room);
    receiver.signed();
    room.write("secret", &secret);
    room.run(&["act", "webhook", "test", "platform"]).ok();
    receiver.signed();
    room.write("secret", "whsec_c29tZXRoaW5nIGVsc2UsIGxvbmcgZW5vdWdoIQ==");
    room.run(&["act", "webhook", "test", "platform"]).ok();
    assert!(receiver.next()["error"].is_string(), "whoever has another secret does not take it");
    let list = room.run(&["act", "webhook", "list", "--json"]);
    assert!(!list.ok().out.contains("whsec"), "a secret is shown once");
    let said = served.stop();
    assert!(
        !said.err.contains("whsec") && !said.err.contains(&members(&room, "found", &campaign)[0])
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(room.path("dragnet.db")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "secrets lie in it");
    }
}

/// The Python of docs/acting.md.
fn example() -> String {
    let docs = include_str!("../../../../../docs/acting.md");
    let (_, rest) = docs.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_example_of_the_docs_receives_and_checks() {
    let (room, campaign) = found();
    alone(&room);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/");
    let added = answer(&room.run(&["act", "webhook", "add", "platform", &url, "--json"]));
    room.write("secret", added["secret"].as_str().unwrap());
    let script = example();
    assert!(script.contains("8000"));
    let receiver = Receiver::of(&room, &script.replace("8000", &port.to_string()), &[]);
    decide(&room, &campaign, &["suspend"]);
    let account = members(&room, "found", &campaign).remove(0);
    let _served = serve(&room);
    let all =
        members(&room, "found", &campaign).iter().map(|_| receiver.line()).collect::<Vec<_>>();
    assert!(all.contains(&format!("{account} suspend")), "{all:?}");
    let begun = Instant::now();
    while deliveries(&room)[0]["state"] != "delivered" {
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", deliveries(&room));
        std::thread::sleep(Duration::from_millis(100));
    }
}
