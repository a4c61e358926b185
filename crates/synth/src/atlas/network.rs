//! Networks and the address ranges that sign-ups come from.

use super::{Country, figure, lines};
use std::net::Ipv4Addr;

/// What a network is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Fixed lines of homes and small firms.
    Fixed,
    /// A mobile carrier behind carrier-grade NAT.
    Mobile,
    /// A research network: campuses.
    Campus,
    /// Servers to rent.
    Hosting,
    /// Exits of commercial VPNs.
    Vpn,
    /// Exits of a privacy relay; the country column shows the user's country.
    Relay,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Mobile => "mobile",
            Self::Campus => "campus",
            Self::Hosting => "hosting",
            Self::Vpn => "vpn",
            Self::Relay => "relay",
        }
    }
}

/// One network.
pub(crate) struct Network {
    /// Index of the country.
    pub(crate) country: usize,
    pub(crate) asn: u32,
    pub(crate) kind: Kind,
    pub(crate) share: f64,
    /// The first 32 bits of its IPv6 addresses.
    pub(crate) ipv6: u32,
    /// (first address, number of /24 blocks).
    pub(crate) ranges: Vec<(u32, u64)>,
}

impl Network {
    /// How many /24 blocks it has.
    pub(crate) fn blocks(&self) -> u64 {
        self.ranges.iter().map(|range| range.1).sum()
    }

    /// The first address of one of its /24 blocks.
    pub(crate) fn block(&self, index: u64) -> u32 {
        let mut index = index % self.blocks().max(1);
        for &(first, blocks) in &self.ranges {
            if index < blocks {
                return first + (index as u32) * 256;
            }
            index -= blocks;
        }
        self.ranges[0].0
    }
}

pub(super) fn parse(text: &'static str, countries: &[Country]) -> Vec<Network> {
    lines(text).map(|line| network(line, countries)).collect()
}

fn network(line: &'static str, countries: &[Country]) -> Network {
    let fields: Vec<&'static str> = line.split_whitespace().collect();
    // A hosting country outside the list (Singapore) stands as its neighbour.
    let code = if fields[0] == "SG" { "MY" } else { fields[0] };
    Network {
        country: countries.iter().position(|c| c.code == code).expect("a country of countries.txt"),
        asn: figure(fields[1]) as u32,
        kind: kind(fields[2]),
        share: figure(fields[3]),
        ipv6: ipv6(fields[4]),
        ranges: fields[5].split(',').map(range).collect(),
    }
}

fn kind(word: &str) -> Kind {
    match word {
        "fixed" => Kind::Fixed,
        "mobile" => Kind::Mobile,
        "campus" => Kind::Campus,
        "hosting" => Kind::Hosting,
        "vpn" => Kind::Vpn,
        _ => Kind::Relay,
    }
}

fn ipv6(text: &str) -> u32 {
    let (high, low) = text.split_once(':').expect("two groups of sixteen bits");
    let group = |text| u32::from_str_radix(text, 16).expect("hexadecimal");
    (group(high) << 16) | group(low)
}

fn range(text: &str) -> (u32, u64) {
    let (address, length) = text.split_once('/').expect("address/length");
    let length = figure(length) as u32;
    let address: Ipv4Addr = address.parse().expect("an IPv4 address");
    let first = u32::from(address) & (u32::MAX << (32 - length));
    (first, 1u64 << (24 - length.min(24)))
}
