//! `/v1`: a sign-up in, a verdict out.

use super::{Judged, Live, NotJudged};
use crate::answer::State;
use crate::problem::Problem;
use crate::{body, clock, token};
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State as Given};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Scope;
use verdicts::{Answer, Phase};

/// Bytes of one sign-up: a few hundred are usual.
const SIGNUP_BYTES_MAX: u64 = 64 * 1024;
/// Sign-ups of a batch: a tenth of a second's work.
const BATCH_LINES_MAX: usize = 10_000;
/// Bytes of a batch, unpacked.
const BATCH_BYTES_MAX: u64 = 32 * 1024 * 1024;

pub(crate) fn router(state: State) -> Router {
    Router::new()
        .route("/v1/signups", post(one))
        .route("/v1/signups/batch", post(batch))
        .route("/metrics", get(metrics))
        .with_state(state)
}

/// How a sign-up is asked about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// `before` the account exists, or `after`, which is what is meant by nothing.
    #[serde(default)]
    phase: Phase,
}

/// What is answered about one sign-up.
#[derive(Serialize)]
struct Told<'a> {
    request_id: String,
    latency_us: u64,
    /// It was answered before, under its `event_id`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    repeated: bool,
    #[serde(flatten)]
    answer: &'a Answer,
    /// Fields that could not be taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    set_aside: Vec<SetAside<'a>>,
}

#[derive(Serialize)]
struct SetAside<'a> {
    field: &'a str,
    why: &'a str,
}

async fn one(
    Given(state): Given<State>,
    Query(asked): Query<Asked>,
    request: Request<Body>,
) -> Response<Body> {
    answered(judge_one(&state, asked.phase, request).await)
}

async fn judge_one(
    state: &State,
    phase: Phase,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    let begun = Instant::now();
    let live = state.live(request.headers(), Scope::Signups).await?;
    let (head, content) = request.into_parts();
    let text = body::read(&head.headers, content, SIGNUP_BYTES_MAX).await?;
    let Some(_place) = place(&live, begun).await else {
        return Ok(json(&told(&live.fail_over(), begun)));
    };
    let text = on_one_line(text);
    let now_ms = clock::now().ms();
    let elsewhere = live.elsewhere(&text, phase, now_ms, live.patience(begun)).await;
    let mut judged = live.judge(&text, phase, now_ms, &elsewhere);
    live.settle(elsewhere, &judged);
    match judged.pop() {
        Some(Ok(judged)) => Ok(json(&of(&judged, begun))),
        Some(Err(why)) => Err(why.into()),
        None => Err(Problem::malformed("there is no sign-up in it")),
    }
}

async fn batch(
    Given(state): Given<State>,
    Query(asked): Query<Asked>,
    request: Request<Body>,
) -> Response<Body> {
    answered(judge_batch(&state, asked.phase, request).await)
}

async fn judge_batch(
    state: &State,
    phase: Phase,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    let begun = Instant::now();
    let live = state.live(request.headers(), Scope::Signups).await?;
    let (head, content) = request.into_parts();
    let text = body::read(&head.headers, content, BATCH_BYTES_MAX).await?;
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    if lines > BATCH_LINES_MAX {
        let words = format!("a batch has {BATCH_LINES_MAX} lines at most, and this one {lines}");
        return Err(Problem::malformed(words));
    }
    let now_ms = clock::now().ms();
    // Long work: others wait for this thread.
    let elsewhere = live.elsewhere(&text, phase, now_ms, live.patience(begun)).await;
    let judges = Arc::clone(&live);
    let judge = move || (judges.judge(&text, phase, now_ms, &elsewhere), elsewhere);
    let judged = tokio::task::spawn_blocking(judge).await;
    let (judged, elsewhere) = judged.map_err(|_| Problem::broken())?;
    live.settle(elsewhere, &judged);
    let mut out = Vec::with_capacity(judged.len() * 512);
    for one in judged {
        match one {
            Ok(judged) => serde_json::to_writer(&mut out, &of(&judged, begun)),
            Err(why @ NotJudged::Journal(_)) => return Err(why.into()),
            Err(why) => serde_json::to_writer(&mut out, &Problem::from(why).document()),
        }
        .map_err(|_| Problem::broken())?;
        out.push(b'\n');
    }
    Ok(typed("application/x-ndjson", out))
}

async fn metrics(Given(state): Given<State>, headers: HeaderMap) -> Response<Body> {
    answered(match state.live(&headers, Scope::Metrics).await {
        Ok(live) => {
            Ok(typed("text/plain; version=0.0.4", live.metrics() + &state.0.door.metrics()))
        }
        Err(problem) => Err(problem),
    })
}

/// A place to work in, within the time that the policy gives.
async fn place(live: &Live, begun: Instant) -> Option<tokio::sync::SemaphorePermit<'_>> {
    if let Ok(place) = live.places().try_acquire() {
        return Some(place);
    }
    let within = Duration::from_millis(live.policy().fail_over().within_ms.into());
    let left = within.checked_sub(begun.elapsed())?;
    tokio::time::timeout(left, live.places().acquire()).await.ok()?.ok()
}

/// An object may be written over several lines, and a line of the journal is one.
fn on_one_line(mut text: Vec<u8>) -> Vec<u8> {
    text.iter_mut().filter(|byte| matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    text
}

fn of(judged: &Judged, begun: Instant) -> Told<'_> {
    let set_aside = judged.set_aside.iter().map(|rejected| SetAside {
        field: rejected.field.as_deref().unwrap_or_default(),
        why: &rejected.reason,
    });
    Told {
        repeated: judged.is_repeated,
        set_aside: set_aside.collect(),
        ..told(&judged.answer, begun)
    }
}

fn told(answer: &Answer, begun: Instant) -> Told<'_> {
    Told {
        request_id: token::uuid().to_string(),
        latency_us: begun.elapsed().as_micros() as u64,
        repeated: false,
        answer,
        set_aside: Vec::new(),
    }
}

fn json(told: &Told<'_>) -> Response<Body> {
    match serde_json::to_vec(told) {
        Ok(text) => typed("application/json", text),
        Err(_) => Problem::broken().into_response(),
    }
}

fn typed(media: &'static str, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

fn answered(outcome: Result<Response<Body>, Problem>) -> Response<Body> {
    outcome.unwrap_or_else(Problem::into_response)
}

impl State {
    /// The live service, for whoever may do this.
    async fn live(&self, headers: &HeaderMap, scope: Scope) -> Result<Arc<Live>, Problem> {
        let live = self.0.live.as_ref().ok_or_else(Problem::not_live)?;
        self.caller(headers, scope).await?;
        Ok(Arc::clone(live))
    }
}

impl From<NotJudged> for Problem {
    fn from(why: NotJudged) -> Self {
        match why {
            NotJudged::Rejected(rejected) => {
                let field = rejected.field.map(|field| format!("{field}: ")).unwrap_or_default();
                Self::malformed(format!("{field}{}", rejected.reason))
            }
            NotJudged::Journal(e) => {
                tracing::error!("the journal cannot be written: {e}");
                Self::cannot_keep()
            }
        }
    }
}
