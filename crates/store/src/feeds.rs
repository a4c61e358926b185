//! Feeds: how far each collection of somebody else's was read, so that the next run goes
//! on from there.

use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::when;
use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;
use stix::Timestamp;

/// A collection at somebody else's server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Feed {
    /// Of its API root.
    pub url: String,
    /// Its id there.
    pub collection: String,
}

/// How far it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedState {
    /// What to ask for next: as their server wrote it, since digits would be lost.
    pub added_after: Option<String>,
    /// When it was last read.
    pub run: Timestamp,
    /// What came of it, in words.
    pub outcome: String,
}

impl Store {
    /// How far a feed was read; none where it never was.
    pub async fn feed(&self, feed: &Feed) -> Result<Option<FeedState>, Error> {
        let select = "SELECT added_after, run_us, outcome FROM feeds
            WHERE url = $1 AND collection = $2";
        let select = sqlx::query(select).bind(feed.url.clone()).bind(feed.collection.clone());
        select.fetch_optional(&self.read).await?.map(|row| state(&row, 0)).transpose()
    }

    /// All feeds that were read.
    pub async fn feeds(&self) -> Result<Vec<(Feed, FeedState)>, Error> {
        let select = "SELECT url, collection, added_after, run_us, outcome FROM feeds
            ORDER BY url, collection";
        let rows = sqlx::query(select).fetch_all(&self.read).await?;
        let feed = |row: &AnyRow| {
            let feed = Feed { url: row.try_get(0)?, collection: row.try_get(1)? };
            Ok((feed, state(row, 2)?))
        };
        rows.iter().map(feed).collect()
    }

    /// Notes how far a feed was read; the run was at the time of `act`.
    pub async fn set_feed(
        &self,
        act: &Act,
        feed: &Feed,
        added_after: Option<&str>,
        outcome: &str,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        let set = "INSERT INTO feeds (url, collection, added_after, run_us, outcome)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (url, collection) DO UPDATE SET
            added_after = excluded.added_after, run_us = excluded.run_us,
            outcome = excluded.outcome";
        let set = sqlx::query(set).bind(feed.url.clone()).bind(feed.collection.clone());
        let set = set.bind(added_after.map(str::to_owned)).bind(when::us(act.at));
        set.bind(outcome.to_owned()).execute(&mut *change).await?;
        let detail =
            json!({"collection": feed.collection, "added_after": added_after, "outcome": outcome});
        act::note(&mut change, act, "feed", &feed.url, detail).await?;
        Ok(change.commit().await?)
    }
}

fn state(row: &AnyRow, from: usize) -> Result<FeedState, Error> {
    Ok(FeedState {
        added_after: row.try_get(from)?,
        run: when::time(row.try_get(from + 1)?)?,
        outcome: row.try_get(from + 2)?,
    })
}
