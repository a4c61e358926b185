//! Quarantine: what came in and could not be taken, kept as it came until somebody has
//! looked at it.

use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::when;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use stix::Timestamp;

/// Something that was not taken.
#[derive(Clone, Debug)]
pub struct Quarantined {
    /// Its number.
    pub seq: i64,
    /// Since when.
    pub at: Timestamp,
    /// Where it came from.
    pub source: String,
    /// What is wrong with it.
    pub why: String,
    /// As it came.
    pub text: String,
}

/// Something that is put into quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// What is wrong with it.
    pub why: String,
    /// As it came.
    pub text: String,
}

impl Store {
    /// Puts something into quarantine; gives its number.
    pub async fn quarantine(
        &self,
        act: &Act,
        source: &str,
        why: &str,
        text: &str,
    ) -> Result<i64, Error> {
        let mut change = self.change().await?;
        let one = SetAside { why: why.to_owned(), text: text.to_owned() };
        let seq = put(&mut change, act, source, &[one]).await?;
        change.commit().await?;
        Ok(seq)
    }

    /// What is in quarantine, with numbers above `after`, at most `limit`.
    pub async fn quarantined(&self, after: i64, limit: u32) -> Result<Vec<Quarantined>, Error> {
        let select = "SELECT seq, at_us, source, why, text FROM quarantine
            WHERE seq > $1 ORDER BY seq LIMIT $2";
        let rows = sqlx::query(select).bind(after).bind(i64::from(limit));
        rows.fetch_all(&self.read).await?.iter().map(quarantined).collect()
    }

    /// Takes something out of quarantine, to be mended and imported or thrown away.
    pub async fn take_out(&self, act: &Act, seq: i64) -> Result<Quarantined, Error> {
        let mut change = self.change().await?;
        let taken = take(&mut change, seq).await?;
        let detail = json!({"source": taken.source});
        act::note(&mut change, act, "quarantine out", &seq.to_string(), detail).await?;
        change.commit().await?;
        Ok(taken)
    }
}

/// Puts all of it into quarantine, as part of a change; gives the last number.
pub(crate) async fn put(
    change: &mut AnyConnection,
    act: &Act,
    source: &str,
    all: &[SetAside],
) -> Result<i64, Error> {
    // Numbers are not given twice, even where the last one was taken out: the log would
    // then speak of two things by one number.
    let last = "SELECT count(*) FROM audit WHERE action = 'quarantine'";
    let mut seq: i64 = sqlx::query(last).fetch_one(&mut *change).await?.try_get(0)?;
    for one in all {
        seq += 1;
        let insert = "INSERT INTO quarantine (seq, at_us, source, why, text)
            VALUES ($1, $2, $3, $4, $5)";
        let insert = sqlx::query(insert).bind(seq).bind(when::us(act.at));
        let insert = insert.bind(source.to_owned()).bind(one.why.clone()).bind(one.text.clone());
        insert.execute(&mut *change).await?;
        let detail = json!({"source": source, "why": one.why});
        act::note(&mut *change, act, "quarantine", &seq.to_string(), detail).await?;
    }
    Ok(seq)
}

async fn take(change: &mut AnyConnection, seq: i64) -> Result<Quarantined, Error> {
    let select = "SELECT seq, at_us, source, why, text FROM quarantine WHERE seq = $1";
    let row = sqlx::query(select).bind(seq).fetch_optional(&mut *change).await?;
    let missing = || Error::Missing { kind: "thing in quarantine", name: seq.to_string() };
    let taken = quarantined(&row.ok_or_else(missing)?)?;
    sqlx::query("DELETE FROM quarantine WHERE seq = $1").bind(seq).execute(change).await?;
    Ok(taken)
}

fn quarantined(row: &AnyRow) -> Result<Quarantined, Error> {
    Ok(Quarantined {
        seq: row.try_get(0)?,
        at: when::time(row.try_get(1)?)?,
        source: row.try_get(2)?,
        why: row.try_get(3)?,
        text: row.try_get(4)?,
    })
}
