//! What came of each POST, kept for a day for those who ask.

use crate::Store;
use crate::error::Error;
use crate::when;
use sqlx::{AnyConnection, Row};
use stix::Timestamp;
use uuid::Uuid;

/// What came of a POST.
#[derive(Clone, Debug)]
pub struct Status {
    /// Drawn by whoever made it.
    pub id: Uuid,
    /// The name of the key that posted: nobody else may ask.
    pub key: String,
    /// When.
    pub at: Timestamp,
    /// The status resource, as JSON.
    pub text: String,
}

/// As long as TAXII asks for (24 hours).
const KEPT_US: i64 = 24 * 3600 * 1_000_000;

impl Store {
    /// Keeps a status, and forgets those of the day before.
    pub(crate) async fn keep_status(
        &self,
        change: &mut AnyConnection,
        status: &Status,
    ) -> Result<(), Error> {
        let at_us = when::us(status.at);
        let old = sqlx::query("DELETE FROM statuses WHERE at_us < $1").bind(at_us - KEPT_US);
        old.execute(&mut *change).await?;
        let insert = "INSERT INTO statuses (id, key, at_us, text) VALUES ($1, $2, $3, $4)";
        let insert = sqlx::query(insert).bind(status.id.to_string()).bind(status.key.clone());
        insert.bind(at_us).bind(status.text.clone()).execute(change).await?;
        Ok(())
    }

    /// The text of a status, if that key made it within a day before `now`.
    pub async fn status(
        &self,
        id: Uuid,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        let select = "SELECT text FROM statuses WHERE id = $1 AND key = $2 AND at_us >= $3";
        let select = sqlx::query(select).bind(id.to_string()).bind(key.to_owned());
        let row = select.bind(when::us(now) - KEPT_US).fetch_optional(&self.read).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }
}
