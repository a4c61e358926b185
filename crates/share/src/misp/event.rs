//! Events: which there are, what is in each, and its tags.

use super::attribute::{Attribute, category, found};
use super::reach::Joined;
use super::report::{EventReport, name, words};
use crate::Released;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use stix::marking::{self, Tlp};
use uuid::Uuid;

/// Who publishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its id.
    pub uuid: String,
}

/// An event, as MISP reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its id: the same objects give the same.
    pub uuid: String,
    /// Its title.
    pub info: String,
    /// The day of the last change.
    pub date: String,
    /// Not said (4).
    pub threat_level_id: String,
    /// Finished (2).
    pub analysis: String,
    /// How far it may go on, from its marking.
    pub distribution: String,
    /// Ready to be taken.
    pub published: bool,
    /// When it was last changed, in seconds since 1970.
    pub timestamp: String,
    /// Who publishes it.
    #[serde(rename = "Orgc")]
    pub organisation: Organisation,
    /// Its markings, its actors, its techniques.
    #[serde(rename = "Tag")]
    pub tags: Vec<Tag>,
    /// Its values.
    #[serde(rename = "Attribute")]
    pub attributes: Vec<Attribute>,
    /// Accounts, which have more than one value.
    #[serde(rename = "Object", skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Account>,
    /// What it tells in words.
    #[serde(rename = "EventReport", skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<EventReport>,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Tag {
    /// As MISP writes it: `tlp:green`.
    pub name: String,
}

/// An account, by MISP's template `user-account`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    uuid: String,
    name: &'static str,
    #[serde(rename = "meta-category")]
    meta_category: &'static str,
    description: &'static str,
    template_uuid: &'static str,
    template_version: &'static str,
    timestamp: String,
    distribution: String,
    /// Its values.
    #[serde(rename = "Attribute")]
    pub attributes: Vec<Attribute>,
}

/// The types that an event is made for.
const HEADS: &[&str] = &["report", "grouping", "campaign"];

/// What was released as events, the last of them with what no other has.
pub fn events(released: &[Released], organisation: &Organisation) -> Vec<Event> {
    let latest = latest(released);
    let joined = Joined::of(&latest);
    let mut told = BTreeSet::new();
    let mut events = Vec::new();
    for (at, head) in latest.iter().enumerate() {
        if HEADS.contains(&head.object().type_name()) {
            let around = joined.around(at, &latest);
            events.push(event(
                head.object().id().uuid(),
                &name(head),
                &pick(&latest, &around),
                organisation,
            ));
            told.extend(around);
        }
    }
    let rest: BTreeSet<usize> = (0..latest.len()).filter(|at| !told.contains(at)).collect();
    let rest = pick(&latest, &rest);
    if rest.iter().any(|one| one.object().type_name() != "marking-definition") {
        let uuid = Uuid::new_v5(&Uuid::NAMESPACE_OID, organisation.uuid.as_bytes());
        events.push(event(uuid, "What no report or campaign tells of", &rest, organisation));
    }
    events
}

/// MISP has one version of a thing.
fn latest(released: &[Released]) -> Vec<Released> {
    let is_last = |at: &usize| {
        released.get(at + 1).is_none_or(|next| next.object().id() != released[*at].object().id())
    };
    let last = (0..released.len()).filter(is_last).map(|at| released[at].clone());
    last.filter(|one| !one.object().head().is_revoked).collect()
}

fn pick<'a>(released: &'a [Released], at: &BTreeSet<usize>) -> Vec<&'a Released> {
    at.iter().map(|at| &released[*at]).collect()
}

fn event(uuid: Uuid, info: &str, objects: &[&Released], organisation: &Organisation) -> Event {
    let changed = objects.iter().filter_map(|one| one.object().head().version()).max();
    let seconds = changed.map_or(0, |time| time.ms().div_euclid(1_000));
    let timestamp = seconds.to_string();
    let date = changed.map_or("1970-01-01".to_owned(), |time| time.to_string()[..10].to_owned());
    let tlp = objects.iter().filter_map(|one| marking::tlp(&one.object().properties())).max();
    let content = words(objects);
    let report = EventReport {
        uuid: part(uuid, "report"),
        name: format!("Relations in {info}"),
        content,
        timestamp: timestamp.clone(),
        distribution: AS_ITS_EVENT.to_owned(),
    };
    Event {
        uuid: uuid.to_string(),
        info: info.to_owned(),
        date,
        threat_level_id: "4".to_owned(),
        analysis: "2".to_owned(),
        distribution: distribution(tlp).to_owned(),
        published: true,
        organisation: organisation.clone(),
        tags: tags(objects, tlp),
        attributes: attributes(uuid, objects),
        objects: accounts(uuid, objects),
        reports: if report.content.is_empty() { Vec::new() } else { vec![report] },
        timestamp,
    }
}

/// MISP's distribution of a part that goes as far as its event.
const AS_ITS_EVENT: &str = "5";

/// MISP's distribution: 0 our organisation, 1 this community, 2 connected ones, 3 all.
fn distribution(tlp: Option<Tlp>) -> &'static str {
    match tlp {
        Some(Tlp::Clear) => "3",
        Some(Tlp::Green) => "2",
        Some(Tlp::Amber) => "1",
        Some(Tlp::AmberStrict | Tlp::Red) | None => "0",
    }
}

/// An id of a part of an event: MISP has each id once.
fn part(event: Uuid, name: &str) -> String {
    Uuid::new_v5(&event, name.as_bytes()).to_string()
}

fn tags(objects: &[&Released], tlp: Option<Tlp>) -> Vec<Tag> {
    let galaxy = |one: &&Released| {
        let called = name(one);
        Some(match one.object().type_name() {
            "intrusion-set" | "threat-actor" => format!("misp-galaxy:threat-actor=\"{called}\""),
            "tool" => format!("misp-galaxy:tool=\"{called}\""),
            "attack-pattern" => {
                let technique = technique(&one.object().properties())?;
                format!("misp-galaxy:mitre-attack-pattern=\"{called} - {technique}\"")
            }
            _ => return None,
        })
    };
    let names: BTreeSet<String> = objects.iter().filter_map(galaxy).collect();
    let tlp = tlp.map(|tlp| tlp.label().to_lowercase());
    tlp.into_iter().chain(names).map(|name| Tag { name }).collect()
}

fn technique(properties: &serde_json::Map<String, Value>) -> Option<String> {
    let references = properties.get("external_references")?.as_array()?;
    let of_attack =
        references.iter().find(|reference| reference["source_name"] == "mitre-attack")?;
    of_attack["external_id"].as_str().map(str::to_owned)
}

fn attributes(event: Uuid, objects: &[&Released]) -> Vec<Attribute> {
    let of = |one: &&Released| {
        let (comment, timestamp) = (comment(one), seconds(one));
        let found = found(one.object()).into_iter().filter(|found| !found.value.is_empty());
        let made = found.map(|found| Attribute {
            uuid: part(event, &format!("{}|{}|{}", one.object().id(), found.kind, found.value)),
            kind: found.kind.to_owned(),
            category: category(found.kind).to_owned(),
            value: found.value,
            to_ids: found.is_sought,
            comment: comment.clone(),
            timestamp: timestamp.clone(),
            distribution: AS_ITS_EVENT.to_owned(),
            object_relation: None,
        });
        made.collect::<Vec<_>>()
    };
    // MISP has one attribute of a type and value; that of an indicator, which is to be
    // looked for, stands for the observable that it is based on.
    let mut all: Vec<Attribute> = objects.iter().flat_map(of).collect();
    all.sort_by(|x, y| (&x.kind, &x.value, !x.to_ids, x).cmp(&(&y.kind, &y.value, !y.to_ids, y)));
    all.dedup_by(|x, y| (&x.kind, &x.value) == (&y.kind, &y.value));
    all
}

fn comment(one: &Released) -> String {
    let id = one.object().id();
    match one.object().type_name() {
        "indicator" => format!("{} ({id})", name(one)),
        _ => id.to_string(),
    }
}

fn seconds(one: &Released) -> String {
    let version = one.object().head().version();
    version.map_or(0, |time| time.ms().div_euclid(1_000)).to_string()
}

fn accounts(event: Uuid, objects: &[&Released]) -> Vec<Account> {
    const VALUES: [(&str, &str); 4] = [
        ("user_id", "user-id"),
        ("account_login", "username"),
        ("display_name", "display-name"),
        ("account_type", "account-type"),
    ];
    let of = |one: &&&Released| one.object().type_name() == "user-account";
    let account = |one: &&Released| {
        let properties = one.object().properties();
        let id = one.object().id();
        let values = VALUES.iter().filter_map(|(property, relation)| {
            let value = properties.get(*property)?.as_str()?;
            Some(Attribute {
                uuid: part(event, &format!("{id}|{relation}")),
                kind: "text".to_owned(),
                category: category("text").to_owned(),
                value: value.to_owned(),
                to_ids: false,
                comment: String::new(),
                timestamp: seconds(one),
                distribution: AS_ITS_EVENT.to_owned(),
                object_relation: Some((*relation).to_owned()),
            })
        });
        Account {
            uuid: part(event, id.as_str()),
            name: "user-account",
            meta_category: "misc",
            description: "An account on a platform",
            template_uuid: "49606b06-22f0-4ac8-8eee-2f12ad46f3d3",
            template_version: "6",
            timestamp: seconds(one),
            distribution: AS_ITS_EVENT.to_owned(),
            attributes: values.collect(),
        }
    };
    let accounts = objects.iter().filter(of).map(account);
    accounts.filter(|account| !account.attributes.is_empty()).collect()
}
