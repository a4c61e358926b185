//! Who asks for something other than TAXII, and whether they may.

use crate::answer::State;
use crate::problem::Problem;
use axum::http::HeaderMap;
use store::Scope;

/// Whoever asks, once they may.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// For the audit log.
    pub(crate) name: String,
    scopes: Vec<Scope>,
}

impl Caller {
    /// Whether they may do this too.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

impl State {
    /// Who asks, if they may do what `scope` says.
    pub(crate) async fn caller(
        &self,
        headers: &HeaderMap,
        scope: Scope,
    ) -> Result<Caller, Problem> {
        let key = self.0.door.open(&self.0.store, headers, self.0.limits.rate).await?;
        let caller = Caller { name: key.name.clone(), scopes: key.scopes.clone() };
        match caller.may(scope) {
            true => Ok(caller),
            false => Err(Problem::forbidden(scope.name())),
        }
    }
}
