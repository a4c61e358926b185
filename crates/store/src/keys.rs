//! API keys: of each the hash of its token, and what it may do in which collection. A
//! token is 256 random bits, so that its plain hash says nothing about it.

use crate::Store;
use crate::act::{self, Act};
use crate::collections::{self, CollectionId};
use crate::error::{Error, unreadable};
use crate::scope::Scope;
use crate::when;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::fmt;
use stix::Timestamp;

/// SHA-256 of a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash(pub [u8; 32]);

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash")
    }
}

/// Requests in a minute, at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub u32);

/// What a key may do in a collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Right {
    /// Read it.
    pub can_read: bool,
    /// Add to it, and with `can_read` take from it.
    pub can_write: bool,
}

/// What a key may do; collections that are not named are as if they were not there.
pub type Rights = Vec<(CollectionId, Right)>;

/// A key, as it is made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its name.
    pub name: String,
    /// Of its token.
    pub sha256: KeyHash,
    /// Its own limit.
    pub rate: Option<Rate>,
    /// What it may do beside collections.
    pub scopes: Vec<Scope>,
    /// When it opens nothing any more.
    pub expires: Option<Timestamp>,
}

impl NewKey {
    /// One that may do nothing beside collections.
    pub fn of(name: impl Into<String>, sha256: KeyHash) -> Self {
        Self { name: name.into(), sha256, rate: None, scopes: Vec::new(), expires: None }
    }
}

/// A key.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name, which is also its user for Basic authentication.
    pub name: String,
    /// Of its token.
    pub sha256: KeyHash,
    /// Its own limit; the server's where there is none.
    pub rate: Option<Rate>,
    /// When it was made.
    pub made: Timestamp,
    /// Since when it opens nothing.
    pub revoked: Option<Timestamp>,
    /// What it may do in collections.
    pub rights: Rights,
    /// What it may do beside them.
    pub scopes: Vec<Scope>,
    /// When it opens nothing any more.
    pub expires: Option<Timestamp>,
}

impl Key {
    /// Whether it opens anything at a time.
    pub fn opens_at(&self, time: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|expires| time < expires)
    }
}

const COLUMNS: &str = "name, sha256, requests_per_minute, made_us, revoked_us, scopes, expires_us";

impl Store {
    /// Makes a key, which may do nothing yet.
    pub async fn add_key(&self, act: &Act, key: NewKey) -> Result<(), Error> {
        let NewKey { name, sha256, rate, scopes, expires } = key;
        let scopes = scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
        let mut change = self.change().await?;
        let insert = "INSERT INTO keys
            (name, sha256, requests_per_minute, made_us, scopes, expires_us)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert).bind(name.clone()).bind(sha256.0.to_vec());
        let insert = insert.bind(rate.map(|rate| i64::from(rate.0))).bind(when::us(act.at));
        let insert = insert.bind(scopes.clone()).bind(expires.map(when::us));
        if insert.execute(&mut *change).await?.rows_affected() == 0 {
            return Err(Error::Taken { kind: "key", name });
        }
        let detail = json!({
            "requests_per_minute": rate.map(|rate| rate.0), "scopes": scopes,
            "expires": expires.map(|expires| expires.to_string()),
        });
        act::note(&mut change, act, "key", &name, detail).await?;
        Ok(change.commit().await?)
    }

    /// Gives a key a right in a collection, in place of what it had there.
    pub async fn set_right(
        &self,
        act: &Act,
        name: &str,
        collection: CollectionId,
        right: Right,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        let (number, _) = collections::number(&mut change, collection).await?;
        let key = sqlx::query("SELECT name FROM keys WHERE name = $1").bind(name.to_owned());
        if key.fetch_optional(&mut *change).await?.is_none() {
            return Err(Error::Missing { kind: "key", name: name.to_owned() });
        }
        let set = "INSERT INTO rights (key, collection, can_read, can_write)
            VALUES ($1, $2, $3, $4) ON CONFLICT (key, collection)
            DO UPDATE SET can_read = excluded.can_read, can_write = excluded.can_write";
        let set = sqlx::query(set).bind(name.to_owned()).bind(number);
        let set = set.bind(i64::from(right.can_read)).bind(i64::from(right.can_write));
        set.execute(&mut *change).await?;
        let detail = json!({
            "collection": collection.to_string(), "read": right.can_read, "write": right.can_write,
        });
        act::note(&mut change, act, "key right", name, detail).await?;
        Ok(change.commit().await?)
    }

    /// Makes a key open nothing from now on.
    pub async fn revoke_key(&self, act: &Act, name: &str) -> Result<(), Error> {
        let mut change = self.change().await?;
        let set = "UPDATE keys SET revoked_us = $2 WHERE name = $1 AND revoked_us IS NULL";
        let set = sqlx::query(set).bind(name.to_owned()).bind(when::us(act.at));
        if set.execute(&mut *change).await?.rows_affected() == 0 {
            return Err(Error::Missing { kind: "key in use", name: name.to_owned() });
        }
        act::note(&mut change, act, "key revoke", name, json!({})).await?;
        Ok(change.commit().await?)
    }

    /// All keys, those that were revoked too, by name.
    pub async fn keys(&self) -> Result<Vec<Key>, Error> {
        let select = format!("SELECT {COLUMNS} FROM keys ORDER BY name");
        let mut connection = self.read.acquire().await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(select)).fetch_all(&mut *connection).await?;
        let mut keys = Vec::with_capacity(rows.len());
        for row in &rows {
            keys.push(key(&mut connection, row).await?);
        }
        Ok(keys)
    }

    /// The key whose token has this hash.
    pub async fn key(&self, sha256: KeyHash) -> Result<Option<Key>, Error> {
        let select = format!("SELECT {COLUMNS} FROM keys WHERE sha256 = $1");
        let mut connection = self.read.acquire().await?;
        let row = sqlx::query(sqlx::AssertSqlSafe(select)).bind(sha256.0.to_vec());
        match row.fetch_optional(&mut *connection).await? {
            Some(row) => key(&mut connection, &row).await.map(Some),
            None => Ok(None),
        }
    }
}

async fn key(connection: &mut AnyConnection, row: &AnyRow) -> Result<Key, Error> {
    let name: String = row.try_get(0)?;
    let select = "SELECT c.id, r.can_read, r.can_write FROM rights r
        JOIN collections c ON c.seq = r.collection WHERE r.key = $1 ORDER BY r.collection";
    let rights = sqlx::query(select).bind(name.clone()).fetch_all(connection).await?;
    let sha256: Vec<u8> = row.try_get(1)?;
    let revoked: Option<i64> = row.try_get(4)?;
    Ok(Key {
        name,
        sha256: KeyHash(sha256.try_into().map_err(|_| unreadable("a key's hash"))?),
        rate: row.try_get::<Option<i64>, _>(2)?.and_then(|rate| rate.try_into().ok().map(Rate)),
        made: when::time(row.try_get(3)?)?,
        revoked: revoked.map(when::time).transpose()?,
        rights: rights.iter().map(right).collect::<Result<_, _>>()?,
        scopes: scopes(row.try_get(5)?)?,
        expires: row.try_get::<Option<i64>, _>(6)?.map(when::time).transpose()?,
    })
}

fn scopes(text: &str) -> Result<Vec<Scope>, Error> {
    let named = |name: &str| Scope::ALL.into_iter().find(|scope| scope.name() == name);
    let scope = |name| named(name).ok_or_else(|| unreadable("a key's scope"));
    text.split_whitespace().map(scope).collect()
}

fn right(row: &AnyRow) -> Result<(CollectionId, Right), Error> {
    let is = |at: usize| Ok::<_, Error>(row.try_get::<i64, _>(at)? != 0);
    let id: &str = row.try_get(0)?;
    Ok((id.parse().map_err(unreadable)?, Right { can_read: is(1)?, can_write: is(2)? }))
}
