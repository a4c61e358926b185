//! Where SQLite and PostgreSQL differ. Everything else is written once, for both.

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// In this process, one file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Dialect {
    /// How a change begins. SQLite takes its lock now, instead of failing half way.
    pub(crate) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// What keeps other writers out until the change is over; SQLite has done it.
    pub(crate) fn lock(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            // Any number will do, so long as it is the same in every process.
            Self::Postgres => {
                Some("SELECT count(pg_advisory_xact_lock(5159507)) FROM (SELECT 1) one")
            }
        }
    }

    /// What a connection is told first.
    pub(crate) fn greeting(self) -> &'static str {
        match self {
            // FULL, since what was acknowledged must outlive a power cut. 16 MB of pages for
            // each connection, and the file mapped, which all of them share.
            Self::Sqlite => {
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA busy_timeout = 60000; PRAGMA cache_size = -16384;
                 PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824"
            }
            Self::Postgres => "SET synchronous_commit = on",
        }
    }

    /// `values`, in the order of the rows, as one text with `between` between them.
    pub(crate) fn joined(self, values: &str, between: &str) -> String {
        match self {
            Self::Sqlite => format!("group_concat({values}, '{between}')"),
            Self::Postgres => format!("string_agg({values}, '{between}')"),
        }
    }

    /// The table of members, to be read by their ids. SQLite keeps no statistics of its own
    /// accord, and PostgreSQL finds it by them.
    pub(crate) fn members_by_id(self) -> &'static str {
        match self {
            Self::Sqlite => "members INDEXED BY members_by_id",
            Self::Postgres => "members",
        }
    }

    /// The schema in its words: `{seq}` a number that is the row's own key, `{bytes}`,
    /// `{clustered}` a table that lies in the order of its key.
    pub(crate) fn schema(self, text: &str) -> String {
        let (seq, bytes, clustered) = match self {
            Self::Sqlite => ("INTEGER PRIMARY KEY", "BLOB", "WITHOUT ROWID"),
            Self::Postgres => ("BIGINT PRIMARY KEY", "BYTEA", ""),
        };
        text.replace("{seq}", seq).replace("{bytes}", bytes).replace("{clustered}", clustered)
    }
}
