//! The store's own objects, as they are read: by id, by version, by type, all in a stream.

use crate::Store;
use crate::error::{Error, unreadable};
use crate::held;
use crate::insert::Arguments;
use crate::when;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use stix::{Id, Object, Timestamp};

/// Which objects are wanted; the default is all last versions.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of these types; of any where there are none.
    pub types: Vec<String>,
    /// Which of their versions.
    pub versions: Versions,
}

/// Which versions of objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// The last of each.
    #[default]
    Last,
    /// Every one.
    All,
}

/// An object, and how the store knows it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// As it came.
    pub object: Object,
    /// When it came first.
    pub added: Timestamp,
    /// Of its content, as canonical JSON.
    pub sha256: [u8; 32],
}

/// That a version came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Of which object.
    pub id: Id,
    /// Which, as it was written; none of what has none.
    pub version: Option<String>,
    /// When it came first.
    pub at: Timestamp,
}

/// Where an object came from, one of maybe several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which version of it; none of what has none.
    pub version: Option<String>,
    /// The number of the import.
    pub import_id: i64,
    /// The file, feed or key.
    pub source: String,
    /// Of what was read.
    pub sha256: String,
    /// On which terms.
    pub licence: Option<String>,
    /// How far to be trusted.
    pub grade: Option<String>,
    /// When it came from there.
    pub at: Timestamp,
    /// Who brought it.
    pub who: String,
}

/// Other content under an id and version that the store has.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// What came later, and was not taken.
    pub object: Object,
    /// The import that brought it.
    pub import_id: i64,
    /// Where that came from.
    pub source: String,
}

/// Between objects in a joined text. A control character cannot stand in JSON, not even
/// between its tokens.
const BETWEEN: &str = "\u{1e}";
/// Objects in one step of a stream: a few megabytes, so that a row costs nothing to speak
/// of and memory stays small.
const STEP: i64 = 2000;
/// Conflicts that are shown at once: a person looks at them.
const CONFLICTS_MAX: i64 = 1000;

impl Store {
    /// The last version of an object.
    pub async fn latest(&self, id: &Id) -> Result<Option<Kept>, Error> {
        let select = "SELECT text, added_us, sha256 FROM objects
            WHERE id = $1 AND form = 0 ORDER BY version_us DESC LIMIT 1";
        let row = sqlx::query(select).bind(id.as_str()).fetch_optional(&self.read).await?;
        row.as_ref().map(kept).transpose()
    }

    /// All versions of an object, the first one first.
    pub async fn versions(&self, id: &Id) -> Result<Vec<Kept>, Error> {
        let select = "SELECT text, added_us, sha256 FROM objects
            WHERE id = $1 AND form = 0 ORDER BY version_us";
        let rows = sqlx::query(select).bind(id.as_str()).fetch_all(&self.read).await?;
        rows.iter().map(kept).collect()
    }

    /// Where the versions of an object came from.
    pub async fn provenance(&self, id: &Id) -> Result<Vec<Source>, Error> {
        let select =
            "SELECT o.version, i.seq, i.source, i.sha256, i.licence, i.grade, i.at_us, i.who
            FROM objects o JOIN provenance p ON p.object = o.seq JOIN imports i ON i.seq = p.import
            WHERE o.id = $1 AND o.form = 0 ORDER BY o.version_us, i.seq";
        let rows = sqlx::query(select).bind(id.as_str()).fetch_all(&self.read).await?;
        rows.iter().map(source).collect()
    }

    /// Objects that were not taken, since their id and version stand for something else.
    pub async fn conflicts(&self) -> Result<Vec<Conflict>, Error> {
        let select = "SELECT c.text, c.import, i.source FROM conflicts c
            JOIN imports i ON i.seq = c.import ORDER BY c.import, c.id, c.version_us LIMIT $1";
        let rows = sqlx::query(select).bind(CONFLICTS_MAX).fetch_all(&self.read).await?;
        let conflict = |row: &AnyRow| {
            let (import_id, source) = (row.try_get(1)?, row.try_get(2)?);
            Ok(Conflict { object: object(row.try_get(0)?)?, import_id, source })
        };
        rows.iter().map(conflict).collect()
    }

    /// Hands every object that `filter` asks for to `take`, in the order in which they
    /// came; stops where it fails. Gives how many there were.
    pub async fn each<E: From<Error>>(
        &self,
        filter: &Filter,
        mut take: impl FnMut(Object) -> Result<(), E>,
    ) -> Result<u64, E> {
        let (mut after, mut count) = (0, 0);
        loop {
            let (last, text) = self.step(filter, after).await?;
            let Some(last) = last else { return Ok(count) };
            for text in text.split(BETWEEN) {
                take(object(text)?)?;
                count += 1;
            }
            after = last;
        }
    }

    /// The versions that came after `time`, in the order in which they came.
    pub async fn arrived_since(&self, time: Timestamp) -> Result<Vec<Arrival>, Error> {
        let select = "SELECT id, version, added_us FROM objects
            WHERE form = 0 AND added_us > $1 ORDER BY added_us, seq";
        let rows = sqlx::query(select).bind(when::us(time)).fetch_all(&self.read).await?;
        let arrival = |row: &AnyRow| {
            let (id, version) = (held::id(row.try_get(0)?)?, row.try_get(1)?);
            Ok(Arrival { id, version, at: when::time(row.try_get(2)?)? })
        };
        rows.iter().map(arrival).collect()
    }

    /// How many objects there are of each type, without their older versions.
    pub async fn counts(&self) -> Result<Vec<(String, u64)>, Error> {
        let select = "SELECT type, count(DISTINCT id) FROM objects
            WHERE form = 0 GROUP BY type ORDER BY type";
        let rows = sqlx::query(select).fetch_all(&self.read).await?;
        let count = |row: &AnyRow| {
            let count: i64 = row.try_get(1)?;
            Ok((row.try_get(0)?, count.unsigned_abs()))
        };
        rows.iter().map(count).collect()
    }

    async fn step(&self, filter: &Filter, after: i64) -> Result<(Option<i64>, String), Error> {
        let mut values = Arguments::default();
        let mut where_ = format!("form = 0 AND seq > {}", values.add(after));
        if filter.versions == Versions::Last {
            where_ += " AND is_last = 1";
        }
        if !filter.types.is_empty() {
            let list = values.list(filter.types.iter().map(String::as_str));
            where_ += &format!(" AND type IN ({list})");
        }
        let limit = values.add(STEP);
        let joined = self.dialect.joined("text", BETWEEN);
        let text = format!(
            "SELECT max(seq), {joined} FROM
                (SELECT seq, text FROM objects WHERE {where_} ORDER BY seq LIMIT {limit}) step"
        );
        let row = sqlx::query_with(AssertSqlSafe(text), values.all).fetch_one(&self.read).await?;
        Ok((row.try_get(0)?, row.try_get::<Option<String>, _>(1)?.unwrap_or_default()))
    }
}

fn kept(row: &AnyRow) -> Result<Kept, Error> {
    let sha256: Vec<u8> = row.try_get(2)?;
    Ok(Kept {
        object: object(row.try_get(0)?)?,
        added: when::time(row.try_get(1)?)?,
        sha256: sha256.try_into().map_err(|_| unreadable("a hash"))?,
    })
}

fn source(row: &AnyRow) -> Result<Source, Error> {
    Ok(Source {
        version: row.try_get(0)?,
        import_id: row.try_get(1)?,
        source: row.try_get(2)?,
        sha256: row.try_get(3)?,
        licence: row.try_get(4)?,
        grade: row.try_get(5)?,
        at: when::time(row.try_get(6)?)?,
        who: row.try_get(7)?,
    })
}

pub(crate) fn object(text: &str) -> Result<Object, Error> {
    Object::parse(text).map_err(unreadable)
}
