//! Who did what, why and when: the audit log, to which every change appends. Each entry's
//! hash covers the one before it, so that an entry changed, inserted or taken from the
//! middle shows. What is cut from the end does not show by itself: note the last hash
//! elsewhere, [`Whole::last_hash`] is there for it.

use crate::Store;
use crate::error::Error;
use crate::when;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use stix::Timestamp;

/// Why something is changed. It goes with every change.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who does it: a person, a key, a program.
    pub who: String,
    /// Their reason.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// A line of the audit log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number, counted from 1.
    pub seq: i64,
    /// When it was done.
    pub at: Timestamp,
    /// By whom.
    pub who: String,
    /// For which reason.
    pub why: String,
    /// What was done, in one word or two: `import`, `key revoke`.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// More, as it is for that action.
    pub detail: Value,
    /// SHA-256 over this entry and the hash before it.
    pub hash: [u8; 32],
}

/// What came of looking through the whole audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Every entry follows from the one before it.
    Yes {
        /// How many there are.
        entries: i64,
        /// The hash of the last one, zeros where there is none: noted elsewhere, it shows
        /// later that nothing was cut from the end.
        last_hash: [u8; 32],
    },
    /// This one does not: it, or the one before it, is not what was written.
    BrokenAt(i64),
}

/// Entries that are read at a time when all are.
const ENTRIES: u32 = 1000;

impl Store {
    /// The entries that follow number `after`, at most `limit`.
    pub async fn audit(&self, after: i64, limit: u32) -> Result<Vec<Entry>, Error> {
        let select = "SELECT seq, at_us, who, why, action, subject, detail, hash FROM audit
             WHERE seq > $1 ORDER BY seq LIMIT $2";
        let rows = sqlx::query(select).bind(after).bind(i64::from(limit));
        rows.fetch_all(&self.read).await?.iter().map(entry).collect()
    }

    /// Notes that somebody asked for something that only those see whose asking is on
    /// record: nothing is changed but the audit log.
    pub async fn note(
        &self,
        act: &Act,
        action: &str,
        subject: &str,
        detail: Value,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        note(&mut change, act, action, subject, detail).await?;
        Ok(change.commit().await?)
    }

    /// Whether the audit log is as it was written.
    pub async fn audit_is_whole(&self) -> Result<Whole, Error> {
        let (mut seq, mut last_hash) = (0, [0; 32]);
        loop {
            let entries = self.audit(seq, ENTRIES).await?;
            if entries.is_empty() {
                return Ok(Whole::Yes { entries: seq, last_hash });
            }
            for entry in entries {
                if entry.seq != seq + 1 || entry.hash != hash(&last_hash, &entry) {
                    return Ok(Whole::BrokenAt(entry.seq));
                }
                (seq, last_hash) = (entry.seq, entry.hash);
            }
        }
    }
}

/// Appends to the audit log, as part of a change.
pub(crate) async fn note(
    change: &mut AnyConnection,
    act: &Act,
    action: &str,
    subject: &str,
    detail: Value,
) -> Result<(), Error> {
    let last = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
    let (seq, before) = match sqlx::query(last).fetch_optional(&mut *change).await? {
        Some(row) => (row.try_get::<i64, _>(0)? + 1, hash_of(&row, 1)?),
        None => (1, [0; 32]),
    };
    let mut entry = Entry {
        seq,
        at: when::time(when::us(act.at))?,
        who: act.who.clone(),
        why: act.why.clone(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail,
        hash: [0; 32],
    };
    entry.hash = hash(&before, &entry);
    let insert = "INSERT INTO audit (seq, at_us, who, why, action, subject, detail, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sqlx::query(insert)
        .bind(entry.seq)
        .bind(when::us(entry.at))
        .bind(entry.who)
        .bind(entry.why)
        .bind(entry.action)
        .bind(entry.subject)
        .bind(entry.detail.to_string())
        .bind(entry.hash.to_vec())
        .execute(change)
        .await?;
    Ok(())
}

fn hash(before: &[u8; 32], entry: &Entry) -> [u8; 32] {
    let said = json!([
        entry.seq,
        when::us(entry.at),
        entry.who,
        entry.why,
        entry.action,
        entry.subject,
        entry.detail,
    ]);
    let mut hash = Sha256::new();
    hash.update(before);
    // A list has one order, and the names within `detail` have that of RFC 8785.
    hash.update(stix::canonical::text(&said).unwrap_or_default());
    hash.finalize().into()
}

fn entry(row: &AnyRow) -> Result<Entry, Error> {
    // What cannot be read was not written by us, and its hash will not fit.
    let detail: String = row.try_get(6)?;
    Ok(Entry {
        seq: row.try_get(0)?,
        at: when::time(row.try_get(1)?)?,
        who: row.try_get(2)?,
        why: row.try_get(3)?,
        action: row.try_get(4)?,
        subject: row.try_get(5)?,
        detail: serde_json::from_str(&detail).unwrap_or(Value::Null),
        hash: hash_of(row, 7)?,
    })
}

fn hash_of(row: &AnyRow, column: usize) -> Result<[u8; 32], Error> {
    let bytes: Vec<u8> = row.try_get(column)?;
    bytes.try_into().map_err(|_| crate::error::unreadable("a hash of the audit log"))
}
