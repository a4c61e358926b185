//! The accounts of a decision: some hundred thousand are usual, so they go in by batches
//! and are read by pages.

use super::decisions;
use super::kinds::Action;
use crate::Store;
use crate::dialect::Dialect;
use crate::error::Error;
use crate::insert::{BATCH, Values};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use uuid::Uuid;

/// An account that is to be decided on.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// As the platform has it.
    pub account: String,
    /// 0..1, as it was when this was decided.
    pub risk: f64,
}

/// An account of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// Its number within the decision, by which it is paged.
    pub number: i64,
    /// As the platform has it.
    pub account: String,
    /// 0..1, as it was when this was decided.
    pub risk: f64,
    /// What was done to it before the decision came into force.
    pub was: Option<Action>,
    /// What is done to it now, by whichever decision.
    pub now: Option<Action>,
    /// Why the decision does not touch it, where it does not.
    pub left_out: Option<String>,
}

/// Why an account is left out that an appeal restored.
pub(super) const RESTORED: &str = "restored on appeal";

/// What is done to the account of the row of `decided` in hand, by what is in force.
pub(super) const NOW: &str =
    "(SELECT d.action FROM decided o JOIN decisions d ON d.seq = o.decision
    WHERE o.account = decided.account AND o.left_out IS NULL AND d.state = 'in force'
    ORDER BY d.force DESC LIMIT 1)";

impl Store {
    /// The accounts of a decision with numbers above `after`, at most `limit`.
    pub async fn decided(&self, id: Uuid, after: i64, limit: u32) -> Result<Vec<Decided>, Error> {
        let mut connection = self.read.acquire().await?;
        let decision = decisions::known(&mut connection, id).await?;
        page(&mut connection, decision.seq, after, limit, Which::All).await
    }
}

/// Which accounts of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    All,
    /// Those that it is for.
    Touched,
}

pub(super) async fn page(
    connection: &mut AnyConnection,
    decision: i64,
    after: i64,
    limit: u32,
    which: Which,
) -> Result<Vec<Decided>, Error> {
    let only = match which {
        Which::All => "",
        Which::Touched => "AND left_out IS NULL",
    };
    let text = format!(
        "SELECT number, account, risk, was, {NOW}, left_out FROM decided
        WHERE decision = $1 AND number > $2 {only} ORDER BY number LIMIT {limit}"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(decision).bind(after);
    rows.fetch_all(connection).await?.iter().map(decided).collect()
}

/// Puts them in; an account that comes twice is there once.
pub(super) async fn insert(
    dialect: Dialect,
    change: &mut AnyConnection,
    decision: i64,
    targets: impl IntoIterator<Item = Target>,
) -> Result<(), Error> {
    let mut targets = targets.into_iter().zip(1_i64..);
    loop {
        let mut rows = Values::new(dialect);
        for (target, number) in targets.by_ref().take(BATCH) {
            rows.row().value(decision).value(number).value(target.account).value(target.risk);
        }
        if rows.is_empty() {
            return Ok(());
        }
        let into = "INSERT INTO decided (decision, number, account, risk)";
        rows.insert(change, into, "ON CONFLICT DO NOTHING").await?;
    }
}

pub(super) async fn leave_out_restored(
    change: &mut AnyConnection,
    decision: i64,
) -> Result<(), Error> {
    let set = "UPDATE decided SET left_out = $2 WHERE decision = $1 AND EXISTS (SELECT 1
        FROM appeals a WHERE a.account = decided.account AND a.outcome = 'restored')";
    sqlx::query(set).bind(decision).bind(RESTORED).execute(change).await?;
    Ok(())
}

/// Those that it is for, and those that it leaves out.
pub(super) async fn counted(
    change: &mut AnyConnection,
    decision: i64,
) -> Result<(i64, i64), Error> {
    let counted = "SELECT count(*), count(left_out) FROM decided WHERE decision = $1";
    let row = sqlx::query(counted).bind(decision).fetch_one(change).await?;
    let (all, left_out): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    Ok((all - left_out, left_out))
}

/// Writes down what is done to each account, before the decision is in force.
pub(super) async fn note_what_was(change: &mut AnyConnection, decision: i64) -> Result<(), Error> {
    let text = format!("UPDATE decided SET was = {NOW} WHERE decision = $1 AND left_out IS NULL");
    sqlx::query(AssertSqlSafe(text)).bind(decision).execute(change).await?;
    Ok(())
}

fn decided(row: &AnyRow) -> Result<Decided, Error> {
    let action = |at: usize| -> Result<Option<Action>, Error> {
        row.try_get::<Option<&str>, _>(at)?.map(Action::stored).transpose()
    };
    Ok(Decided {
        number: row.try_get(0)?,
        account: row.try_get(1)?,
        risk: row.try_get(2)?,
        was: action(3)?,
        now: action(4)?,
        left_out: row.try_get(5)?,
    })
}
