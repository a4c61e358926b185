//! `/v1`: a sign-up in, a verdict out.

use super::{Judged, Live, NotJudged, Question, watch};
use crate::answer::State;
use crate::problem::Problem;
use crate::{body, clock, token};
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State as Given};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use axum::routing::post;
use events::read::Form;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Scope;
use verdicts::{Answer, Phase};

/// Bytes of one sign-up: a few hundred are usual.
const SIGNUP_BYTES_MAX: u64 = 64 * 1024;
/// Sign-ups of a batch: a tenth of a second's work.
const BATCH_LINES_MAX: usize = 10_000;
/// Bytes of a batch, unpacked.
pub(super) const BATCH_BYTES_MAX: u64 = 32 * 1024 * 1024;

pub(crate) fn router(state: State) -> Router {
    Router::new()
        .route("/v1/signups", post(one))
        .route("/v1/signups/batch", post(batch))
        .with_state(state.clone())
        .merge(watch::router(state))
}

/// How a sign-up is asked about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// `before` the account exists, or `after`, which is what is meant by nothing.
    #[serde(default)]
    phase: Phase,
    /// Whose form it has, if not the record's own: `castle`, `sift`, …
    form: Option<String>,
}

impl Asked {
    fn form<'l>(&self, live: &'l Live) -> Result<&'l Form, Problem> {
        live.forms.named(self.form.as_deref()).ok_or_else(|| {
            let names = live.forms.names().join(", ");
            Problem::malformed(format!("form: there is none of this name, but {names}"))
        })
    }
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
    answered(judge_one(&state, asked, request).await)
}

async fn judge_one(
    state: &State,
    asked: Asked,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    let begun = Instant::now();
    let (head, content) = request.into_parts();
    let live = state.live(&head, Scope::Signups).await?;
    let text = body::read(&head.headers, content, SIGNUP_BYTES_MAX).await?;
    let Some(_place) = place(&live, begun).await else {
        return Ok(json(&told(&live.fail_over(), begun)));
    };
    let text = on_one_line(match is_a_web_form(&head.headers) {
        true => as_json(&text)?,
        false => text,
    });
    let form = asked.form(&live)?;
    let question = Question { text: &text, form, phase: asked.phase, now_ms: clock::now().ms() };
    let elsewhere = live.elsewhere(question, live.patience(begun)).await;
    let mut judged = live.judge(question, &elsewhere);
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
    answered(judge_batch(&state, asked, request).await)
}

async fn judge_batch(
    state: &State,
    asked: Asked,
    request: Request<Body>,
) -> Result<Response<Body>, Problem> {
    let begun = Instant::now();
    let (head, content) = request.into_parts();
    let live = state.live(&head, Scope::Signups).await?;
    let text = body::read(&head.headers, content, BATCH_BYTES_MAX).await?;
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    if lines > BATCH_LINES_MAX {
        let words = format!("a batch has {BATCH_LINES_MAX} lines at most, and this one {lines}");
        return Err(Problem::malformed(words));
    }
    let now_ms = clock::now().ms();
    // Long work: others wait for this thread.
    let within = live.patience(begun);
    let elsewhere = {
        let form = asked.form(&live)?;
        let question = Question { text: &text, form, phase: asked.phase, now_ms };
        live.elsewhere(question, within).await
    };
    let judges = Arc::clone(&live);
    let judge = move || {
        let form = asked.form(&judges)?;
        let question = Question { text: &text, form, phase: asked.phase, now_ms };
        Ok::<_, Problem>((judges.judge(question, &elsewhere), elsewhere))
    };
    let judged = tokio::task::spawn_blocking(judge).await.map_err(|_| Problem::broken())?;
    let (judged, elsewhere) = judged?;
    live.settle(elsewhere, &judged);
    let mut out = Vec::with_capacity(judged.len() * 512);
    for one in judged {
        match one {
            Ok(judged) => serde_json::to_writer(&mut out, &of(&judged, begun)),
            // Nothing of it is kept: it can be sent again as it is.
            Err(why @ NotJudged::Journal(_)) if out.is_empty() => return Err(why.into()),
            Err(why) => serde_json::to_writer(&mut out, &Problem::from(why).document()),
        }
        .map_err(|_| Problem::broken())?;
        out.push(b'\n');
    }
    Ok(typed("application/x-ndjson", out))
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

fn is_a_web_form(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok());
    media.is_some_and(|media| media.starts_with("application/x-www-form-urlencoded"))
}

/// A web form as the object that it stands for.
fn as_json(text: &[u8]) -> Result<Vec<u8>, Problem> {
    let fields: Map<String, Value> = form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    serde_json::to_vec(&fields).map_err(|_| Problem::broken())
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

pub(super) fn typed(media: &'static str, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

pub(super) fn answered(outcome: Result<Response<Body>, Problem>) -> Response<Body> {
    outcome.unwrap_or_else(Problem::into_response)
}

impl State {
    /// The live service, for whoever may do this.
    pub(super) async fn live(&self, head: &Parts, scope: Scope) -> Result<Arc<Live>, Problem> {
        let live = self.0.live.as_ref().ok_or_else(Problem::not_live)?;
        self.caller(head, scope).await?;
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
