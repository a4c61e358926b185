//! Deliveries: what is sent to whom, when, and what came of it. Each webhook gets its own in
//! their order: the next one waits until the one before was taken or given up.

use super::count;
use super::kinds::{DeliveryState, EventKind};
use super::outbox::{self, Event};
use super::webhooks::{self, Secret};
use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::insert::Arguments;
use crate::when;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use stix::Timestamp;
use uuid::Uuid;

/// A delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its number.
    pub seq: i64,
    /// To which webhook.
    pub webhook: String,
    /// The event's id, which is the same however often it is sent.
    pub event: Uuid,
    /// What it tells.
    pub kind: EventKind,
    /// Of what: a decision, an appeal, a campaign.
    pub subject: String,
    /// Since when it is to be sent.
    pub made: Timestamp,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u64,
    /// When it is tried next, where it is.
    pub next: Option<Timestamp>,
    /// When it was tried last.
    pub last: Option<Timestamp>,
    /// What the receiver answered last.
    pub last_status: Option<u16>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The delivery that this one repeats.
    pub replay_of: Option<i64>,
}

/// Which deliveries are asked for.
#[derive(Clone, Debug, Default)]
pub struct SoughtDeliveries {
    /// To this webhook.
    pub webhook: Option<String>,
    /// In this state.
    pub state: Option<DeliveryState>,
    /// With numbers above this.
    pub after: i64,
    /// At most so many.
    pub limit: u32,
}

/// A delivery that is to be tried now.
#[derive(Clone, Debug)]
pub struct Due {
    /// Its number.
    pub seq: i64,
    /// To which webhook.
    pub webhook: String,
    /// Where to.
    pub url: String,
    /// What signs, the newest first.
    pub secrets: Vec<Secret>,
    /// The event's id.
    pub event: Uuid,
    /// What is sent.
    pub body: String,
    /// How often it was tried already.
    pub attempts: u64,
    /// Since when it is to be sent.
    pub made: Timestamp,
}

/// What came of trying.
#[derive(Clone, Debug)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// What the receiver answered.
    pub status: Option<u16>,
    /// What went wrong.
    pub error: Option<String>,
    /// What follows.
    pub outcome: Outcome,
}

/// What follows from what came of trying.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// It was taken.
    Delivered,
    /// It is tried again then.
    Again(Timestamp),
    /// It is not tried again.
    GivenUp,
}

/// Who gives up, in the audit log.
const SENDER: &str = "dragnet";

const COLUMNS: &str = "d.seq, d.webhook, e.id, e.type, e.subject, d.made_us, d.state, d.attempts,
    d.next_us, d.last_us, d.last_status, d.last_error, d.replay_of, d.is_waiting";

impl Store {
    /// Takes what is to be sent now, of each webhook what comes first: nobody else takes it
    /// before `until`, by when its outcome should be told.
    pub async fn take_due(&self, now: Timestamp, until: Timestamp) -> Result<Vec<Due>, Error> {
        let now_us = when::us(now);
        // Mostly nothing is, and a look disturbs nobody.
        let waiting = format!("SELECT d.seq {DUE} LIMIT 1");
        let waiting = sqlx::query(AssertSqlSafe(waiting)).bind(now_us);
        if waiting.fetch_optional(&self.read).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut change = self.change().await?;
        let select = format!(
            "SELECT d.seq, d.webhook, w.url, w.secret, w.former_secret, w.former_until_us,
                e.id, e.body, d.attempts, d.made_us {DUE} ORDER BY d.seq"
        );
        let rows = sqlx::query(AssertSqlSafe(select)).bind(now_us).fetch_all(&mut *change).await?;
        let taken = rows.iter().map(|row| due(row, now_us)).collect::<Result<Vec<_>, _>>()?;
        for due in &taken {
            let set = sqlx::query("UPDATE deliveries SET next_us = $2 WHERE seq = $1");
            set.bind(due.seq).bind(when::us(until)).execute(&mut *change).await?;
        }
        change.commit().await?;
        Ok(taken)
    }

    /// Writes down what came of trying.
    pub async fn tell_delivery(&self, seq: i64, told: Told) -> Result<(), Error> {
        let (state, next) = match told.outcome {
            Outcome::Delivered => (DeliveryState::Delivered, None),
            Outcome::Again(next) => (DeliveryState::Failed, Some(next)),
            Outcome::GivenUp => (DeliveryState::GivenUp, None),
        };
        let mut change = self.change().await?;
        let set = "UPDATE deliveries SET state = $2, is_waiting = $3, attempts = attempts + 1,
            next_us = coalesce($4, next_us), last_us = $5, last_status = $6, last_error = $7
            WHERE seq = $1 AND is_waiting = 1";
        let set = sqlx::query(set).bind(seq).bind(state.name()).bind(i64::from(next.is_some()));
        let set = set.bind(next.map(when::us)).bind(when::us(told.at));
        let set = set.bind(told.status.map(i64::from)).bind(told.error.clone());
        let changed = set.execute(&mut *change).await?.rows_affected();
        if changed > 0 && state == DeliveryState::GivenUp {
            let why = told.error.unwrap_or_else(|| "it was tried for too long".to_owned());
            let act = Act { who: SENDER.to_owned(), why, at: told.at };
            let detail = json!({ "status": told.status });
            act::note(&mut change, &act, "delivery give up", &seq.to_string(), detail).await?;
        }
        Ok(change.commit().await?)
    }

    /// Has a webhook told something that means nothing; gives the delivery. The same `id`
    /// a second time is the same delivery.
    pub async fn test_webhook(&self, act: &Act, name: &str, id: Uuid) -> Result<Delivery, Error> {
        let mut change = self.change().await?;
        webhooks::known(&mut change, name).await?;
        let subject = id.to_string();
        if let Some(known) = latest(&mut change, &subject).await? {
            return Ok(known);
        }
        let data = json!({ "webhook": name });
        let event = Event { kind: EventKind::Test, subject: &subject, page: 1, data };
        outbox::put(&mut change, act, event, &[name.to_owned()]).await?;
        act::note(&mut change, act, "webhook test", name, json!({ "id": subject })).await?;
        let missing = || Error::Missing { kind: "delivery", name: subject.clone() };
        let delivery = latest(&mut change, &subject).await?.ok_or_else(missing)?;
        change.commit().await?;
        Ok(delivery)
    }

    /// Sends something again, after all that waits; gives the delivery that does.
    pub async fn replay(&self, act: &Act, seq: i64) -> Result<Delivery, Error> {
        let mut change = self.change().await?;
        let select = sqlx::query("SELECT webhook, event FROM deliveries WHERE seq = $1").bind(seq);
        let row = select.fetch_optional(&mut *change).await?;
        let missing = || Error::Missing { kind: "delivery", name: seq.to_string() };
        let row = row.ok_or_else(missing)?;
        let (webhook, event): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        webhooks::known(&mut change, &webhook).await?;
        let at_us = when::us(act.at);
        let again = outbox::schedule(&mut change, &webhook, event, Some(seq), at_us).await?;
        let detail = json!({ "webhook": webhook, "delivery": again });
        act::note(&mut change, act, "delivery replay", &seq.to_string(), detail).await?;
        let delivery = numbered(&mut change, again).await?.ok_or_else(missing)?;
        change.commit().await?;
        Ok(delivery)
    }

    /// A delivery.
    pub async fn delivery(&self, seq: i64) -> Result<Option<Delivery>, Error> {
        numbered(&mut *self.read.acquire().await?, seq).await
    }

    /// Deliveries in their order.
    pub async fn deliveries(&self, sought: &SoughtDeliveries) -> Result<Vec<Delivery>, Error> {
        let mut values = Arguments::default();
        let mut where_ = format!("d.seq > {}", values.add(sought.after));
        if let Some(webhook) = &sought.webhook {
            where_ += &format!(" AND d.webhook = {}", values.add(webhook.clone()));
        }
        if let Some(state) = sought.state {
            where_ += &format!(" AND d.state = {}", values.add(state.name()));
        }
        let limit = sought.limit;
        let text = format!(
            "SELECT {COLUMNS} FROM deliveries d JOIN events e ON e.seq = d.event
            WHERE {where_} ORDER BY d.seq LIMIT {limit}"
        );
        let rows = sqlx::query_with(AssertSqlSafe(text), values.all).fetch_all(&self.read).await?;
        rows.iter().map(delivery).collect()
    }

    /// Forgets what was delivered or given up before a time, with what it told: bodies name
    /// accounts. Gives the number of deliveries.
    pub async fn forget_deliveries(&self, before: Timestamp) -> Result<u64, Error> {
        let old = "SELECT 1 FROM deliveries WHERE is_waiting = 0 AND made_us < $1 LIMIT 1";
        let old = sqlx::query(old).bind(when::us(before)).fetch_optional(&self.read).await?;
        if old.is_none() {
            return Ok(0);
        }
        let mut change = self.change().await?;
        let delete = "DELETE FROM deliveries WHERE is_waiting = 0 AND made_us < $1
            AND seq < (SELECT max(seq) FROM deliveries)";
        let delete = sqlx::query(delete).bind(when::us(before));
        let gone = delete.execute(&mut *change).await?.rows_affected();
        // That a campaign was told of is remembered: it is told once.
        let delete = "DELETE FROM events WHERE at_us < $1 AND type NOT LIKE 'campaign.%'
            AND seq < (SELECT max(seq) FROM events) AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event = events.seq)";
        sqlx::query(delete).bind(when::us(before)).execute(&mut *change).await?;
        change.commit().await?;
        Ok(gone)
    }
}

/// What is to be sent by a time: the first that waits of each webhook.
const DUE: &str = "FROM webhooks w
    JOIN deliveries d ON d.seq = (SELECT min(x.seq) FROM deliveries x
        WHERE x.webhook = w.name AND x.is_waiting = 1)
    JOIN events e ON e.seq = d.event WHERE w.is_enabled = 1 AND d.next_us <= $1";

fn due(row: &AnyRow, now_us: i64) -> Result<Due, Error> {
    Ok(Due {
        seq: row.try_get(0)?,
        webhook: row.try_get(1)?,
        url: row.try_get(2)?,
        secrets: webhooks::secrets(row, 3, now_us)?,
        event: webhooks::event_id(row.try_get(6)?)?,
        body: row.try_get(7)?,
        attempts: count(row.try_get(8)?)?,
        made: when::time(row.try_get(9)?)?,
    })
}

async fn numbered(connection: &mut AnyConnection, seq: i64) -> Result<Option<Delivery>, Error> {
    let text = format!(
        "SELECT {COLUMNS} FROM deliveries d JOIN events e ON e.seq = d.event WHERE d.seq = $1"
    );
    let row = sqlx::query(AssertSqlSafe(text)).bind(seq).fetch_optional(connection).await?;
    row.as_ref().map(delivery).transpose()
}

/// The last delivery that tells of a subject.
async fn latest(connection: &mut AnyConnection, subject: &str) -> Result<Option<Delivery>, Error> {
    let text = format!(
        "SELECT {COLUMNS} FROM deliveries d JOIN events e ON e.seq = d.event
        WHERE e.subject = $1 ORDER BY d.seq DESC LIMIT 1"
    );
    let row = sqlx::query(AssertSqlSafe(text)).bind(subject.to_owned());
    row.fetch_optional(connection).await?.as_ref().map(delivery).transpose()
}

fn delivery(row: &AnyRow) -> Result<Delivery, Error> {
    let is_waiting = row.try_get::<i64, _>(13)? != 0;
    let next = is_waiting.then(|| when::time(row.try_get(8)?)).transpose()?;
    let status: Option<i64> = row.try_get(10)?;
    Ok(Delivery {
        seq: row.try_get(0)?,
        webhook: row.try_get(1)?,
        event: webhooks::event_id(row.try_get(2)?)?,
        kind: EventKind::stored(row.try_get(3)?)?,
        subject: row.try_get(4)?,
        made: when::time(row.try_get(5)?)?,
        state: DeliveryState::stored(row.try_get(6)?)?,
        attempts: count(row.try_get(7)?)?,
        next,
        last: row.try_get::<Option<i64>, _>(9)?.map(when::time).transpose()?,
        last_status: status.and_then(|status| status.try_into().ok()),
        last_error: row.try_get(11)?,
        replay_of: row.try_get(12)?,
    })
}
