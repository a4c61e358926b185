//! Whatever comes, in whatever order: nothing panics, nothing takes long, and what is
//! written is read as the same.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};
use stix::pattern::{
    self, Comparison, Literal, Matcher, Observed, Operator, Path, Pattern, Qualifier, Step, Test,
    TooLong, Unmatchable,
};
use stix::{Object, Timestamp, bundle, convert, validate};

/// Far more than anything here takes, on a machine that others use too.
const LONG: Duration = Duration::from_secs(60);

fn timestamp() -> impl Strategy<Value = Timestamp> {
    (0..253_402_300_799_999_i64).prop_map(|ms| Timestamp::from_ms(ms).unwrap())
}

fn literal() -> impl Strategy<Value = Literal> {
    let is_finite = |number: &f64| number.is_finite();
    prop_oneof![
        any::<String>().prop_map(Literal::Text),
        any::<i64>().prop_map(Literal::Integer),
        any::<f64>().prop_filter("written with digits", is_finite).prop_map(Literal::Float),
        any::<bool>().prop_map(Literal::Bool),
        timestamp().prop_map(Literal::Time),
        prop::collection::vec(any::<u8>(), 0..9).prop_map(Literal::Hex),
        prop::collection::vec(any::<u8>(), 1..9).prop_map(Literal::Binary),
    ]
}

fn path(type_name: &'static str) -> impl Strategy<Value = Path> {
    let key = prop_oneof![any::<String>(), "[a-zA-Z_]{1,5}", Just("AND".to_owned())];
    let step = prop_oneof![
        key.clone().prop_map(Step::Key),
        any::<i64>().prop_map(Step::At),
        Just(Step::Each),
    ];
    (key, prop::collection::vec(step, 0..3)).prop_map(move |(first, more)| {
        let steps = std::iter::once(Step::Key(first)).chain(more).collect();
        Path { type_name: type_name.to_owned(), steps }
    })
}

fn test() -> impl Strategy<Value = Comparison> {
    let any_literal = (prop_oneof![Just(Operator::Equal), Just(Operator::NotEqual)], literal())
        .prop_map(|(operator, literal)| (operator, vec![literal]));
    let set = prop::collection::vec(literal(), 0..4).prop_map(|literals| (Operator::In, literals));
    let text = (
        prop_oneof![Just(Operator::Like), Just(Operator::Matches), Just(Operator::IsSubset)],
        any::<String>(),
    )
        .prop_map(|(operator, text)| (operator, vec![Literal::Text(text)]));
    let number = (prop_oneof![Just(Operator::Less), Just(Operator::GreaterOrEqual)], any::<i64>())
        .prop_map(|(operator, number)| (operator, vec![Literal::Integer(number)]));
    let what = prop_oneof![any_literal, set, text, number];
    (path("x-type"), any::<bool>(), what).prop_map(|(path, is_negated, (operator, literals))| {
        Comparison::Test(Test { path, is_negated, operator, literals })
    })
}

fn comparison() -> impl Strategy<Value = Comparison> {
    let leaf = prop_oneof![4 => test(), 1 => path("x-type").prop_map(Comparison::Exists)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let all = prop::collection::vec(inner, 2..4);
        prop_oneof![all.clone().prop_map(Comparison::And), all.prop_map(Comparison::Or)]
    })
}

fn qualifier() -> impl Strategy<Value = Qualifier> {
    prop_oneof![
        (1e-3..1e9_f64).prop_map(Qualifier::Within),
        (1..u32::MAX).prop_map(Qualifier::Repeats),
        (timestamp(), timestamp()).prop_map(|(start, stop)| Qualifier::StartStop(start, stop)),
    ]
}

fn tree() -> impl Strategy<Value = Pattern> {
    comparison().prop_map(Pattern::Observed).prop_recursive(4, 16, 3, |inner| {
        let all = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            all.clone().prop_map(Pattern::And),
            all.clone().prop_map(Pattern::Or),
            all.prop_map(Pattern::FollowedBy),
            (inner, qualifier()).prop_map(|(inner, of)| Pattern::Qualified(Box::new(inner), of)),
        ]
    })
}

proptest! {
    #[test]
    fn every_pattern_is_written_and_read_as_itself(pattern in tree()) {
        let text = pattern.to_string();
        prop_assert_eq!(pattern::parse(&text), Ok(pattern), "{}", text);
    }

    #[test]
    fn no_text_breaks_the_parser_of_patterns(text in any::<String>()) {
        let _ = pattern::parse(&text);
    }

    #[test]
    fn no_order_of_tokens_breaks_it(
        tokens in prop::collection::vec(
            prop::sample::select(vec![
                "[", "]", "(", ")", ":", ".", ",", "*", "=", "!=", "<", "a", "b-c", "'x'", "1", "-1.5", ".5",
                "h'00'", "b'AA=='", "t'2020-01-01T00:00:00Z'", "true", "AND", "OR", "NOT", "FOLLOWEDBY", "IN",
                "LIKE", "MATCHES", "EXISTS", "WITHIN", "SECONDS", "REPEATS", "TIMES", "START", "STOP", "/*", "//", "'", "\\",
            ]),
            0..20,
        )
    ) {
        if let Ok(pattern) = pattern::parse(&tokens.join(" ")) {
            prop_assert_eq!(pattern::parse(&pattern.to_string()), Ok(pattern));
        }
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = bundle::read(&bytes, |_| ());
    }

    #[test]
    fn no_damage_breaks_anything(at in 0..1000_usize, byte in any::<u8>(), cut in 0..1000_usize) {
        let mut bytes = include_bytes!("hostile.json").to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(length - cut % 50);
        let mut objects: Vec<Object> = Vec::new();
        let _ = bundle::read(&bytes, |(_, object)| objects.extend(object));
        everything(&objects);
    }

}

proptest! {
    // Each case has a value for every property of a type.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_value_breaks_validation(
        type_name in prop::sample::select(stix::schema::ALL.iter().map(|schema| schema.name).collect::<Vec<_>>()),
        values in prop::collection::vec(crate::lossless::value(), 40),
    ) {
        // Every property that the specification knows, with values that it does not.
        let schema = stix::schema::of(type_name).unwrap();
        let known = schema.fields.iter().chain(stix::schema::common(schema.class));
        let mut properties: Map<String, Value> =
            known.zip(values).map(|(field, value)| (field.name.to_owned(), value)).collect();
        properties.insert("type".to_owned(), json!(type_name));
        validate::properties(&properties);
        properties.insert("id".to_owned(), json!(format!("{type_name}--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")));
        for name in ["spec_version", "created", "modified", "revoked", "created_by_ref"] {
            properties.remove(name);
        }
        everything(&[Object::from_properties(&properties).unwrap()]);
    }
}

/// All that can be done with objects.
fn everything(objects: &[Object]) {
    for object in objects {
        validate::object(object);
        object.refs();
        let converted = convert::from_2_0(object);
        for object in converted.into_iter().flat_map(|converted| converted.objects) {
            validate::object(&object);
        }
    }
    validate::together(objects);
    Observed::among(objects);
}

fn files(count: usize) -> Vec<Observed> {
    let file = json!({"type": "file", "name": "a", "size": 1});
    let time = |at: usize| Timestamp::from_ms(1_577_836_800_000 + at as i64 * 1000).unwrap();
    let seen = (0..count).map(|at| {
        Observed::new([file.as_object().unwrap().clone()], (time(at), time(at)), u32::MAX)
    });
    seen.collect()
}

/// Whether it is met, and that this is known soon.
fn met(text: &str, observed: &[Observed]) -> Result<bool, TooLong> {
    let start = Instant::now();
    let found = Matcher::new(pattern::parse(text).unwrap()).unwrap().try_find(observed);
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
    found.map(|found| found.is_some())
}

#[test]
fn hostile_patterns_end_and_say_so() {
    let one = "[file:name = 'a']";
    let many = [one; 400].join(" AND ");
    assert_eq!(met(&many, &files(401)), Ok(true));
    assert_eq!(met(&many, &files(399)), Err(TooLong), "as many ways as there are orders");
    let apart = format!("({one} AND {one} AND [file:size = 2]) WITHIN 1 SECONDS");
    assert_eq!(met(&apart, &files(5_000)), Ok(false));
    assert_eq!(met(&format!("({many}) REPEATS 1000 TIMES"), &files(500)), Err(TooLong));
    assert_eq!(met(&format!("{one} REPEATS 10000 TIMES"), &files(2)), Ok(true));
    assert_eq!(met(&format!("{one} REPEATS 10000 TIMES"), &files(10_000)), Err(TooLong));
    let any = vec![one.replace("'a'", "'b'"); 20_000].join(" OR ");
    assert_eq!(met(&any, &files(2_000)), Err(TooLong));
}

#[test]
fn a_window_finds_what_lies_far_down_a_long_log() {
    let mut log = files(50_000);
    let time = |at: i64| Timestamp::from_ms(1_577_836_800_000 + at * 1000).unwrap();
    let url = json!({"type": "url", "value": "x"});
    for at in [-500, 49_999] {
        log.push(Observed::new([url.as_object().unwrap().clone()], (time(at), time(at)), 1));
    }
    let text = "([file:name = 'a'] FOLLOWEDBY [file:name = 'a'] FOLLOWEDBY [url:value = 'x']) WITHIN 2 SECONDS";
    assert_eq!(met(text, &log), Ok(true));
    let text = "([url:value = 'x'] AND [file:name = 'a'] AND [file:size = 1]) WITHIN 0.5 SECONDS";
    assert_eq!(met(text, &log), Ok(false));
}

#[test]
fn a_pattern_that_asks_for_too_much_is_refused() {
    let why = |text: String| Matcher::new(pattern::parse(&text).unwrap()).err();
    assert_eq!(why(["[a:b = 1]"; 501].join(" AND ")), Some(Unmatchable::Large));
    assert_eq!(why(["[a:b MATCHES 'x']"; 257].join(" OR ")), Some(Unmatchable::Large));
    assert_eq!(why("[a:b = 1] REPEATS 10001 TIMES".to_owned()), Some(Unmatchable::Large));
    let nested = "([a:b = 1] REPEATS 101 TIMES) REPEATS 100 TIMES".to_owned();
    assert_eq!(why(nested), Some(Unmatchable::Large));
    assert_eq!(why(["[a:b LIKE 'x']"; 5_000].join(" OR ")), None);
    let long = format!("[a:b = '{}']", "x".repeat(1 << 20));
    assert!(pattern::parse(&long).unwrap_err().why.contains("longer than any"));
}

#[test]
fn rings_of_references_are_only_references() {
    let text = include_str!("hostile.json");
    let mut objects: Vec<Object> = Vec::new();
    bundle::read(text.as_bytes(), |(_, object)| objects.extend(object)).unwrap();
    everything(&objects);
    assert_eq!(objects.len(), 4);
}
