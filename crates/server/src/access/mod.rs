//! Access: who people are, what they may do, and how they come in. Passwords and
//! sessions are here, and users and keys for those who look after them; whoever asks for
//! anything is let in by `caller.rs`.

mod cookie;
mod keys;
mod log_in;
mod oidc;
pub(crate) mod origin;
mod password;
mod session;
mod settings;
mod setup;
mod users;
mod waits;

pub use password::{hash_password, password_problem};
pub use settings::{Oidc, Secret, Settings};
pub use setup::set_up;

use crate::answer::State;
use crate::body;
use crate::problem::Problem;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::{delete, get, patch, post};
use log_in::Unknown;
use oidc::Provider;
use password::Hasher;
use serde::de::DeserializeOwned;
use serde_json::Value;
use session::Lately;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use waits::Waits;

/// Bytes of what is asked for here: a few names and a password.
const BYTES_MAX: u64 = 16 * 1024;
/// Who a proxy asks for.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What access is given by.
#[derive(Debug)]
pub(crate) struct Access {
    settings: Settings,
    /// Whether people come by TLS, ours or what stands in front brings.
    is_secure: bool,
    hasher: Hasher,
    names: Waits,
    addresses: Waits,
    unknown: Mutex<Unknown>,
    lately: Mutex<Lately>,
    oidc: Option<Provider>,
}

impl Access {
    pub(crate) fn new(settings: &Settings, is_secure: bool) -> Self {
        Self {
            settings: settings.clone(),
            is_secure,
            hasher: Hasher::default(),
            names: Waits::new(waits::OF_A_NAME),
            addresses: Waits::new(waits::OF_AN_ADDRESS),
            unknown: Mutex::default(),
            lately: Mutex::default(),
            oidc: settings.oidc.clone().map(Provider::new),
        }
    }

    /// Where whoever asks is: as a proxy says that is known, or where they connect from.
    fn address(&self, head: &Parts) -> IpAddr {
        let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| peer.ip());
        let is_proxy = |address: &IpAddr| {
            self.settings.proxies.iter().any(|net| net.contains(&address.to_canonical()))
        };
        if !is_proxy(&peer) {
            return waits::customer(peer);
        }
        let lines = head.headers.get_all(X_FORWARDED_FOR).iter();
        let text = lines.filter_map(|line| line.to_str().ok()).collect::<Vec<_>>().join(",");
        // From the last on: what stands before what our proxies wrote, anybody may have.
        let written = text.rsplit(',').map_while(|one| one.trim().parse::<IpAddr>().ok());
        let first = written.into_iter().find(|address| !is_proxy(address));
        waits::customer(first.unwrap_or(peer))
    }
}

/// Who comes in, and who says who may.
pub(crate) fn router(state: State) -> Router {
    let of_session = get(log_in::who).post(log_in::log_in).delete(log_in::log_out);
    Router::new()
        .route("/v1/setup", post(setup::first_admin))
        .route("/v1/session", of_session)
        .route("/v1/session/password", post(users::own_password))
        .route("/v1/oidc/start", get(oidc::start))
        .route("/v1/oidc/callback", get(oidc::callback))
        .route("/v1/users", get(users::list).post(users::add))
        .route("/v1/users/{name}", patch(users::change))
        .route("/v1/keys", get(keys::list).post(keys::add))
        .route("/v1/keys/{name}", delete(keys::revoke))
        .with_state(state)
}

/// The document that a request comes with.
async fn document<T: DeserializeOwned>(head: &Parts, content: Body) -> Result<T, Problem> {
    let media = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = media.and_then(|media| media.split(';').next()).map(str::trim);
    // A form of another site can send others unasked.
    if media != Some("application/json") {
        let title = "This kind of content is not taken";
        let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, title);
        return Err(problem.says("Content-Type is application/json"));
    }
    let text = body::read(&head.headers, content, BYTES_MAX).await?;
    serde_json::from_slice(&text).map_err(Problem::unclear)
}

fn answered(outcome: Result<Response<Body>, Problem>) -> Response<Body> {
    outcome.unwrap_or_else(Problem::into_response)
}

fn json(status: StatusCode, document: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    let media = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, media);
    response
}

fn nothing() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
