//! `/v1/keys`: keys of programs, for those who say who may do what. A token is shown once.

use super::{answered, document, json, nothing};
use crate::answer::State;
use crate::problem::Problem;
use crate::token::Token;
use axum::body::Body;
use axum::extract::{Path, State as Given};
use axum::http::request::Parts;
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stix::Timestamp;
use store::{Collection, CollectionId, Key, NewKey, Rate, Right, Scope};

/// The longest name of a key.
const NAME_CHARS_MAX: usize = 64;

pub(super) async fn list(Given(state): Given<State>, head: Parts) -> Response<Body> {
    answered(listed(&state, &head).await)
}

async fn listed(state: &State, head: &Parts) -> Result<Response<Body>, Problem> {
    state.caller(head, Scope::Admin).await?;
    let collections = state.0.collections().await?;
    let keys = state.0.store.keys().await?;
    let keys: Vec<Value> = keys.iter().map(|key| told(key, &collections)).collect();
    Ok(json(StatusCode::OK, &json!({ "keys": keys })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    name: String,
    #[serde(default)]
    scopes: Vec<String>,
    /// Collections, by alias or id.
    #[serde(default)]
    read: Vec<String>,
    #[serde(default)]
    write: Vec<String>,
    requests_per_minute: Option<u32>,
    expires: Option<String>,
    why: Option<String>,
}

pub(super) async fn add(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    let (head, content) = request.into_parts();
    answered(added(&state, head, content).await)
}

async fn added(state: &State, head: Parts, content: Body) -> Result<Response<Body>, Problem> {
    let caller = state.caller(&head, Scope::Admin).await?;
    let asked: Added = document(&head, content).await?;
    let act = caller.act(asked.why.clone().unwrap_or_else(|| "new key".to_owned()));
    let rights = rights(&state.0.collections().await?, &asked)?;
    let token = Token::draw();
    state.0.store.add_key(&act, new_key(&asked, &token)?).await?;
    for (collection, right) in rights {
        state.0.store.set_right(&act, &asked.name, collection, right).await?;
    }
    let document = json!({ "name": asked.name, "token": token.text() });
    Ok(json(StatusCode::CREATED, &document))
}

fn new_key(asked: &Added, token: &Token) -> Result<NewKey, Problem> {
    let Added { name, .. } = asked;
    let is_plain = |char: char| !char.is_control() && char != ':';
    if name.trim().is_empty() || name.len() > NAME_CHARS_MAX || !name.chars().all(is_plain) {
        let words = format!("a name has 1 to {NAME_CHARS_MAX} bytes, and no colon");
        return Err(Problem::unclear(words));
    }
    let scope = |name: &String| {
        let found = Scope::ALL.into_iter().find(|scope| scope.name() == name);
        found.ok_or_else(|| Problem::unclear(format!("{name:?} is no scope")))
    };
    let words = "expires is a time, such as 2027-12-31T00:00:00Z";
    let expires = asked.expires.as_deref().map(str::parse::<Timestamp>).transpose();
    Ok(NewKey {
        rate: asked.requests_per_minute.map(Rate),
        scopes: asked.scopes.iter().map(scope).collect::<Result<_, _>>()?,
        expires: expires.map_err(|_| Problem::unclear(words))?,
        ..NewKey::of(name.clone(), token.hash())
    })
}

fn rights(
    collections: &[Collection],
    asked: &Added,
) -> Result<BTreeMap<CollectionId, Right>, Problem> {
    let named = |name: &String| {
        let is_it =
            |one: &&Collection| one.alias.as_deref() == Some(name) || one.id.to_string() == *name;
        let missing = || Problem::unclear(format!("there is no collection {name:?}"));
        collections.iter().find(is_it).map(|found| found.id).ok_or_else(missing)
    };
    let mut rights: BTreeMap<CollectionId, Right> = BTreeMap::new();
    for name in &asked.read {
        rights.entry(named(name)?).or_default().can_read = true;
    }
    for name in &asked.write {
        rights.entry(named(name)?).or_default().can_write = true;
    }
    Ok(rights)
}

pub(super) async fn revoke(
    Given(state): Given<State>,
    Path(name): Path<String>,
    head: Parts,
) -> Response<Body> {
    answered(revoked(&state, &name, &head).await)
}

async fn revoked(state: &State, name: &str, head: &Parts) -> Result<Response<Body>, Problem> {
    let caller = state.caller(head, Scope::Admin).await?;
    state.0.store.revoke_key(&caller.act("key revoked"), name).await?;
    state.0.door.forget(name);
    Ok(nothing())
}

fn told(key: &Key, collections: &[Collection]) -> Value {
    let called = |id: CollectionId| {
        let found = collections.iter().find(|one| one.id == id);
        found.and_then(|one| one.alias.clone()).unwrap_or_else(|| id.to_string())
    };
    let of = |may: fn(&Right) -> bool| -> Vec<String> {
        let rights = key.rights.iter().filter(|(_, right)| may(right));
        rights.map(|(id, _)| called(*id)).collect()
    };
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
    json!({
        "name": key.name, "made": key.made.to_string(), "scopes": scopes,
        "read": of(|right| right.can_read), "write": of(|right| right.can_write),
        "requests_per_minute": key.rate.map(|rate| rate.0),
        "expires": key.expires.map(|time| time.to_string()),
        "revoked": key.revoked.map(|time| time.to_string()),
    })
}
