//! Browsers and apps: what they are, and what they show of themselves.
//! The joint law of user agent, TLS and fingerprint is what most kits get wrong,
//! so honest devices follow one consistent law here, with the noise of real life
//! (antivirus and office proxies, embedded browsers, old systems).

mod agent;
mod fingerprint;
mod language;
mod tls;

pub(crate) use agent::{Agent, Browser, System};
pub(crate) use fingerprint::{Maker, fingerprint, pass_over};
pub(crate) use language::{Header, header};
pub(crate) use tls::{FROZEN, Ja4, LIBRARIES, MIDDLEBOXES, Tls, ja4};

/// A device as one sign-up shows it.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) agent: Agent,
    pub(crate) ja4: Ja4,
    pub(crate) fingerprint: u64,
    /// The id that the platform's client keeps: a cookie or an app's id.
    pub(crate) id: u64,
}
