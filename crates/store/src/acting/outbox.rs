//! What webhooks are to be told, written in the transaction of what it tells of: there is
//! no act without its deliveries, and no delivery of what did not happen.

use super::decided::{self, Which};
use super::decisions::Decision;
use super::kinds::{Action, EventKind};
use super::{next, webhooks};
use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::when;
use serde_json::{Value, json};
use sqlx::AnyConnection;
use uuid::Uuid;

/// Accounts in one delivery: some hundred kilobytes, which any receiver takes.
const ACCOUNTS_MAX: u32 = 2_000;

/// What ids of events are made of: the same event of the same thing has the same one.
const EVENTS: Uuid = Uuid::from_u128(0x3d6f_0a52_7c1e_5b94_9e0f_51d3_8a27_c640);

impl Store {
    /// Tells webhooks of a campaign: that it was recognised, or has returned. `subject` is
    /// its id, and `data` what is told of it. Told once of a kind, whoever tells it again.
    pub async fn announce(
        &self,
        act: &Act,
        kind: EventKind,
        subject: &str,
        data: Value,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        let id = event_id(kind, subject, 1).to_string();
        let known = sqlx::query("SELECT 1 FROM events WHERE id = $1").bind(id);
        if known.fetch_optional(&mut *change).await?.is_some() {
            return Ok(());
        }
        tell(&mut change, act, kind, subject, data).await?;
        act::note(&mut change, act, kind.name(), subject, json!({})).await?;
        Ok(change.commit().await?)
    }
}

/// Tells of a decision, as many accounts at a time as one delivery has.
pub(super) async fn tell_decision(
    change: &mut AnyConnection,
    act: &Act,
    kind: EventKind,
    decision: &Decision,
) -> Result<(), Error> {
    let names = webhooks::told_of(change, kind).await?;
    if names.is_empty() {
        return Ok(());
    }
    let pages = decision.accounts.div_ceil(u64::from(ACCOUNTS_MAX)).max(1);
    let about = json!({
        "id": decision.id.to_string(), "campaign": decision.campaign,
        "action": decision.action.name(), "why": decision.why,
        "accounts": decision.accounts, "risk_floor": decision.risk_floor,
        "expires": decision.expires.map(|time| time.to_string()),
    });
    let mut after = 0;
    for page in 1..=pages {
        let all = decided::page(change, decision.seq, after, ACCOUNTS_MAX, Which::Touched).await?;
        after = all.last().map_or(after, |last| last.number);
        let accounts: Vec<Value> = all
            .into_iter()
            .map(|one| {
                let word = |action: Option<Action>| action.map_or("nothing", Action::name);
                let mut told =
                    json!({ "account": one.account, "risk": one.risk, "now": word(one.now) });
                if kind == EventKind::InForce {
                    told["before"] = word(one.was).into();
                }
                told
            })
            .collect();
        let data = json!({ "decision": about, "page": page, "pages": pages, "accounts": accounts });
        let event = Event { kind, subject: &decision.id.to_string(), page, data };
        put(change, act, event, &names).await?;
    }
    Ok(())
}

/// Tells of something whole.
pub(super) async fn tell(
    change: &mut AnyConnection,
    act: &Act,
    kind: EventKind,
    subject: &str,
    data: Value,
) -> Result<(), Error> {
    let names = webhooks::told_of(change, kind).await?;
    // Of campaigns it is remembered that they were told of, even if to nobody; what names
    // accounts is kept where somebody is to have it.
    let is_kept = matches!(kind, EventKind::Recognised | EventKind::Returned);
    match names.is_empty() && !is_kept {
        true => Ok(()),
        false => put(change, act, Event { kind, subject, page: 1, data }, &names).await,
    }
}

/// Something that is told.
pub(super) struct Event<'e> {
    pub(super) kind: EventKind,
    pub(super) subject: &'e str,
    pub(super) page: u64,
    pub(super) data: Value,
}

/// Writes an event and what is to be delivered of it.
pub(super) async fn put(
    change: &mut AnyConnection,
    act: &Act,
    event: Event<'_>,
    names: &[String],
) -> Result<(), Error> {
    let id = event_id(event.kind, event.subject, event.page).to_string();
    let at_us = when::us(act.at);
    let body = json!({
        "id": id, "type": event.kind.name(), "timestamp": when::time(at_us)?.to_string(),
        "data": event.data,
    });
    let seq = next(change, "events").await?;
    let insert = "INSERT INTO events (seq, id, type, subject, at_us, body)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let insert = sqlx::query(insert).bind(seq).bind(id).bind(event.kind.name());
    let insert = insert.bind(event.subject.to_owned()).bind(at_us).bind(body.to_string());
    insert.execute(&mut *change).await?;
    for name in names {
        schedule(change, name, seq, None, at_us).await?;
    }
    Ok(())
}

/// Has an event delivered to a webhook, after all that waits for it; gives the number.
pub(super) async fn schedule(
    change: &mut AnyConnection,
    webhook: &str,
    event: i64,
    replay_of: Option<i64>,
    at_us: i64,
) -> Result<i64, Error> {
    let seq = next(change, "deliveries").await?;
    let insert = "INSERT INTO deliveries (seq, webhook, event, replay_of, made_us, state,
            is_waiting, attempts, next_us)
        VALUES ($1, $2, $3, $4, $5, 'scheduled', 1, 0, $5)";
    let insert = sqlx::query(insert).bind(seq).bind(webhook.to_owned()).bind(event);
    insert.bind(replay_of).bind(at_us).execute(change).await?;
    Ok(seq)
}

fn event_id(kind: EventKind, subject: &str, page: u64) -> Uuid {
    Uuid::new_v5(&EVENTS, format!("{} {subject} {page}", kind.name()).as_bytes())
}
