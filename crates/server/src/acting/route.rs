//! `/v1/decisions`, `/v1/appeals`, `/v1/webhooks`, `/v1/deliveries`: where they are, and
//! what their questions have in common.

use super::{Acting, Failed, appeals, decisions, webhooks};
use crate::answer::State;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::{body, token};
use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use axum::routing::{get, patch, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::{Act, Scope};
use uuid::Uuid;

/// Bytes of a question: an appeal's text is the longest there is.
const QUESTION_BYTES_MAX: u64 = 64 * 1024;
/// Characters of a reason, which is a sentence or two.
const WHY_CHARS_MAX: usize = 2_000;
/// Things on a page where nobody says how many,
const PAGE_DEFAULT: u32 = 100;
/// and whatever is asked for.
const PAGE_MAX: u32 = 1_000;
/// Characters of an Idempotency-Key.
const KEY_CHARS_MAX: usize = 255;
/// What ids are made of that an Idempotency-Key stands for.
const KEYS: Uuid = Uuid::from_u128(0x91b4_7c0e_22d5_5e61_8f3a_6d09_e4c8_1b57);

pub(crate) fn router(state: State) -> Router {
    Router::new()
        .route("/v1/decisions", get(decisions::list).post(decisions::decide))
        .route("/v1/decisions/preview", post(decisions::preview))
        .route("/v1/decisions/{id}", get(decisions::one))
        .route("/v1/decisions/{id}/accounts", get(decisions::accounts))
        .route("/v1/decisions/{id}/approve", post(decisions::approve))
        .route("/v1/decisions/{id}/refuse", post(decisions::refuse))
        .route("/v1/decisions/{id}/undo", post(decisions::undo))
        .route("/v1/appeals", get(appeals::list).post(appeals::take))
        .route("/v1/appeals/{id}/restore", post(appeals::restore))
        .route("/v1/appeals/{id}/uphold", post(appeals::uphold))
        .route("/v1/webhooks", get(webhooks::list).post(webhooks::add))
        .route("/v1/webhooks/{name}", patch(webhooks::change).delete(webhooks::remove))
        .route("/v1/webhooks/{name}/test", post(webhooks::test))
        .route("/v1/deliveries", get(webhooks::deliveries))
        .route("/v1/deliveries/{number}/replay", post(webhooks::replay))
        .with_state(state)
}

pub(super) type Answered = Result<Response<Body>, Problem>;

pub(super) fn answered(outcome: Answered) -> Response<Body> {
    outcome.unwrap_or_else(Problem::into_response)
}

pub(super) fn ok(value: &Value) -> Response<Body> {
    answer(StatusCode::OK, value)
}

pub(super) fn answer(status: StatusCode, value: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A page of things, and from where the next one goes on.
pub(super) fn page<T>(
    name: &str,
    all: &[T],
    limit: u32,
    show: impl Fn(&T) -> Value,
    number: impl Fn(&T) -> i64,
) -> Response<Body> {
    let next = all.last().filter(|_| all.len() as u64 >= u64::from(limit)).map(number);
    ok(&json!({ name: all.iter().map(show).collect::<Vec<_>>(), "next": next }))
}

/// How many are asked for.
pub(super) fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX)
}

/// Who asks, and what they say; nothing said is an empty object.
pub(super) async fn asked<T: DeserializeOwned>(
    state: &State,
    request: Request<Body>,
    scope: Scope,
) -> Result<(Caller, HeaderMap, T), Problem> {
    let (head, content) = request.into_parts();
    let caller = state.caller(&head, scope).await?;
    let text = body::read(&head.headers, content, QUESTION_BYTES_MAX).await?;
    let text: &[u8] = if text.trim_ascii().is_empty() { b"{}" } else { &text };
    let said = serde_json::from_slice(text).map_err(|e| Problem::unclear(e.to_string()))?;
    Ok((caller, head.headers, said))
}

/// What a caller does, for a reason that is one.
pub(super) fn act(caller: &Caller, why: &str) -> Result<Act, Problem> {
    let why = why.trim();
    if why.is_empty() || why.chars().count() > WHY_CHARS_MAX {
        let words = format!("why: say it in 1 to {WHY_CHARS_MAX} characters");
        return Err(Problem::unprocessable(words));
    }
    Ok(caller.act(why))
}

/// The id of what is to be made: of one caller, the same key is the same thing.
pub(super) fn new_id(caller: &Caller, headers: &HeaderMap) -> Result<Uuid, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(token::uuid()) };
    let wrong = || Problem::unclear(format!("Idempotency-Key: 1 to {KEY_CHARS_MAX} characters"));
    let key = key.to_str().map_err(|_| wrong())?;
    match (1..=KEY_CHARS_MAX).contains(&key.len()) {
        true => Ok(Uuid::new_v5(&KEYS, format!("{}\n{key}", caller.name).as_bytes())),
        false => Err(wrong()),
    }
}

pub(super) fn id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::missing(format!("{text:?} is no id")))
}

/// A word that must be one of a list.
pub(super) fn word<T: Copy>(
    name: &str,
    typed: &str,
    named: impl Fn(&str) -> Option<T>,
) -> Result<T, Problem> {
    named(typed).ok_or_else(|| Problem::unprocessable(format!("{name}: {typed:?} is none")))
}

impl State {
    pub(super) fn acting(&self) -> Result<&Acting, Problem> {
        let words = "this server has no results of a scan to decide on";
        self.0.acting.as_ref().ok_or_else(|| Problem::missing(words))
    }

    /// Something may be due.
    pub(super) fn wake(&self) {
        self.0.wake.notify_one();
    }
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::NoCampaign(_) => Self::missing(failed.to_string()),
            Failed::Changed => Self::conflict(failed.to_string()),
            Failed::TooMany => Self::unprocessable(failed.to_string()),
            Failed::Store(e) => e.into(),
            Failed::Unread(_) | Failed::Cut => {
                tracing::error!("{failed}");
                Self::unread(failed.to_string())
            }
        }
    }
}
