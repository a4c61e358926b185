//! What every answer carries, so that a browser does with it only what is meant; and a
//! line in the log for each request, which tells of nobody: its route, not its address.

use axum::body::Body;
use axum::extract::{MatchedPath, State as Given};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Request, Response};
use axum::middleware::Next;
use std::time::Instant;

/// Whether browsers come by TLS to us ourselves; what stands in front says it for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Road {
    /// They do.
    Tls,
    /// They do not, or not to us.
    Plain,
}

/// Nothing is loaded by what we answer, and nobody frames it.
const CONTENT: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// Two years, as is usual.
const TLS: &str = "max-age=63072000";

pub(crate) async fn shielded(
    Given(road): Given<Road>,
    request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let mut response = next.run(request).await;
    let is_of = |root: &str| route.as_ref().is_some_and(|route| route.as_str().starts_with(root));
    let headers = response.headers_mut();
    // What has said so itself knows better.
    let mut say = |name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    say(X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(CONTENT_SECURITY_POLICY, CONTENT);
    say(REFERRER_POLICY, "no-referrer");
    say(X_FRAME_OPTIONS, "DENY");
    if road == Road::Tls {
        say(STRICT_TRANSPORT_SECURITY, TLS);
    }
    if is_of("/v1/") {
        say(CACHE_CONTROL, "no-store");
    }
    // TAXII has its own line, and these are asked for every few seconds.
    if !is_of("/taxii2") && !is_of("/healthz") && !is_of("/readyz") {
        let route = route.as_ref().map_or("nothing", MatchedPath::as_str);
        let us = begun.elapsed().as_micros() as u64;
        tracing::info!(%method, route, status = response.status().as_u16(), us, "answered");
    }
    response
}
