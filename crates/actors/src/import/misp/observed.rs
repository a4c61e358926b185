//! That something was observed: the observables, the indicator that looks for them, and
//! who saw them.

use super::attribute::{Said, version};
use super::event::{Event, identity};
use crate::import::fields::Fields;
use crate::import::make::Draft;
use crate::import::value::{Found, Kind};
use crate::import::{Maker, id_of, pattern};
use serde_json::json;
use stix::pattern::{Comparison, Literal, Operator, Pattern};
use stix::{Id, Timestamp};

/// What was observed, and what finds it.
pub(super) struct Seen {
    pub(super) pattern: String,
    pub(super) observables: Vec<Id>,
}

/// Keeps what an attribute or object became.
pub(super) fn keep(
    seen: &Seen,
    name: &str,
    fields: &Fields,
    said: &Said,
    event: &mut Event,
    maker: &mut Maker<'_>,
) {
    let observed = match seen.observables.is_empty() {
        true => None,
        false => {
            let draft = said
                .draft("observed-data")
                .at("first_observed", Some(said.first))
                .at("last_observed", Some(said.last))
                .set("number_observed", 1)
                .refs("object_refs", &seen.observables);
            maker.add(draft)
        }
    };
    let is_for_detection =
        fields.is("to_ids") || fields.list("Attribute").iter().any(|inner| inner.is("to_ids"));
    let indicator = match is_for_detection && !seen.pattern.is_empty() {
        true => indicator(&seen.pattern, "stix", name, fields, said, maker),
        false => None,
    };
    if let (Some(indicator), Some(observed)) = (&indicator, &observed) {
        relate(indicator, "based-on", observed, said, maker);
    }
    let Some(made) = observed.as_ref().or(indicator.as_ref()) else { return };
    event.made.insert(said.uuid, made.clone());
    tagged(indicator.as_ref(), made, said, maker);
    sightings(indicator.as_ref().unwrap_or(made), fields, said.at, maker);
}

/// Ties what was made to the clusters that it was tagged with.
fn tagged(indicator: Option<&Id>, made: &Id, said: &Said, maker: &mut Maker<'_>) {
    for cluster in &said.clusters {
        match indicator {
            Some(indicator) if cluster.type_name() != "course-of-action" => {
                relate(indicator, "indicates", cluster, said, maker);
            }
            _ => relate(made, "related-to", cluster, said, maker),
        }
    }
}

/// A relationship of the time of what it is of.
fn relate(source: &Id, verb: &str, target: &Id, said: &Said, maker: &mut Maker<'_>) {
    let draft = maker.relation(source, verb, target, said.at);
    let draft = if said.is_deleted { draft.set("revoked", true) } else { draft };
    maker.add(draft);
}

/// A rule in another language than STIX has.
pub(super) fn rule(
    text: &str,
    language: &str,
    fields: &Fields,
    said: &Said,
    maker: &mut Maker<'_>,
) {
    indicator(text, language, &format!("{language} rule"), fields, said, maker);
}

fn indicator(
    pattern: &str,
    language: &str,
    name: &str,
    fields: &Fields,
    said: &Said,
    maker: &mut Maker<'_>,
) -> Option<Id> {
    let expired = fields.list("Sighting").into_iter().find(|seen| is_of(seen, "2"));
    let until = expired.and_then(|seen| seen.time("date_sighting"));
    let draft = said
        .draft("indicator")
        .set("name", name)
        .set("description", said.comment.as_deref())
        .set("pattern", pattern)
        .set("pattern_type", language)
        .at("valid_from", Some(said.first))
        .at("valid_until", until.filter(|until| *until > said.first));
    maker.add(draft)
}

fn is_of(sighting: &Fields, kind: &str) -> bool {
    sighting.text("type").as_deref().unwrap_or("0") == kind
}

/// That others saw it, or say that it is harmless.
fn sightings(of: &Id, fields: &Fields, at: Timestamp, maker: &mut Maker<'_>) {
    for sighting in fields.list("Sighting") {
        let at = sighting.time("date_sighting").unwrap_or(at);
        let place = sighting.inner("Organisation").and_then(|it| identity(&it, maker));
        let uuid = sighting
            .uuid("uuid")
            .unwrap_or_else(|| id_of("sighting", &[of.as_str(), &at.to_string()]).uuid());
        if is_of(&sighting, "0") {
            let id = Id::new("sighting", uuid).expect("sighting is a type");
            let draft = Draft::new(&id, at)
                .set("sighting_of_ref", json!(of))
                .refs("where_sighted_refs", place.as_slice())
                .at("first_seen", Some(at))
                .at("last_seen", Some(at))
                .set("count", 1)
                .set("description", sighting.text("source"));
            maker.add(draft);
        } else if is_of(&sighting, "1") {
            let id = Id::new("opinion", uuid).expect("opinion is a type");
            let draft = Draft::new(&id, at)
                .set("opinion", "strongly-disagree")
                .set("explanation", "seen as a false positive")
                .refs("object_refs", std::slice::from_ref(of));
            maker.add(draft);
        }
    }
}

/// A domain and the address that it resolves to.
pub(super) fn resolved(domain: &str, ip: &str, maker: &mut Maker<'_>) -> Option<Seen> {
    let (domain, ip) = (domain.trim(), ip.trim());
    let name = maker.found(&Found::of(Kind::Domain, domain)).ok()??;
    let address = maker.found(&Found::of(version(ip), ip)).ok()??;
    maker.relate(&name, "resolves-to", &address);
    let tests = [("domain-name:value", domain), ("domain-name:resolves_to_refs[*].value", ip)];
    Some(Seen { pattern: pattern::all(&tests), observables: vec![name, address] })
}

/// An address and a port at one end of a connection.
pub(super) fn connected(ip: &str, port: &str, end: &str, maker: &mut Maker<'_>) -> Option<Seen> {
    let Ok(number) = port.trim().parse::<u16>() else {
        maker.reject("this is no port");
        return None;
    };
    let kind = version(ip);
    let address = maker.found(&Found::of(kind, ip)).ok()??;
    // Of the protocols only the one is known that the address belongs to.
    let protocol = if kind == Kind::Ipv6 { "ipv6" } else { "ipv4" };
    let traffic = maker.observable(
        "network-traffic",
        json!({
            format!("{end}_ref"): address,
            format!("{end}_port"): number,
            "protocols": [protocol],
        }),
    )?;
    let port = Literal::Integer(i64::from(number));
    let comparison = Comparison::And(vec![
        pattern::equal(&format!("network-traffic:{end}_ref.value"), ip),
        pattern::test(&format!("network-traffic:{end}_port"), Operator::Equal, port),
    ]);
    let pattern = Pattern::Observed(comparison).to_string();
    Some(Seen { pattern, observables: vec![address, traffic] })
}
