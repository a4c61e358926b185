//! `dragnet share`: what partners send, however badly; again and again; from servers of others.

mod badly;
#[cfg(unix)]
mod every;
mod medallion;
mod other;
