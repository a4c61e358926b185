//! What can fail, and what to do then.

use crate::collections::CollectionId;
use stix::Id;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The address of a store cannot be one.
    #[error("{0:?} is no store: give a path, or postgres://USER@HOST/NAME")]
    Address(String),
    /// It could not be opened.
    #[error("cannot open the store {place}: {why}")]
    Open {
        /// Its path, or the host and name of its database.
        place: String,
        /// What the database said.
        why: sqlx::Error,
    },
    /// A newer version of this program has written it.
    #[error(
        "this store was written by a newer version (schema {found}; this one knows {known}): update, or open a copy from before"
    )]
    Newer {
        /// What it has.
        found: i64,
        /// What is known here.
        known: i64,
    },
    /// An older version has written it, and it may only be read.
    #[error(
        "this store was written by an older version (schema {found}; this one reads {known}): open it once where it may be written to"
    )]
    Older {
        /// What it has.
        found: i64,
        /// What is read here.
        known: i64,
    },
    /// It may only be read, and was to be changed.
    #[error("{place} may only be read: the file, or its folder, may not be written to")]
    ReadOnly {
        /// Its path.
        place: String,
    },
    /// It may only be read, and is not all there is.
    #[error(
        "{place} may only be read, and what was written last lies beside it, in {place}-wal: copy both to where they may be written to"
    )]
    LeftOpen {
        /// Its path.
        place: String,
    },
    /// What was stored cannot be read.
    #[error(
        "what the store holds cannot be read ({what}): check it with the audit log, and restore a backup"
    )]
    Unreadable {
        /// What it was to be.
        what: String,
    },
    /// There is no such collection.
    #[error("there is no collection {0}")]
    NoCollection(CollectionId),
    /// There is no such thing of another kind.
    #[error("there is no {kind} {name:?}")]
    Missing {
        /// What was looked for.
        kind: &'static str,
        /// By which name.
        name: String,
    },
    /// There is one by that name already.
    #[error("there is a {kind} {name:?} already: choose another name")]
    Taken {
        /// What was to be made.
        kind: &'static str,
        /// By which name.
        name: String,
    },
    /// Nobody can be called so.
    #[error("{0:?} cannot be the name of a user: small letters, digits and . _ - @ +, 64 at most")]
    UserName(String),
    /// Nobody could say any more who may do what.
    #[error("{name} is the last admin: make another one first")]
    LastAdmin {
        /// Who.
        name: String,
    },
    /// Who proposed a decision cannot approve it.
    #[error("{who} proposed this decision: somebody else has to approve it")]
    OwnDecision {
        /// Who tried.
        who: String,
    },
    /// It is past that.
    #[error("{kind} {name} is {state} already")]
    Settled {
        /// What it is.
        kind: &'static str,
        /// Which.
        name: String,
        /// What became of it.
        state: &'static str,
    },
    /// There is nobody to decide on.
    #[error("there is no account to decide on: all were left out, or none reaches the floor")]
    NoAccounts,
    /// A legal hold forbids it.
    #[error("{id} is held ({why}): release the hold first")]
    Held {
        /// The object.
        id: Id,
        /// Why it is held.
        why: String,
    },
}

/// What was stored is not what it should be.
pub(crate) fn unreadable(what: impl ToString) -> Error {
    Error::Unreadable { what: what.to_string() }
}

impl Error {
    /// Whether it might do in a moment: somebody else was writing all the time.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::PoolTimedOut))
    }

    /// Whether the database cannot be reached, or is ending or starting: it was not asked,
    /// or did not answer, and might do in a moment.
    pub fn is_away(&self) -> bool {
        let Self::Database(e) = self else { return false };
        match e {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) => true,
            // Class 57: an administrator ends it, it has crashed, it is starting. Class 08: the
            // connection is gone.
            sqlx::Error::Database(e) => {
                e.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("08"))
            }
            _ => false,
        }
    }
}
