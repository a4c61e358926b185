//! Opening a store, and how it is written to: one change at a time.

use crate::dialect::Dialect;
use crate::error::Error;
use crate::migrate;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Transaction};
use std::fmt::Write as _;
use std::str::FromStr;
use std::sync::Once;
use std::time::Duration;

/// A store; copies of it are the same store.
#[derive(Clone, Debug)]
pub struct Store {
    /// One connection: whoever wants to change something waits for it.
    write: AnyPool,
    pub(crate) read: AnyPool,
    pub(crate) dialect: Dialect,
}

/// Readers at one time. Each of SQLite's is a thread; a request holds one for
/// milliseconds, so that more would only wait for the same two to eight cores.
const READERS_MAX: u32 = 8;
/// A large import holds the writer for a minute or two; who has waited longer is told.
const WAIT_MAX: Duration = Duration::from_secs(120);
/// A connection that was used so lately is not asked whether it still stands: that would be
/// a round to the server for each round of work. One that was lost since fails once.
const TRUSTED_MAX: Duration = Duration::from_secs(1);

impl Store {
    /// Opens the store at `url`: the path of a file, which is made where there is none,
    /// `sqlite:PATH`, or `postgres://…`. Brings its schema to the latest; fails where a
    /// newer version has written it.
    pub async fn open(url: &str) -> Result<Self, Error> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(|| {
            let drivers = &[sqlx::sqlite::any::DRIVER, sqlx::postgres::any::DRIVER];
            // Somebody else in the process may have; then theirs are these.
            drop(sqlx::any::install_drivers(drivers));
        });
        let place = Place::of(url)?;
        let open_error = |why| Error::Open { place: place.shown.clone(), why };
        let options = AnyConnectOptions::from_str(&place.url).map_err(open_error)?;
        let dialect = place.dialect;
        // Once by itself: a pool tries again and again, whatever the reason.
        let mut first = AnyConnection::connect_with(&options).await.map_err(open_error)?;
        sqlx::raw_sql(dialect.greeting()).execute(&mut first).await.map_err(open_error)?;
        first.close().await.map_err(open_error)?;
        let pool = |connections: u32| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(WAIT_MAX)
                .test_before_acquire(false)
                .before_acquire(move |connection, known| {
                    Box::pin(async move {
                        if dialect == Dialect::Postgres && known.idle_for >= TRUSTED_MAX {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .after_connect(move |connection, _| {
                    Box::pin(async move {
                        sqlx::raw_sql(dialect.greeting()).execute(connection).await.map(drop)
                    })
                })
        };
        let write = pool(1).connect_with(options.clone()).await.map_err(open_error)?;
        let read = pool(READERS_MAX).connect_lazy_with(options);
        let store = Self { write, read, dialect };
        let mut change = store.change().await?;
        migrate::migrate(&mut change, dialect).await?;
        change.commit().await?;
        Ok(store)
    }

    /// Closes it: what was begun is finished first.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// Whether it answers.
    pub async fn is_ready(&self) -> Result<(), Error> {
        sqlx::query("SELECT count(*) FROM numbers").fetch_one(&self.read).await?;
        Ok(())
    }

    /// A change: nobody else changes anything until it is committed or dropped.
    pub(crate) async fn change(&self) -> Result<Transaction<'static, Any>, Error> {
        let mut change = self.write.begin_with(self.dialect.begin()).await?;
        if let Some(lock) = self.dialect.lock() {
            sqlx::query(lock).execute(&mut *change).await?;
        }
        Ok(change)
    }
}

struct Place {
    dialect: Dialect,
    url: String,
    /// Without a password.
    shown: String,
}

impl Place {
    fn of(url: &str) -> Result<Self, Error> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let (_, behind) = url.split_once("://").ok_or_else(|| Error::Address(url.into()))?;
            let shown = behind.rsplit_once('@').map_or(behind, |(_, host)| host).to_owned();
            return Ok(Self { dialect: Dialect::Postgres, url: url.to_owned(), shown });
        }
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.contains("://") {
            return Err(Error::Address(url.to_owned()));
        }
        let url = format!("sqlite:{}?mode=rwc", percent_encoded(path));
        Ok(Self { dialect: Dialect::Sqlite, url, shown: path.to_owned() })
    }
}

/// A path may have signs in it that mean something in an address.
fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                encoded.push(char::from(byte));
            }
            _ => write!(encoded, "%{byte:02X}").expect("writing to a text does not fail"),
        }
    }
    encoded
}
