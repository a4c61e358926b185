//! Sign-ups at a server: judged, kept, counted once, whatever happens to the server.

use super::asking::{POLICY, ask, room, serve, signup};
use super::served::{Served, key};
use expect_test::{Expect, expect};
use serde_json::{Value, json};

/// What of an answer is the same every time.
fn check(mut answer: Value, expected: Expect) {
    for name in ["request_id", "latency_us"] {
        assert!(answer.as_object_mut().unwrap().remove(name).is_some(), "{name}");
    }
    answer["policy"].as_object_mut().unwrap().remove("fingerprint");
    expected.assert_eq(&serde_json::to_string_pretty(&answer).unwrap());
}

#[test]
fn a_sign_up_is_judged_by_what_came_before_it() {
    let (room, token) = room();
    let served = serve(&room);
    let one = |n: u32| json!({ "event_id": format!("e{n}"), "account_id": format!("u{n}"), "ip": "198.51.100.7" });
    check(
        signup(&served, &token, &one(1)),
        expect![[r#"
        {
          "decided": "allow",
          "labels": [],
          "policy": {
            "mode": "act",
            "name": "story",
            "revision": 7
          },
          "reasons": [],
          "risk": 0.0,
          "verdict": "allow"
        }"#]],
    );
    (2..4).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    // Asked again, it is answered as before, and not counted again.
    assert_eq!(signup(&served, &token, &one(3))["repeated"], true);
    check(
        signup(&served, &token, &one(4)),
        expect![[r#"
        {
          "decided": "challenge",
          "labels": [
            "story:busy"
          ],
          "policy": {
            "mode": "act",
            "name": "story",
            "revision": 7,
            "rule": "busy address"
          },
          "reasons": [
            {
              "code": "rule:busy address",
              "words": "Many from one address. (count_ip_10m 4)"
            }
          ],
          "risk": 0.0,
          "verdict": "challenge"
        }"#]],
    );
    let (status, body) =
        ask(&served, &token, "/v1/signups?phase=before", r#"{"ip":"198.51.100.7"}"#);
    assert_eq!((status, body.contains("challenge")), (200, true), "{body}");
    let (_, metrics) = ask(&served, &token, "/metrics", "");
    assert!(
        metrics.contains("dragnet_signups_answered_total{verdict=\"challenge\"} 2"),
        "{metrics}"
    );
}

#[test]
fn a_batch_is_answered_line_by_line() {
    let (room, token) = room();
    let served = serve(&room);
    let lines = "{\"account_id\":\"u1\"}\nno sign-up\n{\"account_id\":\"u2\",\"ip\":\"many\"}\n";
    let (status, body) = ask(&served, &token, "/v1/signups/batch", lines);
    assert_eq!(status, 200, "{body}");
    let answers: Vec<Value> =
        body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 3);
    assert_eq!((&answers[0]["verdict"], &answers[1]["status"]), (&json!("allow"), &json!(400)));
    assert_eq!(answers[2]["set_aside"][0]["field"], "ip");
}

#[test]
fn hundreds_of_addresses_are_counted_side_by_side() {
    let (room, token) = room();
    let served = serve(&room);
    let line =
        |n: u32| json!({ "account_id": format!("u{n}"), "ip": format!("203.0.113.{}", n % 250) });
    let lines: String = (0..1_000).map(|n| format!("{}\n", line(n))).collect();
    let (_, body) = ask(&served, &token, "/v1/signups/batch", &lines);
    // The fourth of each.
    assert_eq!(body.matches("\"challenge\",\"decided\"").count(), 250);
    let (_, metrics) = ask(&served, &token, "/metrics", "");
    assert!(metrics.contains("dragnet_counters_evicted_total{why=\"full\"} 0"), "{metrics}");
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_is_counted_once() {
    let (room, token) = room();
    let one = |n: u32| json!({ "event_id": format!("e{n}"), "account_id": format!("u{n}"), "ip": "198.51.100.7" });
    let served = serve(&room);
    (1..4).for_each(|n| {
        signup(&served, &token, &one(n));
    });
    // Dropped, it is killed.
    drop(served);
    let served = serve(&room);
    assert_eq!(signup(&served, &token, &one(3))["repeated"], true);
    assert_eq!(signup(&served, &token, &one(4))["verdict"], "challenge");
}

#[test]
fn who_may_not_ask_is_told_nothing() {
    let (room, token) = room();
    let reader = key(&room, "reader", &[]);
    let served = serve(&room);
    let content = r#"{"account_id":"u1"}"#;
    assert_eq!(ask(&served, "wrong", "/v1/signups", content).0, 401);
    assert_eq!(ask(&served, &reader, "/v1/signups", content).0, 403);
    assert_eq!(ask(&served, &token, "/v1/signups", "{}").0, 400);
    assert_eq!(ask(&served, &token, "/v1/signups", &"x".repeat(70_000)).0, 413);
    drop(served);
    let served = Served::start(&room, &[]);
    assert_eq!(ask(&served, &token, "/v1/signups", content).0, 404);
}

#[test]
fn a_policy_that_cannot_decide_is_told_of() {
    let (room, _) = room();
    room.write("policy.toml", POLICY.replace("count_ip_10m", "count_ip_5m"));
    let said = room.run(&["serve", "--policy", "policy.toml", "--bind", "127.0.0.1:0"]);
    said.failed(
        1,
        &["policy.toml cannot decide anything", "line 8, rule busy address", "count_ip_5m"],
    );
}
