//! Objects come in: all of an import, or nothing of it. What is here already stays as it
//! is; other content under the same id and version is put beside it, to be looked at.

use crate::Store;
use crate::act::{self, Act};
use crate::error::{Error, unreadable};
use crate::insert::{Arguments, BATCH, Values, comes_again};
use crate::quarantine::{self, SetAside};
use crate::when::{self, NO_VERSION};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::HashMap;
use stix::marking::{self, Tlp};
use stix::{Id, Object};

/// Where objects come from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// A file's name, a feed's address, a key's name.
    pub source: String,
    /// SHA-256 of what was read, in hexadecimal digits.
    pub sha256: String,
    /// On which terms they may be used.
    pub licence: Option<String>,
    /// How far they can be trusted (Admiralty, `B2`).
    pub grade: Option<String>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Its number; that of the first time where the same came again.
    pub import_id: i64,
    /// Objects that were not here.
    pub added: u64,
    /// Objects that were.
    pub same: u64,
    /// Objects under an id and version that stands for something else here.
    pub conflicts: u64,
    /// Whether anything was written. The same from the same source, once more, writes
    /// nothing, not even to the audit log.
    pub is_news: bool,
}

/// An object on its way in.
pub(crate) struct Incoming {
    pub(crate) object: Object,
    pub(crate) version_us: i64,
    pub(crate) sha256: [u8; 32],
    /// How strictly it is marked.
    pub(crate) tlp: Option<Tlp>,
}

impl Incoming {
    pub(crate) fn of(object: Object) -> Self {
        let version_us = version_us(&object);
        let (sha256, tlp) = content(&object);
        Self { object, version_us, sha256, tlp }
    }

    fn key(&self) -> (&Id, i64) {
        (self.object.id(), self.version_us)
    }

    fn creator(&self) -> Option<&str> {
        self.object.head().created_by.as_ref().map(Id::as_str)
    }
}

/// What the store has of an incoming object.
#[derive(Clone)]
pub(crate) struct Known {
    /// Its own, of this id and version.
    pub(crate) own: Option<i64>,
    /// Any form with this very content.
    pub(crate) same: Option<i64>,
    /// The highest form that there is.
    pub(crate) form_max: Option<i64>,
    /// The last of its own versions.
    pub(crate) last_us: Option<i64>,
    /// Who made its own versions.
    pub(crate) creator: Option<String>,
}

pub(crate) fn version_us(object: &Object) -> i64 {
    object.head().version().map_or(NO_VERSION, when::us)
}

/// SHA-256 of what an object says, however it is written (RFC 8785), and how strictly it
/// is marked.
pub(crate) fn content(object: &Object) -> ([u8; 32], Option<Tlp>) {
    let properties = object.properties();
    let tlp = marking::tlp(&properties);
    let canonical = match properties.is_empty() {
        // What nests too deep to be read has no other form than its own.
        true => None,
        false => stix::canonical::text(&Value::Object(properties)),
    };
    (Sha256::digest(canonical.as_deref().unwrap_or(object.text())).into(), tlp)
}

/// The specification that an object is written by. Objects of 2.0 do not say so; neither
/// need observables of 2.1, which have no `created`.
pub(crate) fn spec_version(object: &Object) -> &str {
    let head = object.head();
    match (&head.spec_version, &head.created) {
        (Some(version), _) => version,
        (None, Some(_)) => "2.0",
        (None, None) => "2.1",
    }
}

impl Store {
    /// Takes objects in, all in one change. `progress` hears how many were read.
    pub async fn import(
        &self,
        act: &Act,
        origin: &Origin,
        objects: impl IntoIterator<Item = Object>,
        progress: impl FnMut(u64),
    ) -> Result<Imported, Error> {
        self.import_and_set_aside(act, origin, objects, &[], progress).await
    }

    /// The same, and in the same change what of the source could not be taken goes into
    /// quarantine: neither is there without the other. It does not go there again where
    /// the same comes again.
    pub async fn import_and_set_aside(
        &self,
        act: &Act,
        origin: &Origin,
        objects: impl IntoIterator<Item = Object>,
        set_aside: &[SetAside],
        mut progress: impl FnMut(u64),
    ) -> Result<Imported, Error> {
        let mut change = self.change().await?;
        let mut import = Import::begin(self, &mut change, act, origin).await?;
        let mut objects = objects.into_iter();
        loop {
            let batch: Vec<Incoming> = objects.by_ref().take(BATCH).map(Incoming::of).collect();
            if batch.is_empty() {
                break;
            }
            let known = self.known(&mut change, &batch).await?;
            import.take(&mut change, &batch, &known).await?;
            progress(import.read());
        }
        let is_new = import.is_new;
        let imported = import.end(&mut change, act, origin).await?;
        if imported.is_news {
            // What came before may bring news still: an object that was deleted since.
            if is_new && !set_aside.is_empty() {
                quarantine::put(&mut change, act, &origin.source, set_aside).await?;
            }
            change.commit().await?;
        }
        Ok(imported)
    }
}

/// An import under way.
pub(crate) struct Import<'s> {
    store: &'s Store,
    at_us: i64,
    number: i64,
    is_new: bool,
    /// Of the object that was added last.
    pub(crate) seq: i64,
    written: u64,
    added: u64,
    same: u64,
    conflicts: u64,
}

impl<'s> Import<'s> {
    pub(crate) async fn begin(
        store: &'s Store,
        change: &mut AnyConnection,
        act: &Act,
        origin: &Origin,
    ) -> Result<Self, Error> {
        let numbers = sqlx::query("SELECT objects, imports FROM numbers");
        let numbers = numbers.fetch_one(&mut *change).await?;
        let before = "SELECT seq FROM imports WHERE source = $1 AND sha256 = $2";
        let before = sqlx::query(before).bind(origin.source.clone()).bind(origin.sha256.clone());
        let before = before.fetch_optional(&mut *change).await?;
        let number = match &before {
            Some(row) => row.try_get(0)?,
            None => numbers.try_get::<i64, _>(1)? + 1,
        };
        let (is_new, at_us) = (before.is_none(), when::us(act.at));
        if is_new {
            let insert = "INSERT INTO imports (seq, source, sha256, licence, grade, at_us, who)
                VALUES ($1, $2, $3, $4, $5, $6, $7)";
            sqlx::query(insert)
                .bind(number)
                .bind(origin.source.clone())
                .bind(origin.sha256.clone())
                .bind(origin.licence.clone())
                .bind(origin.grade.clone())
                .bind(at_us)
                .bind(act.who.clone())
                .execute(&mut *change)
                .await?;
        }
        let seq = numbers.try_get(0)?;
        let counts = (0, 0, 0, 0);
        let (written, added, same, conflicts) = counts;
        Ok(Self { store, at_us, number, is_new, seq, written, added, same, conflicts })
    }

    fn read(&self) -> u64 {
        self.added + self.same + self.conflicts
    }

    /// Takes at most [`BATCH`] objects, given what is known of each.
    pub(crate) async fn take(
        &mut self,
        change: &mut AnyConnection,
        batch: &[Incoming],
        known: &[Known],
    ) -> Result<(), Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut here: HashMap<(&Id, i64), (i64, [u8; 32])> = HashMap::new();
        let mut creators: HashMap<&Id, &str> = HashMap::new();
        let (mut new, mut provenance, mut conflicts) =
            (Vec::new(), Vec::new(), Values::new(self.store.dialect));
        for (incoming, known) in batch.iter().zip(known) {
            let own = match (here.get(&incoming.key()), known.own) {
                (Some((seq, sha256)), _) => Some((*seq, *sha256 == incoming.sha256)),
                (None, own) => own.map(|seq| (seq, known.same == Some(seq))),
            };
            // Only who made an object makes versions of it; of what nobody is known to have
            // made, whoever says that they did.
            let by = creators.get(incoming.object.id()).copied().or(known.creator.as_deref());
            let is_foreign = by.is_some() && by != incoming.creator();
            match own {
                None if !is_foreign => {
                    if let Some(by) = incoming.creator() {
                        creators.insert(incoming.object.id(), by);
                    }
                    let one = self.numbered(incoming, known);
                    here.insert(incoming.key(), (one.seq, incoming.sha256));
                    provenance.push(one.seq);
                    new.push(one);
                    self.added += 1;
                }
                Some((seq, true)) => {
                    provenance.push(seq);
                    self.same += 1;
                }
                None | Some(_) => {
                    conflicts.row().value(self.number).value(incoming.object.id().as_str());
                    conflicts.value(incoming.version_us).value(incoming.sha256.to_vec());
                    conflicts.value(incoming.object.text());
                    self.conflicts += 1;
                }
            }
        }
        self.add(change, &new, batch).await?;
        self.written += new.len() as u64;
        self.prove(change, provenance).await?;
        let into = "INSERT INTO conflicts (import, id, version_us, sha256, text)";
        self.written += conflicts.insert(change, into, "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }

    fn numbered<'b>(&mut self, incoming: &'b Incoming, known: &Known) -> New<'b> {
        let last_us = known.last_us;
        if let Some(seq) = known.same {
            return New { seq, incoming, last_us, is_form: true };
        }
        self.seq += 1;
        New { seq: self.seq, incoming, last_us, is_form: false }
    }

    /// Adds what is new, and keeps true which version of an object is its last.
    async fn add(
        &self,
        change: &mut AnyConnection,
        new: &[New<'_>],
        batch: &[Incoming],
    ) -> Result<(), Error> {
        let mut last: HashMap<&Id, i64> = HashMap::new();
        for one in new {
            let known = one.last_us.unwrap_or(one.incoming.version_us);
            let last_us = last.entry(one.incoming.object.id()).or_insert(known);
            *last_us = (*last_us).max(one.incoming.version_us);
        }
        let is_last = |one: &&New<'_>| last[one.incoming.object.id()] == one.incoming.version_us;
        let overtakes = |one: &&New<'_>| one.last_us.is_some() && is_last(one);
        let overtaken = new.iter().filter(overtakes).map(|one| one.incoming.object.id().as_str());
        overtake(change, overtaken.collect()).await?;
        let mut rows = Values::new(self.store.dialect);
        for one in new {
            let is_last = is_last(&one);
            if one.is_form {
                let own = "UPDATE objects SET form = 0, is_last = $2, added_us = $3 WHERE seq = $1";
                let own = sqlx::query(own).bind(one.seq).bind(i64::from(is_last));
                own.bind(self.at_us).execute(&mut *change).await?;
            } else {
                let form = Form { number: 0, is_last };
                object_row(&mut rows, one.seq, one.incoming, self.at_us, form);
            }
        }
        insert_objects(change, rows, batch).await
    }

    async fn prove(
        &mut self,
        change: &mut AnyConnection,
        mut objects: Vec<i64>,
    ) -> Result<(), Error> {
        objects.sort_unstable();
        objects.dedup();
        let mut rows = Values::new(self.store.dialect);
        for seq in objects {
            rows.row().value(seq).value(self.number);
        }
        let into = "INSERT INTO provenance (object, import)";
        self.written += rows.insert(change, into, "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }

    /// Notes the import, where it wrote anything.
    pub(crate) async fn end(
        self,
        change: &mut AnyConnection,
        act: &Act,
        origin: &Origin,
    ) -> Result<Imported, Error> {
        let is_news = self.is_new || self.written > 0;
        let imported = Imported {
            import_id: self.number,
            added: self.added,
            same: self.same,
            conflicts: self.conflicts,
            is_news,
        };
        if !is_news {
            return Ok(imported);
        }
        let numbers = "UPDATE numbers SET objects = $1,
            imports = CASE WHEN imports < $2 THEN $2 ELSE imports END";
        let numbers = sqlx::query(numbers).bind(self.seq).bind(self.number);
        numbers.execute(&mut *change).await?;
        let detail = json!({
            "import": self.number, "sha256": origin.sha256, "licence": origin.licence,
            "grade": origin.grade, "added": self.added, "same": self.same,
            "conflicts": self.conflicts,
        });
        act::note(change, act, "import", &origin.source, detail).await?;
        Ok(imported)
    }
}

/// An object that the store does not have.
struct New<'b> {
    seq: i64,
    incoming: &'b Incoming,
    /// The last of the versions that it has.
    last_us: Option<i64>,
    /// It was given out before it was taken in: the row is there, and becomes our own.
    is_form: bool,
}

/// What was the last version of these objects is so no longer.
async fn overtake(change: &mut AnyConnection, ids: Vec<&str>) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut values = Arguments::default();
    let list = values.list(ids);
    let text =
        format!("UPDATE objects SET is_last = 0 WHERE is_last = 1 AND form = 0 AND id IN ({list})");
    sqlx::query_with(AssertSqlSafe(text), values.all).persistent(false).execute(change).await?;
    Ok(())
}

const INTO_OBJECTS: &str = "INSERT INTO objects
    (seq, id, version_us, form, is_last, type, version, spec_version, creator, added_us, sha256, text)";

/// Which form of an object a row is.
pub(crate) struct Form {
    pub(crate) number: i64,
    pub(crate) is_last: bool,
}

/// Puts rows of objects in, and keeps how long the longest is.
pub(crate) async fn insert_objects(
    change: &mut AnyConnection,
    rows: Values,
    batch: &[Incoming],
) -> Result<(), Error> {
    if rows.insert(change, INTO_OBJECTS, "").await? == 0 {
        return Ok(());
    }
    let longest = batch.iter().map(|incoming| incoming.object.text().len() as i64).max();
    let set = "UPDATE numbers SET bytes_max = $1 WHERE bytes_max < $1";
    sqlx::query(set).bind(longest.unwrap_or(0)).execute(change).await?;
    Ok(())
}

pub(crate) fn object_row(rows: &mut Values, seq: i64, incoming: &Incoming, at_us: i64, form: Form) {
    let object = &incoming.object;
    rows.row().value(seq).value(object.id().as_str()).value(incoming.version_us);
    rows.value(form.number).value(i64::from(form.is_last)).value(object.type_name());
    rows.value(object.head().version().map(|version| version.to_string()));
    rows.value(spec_version(object)).value(incoming.creator().map(str::to_owned)).value(at_us);
    rows.value(incoming.sha256.to_vec()).value(object.text());
}

impl Store {
    /// What is here of each of `batch`, in one row.
    pub(crate) async fn known(
        &self,
        change: &mut AnyConnection,
        batch: &[Incoming],
    ) -> Result<Vec<Known>, Error> {
        let mut keys = Values::new(self.dialect);
        for (at, incoming) in batch.iter().enumerate() {
            keys.row().number(at).value(incoming.object.id().as_str());
            keys.value(incoming.version_us).value(incoming.sha256.to_vec());
        }
        let (rows, arguments) = keys.into_parts();
        let one = |what: &str, of: &str| {
            format!(
                "coalesce(CAST((SELECT {what} FROM objects o WHERE o.id = k.column2 AND {of}) AS TEXT), '-')"
            )
        };
        let own = one("o.seq", "o.version_us = k.column3 AND o.form = 0");
        let same = one("min(o.seq)", "o.version_us = k.column3 AND o.sha256 = k.column4");
        let form = one("max(o.form)", "o.version_us = k.column3");
        let last = one("max(o.version_us)", "o.form = 0");
        let creator = one("max(o.creator)", "o.form = 0");
        let line = format!("concat_ws(' ', k.column1, {own}, {same}, {form}, {last}, {creator})");
        let lines = self.dialect.joined(&line, "\n");
        let text = format!("SELECT {lines} FROM (VALUES {rows}) AS k");
        let query = sqlx::query_with(AssertSqlSafe(text), arguments);
        let query = query.persistent(comes_again(batch.len()));
        let lines: String = query.fetch_one(change).await?.try_get(0)?;
        let mut all = vec![None; batch.len()];
        for line in lines.lines() {
            let (at, known) = known_of(line).ok_or_else(|| unreadable("what is known"))?;
            *all.get_mut(at).ok_or_else(|| unreadable("what is known"))? = Some(known);
        }
        all.into_iter().map(|known| known.ok_or_else(|| unreadable("what is known"))).collect()
    }
}

fn known_of(line: &str) -> Option<(usize, Known)> {
    let mut words = line.split(' ');
    let at = words.next()?.parse().ok()?;
    let mut next = || words.next().map(|word| word.parse().ok());
    let (own, same, form_max, last_us) = (next()?, next()?, next()?, next()?);
    let creator = words.next().filter(|word| *word != "-").map(str::to_owned);
    Some((at, Known { own, same, form_max, last_us, creator }))
}
