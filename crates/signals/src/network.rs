//! Network: subscriber, neighbourhood, operator, country.
//! An IPv6 subscriber holds a whole /64, so a /64 is what an IPv4 address is.

use crate::written::{decimal, hexadecimal};
use crate::{Kind, Sink};
use events::{NetworkKind, SignUp};
use std::net::IpAddr;

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let mut text = String::with_capacity(48);
    if let Some(country) = &signup.country {
        sink(Kind::Country, country.as_str());
    }
    if let Some(ip) = signup.ip {
        subscriber(ip, &mut text);
        sink(Kind::Ip, &text);
        neighbourhood(ip, &mut text);
        sink(Kind::Net, &text);
    }
    if let Some(asn) = signup.asn {
        text.clear();
        text.push_str("AS");
        decimal(&mut text, u64::from(asn));
        sink(Kind::Asn, &text);
    }
    if let Some(kind) = signup.network_kind {
        sink(Kind::NetworkKind, words(kind));
    }
}

/// What [`Kind::NetworkKind`] says of a data centre.
pub const HOSTING: &str = "a hosting network";
/// What it says of a VPN, a proxy or a privacy relay.
pub const RELAY: &str = "a relay or VPN";
/// What it says of a Tor exit.
pub const TOR: &str = "Tor";

fn words(kind: NetworkKind) -> &'static str {
    match kind {
        NetworkKind::Hosting => HOSTING,
        NetworkKind::Relay => RELAY,
        NetworkKind::Tor => TOR,
        NetworkKind::Mobile => "a mobile network",
    }
}

/// The address of IPv4, the /64 of IPv6, as text.
fn subscriber(ip: IpAddr, text: &mut String) {
    text.clear();
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            octets(&[a, b, c], text);
            decimal(text, u64::from(d));
        }
        IpAddr::V6(v6) => {
            segments(&v6.segments()[..4], text);
            text.push_str(":/64");
        }
    }
}

/// The /24 of IPv4, the /48 of IPv6, as text.
pub(crate) fn neighbourhood(ip: IpAddr, text: &mut String) {
    text.clear();
    match ip {
        IpAddr::V4(v4) => {
            octets(&v4.octets()[..3], text);
            text.push_str("0/24");
        }
        IpAddr::V6(v6) => {
            segments(&v6.segments()[..3], text);
            text.push_str(":/48");
        }
    }
}

fn octets(octets: &[u8], text: &mut String) {
    for &octet in octets {
        decimal(text, u64::from(octet));
        text.push('.');
    }
}

fn segments(segments: &[u16], text: &mut String) {
    for &segment in segments {
        hexadecimal(text, segment);
        text.push(':');
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_subscriber_and_a_neighbourhood_have_one_text() {
        let texts = |ip: &str| {
            let (mut line, mut net) = (String::new(), String::new());
            subscriber(ip.parse().unwrap(), &mut line);
            neighbourhood(ip.parse().unwrap(), &mut net);
            format!("{line} {net}")
        };
        assert_eq!(texts("203.0.113.70"), "203.0.113.70 203.0.113.0/24");
        assert_eq!(texts("2001:db8:0:1f::9"), "2001:db8:0:1f::/64 2001:db8:0::/48");
    }
}
