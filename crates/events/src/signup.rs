//! The sign-up record. Only the account and the time are always there.

use crate::{AccountId, Country, Email, Handle, PersonName, Phone, Place, Token, UserAgent};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// One sign-up, parsed and normalised. `Debug` shows where it stands and no
/// more: an address is a person's, and an unknown column may hold anything.
#[derive(Clone)]
pub struct SignUp {
    /// Where the row stands.
    pub place: Place,
    /// The platform's id of the event.
    pub event_id: Option<Token>,
    /// The account that was opened.
    pub account_id: AccountId,
    /// When, in milliseconds since the Unix epoch (UTC).
    pub time_ms: i64,
    /// The address that the form was sent from; IPv4-mapped IPv6 is IPv4.
    pub ip: Option<IpAddr>,
    /// Autonomous system of `ip`: from the row, else from the reference tables.
    pub asn: Option<u32>,
    /// Country of `ip`: from the row, else from the reference tables.
    pub country: Option<Country>,
    /// What kind of network `ip` is in: from the reference tables only.
    pub network_kind: Option<NetworkKind>,
    /// The e-mail address given.
    pub email: Option<Email>,
    /// The handle chosen.
    pub username: Option<Handle>,
    /// The name shown to others.
    pub display_name: Option<PersonName>,
    /// The phone number given.
    pub phone: Option<Phone>,
    /// The browser or app.
    pub user_agent: Option<Arc<UserAgent>>,
    /// The `Accept-Language` header as sent, in lower case.
    pub accept_language: Option<Token>,
    /// The device id that the platform's client reported.
    pub device_id: Option<Token>,
    /// The browser fingerprint.
    pub fingerprint: Option<Token>,
    /// The JA4 fingerprint of the TLS client hello.
    pub ja4: Option<Token>,
    /// The challenge that was passed, as far as it is known.
    pub captcha: Captcha,
    /// Where the visitor came from: URL, campaign or invite.
    pub referrer: Option<Token>,
    /// Columns that the record does not know: (index into the run's extra
    /// columns, value).
    pub extra: Vec<(u16, Box<str>)>,
}

impl fmt::Debug for SignUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUp").field("place", &self.place).finish_non_exhaustive()
    }
}

/// The challenge that the sign-up passed.
#[derive(Clone, Default)]
pub struct Captcha {
    /// Who ran the challenge.
    pub provider: Option<Token>,
    /// When it was issued, in milliseconds since the Unix epoch.
    pub issue_ms: Option<i64>,
    /// How long it took to solve, in milliseconds.
    pub solve_ms: Option<u32>,
    /// The address that fetched the challenge.
    pub issue_ip: Option<IpAddr>,
    /// The address that redeemed the token.
    pub redeem_ip: Option<IpAddr>,
}

/// What kind of network an address is in, by the reference tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NetworkKind {
    /// A data centre or cloud.
    Hosting,
    /// A VPN, proxy or privacy relay.
    Relay,
    /// A Tor exit.
    Tor,
    /// A mobile carrier.
    Mobile,
}
