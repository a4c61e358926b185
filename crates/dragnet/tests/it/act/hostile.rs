//! Questions that are wrong, too large, or not theirs to ask; addresses that lead inside.

use super::receiver::Receiver;
use super::{call, call_with, expect, found};
use crate::room::Room;
use crate::serve::served::{Served, key};
use serde_json::{Value, json};

#[test]
fn wrong_questions_are_refused_with_what_is_wrong() {
    let (room, campaign) = found();
    room.run(&["act", "rule", "--second-above", "5", "--why", "two on shift"]).ok();
    let all = key(&room, "all", &["--scope", "act,label,read,admin"]);
    let reader = key(&room, "reader", &["--scope", "read"]);
    let served = Served::start(&room, &["--found", "found"]);
    let preview = "POST /v1/decisions/preview";
    let asked = json!({ "campaign": campaign, "action": "suspend" });
    let with = |name: &str, value: Value| {
        let mut other = asked.clone();
        other[name] = value;
        other
    };
    for (status, what, content) in [
        (400, preview, json!({ "campaign": campaign })),
        (400, preview, with("more", json!(1))),
        (404, preview, with("campaign", json!("C-00000000"))),
        (422, preview, with("action", json!("hang"))),
        (422, preview, with("risk_floor", json!(1.5))),
        (413, preview, with("campaign", json!("C".repeat(70_000)))),
        (422, "POST /v1/decisions", with("preview", json!("x"))),
        (404, "GET /v1/decisions/7", Value::Null),
        (
            404,
            "POST /v1/decisions/6f9619ff-8b86-4d01-b42d-00c04fc964ff/undo",
            json!({ "why": "x" }),
        ),
        (422, "GET /v1/decisions?state=over", Value::Null),
        (404, "POST /v1/deliveries/one/replay", Value::Null),
        (404, "DELETE /v1/webhooks/nobody", Value::Null),
        (422, "POST /v1/appeals", json!({ "account": "", "text": "" })),
        (
            422,
            "POST /v1/webhooks",
            json!({ "name": "a b", "url": "https://platform.example.com/" }),
        ),
        (422, "POST /v1/webhooks", json!({ "name": "a", "url": "http://127.0.0.1:80/" })),
        (422, "POST /v1/webhooks", json!({ "name": "a", "url": "https://169.254.169.254/" })),
        (
            422,
            "POST /v1/webhooks",
            json!({ "name": "a", "url": "https://a.example.com/", "events": ["x"] }),
        ),
    ] {
        let mut content = content;
        if what == "POST /v1/decisions" {
            content["why"] = json!(" ");
        }
        let (found, body) = call(&served, &all, what, &content);
        assert_eq!(found, status, "{what}: {body}");
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert!(problem["detail"].is_string(), "{what}: {body}");
    }
    for (what, content) in [
        (preview, &asked),
        ("POST /v1/appeals", &json!({ "account": "a", "text": "" })),
        ("GET /v1/webhooks", &Value::Null),
        ("GET /v1/deliveries", &Value::Null),
    ] {
        expect(&served, &reader, 403, what, content);
        expect(&served, "wrong", 401, what, content);
    }
    expect(&served, &reader, 200, "GET /v1/decisions", &Value::Null);
    let key = format!("Idempotency-Key: {}\r\n", "k".repeat(256));
    let appeal = json!({ "account": "a", "text": "" });
    assert_eq!(call_with(&served, &all, "POST /v1/appeals", &appeal, &key).0, 400);
}

#[test]
fn without_leave_nothing_is_sent_inside() {
    let room = Room::new();
    room.run(&["act", "rule", "--second-above", "5", "--why", "two on shift"]).ok();
    let receiver = Receiver::start(&room, "200", "0");
    // A name that leads inside, as whoever has a name of their own may make one.
    let named = format!("https://localhost:{}/", receiver.port);
    for (name, url) in [("plain", &receiver.url()), ("named", &named)] {
        room.run(&["act", "webhook", "add", name, url]).ok();
        room.run(&["act", "webhook", "test", name]).ok();
    }
    let _served = Served::start(&room, &[]);
    receiver.hears_nothing();
    let list = room.run(&["act", "webhook", "deliveries"]);
    let words = list.ok().out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("is no public address") && words.contains("again"), "{words}");
}
