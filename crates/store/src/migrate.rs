//! The schema, step by step: a store that is opened is brought to the latest.

use crate::dialect::Dialect;
use crate::error::Error;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Row};
use std::cmp::Ordering;

/// A step: what both databases do, and what each does beside it.
struct Step {
    both: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// All of them, in order. A step that was released is not changed: write another one.
const STEPS: &[Step] = &[
    Step {
        both: include_str!("schema/0001.sql"),
        sqlite: include_str!("schema/0001.sqlite.sql"),
        postgres: include_str!("schema/0001.postgres.sql"),
    },
    Step { both: include_str!("schema/0002.sql"), sqlite: "", postgres: "" },
    Step { both: include_str!("schema/0003.sql"), sqlite: "", postgres: "" },
    Step { both: include_str!("schema/0004.sql"), sqlite: "", postgres: "" },
];

const SEEN: &str = "SELECT coalesce(max(step), 0) FROM schema_steps";

/// Fails where the schema of a store that may only be read is not the latest.
pub(crate) async fn check(read: &AnyPool) -> Result<(), Error> {
    let known = STEPS.len() as i64;
    let found: i64 = sqlx::query(SEEN).fetch_one(read).await?.try_get(0)?;
    match found.cmp(&known) {
        Ordering::Greater => Err(Error::Newer { found, known }),
        Ordering::Less => Err(Error::Older { found, known }),
        Ordering::Equal => Ok(()),
    }
}

/// Does the steps that the store has not seen, all or none of them.
pub(crate) async fn migrate(change: &mut AnyConnection, dialect: Dialect) -> Result<(), Error> {
    let known = STEPS.len() as i64;
    let table = "CREATE TABLE IF NOT EXISTS schema_steps (step BIGINT NOT NULL)";
    sqlx::query(table).execute(&mut *change).await?;
    let found: i64 = sqlx::query(SEEN).fetch_one(&mut *change).await?.try_get(0)?;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for (step, number) in STEPS.iter().zip(1_i64..).filter(|(_, number)| *number > found) {
        let own = match dialect {
            Dialect::Sqlite => step.sqlite,
            Dialect::Postgres => step.postgres,
        };
        let text = format!("{}\n{own}", dialect.schema(step.both));
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *change).await?;
        let done = "INSERT INTO schema_steps (step) VALUES ($1)";
        sqlx::query(done).bind(number).execute(&mut *change).await?;
    }
    Ok(())
}
