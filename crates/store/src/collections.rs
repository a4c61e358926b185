//! TAXII collections: what is given to whom, and how strictly marked it may be.

use crate::Store;
use crate::act::{self, Act};
use crate::error::{Error, unreadable};
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::fmt;
use std::str::FromStr;
use stix::marking::Tlp;
use uuid::Uuid;

/// The id of a collection, a random UUID (version 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CollectionId(pub Uuid);

/// A collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Its id, drawn by whoever makes it.
    pub id: CollectionId,
    /// A name for it in addresses, such as `partners`.
    pub alias: Option<String>,
    /// For people.
    pub title: String,
    /// What is in it.
    pub description: Option<String>,
    /// Nothing that is marked more strictly goes in.
    pub ceiling: Tlp,
    /// Who it is for, in words.
    pub audience: String,
    /// Whether others may add to it, if their key has the right to.
    pub can_post: bool,
}

impl fmt::Display for CollectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CollectionId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::try_parse(text).map(Self)
    }
}

const COLUMNS: &str = "id, alias, title, description, ceiling, audience, can_post";

impl Store {
    /// Makes a collection.
    pub async fn add_collection(&self, act: &Act, collection: &Collection) -> Result<(), Error> {
        let mut change = self.change().await?;
        let insert = "INSERT INTO collections
            (seq, id, alias, title, description, ceiling, audience, can_post, last_us)
            SELECT coalesce(max(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7, 0 FROM collections
            WHERE true ON CONFLICT DO NOTHING";
        let insert = bound(sqlx::query(insert), collection);
        if insert.execute(&mut *change).await?.rows_affected() == 0 {
            let name = collection.alias.clone().unwrap_or_else(|| collection.id.to_string());
            return Err(Error::Taken { kind: "collection", name });
        }
        let subject = collection.id.to_string();
        act::note(&mut change, act, "collection", &subject, detail(collection)).await?;
        Ok(change.commit().await?)
    }

    /// Changes everything about a collection but its id and what is in it.
    pub async fn set_collection(&self, act: &Act, collection: &Collection) -> Result<(), Error> {
        let mut change = self.change().await?;
        let set = "UPDATE collections SET alias = $2, title = $3, description = $4, ceiling = $5,
            audience = $6, can_post = $7 WHERE id = $1";
        let set = bound(sqlx::query(set), collection);
        if set.execute(&mut *change).await?.rows_affected() == 0 {
            return Err(Error::NoCollection(collection.id));
        }
        let subject = collection.id.to_string();
        act::note(&mut change, act, "collection set", &subject, detail(collection)).await?;
        Ok(change.commit().await?)
    }

    /// All collections, in the order in which they were made.
    pub async fn collections(&self) -> Result<Vec<Collection>, Error> {
        let select = format!("SELECT {COLUMNS} FROM collections ORDER BY seq");
        let rows = sqlx::query(sqlx::AssertSqlSafe(select)).fetch_all(&self.read).await?;
        rows.iter().map(collection).collect()
    }

    /// A collection by its id or its alias.
    pub async fn collection(&self, name: &str) -> Result<Option<Collection>, Error> {
        let select = format!("SELECT {COLUMNS} FROM collections WHERE id = $1 OR alias = $2");
        let by_id = name.to_ascii_lowercase();
        let select = sqlx::query(sqlx::AssertSqlSafe(select)).bind(by_id).bind(name.to_owned());
        select.fetch_optional(&self.read).await?.as_ref().map(collection).transpose()
    }
}

/// The number that a collection has within the database, and the last time that it gave.
pub(crate) async fn number(
    connection: &mut AnyConnection,
    id: CollectionId,
) -> Result<(i64, i64), Error> {
    let select = sqlx::query("SELECT seq, last_us FROM collections WHERE id = $1");
    let row = select.bind(id.to_string()).fetch_optional(connection).await?;
    let row = row.ok_or(Error::NoCollection(id))?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

fn bound<'q>(query: Query<'q>, collection: &Collection) -> Query<'q> {
    query
        .bind(collection.id.to_string())
        .bind(collection.alias.clone())
        .bind(collection.title.clone())
        .bind(collection.description.clone())
        .bind(collection.ceiling.label())
        .bind(collection.audience.clone())
        .bind(i64::from(collection.can_post))
}

fn detail(collection: &Collection) -> serde_json::Value {
    json!({
        "alias": collection.alias, "title": collection.title,
        "description": collection.description, "ceiling": collection.ceiling.label(),
        "audience": collection.audience, "can_post": collection.can_post,
    })
}

fn collection(row: &AnyRow) -> Result<Collection, Error> {
    let (id, ceiling): (&str, &str) = (row.try_get(0)?, row.try_get(4)?);
    let ceiling = Tlp::ALL.into_iter().find(|tlp| tlp.label() == ceiling);
    Ok(Collection {
        id: id.parse().map_err(unreadable)?,
        alias: row.try_get(1)?,
        title: row.try_get(2)?,
        description: row.try_get(3)?,
        ceiling: ceiling.ok_or_else(|| unreadable("a collection's ceiling"))?,
        audience: row.try_get(5)?,
        can_post: row.try_get::<i64, _>(6)? != 0,
    })
}
