//! What a campaign was made with: mail domains of its own, networks that its challenges
//! were fetched from, operators that it came from.

use super::finding::Campaign;
use crate::extension::Roles;
use crate::import::value::{Found, Kind};
use crate::import::{Draft, Maker, id_of};
use serde_json::json;
use stix::{Id, Timestamp};

/// Mail providers of everyone: a factory's accounts there make them nobody's supplies.
const EVERYONES: &[&str] = &[
    "126.com",
    "163.com",
    "aol.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "libero.it",
    "live.com",
    "mail.com",
    "mail.ru",
    "naver.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "web.de",
    "yahoo.com",
    "yandex.ru",
];

/// Keeps them, and returns what of them was observed.
pub(super) fn keep(campaign: &Campaign, id: &Id, at: Timestamp, maker: &mut Maker<'_>) -> Vec<Id> {
    let mut observed = Vec::new();
    for (kind, value) in campaign.conditions() {
        let (found, supply) = match &kind[..] {
            "domain" => (Found::of(Kind::Domain, value), Some(("mail domain", "account-creator"))),
            "asn" => (Found::of(Kind::Asn, value), None),
            "issue_net" => {
                let kind = if value.contains(':') { Kind::Ipv6 } else { Kind::Ipv4 };
                (Found::of(kind, value), Some(("network that fetches challenges", "solver")))
            }
            _ => continue,
        };
        maker.place.field.clone_from(kind);
        let Ok(Some(observable)) = maker.found(&found) else { continue };
        if let Some((name, role)) = supply.filter(|_| !EVERYONES.contains(&&value[..])) {
            let infrastructure = infrastructure(name, role, value, at, maker);
            if let Some(infrastructure) = infrastructure {
                let draft = maker.relation(&infrastructure, "consists-of", &observable, at);
                maker.add(draft);
                let draft = maker.relation(id, "uses", &infrastructure, at);
                maker.add(draft);
            }
        }
        observed.push(observable);
    }
    observed
}

fn infrastructure(
    name: &str,
    role: &str,
    value: &str,
    at: Timestamp,
    maker: &mut Maker<'_>,
) -> Option<Id> {
    let id = id_of("infrastructure", &["scan", name, value]);
    if maker.has(&id) {
        return Some(id);
    }
    let draft = Draft::new(&id, at)
        .set("name", format!("{name} {value}"))
        .set("infrastructure_types", json!(["unknown"]))
        .with(&Roles(vec![role.to_owned()]));
    maker.add(draft)
}
