//! `/v1/webhooks` and `/v1/deliveries`: who is told, and what came of telling them.

use super::guard;
use super::route::{self, Answered, answer, answered, asked, ok};
use super::sign::draw_secret;
use super::{Reach, show};
use crate::answer::State;
use crate::clock;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, Query, State as Given};
use axum::http::request::Parts;
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use stix::Timestamp;
use store::{DeliveryState, EventKind, NewWebhook, Scope, SoughtDeliveries, WebhookChange};

/// Bytes of a webhook's name.
const NAME_BYTES_MAX: usize = 64;
/// The secret before signs so long beside the new one where nobody says: a working day.
const FORMER_HOURS_DEFAULT: i64 = 24;
/// And so long whatever is said: a month.
const FORMER_HOURS_MAX: i64 = 720;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToAdd {
    name: String,
    url: String,
    #[serde(default)]
    events: Vec<String>,
}

pub(super) async fn add(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    answered(added(&state, request).await)
}

async fn added(state: &State, request: Request<Body>) -> Answered {
    let (caller, _, said): (_, _, ToAdd) = asked(state, request, Scope::Admin).await?;
    let is_named = (1..=NAME_BYTES_MAX).contains(&said.name.len())
        && said.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !is_named {
        let words = format!("name: 1 to {NAME_BYTES_MAX} letters, digits and -_.");
        return Err(Problem::unprocessable(words));
    }
    let (url, events) = (url(state, said.url)?, events(&said.events)?);
    let secret = draw_secret();
    let webhook = NewWebhook { name: said.name, url, secret: secret.clone(), events };
    let act = route::act(&caller, "new webhook")?;
    let mut shown = show::webhook(&state.0.store.add_webhook(&act, webhook).await?);
    shown["secret"] = secret.0.into();
    Ok(answer(StatusCode::CREATED, &shown))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToChange {
    url: Option<String>,
    events: Option<Vec<String>>,
    is_enabled: Option<bool>,
    /// Draw another secret.
    #[serde(default)]
    rotate: bool,
    former_hours: Option<i64>,
}

pub(super) async fn change(
    Given(state): Given<State>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    answered(changed(&state, &name, request).await)
}

async fn changed(state: &State, name: &str, request: Request<Body>) -> Answered {
    let (caller, _, said): (_, _, ToChange) = asked(state, request, Scope::Admin).await?;
    let secret = said.rotate.then(draw_secret);
    let hours = said.former_hours.unwrap_or(FORMER_HOURS_DEFAULT);
    if !(0..=FORMER_HOURS_MAX).contains(&hours) {
        return Err(Problem::unprocessable(format!("former_hours: 0 to {FORMER_HOURS_MAX}")));
    }
    let now = clock::now();
    let until = Timestamp::from_ms(now.ms() + hours * 3_600_000).unwrap_or(now);
    let wanted = WebhookChange {
        url: said.url.map(|typed| url(state, typed)).transpose()?,
        events: said.events.as_deref().map(events).transpose()?,
        is_enabled: said.is_enabled,
        secret: secret.clone().map(|secret| (secret, until)),
    };
    let act = route::act(&caller, "webhook changed")?;
    let mut shown = show::webhook(&state.0.store.change_webhook(&act, name, wanted).await?);
    if let Some(secret) = secret {
        shown["secret"] = secret.0.into();
    }
    state.wake();
    Ok(ok(&shown))
}

pub(super) async fn remove(
    Given(state): Given<State>,
    head: Parts,
    Path(name): Path<String>,
) -> Response<Body> {
    answered(removed(&state, &head, &name).await)
}

async fn removed(state: &State, head: &Parts, name: &str) -> Answered {
    let caller = state.caller(head, Scope::Admin).await?;
    state.0.store.remove_webhook(&route::act(&caller, "webhook removed")?, name).await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

pub(super) async fn list(Given(state): Given<State>, head: Parts) -> Response<Body> {
    answered(listed(&state, &head).await)
}

async fn listed(state: &State, head: &Parts) -> Answered {
    state.caller(head, Scope::Admin).await?;
    let all = state.0.store.webhooks().await?;
    let shown: Vec<_> = all.iter().map(show::webhook).collect();
    Ok(ok(&serde_json::json!({ "webhooks": shown })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(super) async fn test(
    Given(state): Given<State>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    answered(tested(&state, &name, request).await)
}

async fn tested(state: &State, name: &str, request: Request<Body>) -> Answered {
    let (caller, headers, Nothing {}) = asked(state, request, Scope::Admin).await?;
    let (id, act) = (route::new_id(&caller, &headers)?, route::act(&caller, "a trial")?);
    let delivery = state.0.store.test_webhook(&act, name, id).await?;
    state.wake();
    Ok(answer(StatusCode::ACCEPTED, &show::delivery(&delivery)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToList {
    webhook: Option<String>,
    state: Option<String>,
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
}

pub(super) async fn deliveries(
    Given(state): Given<State>,
    head: Parts,
    Query(asked): Query<ToList>,
) -> Response<Body> {
    answered(delivered(&state, &head, asked).await)
}

async fn delivered(state: &State, head: &Parts, asked: ToList) -> Answered {
    state.caller(head, Scope::Admin).await?;
    // A space is awkward in an address.
    let named = |word: &str| DeliveryState::named(&word.replace('_', " "));
    let wanted = asked.state.as_deref().map(|word| route::word("state", word, named));
    let limit = route::limit(asked.limit);
    let sought = SoughtDeliveries {
        webhook: asked.webhook,
        state: wanted.transpose()?,
        after: asked.after,
        limit,
    };
    let all = state.0.store.deliveries(&sought).await?;
    Ok(route::page("deliveries", &all, limit, show::delivery, |one| one.seq))
}

pub(super) async fn replay(
    Given(state): Given<State>,
    Path(number): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    answered(replayed(&state, &number, request).await)
}

async fn replayed(state: &State, number: &str, request: Request<Body>) -> Answered {
    let (caller, _, Nothing {}) = asked(state, request, Scope::Admin).await?;
    let missing = || Problem::missing(format!("there is no delivery {number:?}"));
    let number = number.parse().map_err(|_| missing())?;
    let act = route::act(&caller, "sent again")?;
    let delivery = state.0.store.replay(&act, number).await?;
    state.wake();
    Ok(answer(StatusCode::ACCEPTED, &show::delivery(&delivery)))
}

fn url(state: &State, typed: String) -> Result<String, Problem> {
    let reach = state.0.acting.as_ref().map_or(Reach::Public, |acting| acting.reach);
    guard::check(&typed, reach).map_err(|why| Problem::unprocessable(format!("url: {why}")))?;
    Ok(typed)
}

fn events(typed: &[String]) -> Result<Vec<EventKind>, Problem> {
    typed.iter().map(|name| route::word("events", name, EventKind::named)).collect()
}
