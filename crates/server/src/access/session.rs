//! Sessions, as requests come with them: a cookie, and for what changes something the
//! token against requests that pages of others make. That token is made of the session's,
//! so that nobody has to keep it.

use super::Access;
use super::cookie::{self, Cookie, SameSite};
use super::origin;
use crate::answer::State;
use crate::bucket::Bucket;
use crate::clock;
use crate::problem::Problem;
use crate::token::{self, Token};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use stix::Timestamp;
use store::{Act, KeyHash, NewSession, Proof, Rate, Session, User};

const X_CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");
/// That a session goes on is written down no more often, or every page that is looked at
/// would wait for the disk.
const TOUCHED_MAX: Duration = Duration::from_secs(60);
/// Of a session: a person does not ask as often, and a page of ours need not.
const RATE: Rate = Rate(1200);
/// Sessions whose last requests are known; only those that exist are.
const SESSIONS_MAX: usize = 10_000;

/// What sessions did lately.
#[derive(Debug, Default)]
pub(super) struct Lately(HashMap<KeyHash, Last>);

#[derive(Debug)]
struct Last {
    bucket: Bucket,
    touched: Option<Instant>,
}

impl Lately {
    /// Takes a request of a session; gives whether it is to be written down.
    fn take(&mut self, sha256: KeyHash, every: Duration, now: Instant) -> Result<bool, u64> {
        if self.0.len() >= SESSIONS_MAX && !self.0.contains_key(&sha256) {
            self.0.clear();
        }
        let fresh = || Last { bucket: Bucket::full(now), touched: None };
        let last = self.0.entry(sha256).or_insert_with(fresh);
        last.bucket.spend(Some(RATE), now)?;
        let is_due = last.touched.is_none_or(|then| now.duration_since(then) >= every);
        if is_due {
            last.touched = Some(now);
        }
        Ok(is_due)
    }
}

impl State {
    /// The session that a request comes with, if it does; refused where that has ended, and
    /// where it changes something and does not come from a page of ours.
    pub(crate) async fn session(&self, head: &Parts) -> Result<Option<Session>, Problem> {
        let Some(token) = cookie::value(&head.headers, cookie::SESSION) else { return Ok(None) };
        let (sha256, now) = (token::hash(token), clock::now());
        let session = self.0.store.session(sha256, now).await?.ok_or_else(Problem::unknown)?;
        if !head.method.is_safe() {
            origin::demand_us(head, self.0.public_url.as_deref())?;
            demand_csrf(head, token)?;
        }
        let access = &self.0.access;
        // An idle end that is near needs a closer look.
        let every = TOUCHED_MAX.min(access.settings.idle / 4);
        if access.take(sha256, every).map_err(too_often)? {
            let (store, rests) = (self.0.store.clone(), after(now, access.settings.idle));
            // Nobody waits for it: an import may hold the store for a minute.
            tokio::spawn(async move {
                if let Err(e) = store.touch_session(sha256, now, rests).await {
                    tracing::warn!("a session could not be kept alive: {e}");
                }
            });
        }
        Ok(Some(session))
    }

    /// Logs somebody in who has shown who they are: what to tell them, and their cookie;
    /// nothing where they may not.
    pub(super) async fn begin(
        &self,
        user: &User,
        proof: &Proof,
        why: &str,
    ) -> Result<Option<(Value, HeaderValue)>, Problem> {
        let (token, now) = (Token::draw(), clock::now());
        let settings = &self.0.access.settings;
        let (rests, ends) = (after(now, settings.idle), after(now, settings.absolute));
        let session = NewSession { sha256: token.hash(), rests, ends };
        let act = Act { who: user.name.clone(), why: why.to_owned(), at: now };
        if !self.0.store.log_in(&act, &user.name, proof, session).await? {
            return Ok(None);
        }
        let session = Session { user: user.clone(), made: now, seen: now, rests, ends };
        let cookie = session_cookie(token.text(), Some(settings.absolute));
        let cookie = cookie.header(self.0.access.is_secure);
        Ok(Some((document(&session, token.text()), cookie)))
    }
}

/// What a session is told of itself.
pub(super) fn document(session: &Session, token: &str) -> Value {
    let user = &session.user;
    let scopes: Vec<&str> = user.role.scopes().iter().map(|scope| scope.name()).collect();
    json!({
        "kind": "user", "name": user.name, "role": user.role.name(), "scopes": scopes,
        "csrf": csrf(token), "ends": session.ends.to_string(),
        "rests": session.rests.min(session.ends).to_string(),
    })
}

impl Access {
    fn take(&self, sha256: KeyHash, every: Duration) -> Result<bool, u64> {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        lately.take(sha256, every, Instant::now())
    }

    /// The cookie's end.
    pub(super) fn no_cookie(&self) -> HeaderValue {
        session_cookie("", None).header(self.is_secure)
    }
}

fn session_cookie(value: &str, lasts: Option<Duration>) -> Cookie<'_> {
    let (path, same_site) = ("/", SameSite::Strict);
    Cookie { name: cookie::SESSION, value, path, same_site, lasts }
}

fn demand_csrf(head: &Parts, token: &str) -> Result<(), Problem> {
    let shown = head.headers.get(X_CSRF_TOKEN).map(HeaderValue::as_bytes);
    let shown = shown.unwrap_or_default();
    // Of hashes: how long comparing takes says nothing about what was compared.
    match Sha256::digest(shown) == Sha256::digest(csrf(token)) {
        true => Ok(()),
        false => {
            let title = "This did not come from a page of this session";
            let detail = "X-CSRF-Token is the `csrf` that GET /v1/session gives";
            Err(Problem::new(StatusCode::FORBIDDEN, title).says(detail))
        }
    }
}

/// The token against requests that pages of others make: of the session's, which it does
/// not give away.
fn csrf(token: &str) -> String {
    let hash = Sha256::new().chain_update("dragnet csrf ").chain_update(token).finalize();
    hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a text does not fail");
        text
    })
}

pub(super) fn too_often(wait_s: u64) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "Too often").later(wait_s)
}

fn after(now: Timestamp, time: Duration) -> Timestamp {
    let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    // Past the year 9999 there is no time.
    Timestamp::from_ms(now.ms().saturating_add(ms)).unwrap_or(now)
}
