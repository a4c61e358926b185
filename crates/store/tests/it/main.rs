//! Stories about the store, each on both databases.

mod audit;
mod crash;
mod import;
mod members;
mod postgres;
mod rest;
mod room;
