//! What people do about what was found: decisions on campaigns, appeals against them, and
//! whom that is told to.
//!
//! What is done to an account now is read from the decisions in force: of those that are
//! for it, the one that came into force last. So an undone decision leaves what others say
//! as it is, whichever of them is the later one. The rules (nobody approves their own, whom
//! an appeal restored is left out) are kept here, in the transaction of the change.
//!
//! Accounts are in the tables and never in the audit log, which cannot forget them.

mod appeals;
mod decided;
mod decisions;
mod deliveries;
mod kinds;
mod outbox;
mod standing;
mod webhooks;

pub use appeals::{Appeal, Restored};
pub use decided::{Decided, Target};
pub use decisions::{Decision, Ended, Proposal, Sought};
pub use deliveries::{Delivery, Due, Outcome, SoughtDeliveries, Told};
pub use kinds::{Action, AppealOutcome, DecisionState, DeliveryState, EventKind};
pub use standing::{Retired, Standing};
pub use webhooks::{NewWebhook, Secret, Webhook, WebhookChange};

use crate::error::{Error, unreadable};
use sqlx::{AnyConnection, AssertSqlSafe, Row};

/// The number that the next row of a table gets.
async fn next(change: &mut AnyConnection, table: &'static str) -> Result<i64, Error> {
    let text = format!("SELECT coalesce(max(seq), 0) + 1 FROM {table}");
    Ok(sqlx::query(AssertSqlSafe(text)).fetch_one(change).await?.try_get(0)?)
}

/// A count that the database gives.
fn count(number: i64) -> Result<u64, Error> {
    u64::try_from(number).map_err(|_| unreadable("a count"))
}
