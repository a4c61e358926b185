//! Stories about the server, over HTTP, each on both databases.

mod clients;
mod filters;
mod manners;
mod polling;
mod posting;
#[path = "../../../store/tests/it/postgres.rs"]
mod postgres;
mod room;
