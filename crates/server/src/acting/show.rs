//! Decisions, appeals and webhooks as they are told, over HTTP and at the command line.

use super::{Account, Preview};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use stix::Timestamp;
use store::{Action, Appeal, Decided, Decision, Delivery, Ended, Standing, Webhook};

/// What a decision would do.
pub fn preview(preview: &Preview) -> Value {
    let found = &preview.found;
    json!({
        "campaign": found.id,
        "is_organisation": found.is_organisation,
        "campaign_accounts": found.accounts,
        "campaign_risk": found.risk,
        "reasons": found.reasons,
        "action": preview.action.name(),
        "risk_floor": preview.risk_floor,
        "accounts": preview.accounts,
        "already": already(&preview.standing),
        "restored": preview.standing.restored,
        "in_organisations": preview.in_organisations,
        "needs_second": preview.needs_second,
        "second_above": preview.second_above,
        "sample": preview.sample.iter().map(account).collect::<Vec<_>>(),
        "preview": preview.fingerprint,
    })
}

fn already(standing: &Standing) -> BTreeMap<&'static str, u64> {
    standing.by_action.iter().map(|(action, accounts)| (action.name(), *accounts)).collect()
}

fn account(account: &Account) -> Value {
    json!({ "account": account.account, "risk": account.risk, "reasons": account.reasons })
}

/// A decision.
pub fn decision(decision: &Decision) -> Value {
    json!({
        "number": decision.seq,
        "id": decision.id.to_string(),
        "campaign": decision.campaign,
        "action": decision.action.name(),
        "state": decision.state.name(),
        "why": decision.why,
        "who": decision.who,
        "at": decision.at.to_string(),
        "expires": time(decision.expires),
        "accounts": decision.accounts,
        "left_out": decision.left_out,
        "risk_floor": decision.risk_floor,
        "preview": decision.fingerprint,
        "needs_second": decision.needs_second,
        "second": ended(decision.second.as_ref()),
        "in_force": time(decision.in_force),
        "ended": ended(decision.ended.as_ref()),
    })
}

/// An account of a decision.
pub fn decided(one: &Decided) -> Value {
    let word = |action: Option<Action>| action.map_or("nothing", Action::name);
    let mut told = Map::new();
    told.insert("account".to_owned(), one.account.clone().into());
    told.insert("risk".to_owned(), one.risk.into());
    told.insert("before".to_owned(), word(one.was).into());
    told.insert("now".to_owned(), word(one.now).into());
    if let Some(why) = &one.left_out {
        told.insert("left_out".to_owned(), why.clone().into());
    }
    told.into()
}

/// The first line of accounts as CSV.
pub const DECIDED_COLUMNS: &str = "account,risk,before,now,left_out\n";

/// An account of a decision as a line of CSV (RFC 4180).
pub fn decided_line(one: &Decided) -> String {
    let word = |action: Option<Action>| action.map_or("nothing", Action::name);
    let left_out = one.left_out.as_deref().unwrap_or_default();
    let (was, now) = (word(one.was), word(one.now));
    format!("{},{},{was},{now},{}\n", field(&one.account), one.risk, field(left_out))
}

/// A field of CSV: in quotes where it must be.
pub fn field(text: &str) -> String {
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// An appeal.
pub fn appeal(appeal: &Appeal) -> Value {
    json!({
        "number": appeal.seq,
        "id": appeal.id.to_string(),
        "account": appeal.account,
        "text": appeal.text,
        "who": appeal.who,
        "at": appeal.at.to_string(),
        "outcome": appeal.outcome.name(),
        "settled": ended(appeal.settled.as_ref()),
    })
}

/// A webhook, without its secret.
pub fn webhook(webhook: &Webhook) -> Value {
    json!({
        "name": webhook.name,
        "url": webhook.url,
        "events": webhook.events.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "is_enabled": webhook.is_enabled,
        "made": webhook.made.to_string(),
        "former_secret_until": time(webhook.former_until),
        "waiting": webhook.waiting,
    })
}

/// A delivery.
pub fn delivery(delivery: &Delivery) -> Value {
    json!({
        "number": delivery.seq,
        "webhook": delivery.webhook,
        "event": delivery.event.to_string(),
        "type": delivery.kind.name(),
        "subject": delivery.subject,
        "made": delivery.made.to_string(),
        "state": delivery.state.name(),
        "attempts": delivery.attempts,
        "next": time(delivery.next),
        "last": time(delivery.last),
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "replay_of": delivery.replay_of,
    })
}

fn time(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

fn ended(ended: Option<&Ended>) -> Option<Value> {
    ended.map(|by| json!({ "who": by.who, "why": by.why, "at": by.at.to_string() }))
}
