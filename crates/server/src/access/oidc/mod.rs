//! `/v1/oidc`: people whom somebody else vouches for, by OpenID Connect: an authorization
//! code with PKCE, bound to the browser that asked by `state`, and to this log-in by
//! `nonce`. What was begun is kept by the browser, so that any server may finish it.

mod claims;
mod jws;
mod provider;

pub(super) use provider::Provider;

use super::answered;
use super::cookie::{self, Cookie, SameSite};
use super::log_in::with_cookie;
use super::settings::Oidc;
use crate::answer::State;
use crate::clock;
use crate::problem::Problem;
use crate::token::Token;
use axum::body::Body;
use axum::extract::{Query, State as Given};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use claims::Claims;
use provider::Failed;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::{Act, NewUser, Proof, Role, User, UserChange, is_user_name};

/// Who does not come back from the provider by then begins again.
const BACK_MAX: Duration = Duration::from_secs(600);
/// Where the cookie of a log-in that was begun is sent along.
const PATH: &str = "/v1/oidc";
/// Where one is sent on to if nobody says where.
const ON: &str = "/v1/session";
/// The longest way that one is sent on to.
const ON_BYTES_MAX: usize = 512;

/// A log-in that was begun, as the browser keeps it.
struct Begun {
    state: String,
    nonce: String,
    verifier: String,
    on: String,
}

#[derive(Deserialize)]
pub(super) struct Start {
    /// Where to go on, on this server.
    to: Option<String>,
}

pub(super) async fn start(
    Given(state): Given<State>,
    Query(asked): Query<Start>,
    head: Parts,
) -> Response<Body> {
    answered(started(&state, asked, &head).await)
}

async fn started(state: &State, asked: Start, head: &Parts) -> Result<Response<Body>, Problem> {
    let provider = state.provider()?;
    let on = asked.to.unwrap_or_else(|| ON.to_owned());
    if !is_way(&on) {
        return Err(Problem::unclear("`to` is a path of this server"));
    }
    let drawn = || Token::draw().bits();
    let begun = Begun { state: drawn(), nonce: drawn(), verifier: drawn(), on };
    let discovery = provider.discovery().await?;
    let mut url = provider::address(&discovery.authorization_endpoint)?;
    let settings = &provider.settings;
    let scopes = [&["openid".to_owned()], &settings.scopes[..]].concat().join(" ");
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &settings.client_id)
        .append_pair("redirect_uri", &state.back(head))
        .append_pair("scope", &scopes)
        .append_pair("state", &begun.state)
        .append_pair("nonce", &begun.nonce)
        .append_pair("code_challenge", &challenge(&begun.verifier))
        .append_pair("code_challenge_method", "S256");
    let location = HeaderValue::from_str(url.as_str()).map_err(|_| Problem::broken())?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, location);
    let cookie = begun.cookie().header(&state.0.access);
    Ok(with_cookie(response, cookie))
}

#[derive(Deserialize)]
pub(super) struct Back {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

pub(super) async fn callback(
    Given(state): Given<State>,
    Query(back): Query<Back>,
    head: Parts,
) -> Response<Body> {
    let response = answered(came_back(&state, back, &head).await);
    with_cookie(response, Kept(String::new()).header(&state.0.access))
}

async fn came_back(state: &State, back: Back, head: &Parts) -> Result<Response<Body>, Problem> {
    let provider = state.provider()?;
    let kept = cookie::value(&head.headers, cookie::OIDC);
    let begun = kept.and_then(Begun::of).filter(|begun| back.state.as_ref() == Some(&begun.state));
    let Some(begun) = begun else {
        let words = "it was begun in another browser, or too long ago: begin again";
        return Err(Problem::unclear(words));
    };
    if back.iss.is_some_and(|issuer| issuer != provider.settings.issuer) {
        return Err(Problem::unclear("another provider answered"));
    }
    let Some(code) = back.code else {
        tracing::info!(error = back.error.as_deref().map(known), "a provider refused a log-in");
        return Err(not_vouched("the provider did not let them in"));
    };
    let tokens = provider.exchange(&code, &begun.verifier, &state.back(head)).await?;
    let said = provider.verified(&tokens.id_token).await?;
    let now_s = clock::now().ms().div_euclid(1000);
    let checked = claims::checked(said, &provider.settings, &begun.nonce, now_s);
    let mut claims = checked.map_err(|why| {
        tracing::warn!("what the provider signed does not count: {why}");
        not_vouched(why)
    })?;
    if claims::role(&claims.all, &provider.settings).is_none()
        && let Some(token) = tokens.access_token
        && let Some(more) = provider.user_info(&token).await?
        && more.get("sub").and_then(|sub| sub.as_str()) == Some(&claims.subject)
    {
        claims.all.extend(more);
    }
    let role = claims::role(&claims.all, &provider.settings);
    let role = role.ok_or_else(|| not_vouched("nothing that is said of them is a role here"))?;
    let user = state.vouched(&provider.settings, &claims, role).await?;
    let begun_here = state.begin(&user, &Proof::Oidc, "log in").await?;
    let (_, cookie) = begun_here.ok_or_else(|| not_vouched("they are disabled here"))?;
    Ok(with_cookie(page(&begun.on), cookie))
}

impl State {
    fn provider(&self) -> Result<&Provider, Problem> {
        let title = "Nobody else says here who people are";
        let none = || Problem::new(StatusCode::NOT_FOUND, title);
        self.0.access.oidc.as_ref().ok_or_else(none)
    }

    /// Where the provider sends people back to.
    fn back(&self, head: &Parts) -> String {
        format!("{}{PATH}/callback", self.0.address(head))
    }

    /// The person whom the provider vouches for, as they are here from now on.
    async fn vouched(&self, oidc: &Oidc, claims: &Claims, role: Role) -> Result<User, Problem> {
        let store = &self.0.store;
        let subject = format!("{} {}", oidc.issuer, claims.subject);
        let act = |who: &str| {
            let why = "as the OIDC provider says".to_owned();
            Act { who: who.to_owned(), why, at: clock::now() }
        };
        if let Some(user) = store.user_of_subject(&subject).await? {
            if user.role != role {
                let change = UserChange { role: Some(role), ..UserChange::default() };
                store.change_user(&act("oidc"), &user.name, change).await?;
            }
            return Ok(User { role, ..user });
        }
        let name = match self.is_free(&called(claims, None)).await? {
            true => called(claims, None),
            // Somebody else is called so: who is vouched for does not become them.
            false => called(claims, Some(&subject)),
        };
        let user = NewUser { name: name.clone(), role, password: None, subject: Some(subject) };
        store.add_user(&act("oidc"), user).await?;
        store.user(&name).await?.ok_or_else(Problem::broken)
    }

    async fn is_free(&self, name: &str) -> Result<bool, Problem> {
        Ok(is_user_name(name) && self.0.store.user(name).await?.is_none())
    }
}

/// What to call somebody here; with the subject, it is nobody else's name.
fn called(claims: &Claims, subject: Option<&str>) -> String {
    let said = ["preferred_username", "email"].into_iter();
    let mut said = said.filter_map(|name| claims.all.get(name)?.as_str());
    let name = said.next().unwrap_or("user").to_lowercase();
    let name: String = name.chars().filter(|char| is_user_name(&format!("a{char}"))).collect();
    let name = name.trim_start_matches(|char: char| !char.is_ascii_alphanumeric());
    let name = if name.is_empty() { "user" } else { name };
    match subject {
        None => name.to_owned(),
        Some(subject) => {
            let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(subject)).to_lowercase();
            let hash: String = hash.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
            format!("{}-{hash}", &name[..name.len().min(48)])
        }
    }
}

impl Begun {
    /// As the browser keeps it. The way is written as letters only.
    fn cookie(&self) -> Kept {
        let Self { state, nonce, verifier, on } = self;
        Kept(format!("{state}.{nonce}.{verifier}.{}", URL_SAFE_NO_PAD.encode(on)))
    }

    fn of(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(str::to_owned);
        let (state, nonce, verifier) = (parts.next()?, parts.next()?, parts.next()?);
        let on = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
        (parts.next().is_none() && is_way(&on)).then_some(Self { state, nonce, verifier, on })
    }
}

/// What the browser keeps of a log-in that was begun; nothing, once it has come back.
struct Kept(String);

impl Kept {
    /// It comes along when the provider sends people back, which is a link from elsewhere.
    fn header(&self, access: &super::Access) -> HeaderValue {
        let lasts = (!self.0.is_empty()).then_some(BACK_MAX);
        let (path, same_site) = (PATH, SameSite::Lax);
        let cookie = Cookie { name: cookie::OIDC, value: &self.0, path, same_site, lasts };
        cookie.header(access.is_secure)
    }
}

/// What somebody is sent on by: were it a redirection, it would come from the provider,
/// and the session's cookie would not come along.
fn page(on: &str) -> Response<Body> {
    let on = on.replace('&', "&amp;");
    let text = format!(
        "<!doctype html><meta charset=utf-8><title>Dragnet</title>\
         <meta http-equiv=refresh content=\"0;url={on}\"><a href=\"{on}\">Logged in</a>\n"
    );
    let mut response = Response::new(Body::from(text));
    let media = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, media);
    response
}

/// Whether it is a way on this server, and can stand in a page.
fn is_way(to: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_.~%?=&#-".contains(&byte);
    to.starts_with('/')
        && !to.starts_with("//")
        && to.len() <= ON_BYTES_MAX
        && to.bytes().all(is_plain)
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// An error's code, of those that RFC 6749 has: others may say anything.
fn known(error: &str) -> &'static str {
    match error {
        "access_denied" => "access_denied",
        "invalid_request" => "invalid_request",
        "invalid_scope" => "invalid_scope",
        "server_error" => "server_error",
        "temporarily_unavailable" => "temporarily_unavailable",
        "unauthorized_client" => "unauthorized_client",
        _ => "another",
    }
}

fn not_vouched(why: &'static str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "The provider does not vouch for them").says(why)
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        tracing::warn!("{failed}");
        match failed {
            Failed::Refused { .. } | Failed::Untrusted(_) => {
                not_vouched("what came back from it is worth nothing")
            }
            Failed::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "Too many at once").later(5),
            _ => Self::new(StatusCode::BAD_GATEWAY, "The provider cannot be asked"),
        }
    }
}
