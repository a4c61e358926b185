//! Signatures as indicators: a pattern of the specification's own objects as far as it
//! has a place for a signal, and of the house's extension where it has none.

use super::Scan;
use super::finding::{Campaign, Signature};
use crate::extension::Measured;
use crate::import::pattern::{self, USER_AGENT};
use crate::import::{Draft, Maker, id_of};
use serde_json::json;
use std::collections::BTreeMap;
use stix::pattern::{Comparison, Literal, Operator, Pattern};
use stix::{Id, Timestamp};

/// A factory changes its tools in weeks: what was not seen for so long finds others.
const VALID_DAYS: i64 = 90;
const DAY_MS: i64 = 86_400_000;

/// Signals that are somebody's: a pattern of them would hand them on.
const WITHHELD: &[&str] = &["mailbox", "phone"];

const HEADER: &str = "network-traffic:extensions.'http-request-ext'.request_header.";

pub(super) fn keep(
    scan: &Scan,
    campaign: &Campaign,
    id: &Id,
    observed: &Id,
    maker: &mut Maker<'_>,
) -> Option<Id> {
    let signature = campaign.signature.as_ref()?;
    if signature.conditions.iter().any(|(kind, _)| WITHHELD.contains(&&kind[..])) {
        maker.note("signatures with a person's mailbox or number, which make no indicator");
        return None;
    }
    let pattern = pattern_of(&signature.conditions)?;
    let until = campaign.last_ms.checked_add(VALID_DAYS * DAY_MS).and_then(Timestamp::from_ms);
    let draft = Draft::new(&id_of("indicator", &["scan", &campaign.id]), scan.now)
        .set("name", format!("{}: {}", campaign.id, signature.words))
        .set("description", words(signature))
        .set("indicator_types", json!(["anomalous-activity"]))
        .set("pattern", pattern)
        .set("pattern_type", "stix")
        .at("valid_from", Timestamp::from_ms(campaign.first_ever_ms()))
        .at("valid_until", until)
        .with(&measured(signature, campaign));
    let indicator = maker.add(draft)?;
    for (verb, target) in [("indicates", id), ("based-on", observed)] {
        let draft = maker.relation(&indicator, verb, target, scan.now);
        maker.add(draft);
    }
    Some(indicator)
}

fn words(signature: &Signature) -> String {
    format!(
        "A sign-up whose {}. Of the campaign's it finds {}, of {} others {}.",
        signature.words, signature.hits, signature.background, signature.false_hits
    )
}

fn measured(signature: &Signature, campaign: &Campaign) -> Measured {
    let background = signature.background;
    let rate = (background > 0).then(|| signature.false_hits as f64 / background as f64);
    Measured {
        rule_version: Some(signature.version.to_string()),
        signups: Some(signature.hits),
        false_positive_rate: rate.map(|rate| rate.min(1.0)),
        background: Some(background),
        risk: Some(campaign.risk.clamp(0.0, 1.0)),
        first: Timestamp::from_ms(campaign.first_ms),
        last: Timestamp::from_ms(campaign.last_ms),
        ..Measured::default()
    }
}

/// All conditions: one observation for each type of object, since what stands in one
/// observation has to be true of one object.
fn pattern_of(conditions: &[(String, String)]) -> Option<String> {
    let mut by_type: BTreeMap<String, Vec<Comparison>> = BTreeMap::new();
    for (kind, value) in conditions {
        let (type_name, test) = test_of(kind, value)?;
        by_type.entry(type_name).or_default().push(test);
    }
    let mut all: Vec<Pattern> = by_type
        .into_values()
        .map(|mut tests| {
            let one = if tests.len() == 1 { tests.remove(0) } else { Comparison::And(tests) };
            Pattern::Observed(one)
        })
        .collect();
    let pattern = match all.len() {
        0 => return None,
        1 => all.remove(0),
        _ => Pattern::And(all),
    };
    Some(pattern.to_string())
}

/// A condition as a comparison, and the type of object that it is of.
fn test_of(kind: &str, value: &str) -> Option<(String, Comparison)> {
    let text = |value: &str| Literal::Text(value.to_owned());
    let (path, operator, literal) = match kind {
        "ip" | "net" | "issue_net" => {
            let type_name = if value.contains(':') { "ipv6-addr" } else { "ipv4-addr" };
            let operator = if value.contains('/') { Operator::IsSubset } else { Operator::Equal };
            match kind {
                // Where the challenge was fetched is another address than the sign-up's.
                "issue_net" => {
                    (pattern::signal("user-account", kind), Operator::Equal, text(value))
                }
                _ => (format!("{type_name}:value"), operator, text(value)),
            }
        }
        "asn" => {
            let number = value.trim_start_matches("AS").parse::<i64>().ok()?;
            ("autonomous-system:number".to_owned(), Operator::Equal, Literal::Integer(number))
        }
        "domain" => {
            ("email-addr:value".to_owned(), Operator::Like, text(&format!("%@{}", like(value))))
        }
        "agent_text" => (USER_AGENT.to_owned(), Operator::Equal, text(value)),
        "language" => (format!("{HEADER}'Accept-Language'"), Operator::Equal, text(value)),
        "referrer" => (format!("{HEADER}'Referer'"), Operator::Equal, text(value)),
        "ja4" => (pattern::signal("network-traffic", kind), Operator::Equal, text(value)),
        _ => (pattern::signal("user-account", kind), Operator::Equal, text(value)),
    };
    let type_name = path.split(':').next().unwrap_or_default().to_owned();
    Some((type_name, pattern::test(&path, operator, literal)))
}

/// In `LIKE` an underscore stands for any character: `_` as itself cannot be said, and
/// finds a little more than it should.
fn like(value: &str) -> String {
    value.replace('%', "_")
}
