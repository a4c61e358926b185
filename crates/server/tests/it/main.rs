//! Stories about the server, over HTTP, each on both databases.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod access;
mod clients;
mod filters;
mod manners;
mod polling;
#[path = "../../../store/tests/it/postgres.rs"]
mod postgres;
mod posting;
mod room;
mod tls;
