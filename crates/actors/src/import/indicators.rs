//! Indicators in a table, or values one a line.

use super::make::Draft;
use super::rows::{Row, Table, VALUE};
use super::value::{Found, Kind, armed};
use super::{Maker, NotTaken, id_of};
use serde_json::json;
use stix::marking::Tlp;
use stix::{Id, Timestamp};

const TYPE: &[&str] = &["type", "indicator_type", "ioc_type", "kind"];
const FIRST: &[&str] = &["first_seen", "firstseen", "date", "valid_from"];
const LAST: &[&str] = &["last_seen", "lastseen", "valid_until"];
const COMMENT: &[&str] = &["comment", "description", "notes", "context"];

pub(super) fn read(text: &[u8], maker: &mut Maker<'_>) -> Result<(), NotTaken> {
    let table = Table::of(text);
    if table.column(VALUE).is_some() {
        table.rows(maker, |row, maker| {
            if let Err(field) = taken(row, maker) {
                maker.place.field.clone_from(&field);
                maker.place.text = row.get(&[&field]).unwrap_or(&maker.place.text).to_owned();
                maker.reject(&format!("this is no {field}"));
            }
        });
        return Ok(());
    }
    // Without a header all of it is values.
    table.all(maker, |row, maker| {
        let Some(value) = row.at(0) else { return };
        "value".clone_into(&mut maker.place.field);
        if !value.starts_with('#') {
            keep(value, None, &Said::default(), maker);
        }
    });
    Ok(())
}

/// What a row says of its value.
#[derive(Default)]
struct Said {
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    confidence: Option<u64>,
    tlp: Option<Tlp>,
    actor: Option<String>,
    campaign: Option<String>,
    comment: Option<String>,
    source: Option<String>,
}

/// `Err` names the column that cannot be read.
fn taken(row: &Row<'_>, maker: &mut Maker<'_>) -> Result<(), String> {
    let text = |names: &[&str]| row.get(names).map(str::to_owned);
    let value = row.get(VALUE).ok_or_else(|| "value".to_owned())?;
    let said = Said {
        first: row.time(FIRST)?,
        last: row.time(LAST)?,
        confidence: row.whole(&["confidence"])?,
        tlp: match row.get(&["tlp"]) {
            None => None,
            Some(label) => Some(tlp(label).ok_or_else(|| "tlp".to_owned())?),
        },
        actor: text(&["actor", "threat_actor", "intrusion_set"]),
        campaign: text(&["campaign"]),
        comment: text(COMMENT),
        source: text(&["source", "reference", "provider"]),
    };
    if said.confidence.is_some_and(|confidence| confidence > 100) {
        return Err("confidence".to_owned());
    }
    "value".clone_into(&mut maker.place.field);
    value.clone_into(&mut maker.place.text);
    keep(value, row.get(TYPE), &said, maker);
    Ok(())
}

/// A marking as it is written: `amber`, `TLP:AMBER+STRICT`, `white`.
pub(super) fn tlp(label: &str) -> Option<Tlp> {
    let label = label.trim().to_ascii_uppercase().replace([' ', '_'], "");
    let name = label.strip_prefix("TLP:").unwrap_or(&label);
    match name {
        "WHITE" => Some(Tlp::Clear),
        "AMBERSTRICT" | "AMBER-STRICT" => Some(Tlp::AmberStrict),
        _ => Tlp::ALL.into_iter().find(|tlp| tlp.label().strip_prefix("TLP:") == Some(name)),
    }
}

fn keep(value: &str, kind: Option<&str>, said: &Said, maker: &mut Maker<'_>) {
    let value = armed(value);
    let kind = match kind {
        Some(name) => Kind::parse(name, &value),
        None => Kind::of(&value),
    };
    let Some(kind) = kind else {
        maker.reject("it cannot be told what this is");
        return;
    };
    let tlp_before = maker.tlp;
    maker.tlp = said.tlp.or(tlp_before);
    kept(&Found::of(kind, &value), &value, said, maker);
    maker.tlp = tlp_before;
}

fn kept(found: &Found, value: &str, said: &Said, maker: &mut Maker<'_>) {
    let Ok(observable) = maker.found(found) else { return };
    let first = said.first.unwrap_or(maker.options.created);
    let id = id_of("indicator", &[maker.created_by.as_str(), &found.pattern]);
    if maker.has(&id) {
        maker.note("the same indicator again");
        return;
    }
    let reference = json!([{
        "source_name": said.source.as_deref().unwrap_or(&maker.options.source),
        "description": "imported as an indicator",
    }]);
    let draft = Draft::new(&id, maker.options.created)
        .set("name", value)
        .set("description", said.comment.as_deref())
        .set("indicator_types", json!(["malicious-activity"]))
        .set("pattern", &found.pattern[..])
        .set("pattern_type", "stix")
        .at("valid_from", Some(first))
        .set("confidence", json!(said.confidence))
        .set("external_references", reference);
    let Some(indicator) = maker.add(draft) else { return };
    if let Some(observable) = observable {
        observed(&indicator, &observable, first, said.last, maker);
    }
    attributed(&indicator, said, maker);
}

/// What an indicator is based on: that its observable was seen.
fn observed(
    indicator: &Id,
    observable: &Id,
    first: Timestamp,
    last: Option<Timestamp>,
    maker: &mut Maker<'_>,
) {
    let id = id_of("observed-data", &[maker.created_by.as_str(), observable.as_str()]);
    let draft = Draft::new(&id, maker.options.created)
        .at("first_observed", Some(first))
        .at("last_observed", Some(last.unwrap_or(first)))
        .set("number_observed", 1)
        .refs("object_refs", std::slice::from_ref(observable));
    if let Some(observed) = maker.add(draft) {
        maker.relate(indicator, "based-on", &observed);
    }
}

/// Whom a row says it is of.
fn attributed(indicator: &Id, said: &Said, maker: &mut Maker<'_>) {
    let actor = said.actor.as_deref().and_then(|name| named("intrusion-set", name, maker));
    let campaign = said.campaign.as_deref().and_then(|name| named("campaign", name, maker));
    for indicated in [&actor, &campaign].into_iter().flatten() {
        maker.relate(indicator, "indicates", indicated);
    }
    if let (Some(campaign), Some(actor)) = (&campaign, &actor) {
        maker.relate(campaign, "attributed-to", actor);
    }
}

/// An object of which only the name is known; or an actor of whom more is.
fn named(type_name: &str, name: &str, maker: &mut Maker<'_>) -> Option<Id> {
    let known = maker.options.actors.get(&name.to_lowercase());
    if let Some(known) = known.filter(|_| type_name == "intrusion-set") {
        return Some(known.clone());
    }
    let id = id_of(type_name, &[&name.to_lowercase()]);
    if maker.has(&id) {
        return Some(id);
    }
    maker.add(Draft::new(&id, maker.options.created).set("name", name))
}
