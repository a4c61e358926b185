//! Opening a store, and how it is written to: one change at a time. A file that may not be
//! written to is opened for reading: an evidence copy on a disc, somebody else's store.

use crate::dialect::Dialect;
use crate::error::Error;
use crate::migrate;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Transaction};
use std::fmt::Write as _;
use std::path::Path;
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
    /// Where it is, if it may only be read.
    read_only: Option<String>,
    /// Where it is, if it is a file that may be written to.
    file: Option<String>,
}

/// Readers at one time. Each of SQLite's is a thread; a request holds one for
/// milliseconds, so that more would only wait for the same two to eight cores.
const READERS_MAX: u32 = 8;
/// A large import holds the writer for a minute or two; who has waited longer is told.
const WAIT_MAX: Duration = Duration::from_secs(120);
/// Who reads from PostgreSQL waits only while it is away or all readers are busy: a request
/// is told within this.
const READ_WAIT_MAX: Duration = Duration::from_secs(5);
/// What SQLite says where it may not write: SQLITE_READONLY and SQLITE_CANTOPEN, the last
/// eight bits of a more exact code.
const NOT_WRITABLE: [u32; 2] = [8, 14];
/// What a connection is told first that only reads. The look at the schema shows whether it
/// can.
const READING: &str = "PRAGMA busy_timeout = 60000; PRAGMA cache_size = -16384;
    PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824; SELECT count(*) FROM sqlite_schema";
/// A connection that was used so lately is not asked whether it still stands: that would be
/// a round to the server for each round of work. One that was lost since fails once.
const TRUSTED_MAX: Duration = Duration::from_secs(1);

impl Store {
    /// Opens the store at `url`: the path of a file, which is made where there is none,
    /// `sqlite:PATH`, or `postgres://…`. Brings its schema to the latest; fails where a
    /// newer version has written it. A file that is there and may not be written to is
    /// opened for reading: every change is refused then.
    pub async fn open(url: &str) -> Result<Self, Error> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(|| {
            let drivers = &[sqlx::sqlite::any::DRIVER, sqlx::postgres::any::DRIVER];
            // Somebody else in the process may have; then theirs are these.
            drop(sqlx::any::install_drivers(drivers));
        });
        let place = Place::of(url)?;
        if place.is_kept_from_us() {
            return Self::open_to_read(&place).await;
        }
        match Self::open_to_write(&place).await {
            Err(e) if place.may_be_kept_from_us(&e) => {
                // Its folder is: nothing can be put beside the file.
                let read = Self::open_to_read(&place).await;
                read.map_err(|why| if matches!(why, Error::LeftOpen { .. }) { why } else { e })
            }
            opened => opened,
        }
    }

    async fn open_to_write(place: &Place) -> Result<Self, Error> {
        let (dialect, greeting) = (place.dialect, place.dialect.greeting());
        let options = place.reached(&place.url, greeting).await?;
        let write = pool(1, dialect, greeting).connect_with(options.clone());
        let write = write.await.map_err(|why| place.error(why))?;
        let wait_max = if dialect == Dialect::Postgres { READ_WAIT_MAX } else { WAIT_MAX };
        let read = pool(READERS_MAX, dialect, greeting).acquire_timeout(wait_max);
        let read = read.connect_lazy_with(options);
        let file = (dialect == Dialect::Sqlite).then(|| place.shown.clone());
        let store = Self { write, read, dialect, read_only: None, file };
        let mut change = store.change().await?;
        migrate::migrate(&mut change, dialect).await?;
        change.commit().await?;
        Ok(store)
    }

    async fn open_to_read(place: &Place) -> Result<Self, Error> {
        let by = match place.is_all_there_is() {
            // Nobody has it open. As a file that never changes: otherwise SQLite would put
            // files of ours beside it, and its owner could not write to those.
            true => "mode=ro&immutable=1",
            false => "mode=ro",
        };
        let options = place.reached(&place.url.replace("mode=rwc", by), READING).await;
        let options = options.map_err(|why| match place.is_all_there_is() {
            true => why,
            false => Error::LeftOpen { place: place.shown.clone() },
        })?;
        let read = pool(READERS_MAX, place.dialect, READING).connect_lazy_with(options);
        migrate::check(&read).await?;
        let read_only = Some(place.shown.clone());
        Ok(Self { write: read.clone(), read, dialect: place.dialect, read_only, file: None })
    }

    /// Whether it may only be read.
    pub fn is_read_only(&self) -> bool {
        self.read_only.is_some()
    }

    /// Closes it: what was begun is finished first.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// Lets nobody but its owner read the file, and what lies beside it. A database on a
    /// server has its own rights.
    pub(crate) fn close_to_others(&self) -> Result<(), Error> {
        let Some(file) = &self.file else { return Ok(()) };
        for path in ["", "-wal", "-shm"].map(|end| format!("{file}{end}")) {
            if Path::new(&path).exists() {
                restrict(&path).map_err(|why| Error::Open {
                    place: path.clone(),
                    why: sqlx::Error::Io(why),
                })?;
            }
        }
        Ok(())
    }

    /// Whether it answers.
    pub async fn is_ready(&self) -> Result<(), Error> {
        sqlx::query("SELECT count(*) FROM numbers").fetch_one(&self.read).await?;
        Ok(())
    }

    /// A change: nobody else changes anything until it is committed or dropped.
    pub(crate) async fn change(&self) -> Result<Transaction<'static, Any>, Error> {
        if let Some(place) = &self.read_only {
            return Err(Error::ReadOnly { place: place.clone() });
        }
        let mut change = self.write.begin_with(self.dialect.begin()).await?;
        if let Some(lock) = self.dialect.lock() {
            sqlx::query(lock).execute(&mut *change).await?;
        }
        Ok(change)
    }
}

fn pool(connections: u32, dialect: Dialect, greeting: &'static str) -> AnyPoolOptions {
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
            Box::pin(async move { sqlx::raw_sql(greeting).execute(connection).await.map(drop) })
        })
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

    fn error(&self, why: sqlx::Error) -> Error {
        Error::Open { place: self.shown.clone(), why }
    }

    /// Connects once by itself, as `url` says: a pool tries again and again, whatever the
    /// reason. Gives what to connect with.
    async fn reached(&self, url: &str, greeting: &'static str) -> Result<AnyConnectOptions, Error> {
        let options = AnyConnectOptions::from_str(url).map_err(|why| self.error(why))?;
        let first = AnyConnection::connect_with(&options).await;
        let mut first = first.map_err(|why| self.error(why))?;
        let greeted = sqlx::raw_sql(greeting).execute(&mut first).await;
        greeted.map_err(|why| self.error(why))?;
        first.close().await.map_err(|why| self.error(why))?;
        Ok(options)
    }

    /// Whether it is a file that is there and may not be written to. It is asked for, and
    /// not opened: to close a file takes away the locks that this process has on it, and
    /// SQLite's are among them.
    fn is_kept_from_us(&self) -> bool {
        self.dialect == Dialect::Sqlite && is_kept(Path::new(&self.shown))
    }

    /// Whether it could not be opened since nothing may be written beside the file.
    fn may_be_kept_from_us(&self, e: &Error) -> bool {
        let (Error::Open { why, .. } | Error::Database(why)) = e else { return false };
        let code = why.as_database_error().and_then(|e| e.code()?.parse::<u32>().ok());
        self.dialect == Dialect::Sqlite
            && code.is_some_and(|code| NOT_WRITABLE.contains(&(code & 0xff)))
            && Path::new(&self.shown).is_file()
    }

    /// Whether everything is in the file: what was written last lies beside it, as long as
    /// somebody has it open.
    fn is_all_there_is(&self) -> bool {
        let beside = std::fs::metadata(format!("{}-wal", self.shown));
        beside.map_or(true, |beside| beside.len() == 0)
    }
}

#[cfg(unix)]
fn restrict(path: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict(_: &str) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn is_kept(path: &Path) -> bool {
    use nix::errno::Errno;
    use nix::unistd::{AccessFlags, access};
    matches!(access(path, AccessFlags::W_OK), Err(Errno::EACCES | Errno::EPERM | Errno::EROFS))
}

#[cfg(not(unix))]
fn is_kept(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.permissions().readonly())
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
