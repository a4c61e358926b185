//! Stories about the store, each on both databases.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod access;
mod acting;
mod audit;
mod crash;
mod import;
mod members;
mod postgres;
mod rest;
mod room;
mod telling;
