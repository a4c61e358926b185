//! `/v1/session`: logging in, who one is, logging out. Whoever guesses waits longer and
//! longer, and cannot tell by time or words whether there is such a name.

use super::{Access, answered, document, json, nothing, origin, session};
use crate::answer::State;
use crate::problem::Problem;
use crate::{clock, token};
use axum::body::Body;
use axum::extract::State as Given;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use store::{Act, Proof, User, is_user_name};

/// Refused names that nobody has are noted no more often, and counted in between: anybody
/// may send them by the million, and the audit log is for ever.
const UNKNOWN_EVERY: Duration = Duration::from_secs(60);

/// Refused names that nobody has.
#[derive(Debug, Default)]
pub(super) struct Unknown {
    noted: Option<Instant>,
    since: u64,
}

impl Unknown {
    /// Counts one; how many to note, if it is time to.
    fn count(&mut self, now: Instant) -> Option<u64> {
        self.since += 1;
        if self.noted.is_some_and(|noted| now.duration_since(noted) < UNKNOWN_EVERY) {
            return None;
        }
        self.noted = Some(now);
        Some(std::mem::take(&mut self.since))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    name: String,
    password: String,
}

pub(super) async fn log_in(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    let (head, content) = request.into_parts();
    answered(logged_in(&state, head, content).await)
}

async fn logged_in(state: &State, head: Parts, content: Body) -> Result<Response<Body>, Problem> {
    // Or a page of somebody else could log people in as somebody else.
    origin::refuse_others(&head, state.0.public_url.as_deref())?;
    let Asked { name, password } = document(&head, content).await?;
    let name = name.trim().to_lowercase();
    let guess = state.guess(&head, &name)?;
    let (user, proof) = state.proved(&name, password).await?;
    let begun = match (&user, proof) {
        (Some(user), Some(proof)) => state.begin(user, &proof, "log in").await?,
        _ => None,
    };
    let Some((document, cookie)) = begun else {
        state.refused(user.as_ref()).await?;
        return Err(wrong());
    };
    guess.was_right();
    Ok(with_cookie(json(StatusCode::OK, &document), cookie))
}

/// One attempt at a password.
pub(super) struct Guess<'s> {
    state: &'s State,
    name: String,
    address: IpAddr,
}

impl Guess<'_> {
    /// It costs whoever made it nothing.
    pub(super) fn was_right(self) {
        self.state.0.access.names.forget(&self.name);
        self.state.0.access.addresses.take_back(self.address);
    }
}

impl State {
    /// Begins an attempt at somebody's password, if it is not too early.
    pub(super) fn guess(&self, head: &Parts, name: &str) -> Result<Guess<'_>, Problem> {
        let (access, now) = (&self.0.access, Instant::now());
        let (name, address) = (name.to_owned(), access.address(head));
        access.addresses.attempt(address, now).map_err(session::too_often)?;
        access.names.attempt(&name, now).map_err(session::too_often)?;
        Ok(Guess { state: self, name, address })
    }

    /// Begins an attempt that is at nobody's.
    pub(super) fn guess_from(&self, head: &Parts) -> Result<(), Problem> {
        let access = &self.0.access;
        let waits = access.addresses.attempt(access.address(head), Instant::now());
        waits.map_err(session::too_often)
    }

    /// Who has this name, and that it is they, where the password is theirs. It takes as
    /// long if there is nobody.
    pub(super) async fn proved(
        &self,
        name: &str,
        password: String,
    ) -> Result<(Option<User>, Option<Proof>), Problem> {
        let user = match is_user_name(name) {
            true => self.0.store.user(name).await?,
            false => None,
        };
        let hash = user.as_ref().and_then(|user| user.password.clone());
        let is_it = self.0.access.hasher.is_it(password, hash.clone()).await?;
        Ok((user, hash.filter(|_| is_it).map(Proof::Password)))
    }

    async fn refused(&self, user: Option<&User>) -> Result<(), Problem> {
        let act = |who: &str| {
            let why = "name or password is wrong, or they may not".to_owned();
            Act { who: who.to_owned(), why, at: clock::now() }
        };
        if let Some(User { name, disabled, .. }) = user {
            let detail = json!({ "disabled": disabled.is_some() });
            return Ok(self.0.store.note_refused(&act(name), Some(name), detail).await?);
        }
        let Some(times) = self.0.access.unknown(Instant::now()) else { return Ok(()) };
        let detail = json!({ "times": times });
        Ok(self.0.store.note_refused(&act("unknown"), None, detail).await?)
    }
}

impl Access {
    /// Counts a refused name that nobody has; how many to note, if it is time to.
    fn unknown(&self, now: Instant) -> Option<u64> {
        self.unknown.lock().unwrap_or_else(PoisonError::into_inner).count(now)
    }
}

/// In the same words, whatever it was.
fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "Name or password is wrong")
}

pub(super) async fn who(Given(state): Given<State>, head: Parts) -> Response<Body> {
    answered(told(&state, &head).await)
}

async fn told(state: &State, head: &Parts) -> Result<Response<Body>, Problem> {
    let caller = state.somebody(head).await?;
    let document = match (state.session(head).await, caller.role) {
        (Ok(Some(session)), Some(_)) => {
            let token = super::cookie::value(&head.headers, super::cookie::SESSION);
            session::document(&session, token.unwrap_or_default())
        }
        _ => {
            let scopes: Vec<&str> = caller.scopes.iter().map(|scope| scope.name()).collect();
            json!({ "kind": "key", "name": caller.name, "scopes": scopes })
        }
    };
    Ok(json(StatusCode::OK, &document))
}

pub(super) async fn log_out(Given(state): Given<State>, head: Parts) -> Response<Body> {
    answered(logged_out(&state, &head).await)
}

async fn logged_out(state: &State, head: &Parts) -> Result<Response<Body>, Problem> {
    let session = state.session(head).await?.ok_or_else(Problem::unknown)?;
    let token = super::cookie::value(&head.headers, super::cookie::SESSION).unwrap_or_default();
    let act = Act { who: session.user.name, why: "log out".to_owned(), at: clock::now() };
    state.0.store.log_out(&act, token::hash(token)).await?;
    Ok(with_cookie(nothing(), state.0.access.no_cookie()))
}

pub(super) fn with_cookie(mut response: Response<Body>, cookie: HeaderValue) -> Response<Body> {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

/// What is told of a person.
pub(super) fn person(user: &User) -> Value {
    json!({
        "name": user.name, "role": user.role.name(), "made": user.made.to_string(),
        "password": user.password.is_some(), "oidc": user.subject.is_some(),
        "disabled": user.disabled.map(|time| time.to_string()),
    })
}
