//! What a collection gives, page by page. Many objects come as one row: with a database
//! driver a row costs more than an object.

use crate::Store;
use crate::collections::CollectionId;
use crate::dialect::Dialect;
use crate::error::{Error, unreadable};
use crate::insert::Arguments;
use crate::when;
use sqlx::{AssertSqlSafe, Row};
use std::fmt;
use std::str::FromStr;
use stix::Timestamp;

/// What is asked of a collection. Fields are joined by and, values of one by or; a list
/// without values asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Only what came later than this.
    pub added_after: Option<Timestamp>,
    /// Only what follows this.
    pub cursor: Option<Cursor>,
    /// At most as many.
    pub limit: u32,
    /// Of these objects.
    pub ids: Vec<String>,
    /// Of these types.
    pub types: Vec<String>,
    /// These versions; the last of each object where none are asked for.
    pub versions: Vec<VersionMatch>,
    /// By these specifications; the latest that an object has where none are asked for.
    pub spec_versions: Vec<String>,
}

/// Which version of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionMatch {
    /// The first that the collection has.
    First,
    /// The last.
    Last,
    /// All of them.
    All,
    /// This one.
    At(Timestamp),
}

/// A place in a collection, from where a next page goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(i64);

/// Objects, as they are sent.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Their texts, with commas between them.
    pub objects: String,
    /// Where on is, what of it.
    pub span: Span,
}

/// Which part of a collection a page is.
#[derive(Clone, Debug, Default)]
pub struct Span {
    /// How many there are on the page.
    pub count: u64,
    /// When the first of them was added to the collection.
    pub first: Option<Timestamp>,
    /// And the last.
    pub last: Option<Timestamp>,
    /// From where the next page goes on; none where there is none.
    pub next: Option<Cursor>,
}

/// What a manifest tells of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Its id.
    pub id: String,
    /// When it was added to the collection.
    pub added: Timestamp,
    /// Its version, as it was written.
    pub version: String,
    /// The specification that it is written by.
    pub spec_version: String,
}

/// A page of a manifest, or of the versions of an object.
#[derive(Clone, Debug, Default)]
pub struct ManifestPage {
    /// In the order in which they were added.
    pub entries: Vec<ManifestEntry>,
    /// Where on is, what of it.
    pub span: Span,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Cursor {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        i64::from_str_radix(text, 16).map(Self)
    }
}

/// Objects are mostly below a kilobyte, but one may be as long as a POST. A page of long
/// ones ends early, since it is held in memory for each who asks; one is on it always.
const PAGE_BYTES_MAX: u32 = 64 * 1024 * 1024;
/// Bytes that are left free behind a page, for what is sent around it.
const ROOM: usize = 128;
/// The version of what has none, as it is written.
const NO_VERSION_TEXT: &str = "1970-01-01T00:00:00.000Z";

impl Store {
    /// A page of a collection's objects.
    pub async fn page(&self, collection: CollectionId, look: &Look) -> Result<Page, Error> {
        let (objects, span) = self.read_page(collection, look, "o.text", ",").await?;
        Ok(Page { objects, span })
    }

    /// The same page, of what is told of them.
    pub async fn manifest(
        &self,
        collection: CollectionId,
        look: &Look,
    ) -> Result<ManifestPage, Error> {
        let line = format!(
            "concat_ws(' ', k.added_us, coalesce(o.version, '{NO_VERSION_TEXT}'), o.spec_version, o.id)"
        );
        let (lines, span) = self.read_page(collection, look, &line, "\n").await?;
        let entries = lines.lines().map(entry).collect::<Result<_, _>>()?;
        Ok(ManifestPage { entries, span })
    }

    /// Whether a collection has any version of an object.
    pub async fn has(&self, collection: CollectionId, id: &str) -> Result<bool, Error> {
        let select = "SELECT 1 FROM members WHERE id = $2
            AND collection = (SELECT seq FROM collections WHERE id = $1) LIMIT 1";
        let select = sqlx::query(select).bind(collection.to_string()).bind(id.to_owned());
        Ok(select.fetch_optional(&self.read).await?.is_some())
    }

    /// Whether a page could be longer than one may be, by the longest object there is.
    async fn may_be_long(&self, look: &Look) -> Result<bool, Error> {
        // What is asked for most, one object, has one last version.
        if look.ids.len() == 1 && look.versions.is_empty() {
            return Ok(false);
        }
        let longest = sqlx::query("SELECT bytes_max FROM numbers");
        let longest: i64 = longest.fetch_one(&self.read).await?.try_get(0)?;
        Ok(longest.saturating_mul(i64::from(look.limit)) > i64::from(PAGE_BYTES_MAX))
    }

    async fn read_page(
        &self,
        collection: CollectionId,
        look: &Look,
        what: &str,
        between: &str,
    ) -> Result<(String, Span), Error> {
        let mut values = Arguments::default();
        let keys = keys(self.dialect, collection, look, &mut values);
        let limit = look.limit;
        let joined = self.dialect.joined("what", between);
        let (sized, fits) = match self.may_be_long(look).await? {
            true => (SIZED, format!("WHERE k.before < {PAGE_BYTES_MAX}")),
            false => ("keys", String::new()),
        };
        // One more than is sent, to know whether there are more.
        let text = format!(
            "WITH keys AS ({keys})
            SELECT count(*), (SELECT count(*) FROM keys), min(added_us), max(added_us), {joined},
                (SELECT count(*) FROM collections WHERE id = $1)
            FROM (SELECT k.added_us, {what} AS what FROM {sized} k JOIN objects o ON o.seq = k.object
                {fits} ORDER BY k.added_us LIMIT {limit}) page"
        );
        let query = sqlx::query_with(AssertSqlSafe(text), values.all);
        let row = query.fetch_one(&self.read).await?;
        if row.try_get::<i64, _>(5)? == 0 {
            return Err(Error::NoCollection(collection));
        }
        let (count, all): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let (first, last): (Option<i64>, Option<i64>) = (row.try_get(2)?, row.try_get(3)?);
        let span = Span {
            count: count.unsigned_abs(),
            first: first.map(when::time).transpose()?,
            last: last.map(when::time).transpose()?,
            next: last.filter(|_| all > count).map(Cursor),
        };
        let text: &str = row.try_get::<Option<&str>, _>(4)?.unwrap_or_default();
        let mut page = String::with_capacity(text.len() + ROOM);
        page += text;
        Ok((page, span))
    }
}

/// The places of a page, and how many bytes the objects before each have: it doubles what
/// a page costs, and is asked only where it can matter.
const SIZED: &str = "(SELECT s.added_us, s.object,
        sum(octet_length(t.text)) OVER (ORDER BY s.added_us) - octet_length(t.text) AS before
    FROM keys s JOIN objects t ON t.seq = s.object)";

/// The places of what is asked for, one more than the page has. The first value is the
/// collection's id.
fn keys(dialect: Dialect, collection: CollectionId, look: &Look, values: &mut Arguments) -> String {
    let after = look.added_after.map_or(i64::MIN, when::us);
    let after = look.cursor.map_or(after, |cursor| cursor.0.max(after));
    let collection = values.add(collection.to_string());
    let after = values.add(after);
    // Who names ids is answered by the index of ids: in the order of time, all members
    // would be looked through for a few. SQLite has to be told.
    let (order, members) = match look.ids.is_empty() {
        true => ("added_us", "members"),
        false => ("added_us + 0", dialect.members_by_id()),
    };
    let mut where_ = format!(
        "collection = (SELECT seq FROM collections WHERE id = {collection}) AND {order} > {after}"
    );
    where_ += &versions_looked_for(look, values);
    if !look.ids.is_empty() {
        let list = values.list(look.ids.iter().map(String::as_str));
        where_ += &format!(" AND id IN ({list})");
    }
    // Written out: SQLite plans by the number, and with a value it would parse and plan a
    // statement again each time, which was a third of what one object cost.
    let limit = i64::from(look.limit) + 1;
    let ordered = |where_: &str| {
        format!(
            "SELECT added_us, object FROM {members} WHERE {where_} ORDER BY {order} LIMIT {limit}"
        )
    };
    match &look.types[..] {
        [] => ordered(&where_),
        types => {
            // Each type in its own order, then the first of all: otherwise everything of
            // these types is sorted for each page.
            let mut of_type = |name: &String| {
                let name = values.add(name.as_str());
                format!("SELECT * FROM ({}) t", ordered(&format!("{where_} AND type = {name}")))
            };
            let each: Vec<String> = types.iter().map(&mut of_type).collect();
            let all = each.join(" UNION ALL ");
            format!("SELECT added_us, object FROM ({all}) types ORDER BY added_us LIMIT {limit}")
        }
    }
}

fn versions_looked_for(look: &Look, values: &mut Arguments) -> String {
    let versions = match &look.versions[..] {
        [] => " AND is_last = 1".to_owned(),
        versions => versions_asked(versions, values),
    };
    let spec_versions = match &look.spec_versions[..] {
        [] if look.ids.is_empty() => " AND is_latest_spec = 1".to_owned(),
        // Not as the index of what is shown has it: PostgreSQL would read all of that one
        // for an object, until it has counted a table that has grown.
        [] => " AND is_latest_spec + 0 = 1".to_owned(),
        asked => {
            let list = values.list(asked.iter().map(String::as_str));
            format!(" AND spec_version IN ({list})")
        }
    };
    versions + &spec_versions
}

/// The condition for these versions; nothing where none are asked for, or all are.
pub(crate) fn versions_asked(versions: &[VersionMatch], values: &mut Arguments) -> String {
    let mut any = Vec::new();
    for version in versions {
        any.push(match version {
            VersionMatch::All => return String::new(),
            VersionMatch::First => "is_first = 1".to_owned(),
            VersionMatch::Last => "is_last = 1".to_owned(),
            VersionMatch::At(time) => format!("version_us = {}", values.add(when::us(*time))),
        });
    }
    match any.is_empty() {
        true => String::new(),
        false => format!(" AND ({})", any.join(" OR ")),
    }
}

fn entry(line: &str) -> Result<ManifestEntry, Error> {
    let mut words = line.splitn(4, ' ');
    let mut next = || words.next().ok_or_else(|| unreadable("a manifest's entry"));
    let added = when::time(next()?.parse().map_err(unreadable)?)?;
    let (version, spec_version) = (next()?.to_owned(), next()?.to_owned());
    Ok(ManifestEntry { id: next()?.to_owned(), added, version, spec_version })
}
