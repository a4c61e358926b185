//! The first admin: made by whoever can read what the server says when it starts, since
//! that is who runs it.

use super::{answered, document, json, origin, password};
use crate::answer::State;
use crate::clock;
use crate::problem::Problem;
use crate::token::{self, Token};
use axum::body::Body;
use axum::extract::State as Given;
use axum::http::request::Parts;
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;
use store::{Act, Error, Store, is_user_name};

/// Draws the token by which the first admin is made, to be shown to whoever runs the
/// server; none where somebody is here. One that was drawn before is worth nothing then.
pub async fn set_up(store: &Store) -> Result<Option<Token>, Error> {
    let token = Token::draw();
    let why = "nobody is here yet".to_owned();
    let act = Act { who: "server".to_owned(), why, at: clock::now() };
    Ok(store.begin_setup(&act, token.hash()).await?.then_some(token))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    token: String,
    name: String,
    password: String,
}

pub(super) async fn first_admin(
    Given(state): Given<State>,
    request: Request<Body>,
) -> Response<Body> {
    let (head, content) = request.into_parts();
    answered(made(&state, head, content).await)
}

async fn made(state: &State, head: Parts, content: Body) -> Result<Response<Body>, Problem> {
    origin::refuse_others(&head, state.0.public_url.as_deref())?;
    let Asked { token, name, password } = document(&head, content).await?;
    state.guess_from(&head)?;
    let sha256 = token::hash(token.trim());
    // Before the password is looked at: hashing costs something.
    if !state.0.store.is_setup_token(sha256).await? {
        return Err(refused());
    }
    let name = name.trim().to_lowercase();
    if !is_user_name(&name) {
        return Err(Error::UserName(name).into());
    }
    if let Some(wrong) = password::password_problem(&name, &password) {
        return Err(Problem::unclear(wrong));
    }
    let password = state.0.access.hasher.hash(password).await?;
    let act = Act { who: name.clone(), why: "set up".to_owned(), at: clock::now() };
    match state.0.store.set_up(&act, sha256, &name, password).await? {
        true => Ok(json(StatusCode::CREATED, &json!({ "name": name, "role": "admin" }))),
        false => Err(refused()),
    }
}

fn refused() -> Problem {
    let detail = "it is shown when the server starts and nobody is here, and serves once";
    Problem::new(StatusCode::FORBIDDEN, "This is not the set-up token").says(detail)
}
