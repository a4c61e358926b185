//! What holds now: for accounts that somebody is about to decide on, and for whoever judges
//! sign-ups by what was decided on campaigns.

use super::count;
use super::decided::NOW;
use super::kinds::Action;
use crate::Store;
use crate::error::Error;
use crate::insert::{BATCH, Values, comes_again};
use crate::when;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;
use stix::Timestamp;

/// What holds for some accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many of them something is done to.
    pub by_action: BTreeMap<Action, u64>,
    /// How many of them an appeal restored.
    pub restored: u64,
}

/// A campaign that was taken down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    /// Its id.
    pub campaign: String,
    /// When it was, first.
    pub since: Timestamp,
}

impl Store {
    /// What is done now to these accounts, each named once.
    pub async fn standing(&self, accounts: &[&str]) -> Result<Standing, Error> {
        let mut standing = Standing::default();
        for some in accounts.chunks(BATCH) {
            let mut rows = Values::new(self.dialect);
            for account in some {
                rows.row().value((*account).to_owned());
            }
            let (rows, arguments) = rows.into_parts();
            let text = format!(
                "WITH asked AS (SELECT column1 AS account FROM (VALUES {rows}) v)
                SELECT action, count(*) FROM (SELECT {NOW} AS action FROM asked decided) held
                    WHERE action IS NOT NULL GROUP BY action
                UNION ALL SELECT '', count(*) FROM asked WHERE EXISTS (SELECT 1 FROM appeals a
                    WHERE a.account = asked.account AND a.outcome = 'restored')"
            );
            let rows = sqlx::query_with(AssertSqlSafe(text), arguments);
            let rows = rows.persistent(comes_again(some.len()));
            for row in rows.fetch_all(&self.read).await? {
                let (action, counted) = (row.try_get::<&str, _>(0)?, count(row.try_get(1)?)?);
                match action {
                    "" => standing.restored += counted,
                    action => {
                        *standing.by_action.entry(Action::stored(action)?).or_default() += counted;
                    }
                }
            }
        }
        Ok(standing)
    }

    /// Campaigns that were suspended and not cleared since: whoever fits one later is
    /// back. A suspension that was undone never was; one that expired was.
    pub async fn retired_campaigns(&self) -> Result<Vec<Retired>, Error> {
        let select = "SELECT campaign, min(in_force_us) FROM decisions
            WHERE action = 'suspend' AND state IN ('in force', 'expired')
            AND force IS NOT NULL AND NOT EXISTS (SELECT 1 FROM decisions later
                WHERE later.campaign = decisions.campaign AND later.force > decisions.force
                AND later.action = 'clear' AND later.state = 'in force')
            GROUP BY campaign ORDER BY campaign";
        let rows = sqlx::query(select).fetch_all(&self.read).await?;
        let retired = |row: &sqlx::any::AnyRow| {
            let since = when::time(row.try_get(1)?)?;
            Ok(Retired { campaign: row.try_get(0)?, since })
        };
        rows.iter().map(retired).collect()
    }

    /// Campaigns that were cleared, and nothing else decided on since.
    pub async fn cleared_campaigns(&self) -> Result<Vec<String>, Error> {
        let select = "SELECT DISTINCT campaign FROM decisions
            WHERE action = 'clear' AND state = 'in force' AND NOT EXISTS (SELECT 1
                FROM decisions later WHERE later.campaign = decisions.campaign
                AND later.force > decisions.force AND later.action <> 'clear'
                AND later.state = 'in force')
            ORDER BY campaign";
        let rows = sqlx::query(select).fetch_all(&self.read).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
