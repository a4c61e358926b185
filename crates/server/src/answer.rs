//! The way of a request: who asks, what for, in which language; then the answer.

use crate::access::{self, Access};
use crate::acting::{self, Acting};
use crate::clock;
use crate::config::{Config, Limits};
use crate::door::Door;
use crate::live::{self, Live};
use crate::media;
use crate::refusal::Refusal;
use crate::road::Road;
use crate::shield::{self, shielded};
use crate::{read, resources, write};
use axum::Router;
use axum::body::Body;
use axum::extract::State as Given;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode};
use axum::middleware;
use axum::routing::{any, get};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::{Collection, Key, Store};
use tokio::sync::{Notify, Semaphore};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// What every request is answered from; copies are the same.
#[derive(Clone, Debug)]
pub struct State(pub(crate) Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) limits: Limits,
    pub(crate) title: String,
    pub(crate) contact: Option<String>,
    pub(crate) public_url: Option<String>,
    scheme: &'static str,
    pub(crate) door: Door,
    pub(crate) access: Access,
    /// None where no sign-ups are judged.
    pub(crate) live: Option<Arc<Live>>,
    /// None where no campaigns are decided on.
    pub(crate) acting: Option<Acting>,
    /// Told where something may be due.
    pub(crate) wake: Arc<Notify>,
    /// Collections, and since when they are known.
    collections: Mutex<Option<(Instant, Arc<[Collection]>)>>,
    /// Places for those who post, or look at whole campaigns.
    pub(crate) posts: Semaphore,
}

/// Changes of collections are made by another process: this long, the old ones stand.
const COLLECTIONS_KNOWN_MAX: Duration = Duration::from_secs(2);
/// POSTs that are read at one time: each may hold its content several times over in
/// memory, while the store takes one after the other.
const POSTS_MAX: usize = 4;

impl State {
    /// Of what the server was told.
    pub fn new(config: &Config) -> Self {
        let trimmed = |url: &String| url.trim_end_matches('/').to_owned();
        let is_https = |url: &String| url.starts_with("https://");
        let is_secure = config.tls.is_some() || config.public_url.as_ref().is_some_and(is_https);
        Self(Arc::new(Shared {
            store: config.store.clone(),
            limits: config.limits,
            title: config.title.clone(),
            contact: config.contact.clone(),
            public_url: config.public_url.as_ref().map(trimmed),
            scheme: if config.tls.is_some() { "https" } else { "http" },
            door: Door::default(),
            access: Access::new(&config.access, is_secure),
            live: config.live.clone(),
            acting: config.acting.clone(),
            wake: Arc::default(),
            collections: Mutex::new(None),
            posts: Semaphore::new(POSTS_MAX),
        }))
    }
}

impl Shared {
    /// All collections, as they were a moment ago.
    pub(crate) async fn collections(&self) -> Result<Arc<[Collection]>, Refusal> {
        let now = Instant::now();
        let known = self.collections.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((since, collections)) = known
            && now.duration_since(since) < COLLECTIONS_KNOWN_MAX
        {
            return Ok(collections);
        }
        let collections: Arc<[Collection]> = self.store.collections().await?.into();
        let mut known = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((now, Arc::clone(&collections)));
        Ok(collections)
    }

    /// What the server is called by whoever asks.
    pub(crate) fn address(&self, head: &Parts) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| head.uri.authority().map(|host| host.as_str()));
        format!("{}://{}", self.scheme, host.unwrap_or("localhost"))
    }
}

/// The service: sign-ups, decisions and access below `/v1/`, TAXII below `/taxii2/`, and
/// whether it lives and is ready.
pub fn router(state: State) -> Router {
    let road = match state.0.scheme {
        "https" => shield::Road::Tls,
        _ => shield::Road::Plain,
    };
    // A page is a megabyte and packs to a tenth at any level: the fastest costs least.
    let packed = CompressionLayer::new().quality(CompressionLevel::Fastest);
    Router::new()
        .route("/taxii2", any(answer))
        .route("/taxii2/", any(answer))
        .route("/taxii2/{*within}", any(answer))
        .layer(packed)
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .with_state(state.clone())
        .merge(access::router(state.clone()))
        .merge(live::router(state.clone()))
        .merge(acting::router(state))
        .layer(middleware::from_fn_with_state(road, shielded))
}

/// Who asks whether we are ready is told within this, whatever the store does.
const READY_MAX: Duration = Duration::from_secs(1);

/// A scorer is ready while it can judge for somebody: it goes on without what it shares
/// with others, and says so.
async fn ready(Given(state): Given<State>) -> (StatusCode, String) {
    let asked = tokio::time::timeout(READY_MAX, state.0.store.is_ready()).await;
    let is_here = matches!(asked, Ok(Ok(())));
    let live = state.0.live.as_ref();
    let goes_on = live.is_some() && state.0.door.goes_on(Instant::now());
    let (status, said) = match (is_here, goes_on) {
        (true, _) => (StatusCode::OK, "ready\n"),
        (false, true) => (StatusCode::OK, "ready\nstore: away, keys that were good lately go on\n"),
        (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
    };
    let others = live.map(|live| live.says_of_others()).unwrap_or_default();
    (status, format!("{said}{others}"))
}

async fn answer(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    let begun = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = match answered(&state.0, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    };
    let (road, status) = (Road::of(&path).map_or("nothing", Road::name), response.status());
    tracing::info!(%method, road, status = status.as_u16(), us = begun.elapsed().as_micros() as u64);
    response
}

/// A request, and who asks.
pub(crate) struct Asked<'s> {
    pub(crate) shared: &'s Shared,
    pub(crate) key: Arc<Key>,
    pub(crate) head: Parts,
}

async fn answered(shared: &Shared, request: Request<Body>) -> Result<Response<Body>, Refusal> {
    // Who they are first: others are told nothing, not even what they say wrongly.
    let (head, body) = request.into_parts();
    let key = shared.door.open(&shared.store, &head.headers, shared.limits.rate).await?;
    let path = head.uri.path().to_owned();
    let road = Road::of(&path).ok_or_else(|| Refusal::not_found("no such address"))?;
    media::accept(&head.headers)?;
    let method = head.method.clone();
    let asked = Asked { shared, key, head };
    match (method, road) {
        (Method::GET, Road::Discovery) => Ok(resources::discovery(&asked)),
        (Method::GET, Road::Root) => Ok(resources::root(&asked)),
        (Method::GET, Road::Status(id)) => resources::status(&asked, id, clock::now()).await,
        (Method::GET, Road::Collections) => resources::collections(&asked).await,
        (Method::GET, Road::Collection(name)) => resources::collection(&asked, name).await,
        (Method::GET, Road::Manifest(name)) => read::manifest(&asked, name).await,
        (Method::GET, Road::Objects(name)) => read::objects(&asked, name).await,
        (Method::GET, Road::Object(name, id)) => read::object(&asked, name, id).await,
        (Method::GET, Road::Versions(name, id)) => read::versions(&asked, name, id).await,
        (Method::POST, Road::Objects(name)) => write::post(asked, body, name).await,
        (Method::DELETE, Road::Object(name, id)) => write::delete(&asked, name, id).await,
        (_, road) => Err(Refusal::method(road.methods())),
    }
}

/// An answer of TAXII.
pub(crate) fn taxii(status: StatusCode, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media::TAXII));
    response
}
