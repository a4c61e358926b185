//! Appeals: somebody says that it was a mistake. Restored, an account is left out of what
//! was decided and of what will be.

use super::decided::{NOW, RESTORED};
use super::decisions::{Ended, ended, uuid};
use super::kinds::{Action, AppealOutcome, EventKind};
use super::{next, outbox};
use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::insert::Arguments;
use crate::when;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use stix::Timestamp;
use uuid::Uuid;

/// An appeal.
#[derive(Clone, Debug)]
pub struct Appeal {
    /// Its number, by which it is paged.
    pub seq: i64,
    /// Its id.
    pub id: Uuid,
    /// Whose account.
    pub account: String,
    /// What they say.
    pub text: String,
    /// Who took it.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: AppealOutcome,
    /// Who decided on it.
    pub settled: Option<Ended>,
}

/// An account that an appeal restored: it is genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The appeal's number.
    pub seq: i64,
    /// As the platform has it.
    pub account: String,
    /// Since when.
    pub at: Timestamp,
}

const COLUMNS: &str =
    "seq, id, account, text, who, at_us, outcome, settled_who, settled_why, settled_us";

impl Store {
    /// Takes an appeal; the same one a second time is the one that was taken. An account
    /// has one open at a time.
    pub async fn add_appeal(
        &self,
        act: &Act,
        id: Uuid,
        account: &str,
        text: &str,
    ) -> Result<Appeal, Error> {
        let mut change = self.change().await?;
        if let Some(there) = one(&mut change, id).await? {
            return match there.account == account && there.text == text {
                true => Ok(there),
                false => Err(Error::Taken { kind: "appeal", name: id.to_string() }),
            };
        }
        let seq = next(&mut change, "appeals").await?;
        let insert = "INSERT INTO appeals (seq, id, account, text, who, at_us, outcome)
            VALUES ($1, $2, $3, $4, $5, $6, 'open') ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert).bind(seq).bind(id.to_string());
        let insert = insert.bind(account.to_owned()).bind(text.to_owned());
        let insert = insert.bind(act.who.clone()).bind(when::us(act.at));
        if insert.execute(&mut *change).await?.rows_affected() == 0 {
            let (kind, name) = ("an appeal of", account.to_owned());
            return Err(Error::Settled { kind, name, state: "open" });
        }
        act::note(&mut change, act, "appeal", &id.to_string(), json!({})).await?;
        let appeal = known(&mut change, id).await?;
        change.commit().await?;
        Ok(appeal)
    }

    /// It was a mistake: the account is left out of all that holds or is proposed, and of
    /// what will be.
    pub async fn restore(&self, act: &Act, id: Uuid) -> Result<Appeal, Error> {
        let mut change = self.change().await?;
        let appeal = known(&mut change, id).await?;
        if appeal.outcome != AppealOutcome::Open {
            return appeal.settled_as(AppealOutcome::Restored, act);
        }
        let was = done_to(&mut change, &appeal.account).await?;
        let left = leave_out(&mut change, &appeal.account).await?;
        settle(&mut change, act, id, AppealOutcome::Restored).await?;
        let detail = json!({ "was": was.map(Action::name), "decisions": left });
        act::note(&mut change, act, "appeal restore", &id.to_string(), detail).await?;
        let data = json!({
            "appeal": id.to_string(), "decisions": left,
            "accounts": [{
                "account": appeal.account, "before": was.map_or("nothing", Action::name),
                "now": "nothing",
            }],
        });
        outbox::tell(&mut change, act, EventKind::Restored, &id.to_string(), data).await?;
        let appeal = known(&mut change, id).await?;
        change.commit().await?;
        Ok(appeal)
    }

    /// What was decided stands.
    pub async fn uphold(&self, act: &Act, id: Uuid) -> Result<Appeal, Error> {
        let mut change = self.change().await?;
        let appeal = known(&mut change, id).await?;
        if appeal.outcome != AppealOutcome::Open {
            return appeal.settled_as(AppealOutcome::Upheld, act);
        }
        settle(&mut change, act, id, AppealOutcome::Upheld).await?;
        act::note(&mut change, act, "appeal uphold", &id.to_string(), json!({})).await?;
        let appeal = known(&mut change, id).await?;
        change.commit().await?;
        Ok(appeal)
    }

    /// Appeals with numbers above `after`, at most `limit`, with an outcome or all.
    pub async fn appeals(
        &self,
        outcome: Option<AppealOutcome>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Appeal>, Error> {
        let mut values = Arguments::default();
        let mut where_ = format!("seq > {}", values.add(after));
        if let Some(outcome) = outcome {
            where_ += &format!(" AND outcome = {}", values.add(outcome.name()));
        }
        let text =
            format!("SELECT {COLUMNS} FROM appeals WHERE {where_} ORDER BY seq LIMIT {limit}");
        let rows = sqlx::query_with(AssertSqlSafe(text), values.all).fetch_all(&self.read).await?;
        rows.iter().map(appeal).collect()
    }

    /// Accounts that appeals restored, with numbers above `after`, at most `limit`: who
    /// learns from labels learns that they are good.
    pub async fn restored_accounts(&self, after: i64, limit: u32) -> Result<Vec<Restored>, Error> {
        let select = "SELECT seq, account, settled_us FROM appeals
            WHERE outcome = 'restored' AND seq > $1 ORDER BY seq LIMIT $2";
        let rows = sqlx::query(select).bind(after).bind(i64::from(limit));
        let restored = |row: &AnyRow| {
            let (seq, at) = (row.try_get(0)?, when::time(row.try_get(2)?)?);
            Ok(Restored { seq, account: row.try_get(1)?, at })
        };
        rows.fetch_all(&self.read).await?.iter().map(restored).collect()
    }
}

impl Appeal {
    fn settled_as(&self, wanted: AppealOutcome, act: &Act) -> Result<Self, Error> {
        let by = self.settled.as_ref().map(|by| by.who.as_str());
        match self.outcome == wanted && by == Some(act.who.as_str()) {
            true => Ok(self.clone()),
            false => Err(Error::Settled {
                kind: "appeal",
                name: self.id.to_string(),
                state: self.outcome.name(),
            }),
        }
    }
}

/// What is done to an account now.
async fn done_to(change: &mut AnyConnection, account: &str) -> Result<Option<Action>, Error> {
    let text = format!("SELECT {NOW} FROM (SELECT CAST($1 AS TEXT) AS account) decided");
    let row = sqlx::query(AssertSqlSafe(text)).bind(account.to_owned()).fetch_one(change).await?;
    row.try_get::<Option<&str>, _>(0)?.map(Action::stored).transpose()
}

/// Takes an account out of the decisions that hold or are proposed; gives their ids.
async fn leave_out(change: &mut AnyConnection, account: &str) -> Result<Vec<String>, Error> {
    let select = "SELECT d.seq, d.id FROM decided o JOIN decisions d ON d.seq = o.decision
        WHERE o.account = $1 AND o.left_out IS NULL AND d.state IN ('in force', 'proposed')
        ORDER BY d.seq";
    let rows = sqlx::query(select).bind(account.to_owned()).fetch_all(&mut *change).await?;
    let mut left = Vec::with_capacity(rows.len());
    for row in rows {
        let decision: i64 = row.try_get(0)?;
        let set = "UPDATE decided SET left_out = $3 WHERE account = $1 AND decision = $2";
        let set = sqlx::query(set).bind(account.to_owned()).bind(decision).bind(RESTORED);
        set.execute(&mut *change).await?;
        let set = "UPDATE decisions SET accounts = accounts - 1, left_out = left_out + 1
            WHERE seq = $1";
        sqlx::query(set).bind(decision).execute(&mut *change).await?;
        left.push(row.try_get(1)?);
    }
    Ok(left)
}

async fn settle(
    change: &mut AnyConnection,
    act: &Act,
    id: Uuid,
    outcome: AppealOutcome,
) -> Result<(), Error> {
    let set = "UPDATE appeals SET outcome = $2, settled_who = $3, settled_why = $4,
        settled_us = $5 WHERE id = $1";
    let set = sqlx::query(set).bind(id.to_string()).bind(outcome.name()).bind(act.who.clone());
    set.bind(act.why.clone()).bind(when::us(act.at)).execute(change).await?;
    Ok(())
}

async fn known(connection: &mut AnyConnection, id: Uuid) -> Result<Appeal, Error> {
    let missing = || Error::Missing { kind: "appeal", name: id.to_string() };
    one(connection, id).await?.ok_or_else(missing)
}

async fn one(connection: &mut AnyConnection, id: Uuid) -> Result<Option<Appeal>, Error> {
    let select = format!("SELECT {COLUMNS} FROM appeals WHERE id = $1");
    let select = sqlx::query(AssertSqlSafe(select)).bind(id.to_string());
    select.fetch_optional(connection).await?.as_ref().map(appeal).transpose()
}

fn appeal(row: &AnyRow) -> Result<Appeal, Error> {
    Ok(Appeal {
        seq: row.try_get(0)?,
        id: uuid(row.try_get(1)?)?,
        account: row.try_get(2)?,
        text: row.try_get(3)?,
        who: row.try_get(4)?,
        at: when::time(row.try_get(5)?)?,
        outcome: AppealOutcome::stored(row.try_get(6)?)?,
        settled: ended(row, 7)?,
    })
}
