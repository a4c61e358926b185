//! Two scorers count as one.

use super::scorers::{Scorer, ask, room};
use super::services::{ask_redis, nats, redis, redis_cluster, until};
use serde_json::{Value, json};

fn one(n: u32) -> Value {
    json!({
        "event_id": format!("e{n}"), "account_id": format!("u{n}"),
        "ip": "198.51.100.7", "device_id": format!("device-{n}"),
    })
}

/// Verdict, and what it was decided by.
fn told(answer: &Value) -> String {
    let reasons = answer["reasons"].as_array().unwrap().iter();
    let words: Vec<&str> = reasons.map(|reason| reason["words"].as_str().unwrap()).collect();
    format!("{} {}", answer["verdict"].as_str().unwrap(), words.join(" "))
}

/// Two scorers trip over the sum of what both saw, and an event is one at both.
fn check_two(redis: &str) {
    let (room, token) = room(None);
    let args = ["--redis", redis, "--hash-key", "hash.key"];
    let (a, b) = (Scorer::start(&room, "a", &args), Scorer::start(&room, "b", &args));
    a.joined(&token, &["dragnet_shared_counters_up"]);
    b.joined(&token, &["dragnet_shared_counters_up"]);
    assert_eq!(told(&a.signup(&token, &one(1))), "allow ");
    assert_eq!(told(&b.signup(&token, &one(2))), "allow ");
    assert_eq!(told(&a.signup(&token, &one(3))), "allow distinct_device_by_ip_1h 3");
    let both = "count_ip_1h 4 distinct_device_by_ip_1h 4";
    let answer = b.signup(&token, &one(4));
    assert_eq!(told(&answer), format!("challenge {both}"));
    // Asked again at the other one, it is answered the same and not counted again.
    let mut again = a.signup(&token, &one(4));
    assert_eq!(again.as_object_mut().unwrap().remove("repeated"), Some(json!(true)));
    for name in ["request_id", "latency_us"] {
        again[name] = answer[name].clone();
    }
    assert_eq!(again, answer);
    let before = ask(&a.address, &token, "/v1/signups?phase=before", r#"{"ip":"198.51.100.7"}"#);
    let before = before.unwrap().body;
    assert!(before.contains("count_ip_1h 4"), "{before}");
    assert!(told(&a.signup(&token, &one(5))).contains("count_ip_1h 5"));
    let (own, others) = (a.events(&room), b.events(&room));
    assert_eq!((own.len(), others.len()), (3, 2), "{own:?} {others:?}");
    for scorer in [&a, &b] {
        assert_eq!(scorer.metric(&token, "dragnet_shared_counters_degraded_total"), 0);
    }
}

#[test]
fn two_scorers_count_as_one() {
    let (redis, url) = redis(&[]);
    check_two(&url);
    // Nothing there is in clear, and everything ends.
    let keys = ask_redis(&url, &["KEYS", "*"]);
    assert!(keys.lines().count() > 10 && !keys.contains("198.51"), "{keys}");
    for key in keys.lines() {
        let left: i64 = ask_redis(&url, &["TTL", key]).trim().parse().unwrap();
        assert!(left > 3_000, "{key} ends in {left}");
    }
    drop(redis);
}

#[test]
fn thousands_of_devices_are_estimated() {
    let (_redis, url) = redis(&[]);
    let (room, token) = room(None);
    let args = ["--redis", &url, "--hash-key", "hash.key"];
    let (a, b) = (Scorer::start(&room, "a", &args), Scorer::start(&room, "b", &args));
    a.joined(&token, &["dragnet_shared_counters_up"]);
    b.joined(&token, &["dragnet_shared_counters_up"]);
    let lines: String = (0..6_000).map(|n| format!("{}\n", one(n))).collect();
    let answers = ask(&a.address, &token, "/v1/signups/batch", &lines).unwrap();
    assert_eq!((answers.status, answers.body.lines().count()), (200, 6_000));
    // All it knows of them, it knows from Redis.
    let before = one(1).to_string().replace("e1", "other");
    let answer = ask(&b.address, &token, "/v1/signups?phase=before", &before).unwrap();
    let counted = |name: &str| -> f64 {
        let after = answer.body.split(name).nth(1).unwrap_or_else(|| panic!("{}", answer.body));
        after.trim_start().split(['"', ',']).next().unwrap().parse().unwrap()
    };
    let degraded = a.metric(&token, "dragnet_shared_counters_degraded_total") as f64;
    // Those that it did not answer for in time it may have counted all the same.
    let count = counted("count_ip_1h");
    assert!((6_000.0 - degraded..=6_000.0).contains(&count), "{count}, {degraded} degraded");
    assert!(count > 3_000.0, "too few to be estimated: {count}");
    let devices = counted("distinct_device_by_ip_1h") / count;
    assert!((0.87..1.13).contains(&devices), "{devices} of {count}");
}

#[test]
fn a_cluster_counts_as_well() {
    let (nodes, urls) = redis_cluster();
    check_two(&urls);
    let sizes =
        urls.split(',').map(|url| ask_redis(url, &["DBSIZE"]).trim().parse::<u32>().unwrap());
    let sizes: Vec<u32> = sizes.collect();
    assert!(sizes.iter().all(|size| *size > 0), "not all nodes are used: {sizes:?}");
    drop(nodes);
}

#[test]
fn without_shared_counters_a_scorer_goes_on_with_what_it_heard() {
    let ((mut redis, redis_url), (_nats, nats_url)) = (redis(&[]), nats());
    let (room, token) = room(None);
    let args = ["--redis", &redis_url, "--hash-key", "hash.key", "--nats", &nats_url];
    let (a, b) = (Scorer::start(&room, "a", &args), Scorer::start(&room, "b", &args));
    let all = ["dragnet_shared_counters_up", "dragnet_stream_up"];
    a.joined(&token, &all);
    b.joined(&token, &all);
    (1..3).for_each(|n| drop(a.signup(&token, &one(n))));
    redis.kill();
    let answer = a.signup(&token, &one(3));
    assert_eq!(answer["degraded"], json!(["counters"]), "{answer}");
    until("B heard of it", || b.metric(&token, "dragnet_stream_heard_total") == 3);
    let answer = b.signup(&token, &one(4));
    assert!(told(&answer).starts_with("challenge count_ip_1h 4"), "{answer}");
    // What A acknowledged, B answers too.
    assert_eq!(b.signup(&token, &one(3))["repeated"], true);
    let ready = b.get(&token, "/readyz");
    assert!(ready.starts_with("ready\nshared counters: away"), "{ready}");
    // It comes back, without anything: what is known here counts on.
    redis.start_again();
    a.joined(&token, &all);
    ask_redis(&redis_url, &["FLUSHALL"]);
    until("A heard of it", || a.metric(&token, "dragnet_stream_heard_total") == 1);
    let answer = a.signup(&token, &one(5));
    assert!(told(&answer).contains("count_ip_1h 5"), "{answer}");
    assert_eq!(answer["degraded"], Value::Null);
    until("both have all", || a.events(&room).len() == 5 && b.events(&room).len() == 5);
}
