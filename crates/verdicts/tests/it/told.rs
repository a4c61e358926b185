//! Counters that others share: what is asked of them, and what is made of what they told.

use crate::story::signup;
use expect_test::{Expect, expect};
use signals::{Extractor, Kind};
use verdicts::counters::{OfKey, Told, Window};
use verdicts::{Engine, Known, Phase, Policy};

const POLICY: &str = r#"
name = "story"
revision = 1
mode = "act"

[[rules]]
name = "busy"
when = "count_ip_10m > 3 || distinct_device_by_ip_1h > 2"
do = "challenge"
"#;

fn engine(policy: &Policy) -> Engine {
    Engine::new(Extractor::default(), policy.plan(), 1_000)
}

/// What is answered where `own` sign-ups were counted here, and others told of so many.
fn check(own: u32, count: f64, devices: f64, expected: Expect) {
    let policy = Policy::parse(POLICY).expect("it is right");
    let (engine, known) = (engine(&policy), Known::default());
    for n in 0..own {
        engine.take(&engine.look(&signup(n, 1, 1), &policy));
    }
    let asked = engine.look(&signup(9, 1, 1), &policy);
    let keys = engine.keys(&asked, &policy, &known);
    let key = keys.iter().find(|key| key.kind == Kind::Ip).expect("it has an address");
    let told = Told(vec![OfKey {
        by: key.by,
        counts: vec![(Window::TenMinutes, count)],
        distinct: vec![(key.distinct[0], devices)],
        ..OfKey::default()
    }]);
    let answer = engine.answer_told(&asked, Phase::Before, (&policy, &known), &told);
    let words = answer.reasons.first().map_or("", |reason| &reason.words);
    expected.assert_eq(&format!("{} {words}", answer.verdict));
}

#[test]
fn the_larger_count_stands() {
    check(0, 4.0, 1.0, expect!["challenge count_ip_10m 4, distinct_device_by_ip_1h 1"]);
    check(2, 3.0, 1.0, expect!["allow "]);
    check(0, 1.0, 3.0, expect!["challenge count_ip_10m 1, distinct_device_by_ip_1h 3"]);
    // Others have forgotten.
    check(5, 0.0, 0.0, expect!["challenge count_ip_10m 5, distinct_device_by_ip_1h 1"]);
}

#[test]
fn only_what_the_policy_asks_about_is_asked_of_others() {
    let policy = Policy::parse(POLICY).expect("it is right");
    let engine = engine(&policy);
    let asked = engine.look(&signup(1, 1, 1), &policy);
    let keys = engine.keys(&asked, &policy, &Known::default());
    let counted = keys.iter().filter(|key| !key.counts.is_empty() || !key.distinct.is_empty());
    let said: Vec<String> = counted
        .map(|key| {
            format!(
                "{}: {} windows, {} distinct",
                key.kind.name(),
                key.counts.len(),
                key.distinct.len()
            )
        })
        .collect();
    expect!["ip: 1 windows, 1 distinct"].assert_eq(&said.join("; "));
    // What the last ones were like is kept, and told to nobody who does not ask.
    assert!(keys.len() > 1 && keys.iter().all(|key| !key.is_last_asked));
    assert!(
        engine.keys(&engine.look(&signup(1, 1, 1), &policy), &policy, &Known::default()) == keys
    );
}
