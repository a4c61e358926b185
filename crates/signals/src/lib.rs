//! What can be said of one sign-up: one file per family of signals.
//! No clock, no I/O, no randomness.

pub mod captcha;
pub mod kind;
pub mod mail;
pub mod naming;
pub mod network;
pub mod table;
pub mod values;

mod client;
mod phone;
mod time;

mod written;

pub use kind::Kind;
pub use table::{Extractor, Row, Table};
pub use values::{Values, matches};

use events::SignUp;

/// Receives one signal: its kind and its text.
pub(crate) type Sink<'a> = dyn FnMut(Kind, &str) + 'a;

/// Says everything that can be said of `signup`, one signal per kind at most.
/// The only place that knows all families: a new family is one more line.
pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    network::each(signup, sink);
    client::each(signup, sink);
    mail::each(signup, sink);
    naming::each(signup, sink);
    phone::each(signup, sink);
    captcha::each(signup, sink);
    time::each(signup, sink);
}
