//! `dragnet serve`: TAXII 2.1 over real sockets, for clients of others and our own.

#[cfg(unix)]
mod access;
pub(crate) mod clients;
mod live;
pub(crate) mod served;
#[cfg(unix)]
mod tls;
