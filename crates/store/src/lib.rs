//! Where objects, collections, keys and the audit log are kept: SQLite in one file, or
//! PostgreSQL. The only crate that knows SQL. It reads no clock: times are arguments.
