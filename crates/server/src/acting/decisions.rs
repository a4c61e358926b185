//! `/v1/decisions`: seen before they are made, made, approved, taken back, fetched.

use super::preview::{self, Asked, Wanted};
use super::route::{self, Answered, answer, answered, asked, ok};
use super::show;
use crate::answer::State;
use crate::caller::{Caller, KEY};
use crate::clock;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, Query, State as Given};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use futures_util::stream;
use serde::Deserialize;
use std::sync::Arc;
use stix::Timestamp;
use store::{Action, Decided, Decision, DecisionState, Scope, Sought, Store};
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

/// Accounts that are read at a time while they are sent.
const SENT_AT_ONCE: u32 = 5_000;
/// Accounts of a sample where nobody says how many.
const SAMPLE_DEFAULT: usize = 20;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToPreview {
    campaign: String,
    action: String,
    #[serde(default)]
    risk_floor: f64,
    sample: Option<usize>,
    #[serde(default)]
    seed: u64,
}

pub(super) async fn preview(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    answered(previewed(&state, request).await)
}

async fn previewed(state: &State, request: Request<Body>) -> Answered {
    let (_, _, said): (_, _, ToPreview) = asked(state, request, Scope::Act).await?;
    let asked = Asked {
        campaign: said.campaign,
        action: route::word("action", &said.action, Action::named)?,
        risk_floor: risk_floor(said.risk_floor)?,
        sample: said.sample.unwrap_or(SAMPLE_DEFAULT),
        seed: said.seed,
    };
    let campaigns = Arc::clone(&state.acting()?.campaigns);
    let _place = place(state).await?;
    Ok(ok(&show::preview(&preview::preview(&state.0.store, campaigns, asked).await?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToDecide {
    campaign: String,
    action: String,
    #[serde(default)]
    risk_floor: f64,
    preview: String,
    why: String,
    expires: Option<String>,
    id: Option<String>,
}

pub(super) async fn decide(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    answered(decided(&state, request).await)
}

async fn decided(state: &State, request: Request<Body>) -> Answered {
    let (caller, headers, said): (_, _, ToDecide) = asked(state, request, Scope::Act).await?;
    let wanted = Wanted {
        id: match &said.id {
            Some(id) => id.parse().map_err(|_| Problem::unprocessable("id: a UUID"))?,
            None => route::new_id(&caller, &headers)?,
        },
        campaign: said.campaign,
        action: route::word("action", &said.action, Action::named)?,
        risk_floor: risk_floor(said.risk_floor)?,
        expires: said.expires.as_deref().map(expires).transpose()?,
        fingerprint: said.preview,
    };
    let act = route::act(&caller, &said.why)?;
    let campaigns = Arc::clone(&state.acting()?.campaigns);
    let _place = place(state).await?;
    let decision = preview::decide(&state.0.store, campaigns, &act, wanted).await?;
    state.wake();
    Ok(answer(StatusCode::CREATED, &show::decision(&decision)))
}

/// Each of those who look at a campaign may hold a million accounts in memory.
async fn place(state: &State) -> Result<SemaphorePermit<'_>, Problem> {
    state.0.posts.acquire().await.map_err(|_| Problem::broken())
}

fn risk_floor(floor: f64) -> Result<f64, Problem> {
    match (0.0..=1.0).contains(&floor) {
        true => Ok(floor),
        false => Err(Problem::unprocessable("risk_floor: a number from 0 to 1")),
    }
}

fn expires(text: &str) -> Result<Timestamp, Problem> {
    let wrong = || Problem::unprocessable("expires: a time to come, such as 2030-01-31T08:00:00Z");
    let time: Timestamp = text.parse().map_err(|_| wrong())?;
    if time > clock::now() { Ok(time) } else { Err(wrong()) }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Why {
    pub(super) why: String,
}

pub(super) async fn approve(
    Given(state): Given<State>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    answered(settled(&state, &id, request, Step::Approve).await)
}

pub(super) async fn refuse(
    Given(state): Given<State>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    answered(settled(&state, &id, request, Step::Refuse).await)
}

pub(super) async fn undo(
    Given(state): Given<State>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    answered(settled(&state, &id, request, Step::Undo).await)
}

/// What is done with a decision.
enum Step {
    Approve,
    Refuse,
    Undo,
}

async fn settled(state: &State, id: &str, request: Request<Body>, step: Step) -> Answered {
    let (caller, _, said): (_, _, Why) = asked(state, request, Scope::Act).await?;
    let (act, id, store) = (route::act(&caller, &said.why)?, route::id(id)?, &state.0.store);
    let decision = match step {
        Step::Approve => {
            is_somebody_else(&caller, &store.decision(id).await?)?;
            store.approve(&act, id).await?
        }
        Step::Refuse => store.refuse(&act, id).await?,
        Step::Undo => store.undo(&act, id).await?,
    };
    state.wake();
    Ok(ok(&show::decision(&decision)))
}

/// What a person proposed a person approves: a key may be the same person's.
fn is_somebody_else(caller: &Caller, decision: &Decision) -> Result<(), Problem> {
    match caller.role.is_some() || decision.who.starts_with(KEY) {
        true => Ok(()),
        false => Err(Problem::second_person("a person proposed it: a person, logged in, approves")),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToList {
    state: Option<String>,
    campaign: Option<String>,
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
}

pub(super) async fn list(
    Given(state): Given<State>,
    head: Parts,
    Query(asked): Query<ToList>,
) -> Response<Body> {
    answered(listed(&state, &head, asked).await)
}

async fn listed(state: &State, head: &Parts, asked: ToList) -> Answered {
    state.caller(head, Scope::Read).await?;
    // A space is awkward in an address.
    let named = |word: &str| DecisionState::named(&word.replace('_', " "));
    let wanted = asked.state.as_deref().map(|word| route::word("state", word, named));
    let limit = route::limit(asked.limit);
    let sought =
        Sought { state: wanted.transpose()?, campaign: asked.campaign, after: asked.after, limit };
    let all = state.0.store.decisions(&sought).await?;
    Ok(route::page("decisions", &all, limit, show::decision, |one| one.seq))
}

pub(super) async fn one(
    Given(state): Given<State>,
    head: Parts,
    Path(id): Path<String>,
) -> Response<Body> {
    answered(shown(&state, &head, &id).await)
}

async fn shown(state: &State, head: &Parts, id: &str) -> Answered {
    state.caller(head, Scope::Read).await?;
    Ok(ok(&show::decision(&state.0.store.decision(route::id(id)?).await?)))
}

pub(super) async fn accounts(
    Given(state): Given<State>,
    head: Parts,
    Path(id): Path<String>,
) -> Response<Body> {
    answered(exported(&state, &head, &id).await)
}

/// How accounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Ndjson,
}

async fn exported(state: &State, head: &Parts, id: &str) -> Answered {
    state.caller(head, Scope::Act).await?;
    let decision = state.0.store.decision(route::id(id)?).await?;
    let accept = head.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (form, media) = match accept.contains("text/csv") {
        true => (Form::Csv, "text/csv; charset=utf-8"),
        false => (Form::Ndjson, "application/x-ndjson"),
    };
    let body = Body::from_stream(stream::try_unfold(
        (state.0.store.clone(), decision.id, Some(0)),
        move |(store, id, after)| some(store, id, after, form),
    ));
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    Ok(response)
}

type Left = (Store, Uuid, Option<i64>);

/// The next accounts, as text, and what is left.
async fn some(
    store: Store,
    id: Uuid,
    after: Option<i64>,
    form: Form,
) -> Result<Option<(String, Left)>, store::Error> {
    let Some(after) = after else { return Ok(None) };
    let all = store.decided(id, after, SENT_AT_ONCE).await?;
    let line = |one: &Decided| match form {
        Form::Csv => show::decided_line(one),
        Form::Ndjson => format!("{}\n", show::decided(one)),
    };
    let mut text: String = all.iter().map(line).collect();
    if after == 0 && form == Form::Csv {
        text.insert_str(0, show::DECIDED_COLUMNS);
    }
    let next = all.last().map(|last| last.number);
    Ok(Some((text, (store, id, next))))
}
