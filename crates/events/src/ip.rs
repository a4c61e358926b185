//! Addresses: prefixes as keys, ranges that no visitor can come from, and the
//! IPv4 address that a transition scheme hides inside an IPv6 one.
//! Which network an address belongs to is a question to the reference tables.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address with IPv4-mapped IPv6 (`::ffff:203.0.113.7`) turned into IPv4:
/// dual-stack servers log either form for the same visitor.
pub fn canonical(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}

/// The first bits of an address: `203.0.113.0/24`, `2001:db8:1::/48`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix {
    bits: u64,
    length: u8,
    v6: bool,
}

impl Prefix {
    /// The first `length` bits: at most 32 for IPv4 and 64 for IPv6, because
    /// the lower half of an IPv6 address is the device's own to choose.
    /// Longer lengths are cut to that.
    pub fn of(ip: IpAddr, length: u8) -> Self {
        match canonical(ip) {
            IpAddr::V4(v4) => {
                let length = length.min(32);
                let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
                Self { bits: u64::from(v4.to_bits() & mask), length, v6: false }
            }
            IpAddr::V6(v6) => {
                let length = length.min(64);
                let mask = u64::MAX.checked_shl(64 - u32::from(length)).unwrap_or(0);
                Self { bits: (v6.to_bits() >> 64) as u64 & mask, length, v6: true }
            }
        }
    }

    /// One line: the /32 of IPv4, the /64 of IPv6. A household, an office or a
    /// server; with carrier NAT a neighbourhood.
    pub fn line(ip: IpAddr) -> Self {
        Self::of(ip, if canonical(ip).is_ipv4() { 32 } else { 64 })
    }

    /// What a provider delegates to one customer at most: the /24 of IPv4, the
    /// /48 of IPv6 (RFC 6177 speaks of /48 to /56).
    pub fn site(ip: IpAddr) -> Self {
        Self::of(ip, if canonical(ip).is_ipv4() { 24 } else { 48 })
    }

    /// The bits as a key. Keys of one length never collide, IPv4 and IPv6
    /// included, as far as IPv6 is global (it has a bit above the 32nd set).
    pub fn key(self) -> u64 {
        self.bits
    }

    /// How many bits count.
    pub fn length(self) -> u8 {
        self.length
    }

    /// Whether the address is IPv6.
    pub fn is_v6(self) -> bool {
        self.v6
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v6 {
            write!(f, "{}/{}", Ipv6Addr::from_bits(u128::from(self.bits) << 64), self.length)
        } else {
            write!(f, "{}/{}", Ipv4Addr::from_bits(self.bits as u32), self.length)
        }
    }
}

/// A network points to people as an address does: only its length is shown.
impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prefix(…/{})", self.length)
    }
}

/// Why an address cannot be where a visitor is on the public internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reserved {
    /// `0.0.0.0/8`, `::`: no address.
    Unspecified,
    /// `127.0.0.0/8`, `::1`: the server itself, usually a proxy that was not
    /// told to forward the visitor's address.
    Loopback,
    /// RFC 1918, unique local IPv6 (`fc00::/7`) and local NAT64
    /// (`64:ff9b:1::/48`): an inner network.
    Private,
    /// `100.64.0.0/10`, RFC 6598: between a carrier and its customers.
    CarrierNat,
    /// `169.254.0.0/16`, `fe80::/10`.
    LinkLocal,
    /// RFC 5737, RFC 3849, RFC 9637: examples in texts and tests.
    Documentation,
    /// `198.18.0.0/15`, `2001:2::/48`: laboratory measurements.
    Benchmark,
    /// `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// Everything else that is not assigned for use: `240.0.0.0/4`,
    /// `192.0.0.0/24`, and IPv6 outside `2000::/3`.
    Unassigned,
}

impl Reserved {
    /// A few words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unspecified => "no address",
            Self::Loopback => "loopback",
            Self::Private => "private network",
            Self::CarrierNat => "carrier NAT",
            Self::LinkLocal => "link-local",
            Self::Documentation => "documentation",
            Self::Benchmark => "benchmark",
            Self::Multicast => "multicast",
            Self::Unassigned => "unassigned",
        }
    }
}

/// The reserved range that the address is in, if any: IANA's special-purpose
/// registries, as far as they concern a visitor's address.
pub fn reserved(ip: IpAddr) -> Option<Reserved> {
    match canonical(ip) {
        IpAddr::V4(v4) => reserved_v4(v4),
        IpAddr::V6(v6) => reserved_v6(v6),
    }
}

fn reserved_v4(ip: Ipv4Addr) -> Option<Reserved> {
    let kind = match ip.octets() {
        [0, ..] => Reserved::Unspecified,
        [127, ..] => Reserved::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Reserved::Private,
        [100, 64..=127, ..] => Reserved::CarrierNat,
        [169, 254, ..] => Reserved::LinkLocal,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Reserved::Documentation,
        [198, 18 | 19, ..] => Reserved::Benchmark,
        [224..=239, ..] => Reserved::Multicast,
        [240..=255, ..] | [192, 0, 0, _] => Reserved::Unassigned,
        _ => return None,
    };
    Some(kind)
}

fn reserved_v6(ip: Ipv6Addr) -> Option<Reserved> {
    let kind = match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Reserved::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Reserved::Loopback,
        [0xfc00..=0xfdff, ..] | [0x64, 0xff9b, 1, ..] => Reserved::Private,
        [0xfe80..=0xfebf, ..] => Reserved::LinkLocal,
        [0xff00..=0xffff, ..] => Reserved::Multicast,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Reserved::Documentation,
        [0x2001, 2, 0, ..] => Reserved::Benchmark,
        // NAT64 is outside 2000::/3, and yet in everyday use.
        [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0x2000..=0x3fff, ..] => return None,
        _ => Reserved::Unassigned,
    };
    Some(kind)
}

/// How an IPv6 address carries an IPv4 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transition {
    /// `2002::/16`, RFC 3056.
    SixToFour,
    /// `2001::/32`, RFC 4380.
    Teredo,
    /// `64:ff9b::/96`, RFC 6052.
    Nat64,
}

/// The IPv4 address inside a 6to4, Teredo or NAT64 address: the visitor's own
/// for the first two, the one translated for the last.
pub fn embedded_v4(ip: IpAddr) -> Option<(Transition, Ipv4Addr)> {
    let IpAddr::V6(v6) = ip else { return None };
    let bits = v6.to_bits();
    match v6.segments() {
        [0x2002, ..] => Some((Transition::SixToFour, Ipv4Addr::from_bits((bits >> 80) as u32))),
        // Teredo inverts the client's address, lest a NAT rewrite it.
        [0x2001, 0, ..] => Some((Transition::Teredo, Ipv4Addr::from_bits(!(bits as u32)))),
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            Some((Transition::Nat64, Ipv4Addr::from_bits(bits as u32)))
        }
        _ => None,
    }
}
