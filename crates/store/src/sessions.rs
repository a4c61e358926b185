//! Sessions: who is logged in. Of a session's token its hash is kept. A session ends when
//! nothing was asked for a while, when its time is over, and when it is ended; what has
//! ended is cleared by whoever logs in next.

use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::keys::KeyHash;
use crate::users::{self, PasswordHash, User};
use crate::when;
use serde_json::{Value, json};
use sqlx::{AnyConnection, Row};
use stix::Timestamp;

/// A session, as it begins.
#[derive(Clone, Copy, Debug)]
pub struct NewSession {
    /// Of its token.
    pub sha256: KeyHash,
    /// When it ends if nothing is asked.
    pub rests: Timestamp,
    /// When it ends whatever is asked.
    pub ends: Timestamp,
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Whose it is, as they are now.
    pub user: User,
    /// When it began.
    pub made: Timestamp,
    /// When something was asked in it, about.
    pub seen: Timestamp,
    /// When it ends if nothing is asked.
    pub rests: Timestamp,
    /// When it ends whatever is asked.
    pub ends: Timestamp,
}

/// By what somebody showed who they are.
#[derive(Clone, Debug)]
pub enum Proof {
    /// By the password that has this hash.
    Password(PasswordHash),
    /// By what an OIDC provider says.
    Oidc,
}

impl Store {
    /// Logs somebody in. Gives whether they may: not where they are disabled, or their
    /// password was changed meanwhile.
    pub async fn log_in(
        &self,
        act: &Act,
        name: &str,
        proof: &Proof,
        session: NewSession,
    ) -> Result<bool, Error> {
        let mut change = self.change().await?;
        let user = users::of_name(&mut change, name).await?;
        let stands = |user: &User| match proof {
            Proof::Password(hash) => user.password.as_ref() == Some(hash),
            Proof::Oidc => user.subject.is_some(),
        };
        if !user.is_some_and(|user| user.disabled.is_none() && stands(&user)) {
            return Ok(false);
        }
        let over = "DELETE FROM sessions WHERE rests_us <= $1 OR ends_us <= $1";
        sqlx::query(over).bind(when::us(act.at)).execute(&mut *change).await?;
        let insert = "INSERT INTO sessions (sha256, name, made_us, seen_us, rests_us, ends_us)
            VALUES ($1, $2, $3, $3, $4, $5)";
        let insert = sqlx::query(insert).bind(session.sha256.0.to_vec()).bind(name.to_owned());
        let insert = insert.bind(when::us(act.at)).bind(when::us(session.rests));
        insert.bind(when::us(session.ends)).execute(&mut *change).await?;
        let by = match proof {
            Proof::Password(_) => "password",
            Proof::Oidc => "oidc",
        };
        act::note(&mut change, act, "log in", name, json!({ "by": by })).await?;
        change.commit().await?;
        Ok(true)
    }

    /// Notes that somebody could not log in. `name` is one that is known here: others may
    /// be anything, a password too.
    pub async fn note_refused(
        &self,
        act: &Act,
        name: Option<&str>,
        detail: Value,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        let subject = name.unwrap_or("unknown");
        act::note(&mut change, act, "log in refused", subject, detail).await?;
        Ok(change.commit().await?)
    }

    /// The session whose token has this hash, if it goes on at this time and whose it is
    /// may log in.
    pub async fn session(&self, sha256: KeyHash, now: Timestamp) -> Result<Option<Session>, Error> {
        let mut connection = self.read.acquire().await?;
        let select = "SELECT name, made_us, seen_us, rests_us, ends_us FROM sessions
            WHERE sha256 = $1 AND rests_us > $2 AND ends_us > $2";
        let select = sqlx::query(select).bind(sha256.0.to_vec()).bind(when::us(now));
        let Some(row) = select.fetch_optional(&mut *connection).await? else { return Ok(None) };
        let user = users::of_name(&mut connection, row.try_get(0)?).await?;
        let Some(user) = user.filter(|user| user.disabled.is_none()) else { return Ok(None) };
        let at = |column: usize| when::time(row.try_get(column)?);
        Ok(Some(Session { user, made: at(1)?, seen: at(2)?, rests: at(3)?, ends: at(4)? }))
    }

    /// Something was asked in a session: it rests later. This alone has no entry in the
    /// audit log, which would be one for every page that is looked at.
    pub async fn touch_session(
        &self,
        sha256: KeyHash,
        now: Timestamp,
        rests: Timestamp,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        let set = "UPDATE sessions SET seen_us = $2, rests_us = $3 WHERE sha256 = $1";
        let set = sqlx::query(set).bind(sha256.0.to_vec()).bind(when::us(now));
        set.bind(when::us(rests)).execute(&mut *change).await?;
        Ok(change.commit().await?)
    }

    /// Ends a session. Gives whether there was one.
    pub async fn log_out(&self, act: &Act, sha256: KeyHash) -> Result<bool, Error> {
        let mut change = self.change().await?;
        let delete = "DELETE FROM sessions WHERE sha256 = $1";
        let delete = sqlx::query(delete).bind(sha256.0.to_vec()).execute(&mut *change).await?;
        if delete.rows_affected() == 0 {
            return Ok(false);
        }
        act::note(&mut change, act, "log out", &act.who, json!({})).await?;
        change.commit().await?;
        Ok(true)
    }

    /// How many sessions somebody has that go on at this time.
    pub async fn sessions_of(&self, name: &str, now: Timestamp) -> Result<u64, Error> {
        let select = "SELECT count(*) FROM sessions
            WHERE name = $1 AND rests_us > $2 AND ends_us > $2";
        let select = sqlx::query(select).bind(name.to_owned()).bind(when::us(now));
        Ok(select.fetch_one(&self.read).await?.try_get::<i64, _>(0)?.unsigned_abs())
    }
}

/// Ends all sessions of somebody, as part of a change; how many.
pub(crate) async fn end_all(change: &mut AnyConnection, name: &str) -> Result<u64, Error> {
    let delete = sqlx::query("DELETE FROM sessions WHERE name = $1").bind(name.to_owned());
    Ok(delete.execute(change).await?.rows_affected())
}
