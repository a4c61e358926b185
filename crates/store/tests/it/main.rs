//! Stories about the store, each on both databases.

mod audit;
mod import;
mod postgres;
mod room;
