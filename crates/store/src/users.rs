//! Persons: who may log in, and as what. Of a password its hash is kept, made by whoever
//! asks; whatever changes what somebody may do ends their sessions in the same transaction.

use crate::Store;
use crate::act::{self, Act};
use crate::error::{Error, unreadable};
use crate::keys::KeyHash;
use crate::scope::Role;
use crate::sessions;
use crate::when;
use serde_json::{Map, Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::fmt;
use stix::Timestamp;

/// What a password was hashed to, in the words of the PHC string format.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// A person, as they are added.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Their name: see [`is_user_name`].
    pub name: String,
    /// What they are here.
    pub role: Role,
    /// Of their password; none where they come by OIDC alone.
    pub password: Option<PasswordHash>,
    /// Who they are for OIDC: issuer and subject.
    pub subject: Option<String>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct User {
    /// Their name.
    pub name: String,
    /// What they are here.
    pub role: Role,
    /// Of their password.
    pub password: Option<PasswordHash>,
    /// Who they are for OIDC: issuer and subject.
    pub subject: Option<String>,
    /// When they were added.
    pub made: Timestamp,
    /// Since when they may not log in.
    pub disabled: Option<Timestamp>,
}

/// Whether somebody may log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// They may.
    Enabled,
    /// They may not.
    Disabled,
}

/// What is to be different of a person; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// What they are from now on.
    pub role: Option<Role>,
    /// Of their new password.
    pub password: Option<PasswordHash>,
    /// Whether they may log in from now on.
    pub admission: Option<Admission>,
}

/// The longest that a name may be: an address of mail fits.
const NAME_CHARS_MAX: usize = 64;

const COLUMNS: &str = "name, role, password, subject, made_us, disabled_us";

/// Whether somebody may be called so: small letters, digits and `.`, `_`, `-`, `@`, `+`,
/// so that no two names look alike, and none looks like a key's in the audit log.
pub fn is_user_name(name: &str) -> bool {
    let is_in_it =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-@+".contains(&byte);
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    begins && name.len() <= NAME_CHARS_MAX && name.bytes().all(is_in_it)
}

impl Store {
    /// Adds a person.
    pub async fn add_user(&self, act: &Act, user: NewUser) -> Result<(), Error> {
        let mut change = self.change().await?;
        add(&mut change, act, user).await?;
        Ok(change.commit().await?)
    }

    /// Changes what a person is, and ends their sessions. Fails where nobody could say any
    /// more who may do what.
    pub async fn change_user(
        &self,
        act: &Act,
        name: &str,
        changes: UserChange,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        let user = of_name(&mut change, name).await?;
        let before = user.ok_or_else(|| missing(name))?;
        let disabled = match changes.admission {
            None => before.disabled,
            Some(Admission::Enabled) => None,
            Some(Admission::Disabled) => before.disabled.or(Some(act.at)),
        };
        let role = changes.role.unwrap_or(before.role);
        let mut detail = Map::new();
        if role != before.role {
            detail.insert("role".to_owned(), role.name().into());
        }
        if disabled.is_some() != before.disabled.is_some() {
            detail.insert("disabled".to_owned(), disabled.is_some().into());
        }
        if changes.password.is_some() {
            detail.insert("password".to_owned(), "new".into());
        }
        if detail.is_empty() {
            return Ok(());
        }
        let set = "UPDATE users SET role = $2, password = $3, disabled_us = $4 WHERE name = $1";
        let set = sqlx::query(set).bind(name.to_owned()).bind(role.name());
        let set = set.bind(changes.password.or(before.password).map(|hash| hash.0));
        set.bind(disabled.map(when::us)).execute(&mut *change).await?;
        if before.role == Role::Admin && before.disabled.is_none() {
            refuse_without_admin(&mut change, name).await?;
        }
        let ended = sessions::end_all(&mut change, name).await?;
        detail.insert("sessions_ended".to_owned(), ended.into());
        act::note(&mut change, act, "user change", name, Value::Object(detail)).await?;
        Ok(change.commit().await?)
    }

    /// Everybody, by name.
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        let select = format!("SELECT {COLUMNS} FROM users ORDER BY name");
        let rows = sqlx::query(sqlx::AssertSqlSafe(select)).fetch_all(&self.read).await?;
        rows.iter().map(user).collect()
    }

    /// Who has this name.
    pub async fn user(&self, name: &str) -> Result<Option<User>, Error> {
        of_name(&mut *self.read.acquire().await?, name).await
    }

    /// Who this is for OIDC.
    pub async fn user_of_subject(&self, subject: &str) -> Result<Option<User>, Error> {
        let select = format!("SELECT {COLUMNS} FROM users WHERE subject = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(select)).bind(subject.to_owned());
        row.fetch_optional(&self.read).await?.as_ref().map(user).transpose()
    }

    /// From now on the first admin is made with the token that has this hash, and with no
    /// other. Gives whether one can be made: not where somebody is here.
    pub async fn begin_setup(&self, act: &Act, sha256: KeyHash) -> Result<bool, Error> {
        let mut change = self.change().await?;
        if is_anybody_here(&mut change).await? {
            return Ok(false);
        }
        sqlx::query("DELETE FROM setup").execute(&mut *change).await?;
        let insert = "INSERT INTO setup (sha256, made_us) VALUES ($1, $2)";
        let insert = sqlx::query(insert).bind(sha256.0.to_vec()).bind(when::us(act.at));
        insert.execute(&mut *change).await?;
        act::note(&mut change, act, "setup token", "setup", json!({})).await?;
        change.commit().await?;
        Ok(true)
    }

    /// Whether the first admin can be made with this token.
    pub async fn is_setup_token(&self, sha256: KeyHash) -> Result<bool, Error> {
        is_open(&mut *self.read.acquire().await?, sha256).await
    }

    /// Makes the first admin, with the token, which has served then. Gives whether it was
    /// the token, and nobody was here.
    pub async fn set_up(
        &self,
        act: &Act,
        sha256: KeyHash,
        name: &str,
        password: PasswordHash,
    ) -> Result<bool, Error> {
        let mut change = self.change().await?;
        if !is_open(&mut change, sha256).await? {
            return Ok(false);
        }
        let used = "UPDATE setup SET used_us = $1";
        sqlx::query(used).bind(when::us(act.at)).execute(&mut *change).await?;
        let (name, password) = (name.to_owned(), Some(password));
        add(&mut change, act, NewUser { name, role: Role::Admin, password, subject: None }).await?;
        change.commit().await?;
        Ok(true)
    }
}

async fn add(change: &mut AnyConnection, act: &Act, user: NewUser) -> Result<(), Error> {
    let NewUser { name, role, password, subject } = user;
    if !is_user_name(&name) {
        return Err(Error::UserName(name));
    }
    let detail = json!({
        "role": role.name(), "password": password.is_some(), "oidc": subject.is_some(),
    });
    let insert = "INSERT INTO users (name, role, password, subject, made_us)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let insert = sqlx::query(insert).bind(name.clone()).bind(role.name());
    let insert = insert.bind(password.map(|hash| hash.0)).bind(subject).bind(when::us(act.at));
    if insert.execute(&mut *change).await?.rows_affected() == 0 {
        return Err(Error::Taken { kind: "user", name });
    }
    act::note(change, act, "user", &name, detail).await
}

async fn refuse_without_admin(change: &mut AnyConnection, name: &str) -> Result<(), Error> {
    let admins = "SELECT count(*) FROM users WHERE role = $1 AND disabled_us IS NULL";
    let admins = sqlx::query(admins).bind(Role::Admin.name()).fetch_one(change).await?;
    match admins.try_get::<i64, _>(0)? {
        0 => Err(Error::LastAdmin { name: name.to_owned() }),
        _ => Ok(()),
    }
}

async fn is_anybody_here(change: &mut AnyConnection) -> Result<bool, Error> {
    let users = sqlx::query("SELECT count(*) FROM users").fetch_one(change).await?;
    Ok(users.try_get::<i64, _>(0)? > 0)
}

async fn is_open(connection: &mut AnyConnection, sha256: KeyHash) -> Result<bool, Error> {
    if is_anybody_here(connection).await? {
        return Ok(false);
    }
    let select = "SELECT count(*) FROM setup WHERE sha256 = $1 AND used_us IS NULL";
    let found = sqlx::query(select).bind(sha256.0.to_vec()).fetch_one(connection).await?;
    Ok(found.try_get::<i64, _>(0)? > 0)
}

pub(crate) async fn of_name(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Option<User>, Error> {
    let select = format!("SELECT {COLUMNS} FROM users WHERE name = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(select)).bind(name.to_owned());
    row.fetch_optional(connection).await?.as_ref().map(user).transpose()
}

pub(crate) fn missing(name: &str) -> Error {
    Error::Missing { kind: "user", name: name.to_owned() }
}

fn user(row: &AnyRow) -> Result<User, Error> {
    let role: String = row.try_get(1)?;
    Ok(User {
        name: row.try_get(0)?,
        role: Role::of(&role).ok_or_else(|| unreadable("a user's role"))?,
        password: row.try_get::<Option<String>, _>(2)?.map(PasswordHash),
        subject: row.try_get(3)?,
        made: when::time(row.try_get(4)?)?,
        disabled: row.try_get::<Option<i64>, _>(5)?.map(when::time).transpose()?,
    })
}
