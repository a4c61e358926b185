//! `dragnet serve`: TAXII 2.1 over real sockets, for clients of others and our own.

#[cfg(unix)]
mod access;
pub(crate) mod asking;
pub(crate) mod clients;
mod forms;
mod live;
mod scanned;
pub(crate) mod served;
mod state;
#[cfg(unix)]
mod tls;
