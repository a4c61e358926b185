//! Sign-ups as other products send them, and what is told of accounts later.

use super::asking::{ask, room, serve};
use super::served::Served;
use serde_json::{Value, json};

/// A platform's registration event by the name of its form, as their documentation has it.
fn events() -> Vec<(&'static str, Value)> {
    let agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/121.0";
    vec![
        (
            "castle",
            json!({"type": "$registration", "status": "$succeeded", "created_at": "2026-11-01T08:00:00.000Z",
                "user": {"id": "castle-1", "email": "a@example.com"},
                "context": {"ip": "198.51.100.7", "headers": {"User-Agent": agent}}}),
        ),
        (
            "sift",
            json!({"$type": "$create_account", "$user_id": "sift-1", "$user_email": "a@example.com",
                "$ip": "198.51.100.7", "$time": 1_793_520_000_000_i64, "$browser": {"$user_agent": agent}}),
        ),
        (
            "aws-fraud-detector",
            json!({"EVENT_ID": "e-1", "ENTITY_ID": "aws-1", "EVENT_TIMESTAMP": "2026-11-01T08:00:00Z",
                "email_address": "a@example.com", "ip_address": "198.51.100.7", "user_agent": agent}),
        ),
        (
            "fingerprint",
            json!({"event_id": "e-2", "linked_id": "fingerprint-1", "timestamp": 1_793_520_000_000_i64,
                "ip_address": "198.51.100.7", "user_agent": agent,
                "identification": {"visitor_id": "v-1"}, "ip_info": {"asn": "64500"}}),
        ),
        (
            "osprey",
            json!({"send_time": "2026-11-01T08:00:00Z", "data": {"action_id": "e-3", "action_name": "register",
                "data": {"user_id": "osprey-1", "email": "a@example.com", "ip_address": "198.51.100.7",
                    "user_agent": agent}}}),
        ),
        (
            "datadome",
            json!({"account": "a@example.com", "status": "succeeded", "session": {"id": "s-1",
                "createdAt": "2026-11-01T08:00:00Z"}, "user": {"id": "datadome-1", "email": "a@example.com"}}),
        ),
        (
            "tirreno",
            json!({"userName": "tirreno-1", "emailAddress": "a@example.com", "ipAddress": "198.51.100.7",
                "eventTime": "2026-11-01 08:00:00.000", "eventType": "account_registration",
                "userAgent": agent}),
        ),
    ]
}

fn journal(room: &crate::room::Room, folder: &str) -> Vec<Value> {
    let file = std::fs::read_dir(room.path("state").join(folder)).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn registration_events_of_others_are_sign_ups() {
    let (room, token) = room();
    let served = serve(&room);
    for (form, event) in events() {
        let path = format!("/v1/signups?form={form}");
        let (status, body) = ask(&served, &token, &path, &event.to_string());
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, answer.get("set_aside")), (200, None), "{form}: {body}");
        let line = journal(&room, "journal").pop().unwrap();
        assert_eq!(line["account_id"], format!("{}-1", form.split('-').next().unwrap()), "{form}");
        assert_eq!(
            line["timestamp"].as_str().map(|time| &time[..10]),
            Some("2026-11-01"),
            "{form}"
        );
        let told = |name: &str| line.get(name).is_some();
        assert!(told("email") || form == "fingerprint", "{form}");
        assert!(form == "datadome" || told("ip") && told("user_agent"), "{form}");
    }
    let (status, body) = ask(&served, &token, "/v1/signups?form=nobody", "{}");
    assert!(status == 400 && body.contains("castle"), "{body}");
}

#[test]
fn a_form_of_ones_own_is_a_file() {
    let (room, token) = room();
    room.write("mine.toml", "name = 'mine'\n[fields]\naccount_id = 'who.nr'\nip = 'from'\n");
    let args = ["--policy", "policy.toml", "--state", "state", "--form", "mine.toml"];
    let served = Served::start(&room, &args);
    let event = r#"{"who": {"nr": "u1"}, "from": "198.51.100.7"}"#;
    assert_eq!(ask(&served, &token, "/v1/signups?form=mine", event).0, 200);
    assert_eq!(journal(&room, "journal")[0]["ip"], "198.51.100.7");
}

#[test]
fn what_is_told_later_is_kept_once_and_by_kind() {
    let (room, token) = room();
    let served = serve(&room);
    let lines = [
        json!({"type": "label", "account_id": "u1", "kind": "banned", "event_id": "l1"}),
        json!({"type": "harm", "account_id": "u1", "kind": "chargeback", "amount": 12.5}),
        json!({"type": "challenge", "account_id": "u2", "outcome": "failed"}),
        json!({"type": "label", "account_id": "u1", "kind": "banned", "event_id": "l1"}),
        json!({"type": "label", "account_id": "u1", "kind": "nice"}),
        json!({"type": "gossip", "account_id": "u1"}),
    ];
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    let (status, body) = ask(&served, &token, "/v1/events", &text.join("\n"));
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, &answer["taken"], &answer["repeated"]),
        (200, &json!(3), &json!(1)),
        "{body}"
    );
    let bad: Vec<&Value> =
        answer["problems"].as_array().unwrap().iter().map(|p| &p["line"]).collect();
    assert_eq!(bad, [5, 6]);
    drop(served);
    let served = serve(&room);
    let (_, body) = ask(&served, &token, "/v1/events", &text[0]);
    assert!(body.contains(r#""repeated":1"#), "{body}");
    assert_eq!(journal(&room, "events/label").len(), 1);
    assert_eq!(journal(&room, "events/harm")[0]["amount"], 12.5);
}
