//! MISP galaxies: clusters of one type, each with an id of its own. They come as files,
//! and inside of events.

use super::fields::Fields;
use super::make::{Draft, Place};
use super::{Maker, NotTaken, id_of};
use crate::estimate::Likelihood;
use crate::extension::Statement;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use stix::{Id, Timestamp};
use uuid::Uuid;

/// What a galaxy's clusters are in STIX; none of what STIX has no object for.
pub(super) fn type_of(galaxy: &str) -> Option<&'static str> {
    Some(match galaxy {
        "threat-actor" => "threat-actor",
        "microsoft-activity-group"
        | "mitre-intrusion-set"
        | "mitre-enterprise-attack-intrusion-set"
        | "360net-threat-actor" => "intrusion-set",
        "mitre-attack-pattern"
        | "mitre-fraud-framework"
        | "mitre-enterprise-attack-attack-pattern" => "attack-pattern",
        "tool" | "mitre-tool" | "mitre-enterprise-attack-tool" => "tool",
        "mitre-malware" | "malpedia" | "ransomware" | "stealer" | "rat" | "botnet" | "banker"
        | "backdoor" | "android" | "exploit-kit" => "malware",
        "mitre-course-of-action" | "preventive-measure" => "course-of-action",
        _ => return None,
    })
}

/// A galaxy's file.
pub(super) fn read(text: &[u8], maker: &mut Maker<'_>) -> Result<(), NotTaken> {
    let galaxy: Map<String, Value> =
        serde_json::from_slice(text).map_err(|why| NotTaken::json("values", &why))?;
    let galaxy = Fields(galaxy);
    let broken = |field: &str, why: &str| NotTaken::Broken {
        line: 1,
        field: field.to_owned(),
        why: why.to_owned(),
    };
    let name = galaxy.text("type").ok_or_else(|| broken("type", "the galaxy has no type"))?;
    let type_name = type_of(&name)
        .ok_or_else(|| broken("type", &format!("STIX has no object for clusters of {name}")))?;
    let Some(Value::Array(values)) = galaxy.0.get("values") else {
        return Err(broken("values", "this is no list"));
    };
    let known: BTreeMap<Uuid, Id> = values
        .iter()
        .filter_map(|value| {
            let uuid = Uuid::try_parse(value.get("uuid")?.as_str()?).ok()?;
            Some((uuid, Id::new(type_name, uuid).ok()?))
        })
        .collect();
    for (at, value) in values.iter().enumerate() {
        maker.place = place(at, value);
        let Some(fields) = value.as_object().map(|fields| Fields(fields.clone())) else {
            maker.reject("this is no cluster");
            continue;
        };
        let cluster = Cluster { galaxy: &name, type_name, fields: &fields };
        let at = maker.options.created;
        if let Some(id) = cluster.keep(at, maker) {
            maker.note("clusters");
            cluster.relate(&id, &known, maker);
        }
    }
    Ok(())
}

fn place(at: usize, value: &Value) -> Place {
    let name = value.get("value").and_then(Value::as_str).unwrap_or_default();
    Place { line: at as u64 + 1, field: "values".to_owned(), text: name.to_owned() }
}

/// One cluster, and what it is one of.
pub(super) struct Cluster<'c> {
    pub(super) galaxy: &'c str,
    pub(super) type_name: &'static str,
    pub(super) fields: &'c Fields,
}

impl Cluster<'_> {
    /// Keeps it by its own id.
    pub(super) fn keep(&self, at: Timestamp, maker: &mut Maker<'_>) -> Option<Id> {
        let Some(uuid) = self.fields.uuid("uuid") else {
            "uuid".clone_into(&mut maker.place.field);
            maker.reject("there is no UUID of RFC 4122");
            return None;
        };
        let id = Id::new(self.type_name, uuid).ok()?;
        let meta = self.meta();
        let mut aliases = meta.texts("synonyms");
        aliases.retain(|alias| !alias.is_empty());
        // What MITRE publishes itself, under these very ids, is theirs to make.
        let draft = match self.galaxy.starts_with("mitre-") {
            true => Draft::stand_in(&id),
            false => Draft::new(&id, at),
        };
        let mut draft = draft
            .set("name", self.fields.text("value"))
            .set("description", self.fields.text("description"))
            .set("external_references", self.references(&meta, uuid))
            .set("labels", json!(self.labels(&meta)));
        draft = match self.type_name {
            "course-of-action" => draft,
            _ => draft.set("aliases", json!(aliases)),
        };
        if matches!(self.type_name, "attack-pattern" | "tool" | "malware") {
            draft = draft.set("kill_chain_phases", phases(&meta.texts("kill_chain")));
        }
        if self.type_name == "malware" {
            draft = draft.set("is_family", true);
        }
        maker.add(draft)
    }

    /// In a galaxy's file what is said of a cluster stands in `meta` as it is; in an event
    /// every value of it is a list.
    fn meta(&self) -> Fields {
        let meta = self.fields.inner("meta").or_else(|| {
            let elements = self.fields.list("GalaxyElement");
            let mut all: Map<String, Value> = Map::new();
            for element in elements {
                let (Some(key), Some(value)) = (element.text("key"), element.text("value")) else {
                    continue;
                };
                if let Value::Array(list) = all.entry(key).or_insert_with(|| json!([])) {
                    list.push(Value::String(value));
                }
            }
            (!all.is_empty()).then_some(Fields(all))
        });
        meta.unwrap_or_default()
    }

    /// Keeps it once, however often events are tagged with it.
    pub(super) fn keep_within(&self, at: Timestamp, maker: &mut Maker<'_>) -> Option<Id> {
        let id = self.fields.uuid("uuid").and_then(|uuid| Id::new(self.type_name, uuid).ok());
        match id.filter(|id| maker.has(id)) {
            Some(id) => Some(id),
            None => self.keep(at, maker),
        }
    }

    fn references(&self, meta: &Fields, uuid: Uuid) -> Value {
        let galaxy = format!("misp-galaxy:{}", self.galaxy);
        let mut references =
            vec![json!({ "source_name": galaxy, "external_id": uuid.to_string() })];
        let urls = meta.texts("refs");
        for external in meta.texts("external_id") {
            let source =
                if self.galaxy == "mitre-fraud-framework" { "mitre-f3" } else { "mitre-attack" };
            references.push(json!({ "source_name": source, "external_id": external }));
        }
        let is_url = |url: &&String| url.starts_with("http") && !url.contains(char::is_whitespace);
        for url in urls.iter().filter(is_url) {
            references.push(json!({ "source_name": galaxy, "url": url }));
        }
        for related in self.fields.list("related") {
            // Of what stands in another galaxy only the id is known, and not its type.
            if let Some(other) = related.text("dest-uuid") {
                let verb = related.text("type").unwrap_or_else(|| "related".to_owned());
                let (description, galaxy) = (format!("{verb} to this cluster"), "misp-galaxy");
                references.push(json!({
                    "source_name": galaxy, "external_id": other, "description": description,
                }));
            }
        }
        Value::Array(references)
    }

    fn labels(&self, meta: &Fields) -> Vec<String> {
        let mut labels = vec![format!("misp-galaxy:{}", self.galaxy)];
        for name in ["microsoft-origin-threat", "sector", "cfr-type-of-incident"] {
            labels.extend(meta.texts(name).into_iter().filter(|text| !text.is_empty()));
        }
        labels.dedup();
        labels
    }

    /// Ties it to its country, and to clusters of the same file.
    fn relate(&self, id: &Id, known: &BTreeMap<Uuid, Id>, maker: &mut Maker<'_>) {
        let country_code = self.meta().text("country").filter(|code| code.len() == 2);
        if let Some(location) = country_code.and_then(|code| country(&code, maker)) {
            let verb = match self.type_name {
                "intrusion-set" => "originates-from",
                "threat-actor" => "located-at",
                _ => "related-to",
            };
            maker.relate(id, verb, &location);
        }
        for related in self.fields.list("related") {
            let target = related.uuid("dest-uuid").and_then(|uuid| known.get(&uuid));
            let (Some(target), Some(verb)) = (target, related.text("type")) else {
                maker.note("relations to clusters of other galaxies, kept as references");
                continue;
            };
            let likelihood = related.texts("tags").iter().find_map(|tag| likelihood(tag));
            let draft = maker.relation(id, "related-to", target, maker.options.created);
            let draft = draft.set("description", verb);
            maker.add(match likelihood {
                None => draft,
                some => draft.with(&Statement { likelihood: some, ..Statement::default() }),
            });
        }
    }
}

/// Words of ICD 203 in a tag such as `estimative-language:likelihood-probability="likely"`.
fn likelihood(tag: &str) -> Option<Likelihood> {
    let word = tag.strip_prefix("estimative-language:likelihood-probability=")?;
    serde_json::from_value(json!(word.trim_matches('"'))).ok()
}

/// `chain:phase`, or `chain:platform:phase`.
fn phases(texts: &[String]) -> Value {
    let phase = |text: &String| {
        let (chain, rest) = text.split_once(':')?;
        let phase = rest.rsplit_once(':').map_or(rest, |(_, phase)| phase);
        Some(json!({ "kill_chain_name": chain, "phase_name": phase }))
    };
    Value::Array(texts.iter().filter_map(phase).collect())
}

/// A country, by ISO 3166-1.
pub(super) fn country(code: &str, maker: &mut Maker<'_>) -> Option<Id> {
    let code = code.to_ascii_uppercase();
    let id = id_of("location", &[&code]);
    if maker.has(&id) {
        return Some(id);
    }
    maker.add(Draft::new(&id, maker.options.created).set("country", code))
}
