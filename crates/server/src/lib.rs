//! What answers over HTTP: whoever asks about a sign-up, those who
//! decide on campaigns, and partners by the TAXII 2.1
//! server (OASIS Standard, 10 June 2021).
//!
//! [`router`] is the service, [`serve`] runs it on a port, with TLS where a certificate is
//! given. Whoever asks has a key: a token of 256 random bits, of which the store has the
//! hash, and rights collection by collection; people log in (`access`). Objects leave as the text that they came as.
//! The clock is read here, and given to the store.

pub mod access;
pub mod acting;
mod answer;
mod ask;
mod body;
mod bucket;
mod caller;
mod clock;
mod config;
mod door;
pub mod live;
mod media;
mod places;
mod problem;
mod read;
mod refusal;
mod resources;
mod road;
mod serve;
mod shield;
mod token;
mod write;

pub use answer::{State, router};
pub use clock::now;
pub use config::{Config, Limits, Tls};
pub use serve::{Failure, serve};
pub use token::{Token, new_collection_id, uuid as new_id};
