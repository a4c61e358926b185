//! `/v1/users`: people, for those who say who may do what; and everybody's own password.

use super::log_in::{person, with_cookie};
use super::{answered, document, json, password};
use crate::answer::State;
use crate::clock;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, State as Given};
use axum::http::request::Parts;
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Act, Admission, Error, NewUser, PasswordHash, Proof, Role, Scope, UserChange};
use store::{User, is_user_name};

pub(super) async fn list(Given(state): Given<State>, head: Parts) -> Response<Body> {
    answered(listed(&state, &head).await)
}

async fn listed(state: &State, head: &Parts) -> Result<Response<Body>, Problem> {
    state.caller(head, Scope::Admin).await?;
    let now = clock::now();
    let mut users = Vec::new();
    for user in state.0.store.users().await? {
        let mut told = person(&user);
        told["sessions"] = state.0.store.sessions_of(&user.name, now).await?.into();
        users.push(told);
    }
    Ok(json(StatusCode::OK, &json!({ "users": users })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    name: String,
    role: String,
    password: String,
    why: Option<String>,
}

pub(super) async fn add(Given(state): Given<State>, request: Request<Body>) -> Response<Body> {
    let (head, content) = request.into_parts();
    answered(added(&state, head, content).await)
}

async fn added(state: &State, head: Parts, content: Body) -> Result<Response<Body>, Problem> {
    let caller = state.caller(&head, Scope::Admin).await?;
    let Added { name, role, password, why } = document(&head, content).await?;
    let (name, role) = (name.trim().to_lowercase(), role_of(&role)?);
    if !is_user_name(&name) {
        return Err(Error::UserName(name).into());
    }
    let password = Some(hashed(state, &name, password).await?);
    let act = caller.act(why.unwrap_or_else(|| "new user".to_owned()));
    let user = NewUser { name: name.clone(), role, password, subject: None };
    state.0.store.add_user(&act, user).await?;
    Ok(json(StatusCode::CREATED, &shown(state, &name).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    role: Option<String>,
    disabled: Option<bool>,
    password: Option<String>,
    why: Option<String>,
}

pub(super) async fn change(
    Given(state): Given<State>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    let (head, content) = request.into_parts();
    answered(changed(&state, &name, head, content).await)
}

async fn changed(
    state: &State,
    name: &str,
    head: Parts,
    content: Body,
) -> Result<Response<Body>, Problem> {
    let caller = state.caller(&head, Scope::Admin).await?;
    let Changed { role, disabled, password, why } = document(&head, content).await?;
    let password = match password {
        Some(password) => Some(hashed(state, name, password).await?),
        None => None,
    };
    let admission =
        disabled.map(|disabled| if disabled { Admission::Disabled } else { Admission::Enabled });
    let role = role.as_deref().map(role_of).transpose()?;
    let act = caller.act(why.unwrap_or_else(|| "user changed".to_owned()));
    let change = UserChange { role, password, admission };
    state.0.store.change_user(&act, name, change).await?;
    Ok(json(StatusCode::OK, &shown(state, name).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    old: String,
    new: String,
}

pub(super) async fn own_password(
    Given(state): Given<State>,
    request: Request<Body>,
) -> Response<Body> {
    let (head, content) = request.into_parts();
    answered(own_changed(&state, head, content).await)
}

/// Everybody's sessions end with their password, this one too: another begins.
async fn own_changed(state: &State, head: Parts, content: Body) -> Result<Response<Body>, Problem> {
    let session = state.session(&head).await?.ok_or_else(Problem::unknown)?;
    let User { name, password: before, .. } = session.user;
    if before.is_none() {
        let title = "There is no password to change";
        let problem = Problem::new(StatusCode::CONFLICT, title);
        return Err(problem.says("who they are is said elsewhere, by OIDC"));
    }
    let Own { old, new } = document(&head, content).await?;
    // Whoever found a session open must not find the password out by it.
    let guess = state.guess(&head, &name)?;
    let (Some(user), Some(_)) = state.proved(&name, old).await? else {
        let title = "The old password is wrong";
        return Err(Problem::new(StatusCode::FORBIDDEN, title));
    };
    guess.was_right();
    let hash = hashed(state, &name, new).await?;
    let act = Act { who: name.clone(), why: "own password".to_owned(), at: clock::now() };
    let change = UserChange { password: Some(hash.clone()), ..UserChange::default() };
    state.0.store.change_user(&act, &name, change).await?;
    let begun = state.begin(&user, &Proof::Password(hash), "own password").await?;
    let (document, cookie) = begun.ok_or_else(Problem::unknown)?;
    Ok(with_cookie(json(StatusCode::OK, &document), cookie))
}

async fn hashed(state: &State, name: &str, password: String) -> Result<PasswordHash, Problem> {
    if let Some(wrong) = password::password_problem(name, &password) {
        return Err(Problem::unclear(wrong));
    }
    state.0.access.hasher.hash(password).await
}

async fn shown(state: &State, name: &str) -> Result<Value, Problem> {
    let user = state.0.store.user(name).await?;
    Ok(user.as_ref().map_or(Value::Null, person))
}

fn role_of(name: &str) -> Result<Role, Problem> {
    let words = "a role is viewer, analyst, investigator or admin";
    Role::of(name).ok_or_else(|| Problem::unclear(words))
}
