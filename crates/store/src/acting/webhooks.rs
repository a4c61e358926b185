//! Webhooks: where a platform wants to be told what to do. A secret signs, so that it is
//! kept as it is; a store in a file is readable by its owner only once it has one.

use super::decisions::uuid;
use super::kinds::EventKind;
use crate::Store;
use crate::act::{self, Act};
use crate::error::{Error, unreadable};
use crate::when;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::fmt;
use stix::Timestamp;

/// What signs: `whsec_` and base64, as Standard Webhooks write it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// A webhook, as it is made.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Its name.
    pub name: String,
    /// Where to.
    pub url: String,
    /// What signs.
    pub secret: Secret,
    /// What it is told of; everything where nothing is named.
    pub events: Vec<EventKind>,
}

/// A webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// Where to.
    pub url: String,
    /// What it is told of; everything where nothing is named.
    pub events: Vec<EventKind>,
    /// Whether it is told of what happens.
    pub is_enabled: bool,
    /// When it was made.
    pub made: Timestamp,
    /// Until when the secret before this one signs too.
    pub former_until: Option<Timestamp>,
    /// Deliveries that wait.
    pub waiting: u64,
}

/// What is changed of a webhook.
#[derive(Clone, Debug, Default)]
pub struct WebhookChange {
    /// Where to from now on.
    pub url: Option<String>,
    /// What it is told of from now on.
    pub events: Option<Vec<EventKind>>,
    /// Whether it is told at all. What waits stays, and waits.
    pub is_enabled: Option<bool>,
    /// A new secret, and until when the one before signs too.
    pub secret: Option<(Secret, Timestamp)>,
}

const COLUMNS: &str = "name, url, events, is_enabled, made_us, former_until_us,
    (SELECT count(*) FROM deliveries d WHERE d.webhook = webhooks.name AND d.is_waiting = 1)";

impl Store {
    /// Makes a webhook, which is told of what happens from now on.
    pub async fn add_webhook(&self, act: &Act, webhook: NewWebhook) -> Result<Webhook, Error> {
        let NewWebhook { name, url, secret, events } = webhook;
        self.close_to_others()?;
        let mut change = self.change().await?;
        let insert = "INSERT INTO webhooks (name, url, secret, events, is_enabled, made_us)
            VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert).bind(name.clone()).bind(url.clone()).bind(secret.0);
        let insert = insert.bind(words(&events)).bind(when::us(act.at));
        if insert.execute(&mut *change).await?.rows_affected() == 0 {
            return Err(Error::Taken { kind: "webhook", name });
        }
        let detail = json!({ "at": host(&url), "events": words(&events) });
        act::note(&mut change, act, "webhook", &name, detail).await?;
        let webhook = known(&mut change, &name).await?;
        change.commit().await?;
        Ok(webhook)
    }

    /// Changes a webhook.
    pub async fn change_webhook(
        &self,
        act: &Act,
        name: &str,
        wanted: WebhookChange,
    ) -> Result<Webhook, Error> {
        let mut change = self.change().await?;
        known(&mut change, name).await?;
        let WebhookChange { url, events, is_enabled, secret } = wanted;
        let detail = json!({
            "at": url.as_deref().map(host), "events": events.as_deref().map(words),
            "is_enabled": is_enabled,
            "is_secret_new": secret.is_some(),
        });
        if let Some(url) = url {
            let set = sqlx::query("UPDATE webhooks SET url = $2 WHERE name = $1");
            set.bind(name.to_owned()).bind(url).execute(&mut *change).await?;
        }
        if let Some(events) = events {
            let set = sqlx::query("UPDATE webhooks SET events = $2 WHERE name = $1");
            set.bind(name.to_owned()).bind(words(&events)).execute(&mut *change).await?;
        }
        if let Some(is_enabled) = is_enabled {
            let set = sqlx::query("UPDATE webhooks SET is_enabled = $2 WHERE name = $1");
            set.bind(name.to_owned()).bind(i64::from(is_enabled)).execute(&mut *change).await?;
        }
        if let Some((secret, until)) = secret {
            let set = "UPDATE webhooks SET former_secret = secret, former_until_us = $3,
                secret = $2 WHERE name = $1";
            let set = sqlx::query(set).bind(name.to_owned()).bind(secret.0);
            set.bind(when::us(until)).execute(&mut *change).await?;
        }
        act::note(&mut change, act, "webhook change", name, detail).await?;
        let webhook = known(&mut change, name).await?;
        change.commit().await?;
        Ok(webhook)
    }

    /// Takes a webhook away: what waits for it is given up.
    pub async fn remove_webhook(&self, act: &Act, name: &str) -> Result<(), Error> {
        let mut change = self.change().await?;
        let delete = sqlx::query("DELETE FROM webhooks WHERE name = $1").bind(name.to_owned());
        if delete.execute(&mut *change).await?.rows_affected() == 0 {
            return Err(missing(name));
        }
        let set = "UPDATE deliveries SET state = 'given up', is_waiting = 0,
            last_error = 'the webhook was removed' WHERE webhook = $1 AND is_waiting = 1";
        let given_up = sqlx::query(set).bind(name.to_owned()).execute(&mut *change).await?;
        let detail = json!({ "given_up": given_up.rows_affected() });
        act::note(&mut change, act, "webhook remove", name, detail).await?;
        Ok(change.commit().await?)
    }

    /// All webhooks by name, without their secrets.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, Error> {
        let select = format!("SELECT {COLUMNS} FROM webhooks ORDER BY name");
        let rows = sqlx::query(AssertSqlSafe(select)).fetch_all(&self.read).await?;
        rows.iter().map(webhook).collect()
    }
}

pub(super) async fn known(connection: &mut AnyConnection, name: &str) -> Result<Webhook, Error> {
    let select = format!("SELECT {COLUMNS} FROM webhooks WHERE name = $1");
    let row = sqlx::query(AssertSqlSafe(select)).bind(name.to_owned());
    webhook(&row.fetch_optional(connection).await?.ok_or_else(|| missing(name))?)
}

/// The names of those that are told of this.
pub(super) async fn told_of(
    change: &mut AnyConnection,
    kind: EventKind,
) -> Result<Vec<String>, Error> {
    let select = "SELECT name, events FROM webhooks WHERE is_enabled = 1 ORDER BY name";
    let mut names = Vec::new();
    for row in sqlx::query(select).fetch_all(change).await? {
        let events = kinds(row.try_get(1)?)?;
        if events.is_empty() || events.contains(&kind) {
            names.push(row.try_get(0)?);
        }
    }
    Ok(names)
}

fn missing(name: &str) -> Error {
    Error::Missing { kind: "webhook", name: name.to_owned() }
}

/// What of an address is in the audit log: its path may be a secret of the receiver's.
fn host(url: &str) -> String {
    url.split('/').take(3).collect::<Vec<_>>().join("/")
}

fn words(events: &[EventKind]) -> String {
    events.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ")
}

fn kinds(text: &str) -> Result<Vec<EventKind>, Error> {
    text.split_whitespace().map(EventKind::stored).collect()
}

fn webhook(row: &AnyRow) -> Result<Webhook, Error> {
    Ok(Webhook {
        name: row.try_get(0)?,
        url: row.try_get(1)?,
        events: kinds(row.try_get(2)?)?,
        is_enabled: row.try_get::<i64, _>(3)? != 0,
        made: when::time(row.try_get(4)?)?,
        former_until: row.try_get::<Option<i64>, _>(5)?.map(when::time).transpose()?,
        waiting: super::count(row.try_get(6)?)?,
    })
}

/// What signs now, the newest first; from three columns.
pub(super) fn secrets(row: &AnyRow, at: usize, now_us: i64) -> Result<Vec<Secret>, Error> {
    let newest: String = row.try_get(at)?;
    let former: Option<String> = row.try_get(at + 1)?;
    let until: Option<i64> = row.try_get(at + 2)?;
    let former = former.filter(|_| until.is_some_and(|until| now_us < until));
    Ok(std::iter::once(newest).chain(former).map(Secret).collect())
}

/// The id of an event, as it was stored.
pub(super) fn event_id(text: &str) -> Result<uuid::Uuid, Error> {
    uuid(text).map_err(|_| unreadable("an event's id"))
}
