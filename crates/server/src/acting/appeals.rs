//! `/v1/appeals`: taken, looked through, decided on.

use super::decisions::Why;
use super::route::{self, Answered, answer, answered, asked, ok};
use super::show;
use crate::answer::State;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, Query, State as Given};
use axum::http::request::Parts;
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use store::{AppealOutcome, Scope};

/// Bytes of an account's name, as a scan takes them.
const ACCOUNT_BYTES_MAX: usize = 1_024;
/// Characters of what somebody says: a long letter.
const TEXT_CHARS_MAX: usize = 10_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToTake {
    account: String,
    text: String,
}

pub(super) async fn take(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    answered(taken(&state, request).await)
}

async fn taken(state: &State, request: Request<Body>) -> Answered {
    let (caller, headers, said): (_, _, ToTake) = asked(state, request, Scope::Label).await?;
    if !(1..=ACCOUNT_BYTES_MAX).contains(&said.account.len()) {
        let words = format!("account: 1 to {ACCOUNT_BYTES_MAX} bytes");
        return Err(Problem::unprocessable(words));
    }
    if said.text.chars().count() > TEXT_CHARS_MAX {
        return Err(Problem::unprocessable(format!("text: at most {TEXT_CHARS_MAX} characters")));
    }
    let id = route::new_id(&caller, &headers)?;
    let act = route::act(&caller, "an appeal came in")?;
    let appeal = state.0.store.add_appeal(&act, id, &said.account, &said.text).await?;
    Ok(answer(StatusCode::CREATED, &show::appeal(&appeal)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToList {
    outcome: Option<String>,
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
}

pub(super) async fn list(
    Given(state): Given<State>,
    head: Parts,
    Query(asked): Query<ToList>,
) -> Response<Body> {
    answered(listed(&state, &head, &asked).await)
}

async fn listed(state: &State, head: &Parts, asked: &ToList) -> Answered {
    state.caller(head, Scope::Read).await?;
    let word = asked.outcome.as_deref();
    let wanted = word.map(|word| route::word("outcome", word, AppealOutcome::named)).transpose()?;
    let limit = route::limit(asked.limit);
    let all = state.0.store.appeals(wanted, asked.after, limit).await?;
    Ok(route::page("appeals", &all, limit, show::appeal, |one| one.seq))
}

pub(super) async fn restore(
    Given(state): Given<State>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    answered(settled(&state, &id, request, AppealOutcome::Restored).await)
}

pub(super) async fn uphold(
    Given(state): Given<State>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    answered(settled(&state, &id, request, AppealOutcome::Upheld).await)
}

async fn settled(
    state: &State,
    id: &str,
    request: Request<Body>,
    outcome: AppealOutcome,
) -> Answered {
    let (caller, _, said): (_, _, Why) = asked(state, request, Scope::Label).await?;
    let (act, id, store) = (route::act(&caller, &said.why)?, route::id(id)?, &state.0.store);
    let appeal = match outcome {
        AppealOutcome::Restored => store.restore(&act, id).await?,
        _ => store.uphold(&act, id).await?,
    };
    state.wake();
    Ok(ok(&show::appeal(&appeal)))
}
