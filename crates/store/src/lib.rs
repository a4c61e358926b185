//! Where objects, collections, keys, users and the audit log are kept: SQLite in one file, or
//! PostgreSQL. The only crate that knows SQL. It reads no clock and draws no randomness:
//! times and ids are arguments.
//!
//! Every change comes with an [`Act`] (who, why, when) and appends to the audit log in the
//! same transaction, so that there is none without the other. Objects are only ever added,
//! as the text that they came as. One writer works at a time, on both databases: what is
//! numbered becomes visible in the order of its numbers, which paging relies upon.

mod act;
mod acting;
mod collections;
mod dialect;
mod error;
mod feeds;
mod held;
mod import;
mod imported;
mod insert;
mod keys;
mod leaving;
mod members;
mod migrate;
mod needs;
mod objects;
mod open;
mod page;
mod publish;
mod quarantine;
mod releases;
mod scope;
mod sessions;
mod statuses;
mod users;
mod when;

pub use act::{Act, Entry, Whole};
pub use acting::{
    Action, Appeal, AppealOutcome, Decided, Decision, DecisionState, Delivery, DeliveryState, Due,
    Ended, EventKind, NewWebhook, Outcome, Proposal, Restored, Retired, Secret, Sought,
    SoughtDeliveries, Standing, Target, Told, Webhook, WebhookChange,
};
pub use collections::{Collection, CollectionId};
pub use error::Error;
pub use feeds::{Feed, FeedState};
pub use held::Hold;
pub use import::{Imported, Origin};
pub use keys::{Key, KeyHash, NewKey, Rate, Right, Rights};
pub use members::{Gone, Placed};
pub use objects::{Arrival, Conflict, Filter, Kept, Source, Versions};
pub use open::Store;
pub use page::{Cursor, Look, ManifestEntry, ManifestPage, Page, Span, VersionMatch};
pub use publish::{Publication, Published};
pub use quarantine::{Quarantined, SetAside};
pub use releases::{Release, Released};
pub use scope::{Role, Scope};
pub use sessions::{NewSession, Proof, Session};
pub use statuses::Status;
pub use users::{Admission, NewUser, PasswordHash, User, UserChange, is_user_name};
