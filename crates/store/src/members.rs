//! What is in a collection: objects go in, and are taken away again. A collection has its
//! own truth: what it gives under an id and version stays the same there, whatever the
//! store itself has under them (more of it, since parts were taken out before it left).

use crate::Store;
use crate::act::{self, Act};
use crate::collections::{self, CollectionId};
use crate::error::{Error, unreadable};
use crate::import::{self, Form, Import, Imported, Incoming, Known, Origin, spec_version};
use crate::insert::{Arguments, BATCH, Values, comes_again};
use crate::page::{self, VersionMatch};
use crate::statuses::Status;
use crate::when;
use serde_json::json;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::{BTreeSet, HashMap};
use stix::marking::Tlp;
use stix::{Id, Object};

/// What became of an object that was to go into a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is there now.
    Added,
    /// It was there.
    Already,
    /// Its id and version stand for something else there.
    Other,
    /// It is marked more strictly than the collection may hold.
    TooStrict(Tlp),
}

/// What was taken from a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Versions of the object.
    pub versions: u64,
}

impl Store {
    /// Takes in what somebody posted to a collection: into the store, as an import from
    /// `origin`, and into the collection, with the status that tells of it, in one change.
    /// What the collection refuses is not taken at all.
    pub async fn post(
        &self,
        act: &Act,
        origin: &Origin,
        collection: CollectionId,
        objects: Vec<Object>,
        status: impl FnOnce(&[Placed]) -> Status,
    ) -> Result<Imported, Error> {
        let mut change = self.change().await?;
        let mut import = Import::begin(self, &mut change, act, origin).await?;
        let mut place = Place::begin(self, &mut change, act, collection).await?;
        let mut placed = Vec::with_capacity(objects.len());
        let mut objects = objects.into_iter();
        loop {
            let batch: Vec<Incoming> = objects.by_ref().take(BATCH).map(Incoming::of).collect();
            if batch.is_empty() {
                break;
            }
            placed.extend(place.post(&mut change, &mut import, batch).await?);
        }
        place.end(&mut change).await?;
        let imported = import.end(&mut change, act, origin).await?;
        let added = placed.iter().filter(|placed| **placed == Placed::Added).count();
        if added > 0 {
            let detail = json!({"added": added, "of": placed.len()});
            act::note(&mut change, act, "post", &collection.to_string(), detail).await?;
        }
        self.keep_status(&mut change, &status(&placed)).await?;
        change.commit().await?;
        Ok(imported)
    }

    /// Takes an object from a collection: those of its versions that are asked for, all
    /// where none are. It stays in the store. None where the collection does not have it.
    pub async fn remove(
        &self,
        act: &Act,
        collection: CollectionId,
        id: &str,
        versions: &[VersionMatch],
        spec_versions: &[String],
    ) -> Result<Option<Gone>, Error> {
        let mut change = self.change().await?;
        let (number, _) = collections::number(&mut change, collection).await?;
        let mut values = Arguments::default();
        let mut where_ = format!("collection = {}", values.add(number));
        where_ += &format!(" AND id = {}", values.add(id));
        where_ += &page::versions_asked(versions, &mut values);
        if !spec_versions.is_empty() {
            let list = values.list(spec_versions.iter().map(String::as_str));
            where_ += &format!(" AND spec_version IN ({list})");
        }
        let text = format!("DELETE FROM members WHERE {where_}");
        let delete = sqlx::query_with(AssertSqlSafe(text), values.all);
        let versions = delete.execute(&mut *change).await?.rows_affected();
        if versions == 0 {
            return Ok(None);
        }
        flag(&mut change, number, &[id]).await?;
        let detail = json!({"object": id, "versions": versions});
        act::note(&mut change, act, "remove", &collection.to_string(), detail).await?;
        change.commit().await?;
        Ok(Some(Gone { versions }))
    }
}

/// Takes all versions of these objects from a collection, as part of a change. Gives how
/// many versions there were.
pub(crate) async fn clear(
    change: &mut AnyConnection,
    collection: i64,
    ids: &[&Id],
) -> Result<u64, Error> {
    let mut versions = 0;
    for batch in ids.chunks(BATCH) {
        let mut values = Arguments::default();
        let collection = values.add(collection);
        let list = values.list(batch.iter().map(|id| id.as_str()));
        let text =
            format!("DELETE FROM members WHERE collection = {collection} AND id IN ({list})");
        let delete = sqlx::query_with(AssertSqlSafe(text), values.all);
        let delete = delete.persistent(comes_again(batch.len()));
        versions += delete.execute(&mut *change).await?.rows_affected();
    }
    Ok(versions)
}

/// Objects on their way into a collection.
pub(crate) struct Place<'s> {
    store: &'s Store,
    pub(crate) collection: i64,
    ceiling: Tlp,
    at_us: i64,
    /// The last date_added that was given here.
    last_us: i64,
    /// Of the object that was added last.
    seq: i64,
}

impl<'s> Place<'s> {
    pub(crate) async fn begin(
        store: &'s Store,
        change: &mut AnyConnection,
        act: &Act,
        collection: CollectionId,
    ) -> Result<Self, Error> {
        let (number, last_us) = collections::number(change, collection).await?;
        let select = "SELECT c.ceiling, n.objects FROM collections c, numbers n WHERE c.seq = $1";
        let row = sqlx::query(select).bind(number).fetch_one(change).await?;
        let ceiling: &str = row.try_get(0)?;
        let ceiling = Tlp::ALL.into_iter().find(|tlp| tlp.label() == ceiling);
        let ceiling = ceiling.ok_or_else(|| unreadable("a collection's ceiling"))?;
        let (at_us, seq) = (when::us(act.at), row.try_get(1)?);
        Ok(Self { store, collection: number, ceiling, at_us, last_us, seq })
    }

    /// Takes at most [`BATCH`] objects into the store, then in here; but not what is
    /// refused here, so that nobody puts something else under our ids by posting it.
    async fn post(
        &mut self,
        change: &mut AnyConnection,
        import: &mut Import<'_>,
        batch: Vec<Incoming>,
    ) -> Result<Vec<Placed>, Error> {
        let known = self.store.known(change, &batch).await?;
        let mut placed = self.refused(change, &batch, &known).await?;
        let (mut free, mut known_of_free) = (Vec::new(), Vec::new());
        for ((incoming, known), refused) in batch.into_iter().zip(known).zip(&placed) {
            if refused.is_none() {
                free.push(incoming);
                known_of_free.push(known);
            }
        }
        import.take(change, &free, &known_of_free).await?;
        self.seq = import.seq;
        let within = self.take(change, &free).await?;
        import.seq = self.seq;
        for (place, within) in placed.iter_mut().filter(|place| place.is_none()).zip(within) {
            *place = Some(within);
        }
        Ok(placed.into_iter().flatten().collect())
    }

    /// Which of these cannot be here, and why.
    async fn refused(
        &self,
        change: &mut AnyConnection,
        batch: &[Incoming],
        known: &[Known],
    ) -> Result<Vec<Option<Placed>>, Error> {
        let there = self.there(change, batch).await?;
        let refused = batch.iter().zip(there).zip(known).map(|((incoming, there), known)| {
            match incoming.tlp.filter(|tlp| *tlp > self.ceiling) {
                Some(tlp) => Some(Placed::TooStrict(tlp)),
                None if there.object.is_some() && there.object != known.same => Some(Placed::Other),
                None => None,
            }
        });
        Ok(refused.collect())
    }

    /// Puts objects in.
    pub(crate) async fn take_all(
        &mut self,
        change: &mut AnyConnection,
        all: &[Incoming],
    ) -> Result<Vec<Placed>, Error> {
        let mut placed = Vec::with_capacity(all.len());
        for batch in all.chunks(BATCH) {
            placed.extend(self.take(change, batch).await?);
        }
        Ok(placed)
    }

    /// Puts at most [`BATCH`] objects in.
    async fn take(
        &mut self,
        change: &mut AnyConnection,
        batch: &[Incoming],
    ) -> Result<Vec<Placed>, Error> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let seqs = self.forms(change, batch).await?;
        let there = self.there(change, batch).await?;
        let mut placed = Vec::with_capacity(batch.len());
        let (mut rows, mut here) = (Values::new(self.store.dialect), HashMap::new());
        let mut ids: HashMap<&str, bool> = HashMap::new();
        for ((incoming, seq), there) in batch.iter().zip(seqs).zip(there) {
            let (object, spec) = (&incoming.object, spec_version(&incoming.object));
            if let Some(tlp) = incoming.tlp.filter(|tlp| *tlp > self.ceiling) {
                placed.push(Placed::TooStrict(tlp));
                continue;
            }
            let within = here.get(&(object.id(), incoming.version_us, spec)).copied();
            if let Some(other) = within.or(there.object) {
                placed.push(if other == seq { Placed::Already } else { Placed::Other });
                continue;
            }
            here.insert((object.id(), incoming.version_us, spec), seq);
            let id = object.id().as_str();
            let has_others = there.has_id || ids.contains_key(id);
            ids.insert(id, has_others);
            self.row(&mut rows, incoming, seq);
            placed.push(Placed::Added);
        }
        rows.insert(change, INTO_MEMBERS, "").await?;
        // Sorted, so that two changes take the same rows in the same order.
        let to_flag = ids.into_iter().filter(|(_, has_others)| *has_others);
        let to_flag: BTreeSet<&str> = to_flag.map(|(id, _)| id).collect();
        flag(change, self.collection, &to_flag.into_iter().collect::<Vec<_>>()).await?;
        Ok(placed)
    }

    /// A row of `members`. Each has a time of its own, a microsecond after the one before:
    /// whoever asks for what came after it misses nothing, even without `next`.
    fn row(&mut self, rows: &mut Values, incoming: &Incoming, seq: i64) {
        self.last_us = self.at_us.max(self.last_us + 1);
        let object = &incoming.object;
        rows.row().value(self.collection).value(self.last_us).value(seq);
        rows.value(object.id().as_str()).value(object.type_name());
        rows.value(incoming.version_us).value(spec_version(object));
        rows.number(1).number(1).number(1);
    }

    /// The rows of `objects` that say what `batch` says: those that are there, and new
    /// forms for the others.
    async fn forms(
        &mut self,
        change: &mut AnyConnection,
        batch: &[Incoming],
    ) -> Result<Vec<i64>, Error> {
        let known = self.store.known(change, batch).await?;
        let (mut seqs, mut rows) =
            (Vec::with_capacity(batch.len()), Values::new(self.store.dialect));
        let mut here: HashMap<_, (i64, i64)> = HashMap::new();
        for (incoming, known) in batch.iter().zip(&known) {
            let key = (incoming.object.id(), incoming.version_us);
            let before = here.get(&(key, incoming.sha256)).map(|(seq, _)| *seq);
            if let Some(seq) = known.same.or(before) {
                seqs.push(seq);
                continue;
            }
            self.seq += 1;
            // Form 0 is the store's own, which this is not.
            let forms = here.keys().filter(|(of, _)| *of == key).count() as i64;
            let number = known.form_max.unwrap_or(0) + 1 + forms;
            let form = Form { number, is_last: false };
            import::object_row(&mut rows, self.seq, incoming, self.at_us, form);
            here.insert((key, incoming.sha256), (self.seq, number));
            seqs.push(self.seq);
        }
        import::insert_objects(change, rows, batch).await?;
        Ok(seqs)
    }

    /// What the collection has of each of `batch`, in one row.
    async fn there(
        &self,
        change: &mut AnyConnection,
        batch: &[Incoming],
    ) -> Result<Vec<There>, Error> {
        let mut keys = Values::new(self.store.dialect);
        for (at, incoming) in batch.iter().enumerate() {
            keys.row().number(at).value(incoming.object.id().as_str());
            keys.value(incoming.version_us).value(spec_version(&incoming.object));
        }
        let collection = keys.argument(self.collection);
        let (rows, arguments) = keys.into_parts();
        let of = format!("m.collection = ${collection} AND m.id = k.column2");
        let line = format!(
            "concat_ws(' ', k.column1,
                CASE WHEN EXISTS (SELECT 1 FROM members m WHERE {of}) THEN 1 ELSE 0 END,
                coalesce(CAST((SELECT m.object FROM members m WHERE {of}
                    AND m.spec_version = k.column4 AND m.version_us = k.column3) AS TEXT), '-'))"
        );
        let lines = self.store.dialect.joined(&line, "\n");
        let text = format!("SELECT {lines} FROM (VALUES {rows}) AS k");
        let query = sqlx::query_with(AssertSqlSafe(text), arguments);
        let query = query.persistent(comes_again(batch.len()));
        let lines: String = query.fetch_one(change).await?.try_get(0)?;
        let mut all = vec![There::default(); batch.len()];
        for line in lines.lines() {
            let mut words = line.split(' ');
            let at = words.next().and_then(|word| word.parse::<usize>().ok());
            let there = at.and_then(|at| all.get_mut(at)).ok_or_else(|| unreadable("a member"))?;
            there.has_id = words.next() == Some("1");
            there.object = words.next().and_then(|word| word.parse().ok());
        }
        Ok(all)
    }

    pub(crate) async fn end(self, change: &mut AnyConnection) -> Result<(), Error> {
        let set = sqlx::query("UPDATE collections SET last_us = $2 WHERE seq = $1");
        set.bind(self.collection).bind(self.last_us).execute(&mut *change).await?;
        let set = sqlx::query("UPDATE numbers SET objects = $1").bind(self.seq);
        set.execute(change).await?;
        Ok(())
    }
}

const INTO_MEMBERS: &str = "INSERT INTO members (collection, added_us, object, id, type,
    version_us, spec_version, is_first, is_last, is_latest_spec)";

/// What a collection has of an incoming object.
#[derive(Clone, Default)]
struct There {
    has_id: bool,
    object: Option<i64>,
}

/// Makes the flags of these objects' versions true again.
async fn flag(change: &mut AnyConnection, collection: i64, ids: &[&str]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut values = Arguments::default();
    let number = values.add(collection);
    let list = values.list(ids.iter().copied());
    let version = |direction: &str| {
        format!(
            "CASE WHEN version_us = (SELECT m.version_us FROM members m
                WHERE m.collection = {number} AND m.id = members.id
                AND m.spec_version = members.spec_version
                ORDER BY m.version_us {direction} LIMIT 1) THEN 1 ELSE 0 END"
        )
    };
    let (first, last) = (version("ASC"), version("DESC"));
    let latest = format!(
        "CASE WHEN spec_version = (SELECT m.spec_version FROM members m
            WHERE m.collection = {number} AND m.id = members.id
            ORDER BY m.spec_version DESC LIMIT 1) THEN 1 ELSE 0 END"
    );
    let text = format!(
        "UPDATE members SET is_first = {first}, is_last = {last}, is_latest_spec = {latest}
         WHERE collection = {number} AND id IN ({list})
         AND (is_first <> {first} OR is_last <> {last} OR is_latest_spec <> {latest})"
    );
    let query = sqlx::query_with(AssertSqlSafe(text), values.all).persistent(false);
    query.execute(change).await?;
    Ok(())
}
