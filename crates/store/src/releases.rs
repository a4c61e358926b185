//! Releases: what left, to whom, by which policy and when.

use crate::Store;
use crate::act::{self, Act};
use crate::dialect::Dialect;
use crate::error::{Error, unreadable};
use crate::held;
use crate::import::{content, version_us};
use crate::insert::{BATCH, Values};
use crate::when;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::fmt::Write as _;
use stix::{Id, Object, Timestamp};

/// That something left.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who let it.
    pub who: String,
    /// Why.
    pub why: String,
    /// To whom.
    pub recipient: String,
    /// By which policy.
    pub policy: String,
}

/// An object that left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// Its id.
    pub id: Id,
    /// Its version as it was written; none of what has none.
    pub version: Option<String>,
    /// Of its content as it left, as canonical JSON, in hexadecimal digits.
    pub sha256: String,
}

impl Store {
    /// Notes that `objects` leave, as they are here; gives the release's number.
    pub async fn add_release(
        &self,
        act: &Act,
        recipient: &str,
        policy: &str,
        objects: &[Object],
    ) -> Result<i64, Error> {
        let mut change = self.change().await?;
        let left = |object| Left { object, sha256: content(object).0 };
        let left: Vec<Left<'_>> = objects.iter().map(left).collect();
        let to = To { recipient, policy };
        let seq = record(&mut change, self.dialect, act, to, &left).await?;
        change.commit().await?;
        Ok(seq)
    }

    /// Which of these the record of what left for a recipient does not have.
    pub(crate) async fn off_record<'l>(
        &self,
        change: &mut AnyConnection,
        recipient: &str,
        all: Vec<Left<'l>>,
    ) -> Result<Vec<Left<'l>>, Error> {
        let mut missing = Vec::new();
        for batch in all.chunks(BATCH) {
            let mut rows = Values::new(self.dialect);
            for (at, left) in batch.iter().enumerate() {
                rows.row().number(at).value(left.object.id().as_str());
                rows.value(version_us(left.object)).value(hex(&left.sha256));
            }
            let to = rows.argument(recipient);
            let (rows, arguments) = rows.into_parts();
            let places = self.dialect.joined("CAST(k.column1 AS TEXT)", " ");
            let text = format!(
                "SELECT {places} FROM (VALUES {rows}) AS k WHERE NOT EXISTS (SELECT 1
                    FROM released d JOIN releases r ON r.seq = d.release
                    WHERE d.id = k.column2 AND d.version_us = k.column3
                    AND d.sha256 = k.column4 AND r.recipient = ${to})"
            );
            let query = sqlx::query_with(AssertSqlSafe(text), arguments).persistent(false);
            let places: Option<String> = query.fetch_one(&mut *change).await?.try_get(0)?;
            for place in places.iter().flat_map(|places| places.split(' ')) {
                let left = place.parse().ok().and_then(|place: usize| batch.get(place));
                missing.push(*left.ok_or_else(|| unreadable("a place in a list"))?);
            }
        }
        Ok(missing)
    }

    /// The releases that follow number `after`, at most `limit`.
    pub async fn releases(&self, after: i64, limit: u32) -> Result<Vec<Release>, Error> {
        let select = "SELECT seq, at_us, who, why, recipient, policy FROM releases
            WHERE seq > $1 ORDER BY seq LIMIT $2";
        let rows = sqlx::query(select).bind(after).bind(i64::from(limit));
        rows.fetch_all(&self.read).await?.iter().map(release).collect()
    }

    /// The releases that an object left with: to whom a correction has to go.
    pub async fn releases_of(&self, id: &Id) -> Result<Vec<Release>, Error> {
        let select = "SELECT seq, at_us, who, why, recipient, policy FROM releases
            WHERE seq IN (SELECT release FROM released WHERE id = $1) ORDER BY seq";
        let rows = sqlx::query(select).bind(id.as_str()).fetch_all(&self.read).await?;
        rows.iter().map(release).collect()
    }

    /// What left with a release.
    pub async fn released(&self, release: i64) -> Result<Vec<Released>, Error> {
        let select = "SELECT id, version, sha256 FROM released
            WHERE release = $1 ORDER BY id, version_us";
        let rows = sqlx::query(select).bind(release).fetch_all(&self.read).await?;
        let released = |row: &AnyRow| {
            let (id, version) = (held::id(row.try_get(0)?)?, row.try_get(1)?);
            Ok(Released { id, version, sha256: row.try_get(2)? })
        };
        rows.iter().map(released).collect()
    }
}

/// Who something leaves for, and by which policy.
#[derive(Clone, Copy)]
pub(crate) struct To<'t> {
    pub(crate) recipient: &'t str,
    pub(crate) policy: &'t str,
}

/// Something that leaves, as it does.
#[derive(Clone, Copy)]
pub(crate) struct Left<'l> {
    pub(crate) object: &'l Object,
    pub(crate) sha256: [u8; 32],
}

/// Notes that `left` leaves, as part of a change; gives the release's number.
pub(crate) async fn record(
    change: &mut AnyConnection,
    dialect: Dialect,
    act: &Act,
    To { recipient, policy }: To<'_>,
    left: &[Left<'_>],
) -> Result<i64, Error> {
    let next = "SELECT coalesce(max(seq), 0) + 1 FROM releases";
    let seq: i64 = sqlx::query(next).fetch_one(&mut *change).await?.try_get(0)?;
    let insert = "INSERT INTO releases (seq, at_us, who, why, recipient, policy)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let insert = sqlx::query(insert).bind(seq).bind(when::us(act.at)).bind(act.who.clone());
    let insert = insert.bind(act.why.clone()).bind(recipient.to_owned());
    insert.bind(policy.to_owned()).execute(&mut *change).await?;
    for batch in left.chunks(BATCH) {
        let mut rows = Values::new(dialect);
        for Left { object, sha256 } in batch {
            let version = object.head().version().map(|version| version.to_string());
            rows.row().value(seq).value(object.id().as_str()).value(version_us(object));
            rows.value(version).value(hex(sha256));
        }
        let into = "INSERT INTO released (release, id, version_us, version, sha256)";
        rows.insert(change, into, "ON CONFLICT DO NOTHING").await?;
    }
    let detail = json!({"recipient": recipient, "policy": policy, "objects": left.len()});
    act::note(change, act, "release", &seq.to_string(), detail).await?;
    Ok(seq)
}

fn release(row: &AnyRow) -> Result<Release, Error> {
    Ok(Release {
        seq: row.try_get(0)?,
        at: when::time(row.try_get(1)?)?,
        who: row.try_get(2)?,
        why: row.try_get(3)?,
        recipient: row.try_get(4)?,
        policy: row.try_get(5)?,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a text does not fail");
        text
    })
}
