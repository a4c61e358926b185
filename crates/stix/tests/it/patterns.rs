//! Patterns: read, written, matched.

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use stix::Timestamp;
use stix::pattern::{self, Matcher, Observed};

/// What is written is read as the same, and written as the same.
fn same(text: &str) {
    let pattern = pattern::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    let written = pattern.to_string();
    assert_eq!(pattern::parse(&written).unwrap(), pattern, "{written}");
    assert_eq!(written, text);
}

#[test]
fn what_is_read_is_written() {
    for text in [
        "[file:name = 'a\\'b\\\\c']",
        "[file:hashes.'SHA-256' = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']",
        "[ipv4-addr:value ISSUBSET '198.51.100.0/24' OR ipv6-addr:value = '2001:db8::1']",
        "[email-message:to_refs[*].value LIKE '%@example.com' AND (email-message:subject = 'x' OR EXISTS email-message:body)]",
        "[a:b = 1] AND ([c:d != 2.0] OR [e:f <= -3] FOLLOWEDBY [g:h > true])"
            .replace(" > true", " > 4")
            .as_str(),
        "([a:b = 1] OR [c:d = 2]) REPEATS 5 TIMES WITHIN 1800.5 SECONDS",
        "[a:b[0].c[-1] NOT IN ('x', 'y')] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00.000Z'",
        "[artifact:payload_bin = b'AAEC' AND file:magic_number_hex = h'00ff']"
            .replace("file:magic_number_hex", "artifact:x")
            .as_str(),
        "([a:b = 1] WITHIN 1.0 SECONDS) WITHIN 5.0 SECONDS".replace(".0", "").as_str(),
        "[a:'AND'.'b-c' = 0.5]",
        "[user-account:is_disabled = false AND user-account:'odd key' MATCHES '^a.*z$']",
    ] {
        same(text);
    }
}

fn why(text: &str, expected: &Expect) {
    expected.assert_eq(&pattern::parse(text).unwrap_err().to_string());
}

#[test]
fn what_is_no_pattern_says_where() {
    why("", &expect!["expected [ or ( (at byte 0)"]);
    why("[file:name = 'a'", &expect!["expected ] (at byte 16)"]);
    why("[file:name = 'a]", &expect!["this text has no end (at byte 13)"]);
    why("[file = 'a']", &expect!["expected : (at byte 6)"]);
    why("[file:name 'a']", &expect!["expected an operator (at byte 11)"]);
    why("[file:name = ]", &expect!["expected a value (at byte 13)"]);
    why("[file:name > true]", &expect!["true and false have no order (at byte 13)"]);
    why("[file:name LIKE 1]", &expect!["this operator compares with text in quotes (at byte 16)"]);
    why(
        "[file:name = 'a'] [file:name = 'b']",
        &expect!["the pattern should end here (at byte 18)"],
    );
    why(
        "[file:name = 'a' AND url:value = 'b']",
        &expect![
            "one observation is one object: types joined by AND have to be the same (at byte 0)"
        ],
    );
    why("[file:name = 'a'] WITHIN 0 SECONDS", &expect!["a time has to last (at byte 25)"]);
    why(
        "[file:name = 'a'] REPEATS 0 TIMES",
        &expect!["expected a whole number from 1 (at byte 26)"],
    );
    why(
        "[file:name = 'a'] WITHIN 1 SECONDS WITHIN 2 SECONDS",
        &expect!["one observation has one qualifier of a kind (at byte 44)"],
    );
    why("[file:AND = 1]", &expect!["expected a property (at byte 6)"]);
    why("[file:a-b = 1]", &expect!["a property with a dash stands in quotes (at byte 6)"]);
    why("[file:a = 1.]", &expect!["this is no number (at byte 10)"]);
    why("[file:a = 1] /* x", &expect!["this comment has no end (at byte 13)"]);
    why(
        "[file:ctime = t'2021']",
        &expect!["a timestamp is written YYYY-MM-DDTHH:MM:SS.sssZ, in UTC (at byte 14)"],
    );
    why("[file:x = h'0']", &expect!["this is no hexadecimal (at byte 10)"]);
    why("[file:size = 01]", &expect!["this is no number (at byte 13)"]);
    why(
        &format!("{}[a:b = 1]", "(".repeat(100_000)),
        &expect!["brackets are nested too deep (at byte 65)"],
    );
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_ms(1_577_836_800_000 + seconds * 1000).unwrap()
}

fn seen(at: i64, objects: Value) -> Observed {
    let objects =
        objects.as_array().unwrap().iter().map(|object| object.as_object().unwrap().clone());
    Observed::new(objects.collect::<Vec<_>>(), (time(at), time(at)), 1)
}

fn files(names: &[&str]) -> Vec<Observed> {
    let seen = names
        .iter()
        .zip(0..)
        .map(|(name, at)| seen(at * 10, json!([{"type": "file", "name": name}])));
    seen.collect()
}

fn find(text: &str, observed: &[Observed]) -> Option<Vec<usize>> {
    Matcher::new(pattern::parse(text).unwrap()).unwrap().find(observed)
}

#[test]
fn one_object_has_to_meet_a_comparison() {
    let two = [seen(
        0,
        json!([
            {"type": "file", "id": "a", "name": "x", "size": 1},
            {"type": "file", "id": "b", "name": "y", "size": 2},
        ]),
    )];
    assert!(find("[file:name = 'x' AND file:size = 1]", &two).is_some());
    assert!(find("[file:name = 'x' AND file:size = 2]", &two).is_none());
    assert!(
        find("[file:name = 'x'] AND [file:size = 2]", &two).is_none(),
        "one observation is one"
    );
    assert!(find("[file:size > 1.5]", &two).is_some());
    assert!(find("[file:size NOT IN (1, 2)]", &two).is_none());
    assert!(find("[file:size NOT = 1]", &two).is_some());
    assert!(find("[EXISTS file:mime_type]", &two).is_none());
    assert!(find("[url:name = 'x']", &two).is_none());
}

#[test]
fn observations_follow_each_other() {
    let log = files(&["a", "b", "a", "c", "a"]);
    assert_eq!(find("[file:name = 'b'] AND [file:name = 'c']", &log), Some(vec![1, 3]));
    assert_eq!(find("[file:name = 'c'] OR [file:name = 'z']", &log), Some(vec![3]));
    assert_eq!(find("[file:name = 'b'] FOLLOWEDBY [file:name = 'c']", &log), Some(vec![1, 3]));
    assert_eq!(find("[file:name = 'c'] FOLLOWEDBY [file:name = 'b']", &log), None);
    assert_eq!(find("[file:name = 'a'] REPEATS 3 TIMES", &log), Some(vec![0, 2, 4]));
    assert_eq!(find("[file:name = 'a'] REPEATS 4 TIMES", &log), None);
    assert_eq!(find("[file:name = 'a'] REPEATS 2 TIMES WITHIN 20 SECONDS", &log), Some(vec![0, 2]));
    assert_eq!(find("[file:name = 'a'] REPEATS 2 TIMES WITHIN 19 SECONDS", &log), None);
    let late = "[file:name = 'a'] START t'2020-01-01T00:00:15Z' STOP t'2020-01-01T00:00:40Z'";
    assert_eq!(find(late, &log), Some(vec![2]));
    let never = "[file:name = 'a'] START t'2021-01-01T00:00:00Z' STOP t'2020-01-01T00:00:00Z'";
    assert_eq!(find(never, &log), None);
}

#[test]
fn what_was_seen_often_can_be_repeated() {
    let object = json!({"type": "file", "name": "a"});
    let seen = [Observed::new([object.as_object().unwrap().clone()], (time(0), time(9)), 3)];
    assert!(find("[file:name = 'a'] REPEATS 3 TIMES", &seen).is_some());
    assert!(find("[file:name = 'a'] REPEATS 4 TIMES", &seen).is_none());
}

#[test]
fn references_and_lists_are_followed() {
    let message = [seen(
        0,
        json!([
            {"type": "email-message", "id": "m", "to_refs": ["x", "y"], "from_ref": "y"},
            {"type": "email-addr", "id": "x", "value": "x@example.com"},
            {"type": "email-addr", "id": "y", "value": "y@example.net"},
        ]),
    )];
    assert!(find("[email-message:to_refs[*].value LIKE '%@example.com']", &message).is_some());
    assert!(find("[email-message:to_refs[1].value = 'y@example.net']", &message).is_some());
    assert!(find("[email-message:to_refs[-1].value = 'y@example.net']", &message).is_some());
    assert!(find("[email-message:to_refs[2].value LIKE '%']", &message).is_none());
    assert!(find("[email-message:from_ref.value = 'x@example.com']", &message).is_none());
}

#[test]
fn texts_numbers_bytes_and_networks_are_compared_as_what_they_are() {
    let one = |object: Value| [seen(0, json!([object]))];
    let net = one(json!({"type": "ipv4-addr", "value": "198.51.100.77"}));
    assert!(find("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", &net).is_some());
    assert!(find("[ipv4-addr:value ISSUBSET '198.51.101.0/24']", &net).is_none());
    assert!(find("[ipv4-addr:value ISSUPERSET '198.51.100.77/32']", &net).is_some());
    let file = one(
        json!({"type": "file", "magic_number_hex": "00FF", "mtime": "2020-01-01T00:00:00.000Z", "name": "e\u{301}"}),
    );
    assert!(find("[file:magic_number_hex = h'00ff']", &file).is_some());
    assert!(find("[file:mtime = t'2020-01-01T00:00:00Z']", &file).is_some());
    assert!(find("[file:mtime < t'2020-01-01T00:00:00Z']", &file).is_none());
    assert!(find("[file:name = '\u{e9}']", &file).is_none(), "= compares code points");
    assert!(find("[file:name = 'e\u{301}']", &file).is_some());
    assert!(find("[file:name LIKE '_']", &file).is_some(), "LIKE composes");
    assert!(find("[file:name MATCHES '^e\u{301}$']", &file).is_some(), "both sides");
    assert!(find("[file:name IN ()]", &file).is_none());
    assert!(find("[file:name NOT IN ()]", &file).is_some());
    let bytes = one(json!({"type": "artifact", "payload_bin": "AAEC"}));
    assert!(find("[artifact:payload_bin = b'AAEC']", &bytes).is_some());
    assert!(find("[artifact:payload_bin = h'000102']", &bytes).is_some());
    assert!(find("[artifact:payload_bin MATCHES '^\\\\x00.\\\\x02$']", &bytes).is_some());
    assert!(find("[artifact:payload_bin < '\u{101}']", &bytes).is_none(), "no byte");
}

#[test]
fn hostile_patterns_cost_a_bounded_time() {
    let log = files(&["a"; 200]);
    assert!(find(&format!("[file:name MATCHES '{}']", "(a*)*b".repeat(20)), &log).is_none());
    let why = |text: &str| Matcher::new(pattern::parse(text).unwrap()).unwrap_err().to_string();
    assert!(why("[file:name MATCHES '(?=a)b']").contains("linear time"));
    assert!(why("[file:name MATCHES '(a{1000}){1000}']").contains("linear time"));
    assert!(why("[ipv4-addr:value ISSUBSET 'x']").contains("no network"));
}
