//! What patterns match.

use super::{ask, differ_only};
use serde_json::{Map, Value, json};
use stix::Timestamp;
use stix::pattern::{self, Matcher, Observed};

/// One or more in each bundle, as the OASIS matcher wants them.
fn observations(bundles: &Value) -> Option<Vec<Observed>> {
    let all = bundles.as_array()?.iter().map(|bundle| bundle["objects"].as_array());
    let all: Vec<&Vec<Value>> = all.collect::<Option<_>>()?;
    let data = all.iter().flat_map(|objects| {
        objects
            .iter()
            .filter(|object| object["type"] == "observed-data")
            .map(|data| (data, *objects))
    });
    data.map(|(data, objects)| observation(data, objects)).collect()
}

fn observation(data: &Value, objects: &[Value]) -> Option<Observed> {
    let time = |name: &str| data[name].as_str()?.parse::<Timestamp>().ok();
    let refs = data["object_refs"].as_array()?;
    let seen = objects.iter().filter(|object| refs.contains(&object["id"]));
    let seen: Vec<Map<String, Value>> = seen.filter_map(Value::as_object).cloned().collect();
    let times = u32::try_from(data["number_observed"].as_u64()?).ok()?;
    Some(Observed::new(seen, (time("first_observed")?, time("last_observed")?), times))
}

fn ours(text: &str, bundles: &Value) -> Option<bool> {
    let matcher = Matcher::new(pattern::parse(text).ok()?).ok()?;
    Some(matcher.is_met(&observations(bundles)?))
}

/// What they find, and what we do (none: neither, for an error), and why.
const DIFFER: &[(&str, &[&str])] = &[
    (
        "values of different types are not the same (section 9.6.1); they raise an error",
        &[
            "None Some(false) [event:bad_ts[0] = t'1996-07-11T09:17:10Z']",
            "None Some(false) [event:bad_ts[1] = t'1996-07-11T09:17:10Z']",
            "None Some(false) [event:bad_ts[2] = t'1996-07-11T09:17:10Z']",
            "None Some(false) [event:bad_ts[3] = t'1996-07-11T09:17:10Z']",
            "None Some(false) [event:bad_ts[4] = t'1996-07-11T09:17:10Z']",
            "None Some(false) [event:bad_ts[5] = t'1996-07-11T09:17:10Z']",
            "None Some(false) [test:string = t'1965-07-19T22:41:38Z']",
            "None Some(false) [test:string > t'1965-07-19T22:41:38Z']",
            "None Some(false) [test:string IN (1, 2.2, true)]",
            "None Some(false) [test:string IN (1, true)]",
            "None Some(false) [test:string IN (1.1, 2.2, true)]",
            "None Some(true) [test:string != t'1965-07-19T22:41:38Z']",
        ],
    ),
    (
        "one observation has one qualifier of a kind: their parser of patterns refuses it too",
        &[
            "Some(false) None [person:age < 20] REPEATS 2 TIMES REPEATS 3 TIMES",
            "Some(true) None [person:age < 20] REPEATS 2 TIMES REPEATS 2 TIMES",
        ],
    ),
];

#[test]
fn patterns_match_what_the_python_matcher_matches() {
    let cases: Vec<(String, Value, Option<bool>)> = ask(include_str!("matches.py"), &json!([]));
    assert!(cases.len() > 400, "their own tests were found");
    let differing = cases.into_iter().filter_map(|(text, observed, theirs)| {
        let ours = ours(&text, &observed);
        (ours != theirs).then(|| format!("{theirs:?} {ours:?} {text}"))
    });
    differ_only(&differing.collect(), DIFFER);
}
