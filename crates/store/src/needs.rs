//! Need-to-know: of what is sealed, who may see it. To have the scope `sealed` is not
//! enough where a list is kept; where none is, it is.

use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::users;
use serde_json::json;
use sqlx::Row;

impl Store {
    /// Puts somebody on the list of a subject.
    pub async fn add_need(&self, act: &Act, subject: &str, name: &str) -> Result<(), Error> {
        let mut change = self.change().await?;
        if users::of_name(&mut change, name).await?.is_none() {
            return Err(users::missing(name));
        }
        let insert = "INSERT INTO needs (subject, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert).bind(subject.to_owned()).bind(name.to_owned());
        if insert.execute(&mut *change).await?.rows_affected() == 0 {
            return Ok(());
        }
        act::note(&mut change, act, "need", subject, json!({ "user": name })).await?;
        Ok(change.commit().await?)
    }

    /// Takes somebody from the list of a subject.
    pub async fn end_need(&self, act: &Act, subject: &str, name: &str) -> Result<(), Error> {
        let mut change = self.change().await?;
        let delete = "DELETE FROM needs WHERE subject = $1 AND name = $2";
        let delete = sqlx::query(delete).bind(subject.to_owned()).bind(name.to_owned());
        if delete.execute(&mut *change).await?.rows_affected() == 0 {
            return Err(Error::Missing { kind: "need of", name: name.to_owned() });
        }
        act::note(&mut change, act, "need end", subject, json!({ "user": name })).await?;
        Ok(change.commit().await?)
    }

    /// The list of a subject, by name.
    pub async fn needs(&self, subject: &str) -> Result<Vec<String>, Error> {
        let select = "SELECT name FROM needs WHERE subject = $1 ORDER BY name";
        let rows = sqlx::query(select).bind(subject.to_owned()).fetch_all(&self.read).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Whether somebody may see what is sealed of a subject, by its list: there is none, or
    /// they are on it. Ask for the scope `sealed` first.
    pub async fn may_know(&self, subject: &str, name: &str) -> Result<bool, Error> {
        let list = self.needs(subject).await?;
        Ok(list.is_empty() || list.iter().any(|known| known == name))
    }
}
