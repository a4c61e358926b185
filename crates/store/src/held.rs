//! Legal holds: what is held is not deleted, whoever asks; and deleting, for what is not.

use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::when;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use stix::{Id, Timestamp};

/// A hold on an object: all of its versions stay.
#[derive(Clone, Debug)]
pub struct Hold {
    /// The object. It need not be here yet.
    pub id: Id,
    /// For which matter.
    pub why: String,
    /// Who asked for it.
    pub who: String,
    /// Since when.
    pub at: Timestamp,
}

impl Store {
    /// Holds an object, for the reason and by the person that `act` names.
    pub async fn hold(&self, act: &Act, id: &Id) -> Result<(), Error> {
        let mut change = self.change().await?;
        let insert = "INSERT INTO holds (id, why, who, at_us) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert).bind(id.as_str()).bind(act.why.clone());
        let insert = insert.bind(act.who.clone()).bind(when::us(act.at));
        if insert.execute(&mut *change).await?.rows_affected() == 0 {
            return Err(Error::Taken { kind: "hold on", name: id.to_string() });
        }
        act::note(&mut change, act, "hold", id.as_str(), json!({})).await?;
        Ok(change.commit().await?)
    }

    /// Ends a hold.
    pub async fn release_hold(&self, act: &Act, id: &Id) -> Result<(), Error> {
        let mut change = self.change().await?;
        let delete = sqlx::query("DELETE FROM holds WHERE id = $1").bind(id.as_str());
        if delete.execute(&mut *change).await?.rows_affected() == 0 {
            return Err(Error::Missing { kind: "hold on", name: id.to_string() });
        }
        act::note(&mut change, act, "hold release", id.as_str(), json!({})).await?;
        Ok(change.commit().await?)
    }

    /// All holds, by the object's id.
    pub async fn holds(&self) -> Result<Vec<Hold>, Error> {
        let rows = sqlx::query("SELECT id, why, who, at_us FROM holds ORDER BY id");
        rows.fetch_all(&self.read).await?.iter().map(hold).collect()
    }

    /// Deletes an object: every version, in every form and collection, with where it came
    /// from. That it was here stays in the audit log. Gives the number of versions and
    /// forms; fails where it is held.
    pub async fn delete(&self, act: &Act, id: &Id) -> Result<u64, Error> {
        let mut change = self.change().await?;
        refuse_held(&mut change, id).await?;
        let within = [
            "DELETE FROM members WHERE object IN (SELECT seq FROM objects WHERE id = $1)",
            "DELETE FROM provenance WHERE object IN (SELECT seq FROM objects WHERE id = $1)",
            "DELETE FROM conflicts WHERE id = $1",
        ];
        for delete in within {
            sqlx::query(delete).bind(id.as_str()).execute(&mut *change).await?;
        }
        let delete = sqlx::query("DELETE FROM objects WHERE id = $1").bind(id.as_str());
        let versions = delete.execute(&mut *change).await?.rows_affected();
        if versions == 0 {
            return Err(Error::Missing { kind: "object", name: id.to_string() });
        }
        act::note(&mut change, act, "delete", id.as_str(), json!({"versions": versions})).await?;
        change.commit().await?;
        Ok(versions)
    }
}

async fn refuse_held(change: &mut AnyConnection, id: &Id) -> Result<(), Error> {
    let held = sqlx::query("SELECT why FROM holds WHERE id = $1").bind(id.as_str());
    match held.fetch_optional(change).await? {
        Some(row) => Err(Error::Held { id: id.clone(), why: row.try_get(0)? }),
        None => Ok(()),
    }
}

fn hold(row: &AnyRow) -> Result<Hold, Error> {
    Ok(Hold {
        id: id(row.try_get(0)?)?,
        why: row.try_get(1)?,
        who: row.try_get(2)?,
        at: when::time(row.try_get(3)?)?,
    })
}

pub(crate) fn id(text: &str) -> Result<Id, Error> {
    text.parse().map_err(crate::error::unreadable)
}
