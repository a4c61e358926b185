//! Several scorers on one Redis, one NATS and one PostgreSQL, all of them real; each is
//! killed in turn.

mod counts;
mod kills;
mod queue;
mod scorers;
mod services;
