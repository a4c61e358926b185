//! What of the store a role sees. The function that decides what may leave decides here,
//! too: what is under seal, and what tells of it, is for those who may see it, and
//! personal data is as pseudonyms for those who only look.

use super::Refused;
use crate::output::pseudonym::Names;
use actors::Graph;
use share::release::{Addresses, Candidate, Key, Markings, Personal, Policy, release};
use stix::marking::Tlp;
use store::{Filter, Role, Scope, Store, Versions};

/// A role, and what it sees personal data as.
pub(crate) struct View {
    role: Role,
    key: Key,
}

impl View {
    /// What a role sees; pseudonyms are made with `key`.
    pub(crate) fn of(role: Role, key: Key) -> Self {
        Self { role, key }
    }

    /// Whose it is.
    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// Whether it sees who somebody is.
    pub(super) fn names(&self) -> Names {
        // Who says of accounts what they are has to see which they are.
        match self.role.scopes().contains(&Scope::Label) {
            true => Names::Revealed,
            false => Names::Hidden,
        }
    }

    /// All that it may see, as a graph.
    pub(super) async fn graph(&self, store: &Store) -> Result<Graph, Refused> {
        let mut candidates = Vec::new();
        let filter = Filter { versions: Versions::All, ..Filter::default() };
        store
            .each(&filter, |object| {
                candidates.push(Candidate { object, licences: Vec::new(), hold: None });
                Ok::<_, store::Error>(())
            })
            .await?;
        if self.role.scopes().contains(&Scope::Sealed) {
            return Ok(Graph::of(candidates.into_iter().map(|one| one.object)));
        }
        let released = release(&candidates, &self.policy()).released;
        Ok(Graph::of(released.into_iter().map(|one| one.object().clone())))
    }

    fn policy(&self) -> Policy {
        Policy {
            audience: self.role.name().to_owned(),
            tlp: Tlp::Red,
            unmarked: Tlp::Clear,
            licences: Vec::new(),
            personal: match self.names() {
                Names::Hidden => Personal::Hidden,
                Names::Revealed => Personal::Clear,
            },
            creator: None,
            addresses: Addresses::Released,
            markings: Markings::Included,
            key: self.key.clone(),
        }
    }
}
