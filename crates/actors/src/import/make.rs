//! How objects are made: each is valid before it is kept, and what cannot be is told of
//! with its place in the text.

use super::{Options, Rejected, Taken};
use crate::act;
use crate::extension::{self, Part};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use stix::marking::Tlp;
use stix::validate::{self, Severity};
use stix::{Id, Object, Timestamp};

/// An object that is being made.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    properties: Map<String, Value>,
    is_stand_in: bool,
}

/// When objects were made that stand in for those of a catalogue: before anything that it
/// published, so that the real ones take their place wherever they are known.
const BEFORE_ALL: &str = "2018-01-01T00:00:00.000Z";

impl Draft {
    /// With this id, made and changed at `at`.
    pub(crate) fn new(id: &Id, at: Timestamp) -> Self {
        let properties = Map::from_iter([
            ("type".to_owned(), json!(id.type_name())),
            ("spec_version".to_owned(), json!("2.1")),
            ("id".to_owned(), json!(id)),
            ("created".to_owned(), time(at)),
            ("modified".to_owned(), time(at)),
        ]);
        Self { properties, is_stand_in: false }
    }

    /// An object that is another's to make, under the id that they gave it: made before
    /// theirs, and by nobody, so that theirs is a version of it.
    pub(crate) fn stand_in(id: &Id) -> Self {
        let at: Timestamp = BEFORE_ALL.parse().expect("it is a time");
        Self { is_stand_in: true, ..Self::new(id, at) }
    }

    /// Sets a property; an empty text or list, and null, are not set.
    pub(crate) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !is_empty {
            self.properties.insert(name.to_owned(), value);
        }
        self
    }

    /// Sets a property that is a time, with three digits.
    pub(crate) fn at(self, name: &str, at: Option<Timestamp>) -> Self {
        self.set(name, at.map_or(Value::Null, time))
    }

    /// Sets a property of ids.
    pub(crate) fn refs(self, name: &str, ids: &[Id]) -> Self {
        self.set(name, json!(ids))
    }

    /// Marks it.
    pub(crate) fn marked(self, tlp: Option<Tlp>) -> Self {
        self.set("object_marking_refs", tlp.map_or(Value::Null, |tlp| json!([tlp.id()])))
    }

    /// Adds a part of the house's own extension.
    pub(crate) fn with<P: Part>(mut self, part: &P) -> Self {
        let value = serde_json::to_value(part).expect("a part is JSON");
        let extensions =
            self.properties.entry("extensions").or_insert_with(|| json!({ extension::ID: {} }));
        let ours = &mut extensions[extension::ID];
        ours["extension_type"] = json!("property-extension");
        match (P::PROPERTY, value) {
            (Some(name), value) => ours[name] = value,
            (None, Value::Object(values)) => {
                values.into_iter().for_each(|(name, value)| ours[name] = value);
            }
            (None, _) => {}
        }
        self
    }

    /// Of properties that are written already.
    pub(crate) fn of(object: &Object) -> Self {
        Self { properties: object.properties(), is_stand_in: false }
    }

    fn sets(&self, name: &str) -> bool {
        self.properties.contains_key(name)
    }
}

/// A time as objects carry it; written to the millisecond.
pub(crate) fn time(at: Timestamp) -> Value {
    Value::String(Timestamp::from_ms(at.ms()).unwrap_or(at).to_string())
}

/// Where in the text something stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// Line or record, from 1.
    pub(crate) line: u64,
    /// Which part of it.
    pub(crate) field: String,
    /// What stands there.
    pub(crate) text: String,
}

/// Makes objects, each once.
pub(crate) struct Maker<'o> {
    /// What whoever imports says.
    pub(crate) options: &'o Options,
    /// Where the text is being read.
    pub(crate) place: Place,
    /// Who made what is made, where the text says so.
    pub(crate) created_by: Id,
    /// How what the text does not mark may be handled.
    pub(crate) tlp: Option<Tlp>,
    objects: Vec<Object>,
    made: HashMap<Id, usize>,
    versions: HashMap<(Id, Option<Timestamp>), usize>,
    used: Option<Vec<Id>>,
    uses_extension: bool,
    rejected: Vec<Rejected>,
    notes: BTreeMap<String, u64>,
}

impl<'o> Maker<'o> {
    pub(crate) fn new(options: &'o Options) -> Self {
        Self {
            options,
            place: Place::default(),
            created_by: options.created_by.clone(),
            tlp: options.tlp,
            objects: Vec::new(),
            made: HashMap::new(),
            versions: HashMap::new(),
            used: None,
            uses_extension: false,
            rejected: Vec::new(),
            notes: BTreeMap::new(),
        }
    }

    /// Keeps an object; none where it would not be valid.
    pub(crate) fn add(&mut self, draft: Draft) -> Option<Id> {
        let mut draft = draft;
        if !draft.is_stand_in && !draft.sets("created_by_ref") {
            draft = draft.set("created_by_ref", json!(self.created_by));
        }
        if !draft.sets("object_marking_refs") {
            let tlp = self.tlp;
            draft = draft.marked(tlp);
        }
        if !draft.sets("confidence") {
            draft = draft.set("confidence", json!(self.options.confidence));
        }
        self.keep(&draft.properties)
    }

    /// Keeps a version of an object, of which there may be several with one id.
    pub(crate) fn add_version(&mut self, draft: Draft) -> Option<Id> {
        let id: Id = draft.properties.get("id")?.as_str()?.parse().ok()?;
        let Some(first) = self.made.get(&id).copied() else { return self.add(draft) };
        let before = self.objects[first].head().clone();
        // What came before stands aside, so that what follows is looked at by itself.
        self.made.remove(&id);
        let kept = self.add(draft);
        self.made.insert(id.clone(), first);
        kept?;
        let version = self.objects.last()?;
        let same = self.versions.entry((id.clone(), version.head().modified)).or_insert(first);
        let is_again = version.head().modified == before.modified || *same != first;
        if !is_again {
            *same = self.objects.len() - 1;
            return Some(id);
        }
        let (version, known) = (self.objects.pop()?, &self.objects[*same]);
        match version.text() == known.text() {
            true => self.note("the same again"),
            false => self.reject("it was said already, of the same time, and differently"),
        }
        None
    }

    /// Keeps an observable with these properties; none where it would not be valid. Two
    /// that are the same thing are one.
    pub(crate) fn observable(&mut self, type_name: &str, properties: Value) -> Option<Id> {
        let Value::Object(mut properties) = properties else { return None };
        properties.retain(|_, value| !value.is_null());
        let Some(id) = Id::of_observable(type_name, &properties) else {
            self.reject("it has nothing that says what it is");
            return None;
        };
        properties.insert("type".to_owned(), json!(type_name));
        properties.insert("spec_version".to_owned(), json!("2.1"));
        properties.insert("id".to_owned(), json!(id));
        if let Some(tlp) = self.tlp.filter(|_| !self.made.contains_key(&id)) {
            properties.insert("object_marking_refs".to_owned(), json!([tlp.id()]));
        }
        if self.made.contains_key(&id) {
            self.use_of(&id);
            return Some(id);
        }
        self.keep(&properties)
    }

    /// Keeps a relationship; its id follows from its ends, its verb and who says it.
    pub(crate) fn relate(&mut self, source: &Id, verb: &str, target: &Id) -> Option<Id> {
        let id = act::relationship_id(source, verb, target, &self.created_by);
        if self.has(&id) {
            self.use_of(&id);
            return Some(id);
        }
        self.add(self.relation(source, verb, target, self.options.created))
    }

    /// A relationship to be kept.
    pub(crate) fn relation(&self, source: &Id, verb: &str, target: &Id, at: Timestamp) -> Draft {
        let id = act::relationship_id(source, verb, target, &self.created_by);
        Draft::new(&id, at)
            .set("relationship_type", verb)
            .set("source_ref", json!(source))
            .set("target_ref", json!(target))
    }

    fn keep(&mut self, properties: &Map<String, Value>) -> Option<Id> {
        let findings = validate::properties(properties);
        if let Some(error) = findings.into_iter().find(|found| found.severity == Severity::Error) {
            let path = if error.path.is_empty() { error.rule } else { &error.path };
            self.reject(&format!("{path}: {}", error.message));
            return None;
        }
        let object = match Object::from_properties(properties) {
            Ok(object) => object,
            Err(why) => {
                self.reject(&why.to_string());
                return None;
            }
        };
        let id = object.id().clone();
        match self.made.get(&id) {
            None => {
                self.uses_extension |= object.text().contains(extension::ID);
                self.made.insert(id.clone(), self.objects.len());
                self.objects.push(object);
            }
            Some(at) if self.objects[*at].text() == object.text() => {}
            Some(_) if is_shared(&id) => {}
            Some(_) => {
                self.reject(&format!("{id} stands for something else already"));
                return None;
            }
        }
        self.use_of(&id);
        Some(id)
    }

    fn use_of(&mut self, id: &Id) {
        if let Some(used) = &mut self.used {
            used.push(id.clone());
        }
    }

    /// Records from here on what is made, or was and is made again.
    pub(crate) fn record(&mut self) {
        self.used = Some(Vec::new());
    }

    /// What was recorded, each once.
    pub(crate) fn recorded(&mut self) -> Vec<Id> {
        let mut seen = HashSet::new();
        let used = self.used.take().unwrap_or_default();
        used.into_iter().filter(|id| seen.insert(id.clone())).collect()
    }

    /// Whether an object with this id was made.
    pub(crate) fn has(&self, id: &Id) -> bool {
        self.made.contains_key(id)
    }

    /// Tells of what stands at the place.
    pub(crate) fn reject(&mut self, why: &str) {
        let Place { line, field, text } = &self.place;
        let (field, text) = (field.clone(), shown(text));
        self.rejected.push(Rejected { line: *line, field, why: why.to_owned(), text });
    }

    /// Counts something that is worth knowing.
    pub(crate) fn note(&mut self, words: &str) {
        *self.notes.entry(words.to_owned()).or_default() += 1;
    }

    /// All versions of an object were made when the first was.
    fn date_versions(&mut self) {
        let mut first: BTreeMap<Id, Timestamp> = BTreeMap::new();
        let several: HashSet<Id> = self.versions.keys().map(|(id, _)| id.clone()).collect();
        let is_one = |object: &Object| several.contains(object.id());
        for object in self.objects.iter().filter(|object| is_one(object)) {
            let Some(at) = object.head().modified else { continue };
            let first = first.entry(object.id().clone()).or_insert(at);
            *first = at.min(*first);
        }
        for object in &mut self.objects {
            let Some(at) = first.get(object.id()) else { continue };
            let mut properties = object.properties();
            properties.insert("created".to_owned(), time(*at));
            if let Ok(dated) = Object::from_properties(&properties) {
                *object = dated;
            }
        }
    }

    /// What was made; with what defines the extension, where something uses it.
    pub(crate) fn finish(mut self) -> Taken {
        self.date_versions();
        if self.uses_extension {
            self.objects.splice(0..0, [extension::identity(), extension::definition()]);
        }
        Taken { objects: self.objects, rejected: self.rejected, notes: self.notes }
    }
}

/// Whether several records may speak of it, each in its own words: the first is kept.
fn is_shared(id: &Id) -> bool {
    let uuid_version = id.uuid().get_version_num();
    let is_ours = uuid_version == 5;
    is_ours && !matches!(id.type_name(), "indicator" | "observed-data" | "report" | "grouping")
}

/// Longer values are cut where they are shown.
const SHOWN_MAX: usize = 120;

/// `text` on one line.
pub(crate) fn shown(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
