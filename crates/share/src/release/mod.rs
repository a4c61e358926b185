//! The one place that decides what may leave, for whom, and in which form: markings,
//! licences, holds, seals and personal data. What it makes is the only type that
//! anything in this crate sends or writes.

mod gate;
mod personal;
mod pseudonym;
mod redact;
mod references;

pub use gate::Why;
pub use pseudonym::{KEY_BYTES, Key, Kind, NotAKey};

use references::{Fate, Outcome};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use stix::marking::Tlp;
use stix::schema::{self, Class};
use stix::{Id, Object, Timestamp, validate};

/// What may leave, for whom.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whom it is for, in words.
    pub audience: String,
    /// The strictest marking that the audience may see.
    pub tlp: Tlp,
    /// What an object without a marking counts as.
    pub unmarked: Tlp,
    /// Licences under which what came from others may go on.
    pub licences: Vec<String>,
    /// What becomes of personal data.
    pub personal: Personal,
    /// Who we are: what others made and marked as for everyone is out already, and its
    /// texts leave as they were published.
    pub creator: Option<Id>,
    /// Whether network addresses may leave.
    pub addresses: Addresses,
    /// Whether the objects of markings go along with what they mark.
    pub markings: Markings,
    /// What pseudonyms and the ids of changed objects are made with.
    pub key: Key,
}

/// What becomes of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    /// Pseudonyms stand in its place.
    Hidden,
    /// It leaves as it is: for those who may have it.
    Clear,
}

/// Whether network addresses leave. They are what infrastructure is found by, so that
/// they do unless the policy says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// They do.
    Released,
    /// They do not.
    Withheld,
}

/// Whether the objects of markings go along. The specification advises against it; some
/// recipients take markings off that they are not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markings {
    /// Their ids alone.
    Referenced,
    /// The objects too.
    Included,
}

/// Licences under which what came from others may go on, unless a policy says otherwise.
pub const LICENCES: &[&str] =
    &["CC0-1.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "Apache-2.0", "MIT", "public"];

/// Something that might leave.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// A version of an object.
    pub object: Object,
    /// Under what it came from others; of what is ours there is nothing.
    pub licences: Vec<String>,
    /// Why it is held, if it is.
    pub hold: Option<String>,
}

/// Something that may leave. Only [`release`] makes it.
#[derive(Clone, Debug)]
pub struct Released {
    object: Object,
    of: Id,
    version: Option<Timestamp>,
    is_changed: bool,
}

impl Released {
    /// As it leaves.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// What it was made of.
    pub fn of(&self) -> &Id {
        &self.of
    }

    /// The version of that.
    pub fn version(&self) -> Option<Timestamp> {
        self.version
    }

    /// Whether it leaves otherwise than it was.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// The hash of what leaves, in hexadecimal digits.
    pub fn sha256(&self) -> String {
        let digest = Sha256::digest(self.object.text().as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Something that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// What.
    pub id: Id,
    /// Why.
    #[serde(flatten)]
    pub why: Why,
}

/// What leaves and what stays, each by id, older versions first.
#[derive(Clone, Debug, Default)]
pub struct Release {
    /// What leaves.
    pub released: Vec<Released>,
    /// What stays; an id once.
    pub withheld: Vec<Withheld>,
}

/// Decides what of `candidates` may leave under `policy`.
///
/// What is changed on the way (personal data, parts that stay, references to what stays)
/// gets another id, everywhere alike: only who made an object makes versions of it, and
/// two audiences must not be told two things under one id. The latest version of an
/// object decides for all of them: what was marked stricter since does not leave in an
/// older form either.
pub fn release(candidates: &[Candidate], policy: &Policy) -> Release {
    let statements = gate::statements(candidates);
    let mut drafts: Vec<Draft<'_>> = candidates.iter().map(Draft::of).collect();
    drafts.sort_by_key(|draft| (draft.of.id(), draft.of.head().version()));
    let mut shut: BTreeMap<Id, Why> = BTreeMap::new();
    for draft in &drafts {
        let why = gate::why(draft.candidate, &draft.properties, policy, &statements);
        // In order of their versions: the latest is the last to speak.
        match why {
            Some(why) => shut.insert(draft.of.id().clone(), why),
            None => shut.remove(draft.of.id()),
        };
    }
    for draft in &mut drafts {
        draft.is_changed = redact::redact(&mut draft.properties, policy);
    }
    shut_what_depends(&mut drafts, &mut shut);
    drafts.retain(|draft| !shut.contains_key(draft.of.id()));
    drafts.retain(|draft| {
        policy.markings == Markings::Included || draft.of.type_name() != "marking-definition"
    });
    rename(&mut drafts, policy);
    let mut released: Vec<Released> = drafts.into_iter().filter_map(Draft::finish).collect();
    if policy.markings == Markings::Included {
        add_markings(&mut released);
    }
    let withheld = shut.into_iter().map(|(id, why)| Withheld { id, why }).collect();
    Release { released, withheld }
}

/// An object on its way.
struct Draft<'a> {
    candidate: &'a Candidate,
    of: &'a Object,
    properties: Map<String, Value>,
    is_changed: bool,
}

impl<'a> Draft<'a> {
    fn of(candidate: &'a Candidate) -> Self {
        let of = &candidate.object;
        Self { candidate, of, properties: of.properties(), is_changed: false }
    }

    /// What is not changed leaves as it came, to the letter.
    fn finish(self) -> Option<Released> {
        let object = match self.is_changed {
            true => Object::from_properties(&self.properties).ok()?,
            false => self.of.clone(),
        };
        let (of, version) = (self.of.id().clone(), self.of.head().version());
        Some(Released { object, of, version, is_changed: self.is_changed })
    }
}

/// What tells of something that stays, stays; until nothing more does.
fn shut_what_depends(drafts: &mut [Draft<'_>], shut: &mut BTreeMap<Id, Why>) {
    loop {
        let before = shut.len();
        let mut more = Vec::new();
        for draft in drafts.iter_mut().filter(|draft| !shut.contains_key(draft.of.id())) {
            let mut why = None;
            let outcome = references::decide(&mut draft.properties, &|id| match shut.get(id) {
                Some(_) => Fate::Gone,
                None => Fate::Kept,
            });
            draft.is_changed |= outcome.is_changed;
            if outcome.is_broken {
                why = about(draft.of, shut);
            } else if draft.is_changed {
                why = incomplete(draft);
            }
            more.extend(why.map(|why| (draft.of.id().clone(), why)));
        }
        shut.extend(more);
        if shut.len() == before {
            return;
        }
    }
}

/// What of what stays an object tells of and cannot do without.
fn about(object: &Object, shut: &BTreeMap<Id, Why>) -> Option<Why> {
    let found = std::cell::RefCell::new(Vec::new());
    references::decide(&mut object.properties(), &|id| {
        if shut.contains_key(id) {
            found.borrow_mut().push(id.to_owned());
        }
        Fate::Kept
    });
    let found = found.into_inner();
    let breaks = |is_gone: &dyn Fn(&str) -> bool| {
        let fate = |id: &str| if is_gone(id) { Fate::Gone } else { Fate::Kept };
        references::decide(&mut object.properties(), &fate).is_broken
    };
    // It breaks alone; or, the last of a list, it would have held the object together.
    let is_needed = |one: &&String| {
        let is_shut = |id: &str| shut.contains_key(id) && id != one.as_str();
        breaks(&|id| id == one.as_str()) || !breaks(&is_shut)
    };
    let id = found.iter().find(is_needed).or(found.first())?;
    Some(Why::About { id: id.clone() })
}

/// What would be wrong with a changed object that was not wrong before.
fn incomplete(draft: &Draft<'_>) -> Option<Why> {
    let errors = |found: Vec<validate::Finding>| {
        let errors = found.into_iter().filter(|f| f.severity == validate::Severity::Error);
        errors.map(|finding| (finding.path, finding.rule, finding.message)).collect::<BTreeSet<_>>()
    };
    // An observable whose value changed has another id; it gets it later.
    let before = errors(validate::object(draft.of));
    let mut after = errors(validate::properties(&draft.properties));
    after.retain(|(path, ..)| path != "id");
    let (path, _, message) = after.difference(&before).next()?.clone();
    let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
    Some(Why::Incomplete { finding: format!("{at}{message}") })
}

/// Gives what is changed, and what refers to that, another id.
fn rename(drafts: &mut [Draft<'_>], policy: &Policy) {
    let mut changed: BTreeSet<Id> = BTreeSet::new();
    loop {
        let before = changed.len();
        for draft in drafts.iter_mut() {
            let refers =
                |id: &str| if changed.contains(id) { Fate::To(id.to_owned()) } else { Fate::Kept };
            let outcome = references::decide(&mut draft.properties, &refers);
            draft.is_changed |= outcome != Outcome::default();
            // All versions of an object change their id, or none does.
            if draft.is_changed || changed.contains(draft.of.id()) {
                draft.is_changed = true;
                changed.insert(draft.of.id().clone());
            }
        }
        if changed.len() == before {
            break;
        }
    }
    let ids = new_ids(drafts, policy);
    for draft in drafts.iter_mut().filter(|draft| draft.is_changed) {
        refer(&mut draft.properties, &ids);
        if let Some(id) = ids.get(draft.of.id()) {
            draft.properties.insert("id".to_owned(), Value::String(id.to_string()));
        }
    }
}

fn refer(properties: &mut Map<String, Value>, ids: &BTreeMap<Id, Id>) {
    references::decide(properties, &|id| match ids.get(id) {
        Some(other) => Fate::To(other.to_string()),
        None => Fate::Kept,
    });
}

/// Observables whose ids follow from those of others are as deep as this: traffic within
/// traffic, a message's sender.
const ID_PASSES_MAX: usize = 8;

/// The ids of what is changed. That of an observable follows from what it is now, so
/// that partners who hold the key come to the same; others follow from the id that they
/// had, in a way that does not lead back.
fn new_ids(drafts: &[Draft<'_>], policy: &Policy) -> BTreeMap<Id, Id> {
    let mut ids = BTreeMap::new();
    for _ in 0..ID_PASSES_MAX {
        let changed = drafts.iter().filter(|draft| draft.is_changed);
        let next = changed.filter_map(|draft| {
            let mut properties = draft.properties.clone();
            refer(&mut properties, &ids);
            Some((draft.of.id().clone(), new_id(draft.of.id(), &properties, policy)?))
        });
        let next: BTreeMap<Id, Id> = next.collect();
        if next == ids {
            break;
        }
        ids = next;
    }
    ids
}

fn new_id(id: &Id, properties: &Map<String, Value>, policy: &Policy) -> Option<Id> {
    let type_name = id.type_name();
    let is_observable =
        schema::of(type_name).is_some_and(|schema| schema.class == Class::Observable);
    let by_value = is_observable.then(|| Id::of_observable(type_name, properties)).flatten();
    let name = || format!("{}|{}|{id}", policy.audience, policy.tlp.label());
    by_value.or_else(|| Id::new(type_name, policy.key.uuid(&name())).ok())
}

/// The TLP markings that what leaves refers to, unless they are there.
fn add_markings(released: &mut Vec<Released>) {
    let has = |id: &Id| released.iter().any(|r| r.object.id() == id);
    let texts = || released.iter().map(|r| r.object.text());
    let is_cited = |id: &Id| texts().any(|text| text.contains(id.as_str()));
    let missing = Tlp::ALL.into_iter().filter(|tlp| is_cited(&tlp.id()) && !has(&tlp.id()));
    let missing: Vec<Released> = missing
        .map(|tlp| Released {
            object: tlp.object(),
            of: tlp.id(),
            version: None,
            is_changed: false,
        })
        .collect();
    released.splice(0..0, missing);
}
