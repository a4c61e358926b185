//! The kinds of reference tables, their names, and what a run does without
//! while one is absent.

use super::domains::DomainClass;
use crate::NetworkKind;

/// What a table tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Address → AS number.
    Asn,
    /// Address → country.
    Country,
    /// Networks of data centres and clouds.
    Hosting,
    /// Networks of VPNs, proxies and privacy relays.
    Relay,
    /// Tor exits.
    Tor,
    /// Networks of mobile carriers.
    Mobile,
    /// Mail domains open to everyone.
    FreeMail,
    /// Mail domains made to be thrown away.
    DisposableMail,
    /// Mail domains that forward to a hidden mailbox.
    RelayMail,
}

impl Kind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Asn,
        Self::Country,
        Self::Hosting,
        Self::Relay,
        Self::Tor,
        Self::Mobile,
        Self::FreeMail,
        Self::DisposableMail,
        Self::RelayMail,
    ];

    /// The name by which users know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asn => "asn",
            Self::Country => "country",
            Self::Hosting => "hosting",
            Self::Relay => "relay",
            Self::Tor => "tor",
            Self::Mobile => "mobile",
            Self::FreeMail => "free-mail",
            Self::DisposableMail => "disposable-mail",
            Self::RelayMail => "relay-mail",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the table maps addresses to a value, rather than being a list.
    pub fn is_address_table(self) -> bool {
        matches!(self, Self::Asn | Self::Country)
    }

    /// What a run does without while the table is absent.
    pub fn costs(self) -> &'static str {
        match self {
            Self::Asn => {
                "without an asn column: signals by network, and the kind of network (hosting, relay, mobile)"
            }
            Self::Country => {
                "without a country column: expectations by country, and phone and language against country"
            }
            Self::Hosting => "hosting networks beyond the well-known ones",
            Self::Relay => "VPNs and relays beyond the well-known ones",
            Self::Tor => "most Tor exits",
            Self::Mobile => "mobile carriers beyond the well-known ones",
            Self::FreeMail => "free mail providers beyond the well-known ones",
            Self::DisposableMail => "disposable mail domains newer than the built-in list",
            Self::RelayMail => "mail relays beyond the well-known ones",
        }
    }

    pub(super) fn network_kind(self) -> Option<NetworkKind> {
        match self {
            Self::Hosting => Some(NetworkKind::Hosting),
            Self::Relay => Some(NetworkKind::Relay),
            Self::Tor => Some(NetworkKind::Tor),
            Self::Mobile => Some(NetworkKind::Mobile),
            _ => None,
        }
    }

    pub(super) fn domain_class(self) -> Option<DomainClass> {
        match self {
            Self::FreeMail => Some(DomainClass::Free),
            Self::DisposableMail => Some(DomainClass::Disposable),
            Self::RelayMail => Some(DomainClass::Relay),
            _ => None,
        }
    }
}
