//! Who asks for something other than TAXII, and whether they may: by a key, or by a
//! session. The one door for all of it.

use crate::access::origin;
use crate::answer::State;
use crate::clock;
use crate::problem::Problem;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use store::{Act, Role, Scope};

/// What the names of keys begin with, and no person's does.
pub(crate) const KEY: &str = "key:";

/// Whoever asks, once they may.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// For the audit log: a person's name, or `key:` and a key's, which no person has.
    pub(crate) name: String,
    /// What they are here; none for a key.
    pub(crate) role: Option<Role>,
    pub(crate) scopes: Vec<Scope>,
}

impl Caller {
    /// Whether they may do this too.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// What they do now, and why.
    pub(crate) fn act(&self, why: impl Into<String>) -> Act {
        Act { who: self.name.clone(), why: why.into(), at: clock::now() }
    }
}

impl State {
    /// Who asks, if they may do what `scope` says. A session also has to come from a page
    /// of ours, with its CSRF token, for whatever changes something.
    pub(crate) async fn caller(&self, head: &Parts, scope: Scope) -> Result<Caller, Problem> {
        let caller = self.somebody(head).await?;
        match caller.may(scope) {
            true => Ok(caller),
            false => Err(Problem::forbidden(scope.name())),
        }
    }

    /// Who asks, whatever they may do.
    pub(crate) async fn somebody(&self, head: &Parts) -> Result<Caller, Problem> {
        // A key that is shown is meant; a cookie comes along unasked.
        if !head.headers.contains_key(AUTHORIZATION)
            && let Some(session) = self.session(head).await?
        {
            let user = session.user;
            let scopes = user.role.scopes().to_vec();
            return Ok(Caller { name: user.name, role: Some(user.role), scopes });
        }
        let key = self.0.door.open(&self.0.store, &head.headers, self.0.limits.rate).await?;
        if !head.method.is_safe() {
            // A browser that was told a key as a password sends it along, whoever asks.
            origin::refuse_others(head, self.0.public_url.as_deref())?;
        }
        let name = format!("{KEY}{}", key.name);
        Ok(Caller { name, role: None, scopes: key.scopes.clone() })
    }
}
