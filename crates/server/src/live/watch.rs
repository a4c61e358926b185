//! `/v1` beside sign-ups: what is told of accounts later, and whoever watches.

use super::NotJudged;
use super::route::{BATCH_BYTES_MAX, answered, typed};
use crate::answer::State;
use crate::problem::Problem;
use crate::{body, clock};
use axum::Router;
use axum::body::Body;
use axum::extract::State as Given;
use axum::http::request::Parts;
use axum::http::{Request, Response};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use futures_util::stream;
use std::convert::Infallible;
use store::Scope;
use tokio::sync::broadcast::error::RecvError;

pub(super) fn router(state: State) -> Router {
    Router::new()
        .route("/v1/events", post(later))
        .route("/v1/news", get(news))
        .route("/v1/policy", get(policy))
        .route("/metrics", get(metrics))
        .with_state(state)
}

/// What happened to accounts later: nothing is answered to it but how much was taken.
async fn later(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    answered(take_later(&state, request).await)
}

async fn take_later(state: &State, request: Request<Body>) -> Result<Response<Body>, Problem> {
    let (head, content) = request.into_parts();
    let live = state.live(&head, Scope::Signups).await?;
    let text = body::read(&head.headers, content, BATCH_BYTES_MAX).await?;
    let now_ms = clock::now().ms();
    let taken = tokio::task::spawn_blocking(move || live.later.take(&text, now_ms)).await;
    let taken = taken.map_err(|_| Problem::broken())?.map_err(NotJudged::Journal)?;
    serde_json::to_vec(&taken)
        .map(|text| typed("application/json", text))
        .map_err(|_| Problem::broken())
}

/// What is new, as long as somebody listens.
async fn news(Given(state): Given<State>, head: Parts) -> Response<Body> {
    let live = match state.live(&head, Scope::Read).await {
        Ok(live) => live,
        Err(problem) => return problem.into_response(),
    };
    let told = stream::unfold(live.desk.watch(), async |mut watched| {
        let event = match watched.recv().await {
            Ok(news) => {
                let text = serde_json::to_string(&news).unwrap_or_default();
                Event::default().event(news.name()).data(text)
            }
            Err(RecvError::Lagged(missed)) => {
                Event::default().event("missed").data(missed.to_string())
            }
            Err(RecvError::Closed) => return None,
        };
        Some((Ok::<_, Infallible>(event), watched))
    });
    Sse::new(told).keep_alive(KeepAlive::default()).into_response()
}

/// The policy that decides.
async fn policy(Given(state): Given<State>, head: Parts) -> Response<Body> {
    answered(match state.live(&head, Scope::Read).await {
        Ok(live) => match serde_json::to_vec(&live.policy().used()) {
            Ok(text) => Ok(typed("application/json", text)),
            Err(_) => Err(Problem::broken()),
        },
        Err(problem) => Err(problem),
    })
}

async fn metrics(Given(state): Given<State>, head: Parts) -> Response<Body> {
    answered(match state.live(&head, Scope::Metrics).await {
        Ok(live) => {
            Ok(typed("text/plain; version=0.0.4", live.metrics() + &state.0.door.metrics()))
        }
        Err(problem) => Err(problem),
    })
}
