//! Network: subscriber, neighbourhood, operator, country.
//! An IPv6 subscriber holds a whole /64, so a /64 is what an IPv4 address is.

use crate::{Kind, Sink};
use events::SignUp;
use std::fmt::Write;
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
        let _ = write!(text, "AS{asn}");
        sink(Kind::Asn, &text);
    }
}

/// The address of IPv4, the /64 of IPv6, as text.
fn subscriber(ip: IpAddr, text: &mut String) {
    text.clear();
    let _ = match ip {
        IpAddr::V4(v4) => write!(text, "{v4}"),
        IpAddr::V6(v6) => {
            let s = v6.segments();
            write!(text, "{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
    };
}

/// The /24 of IPv4, the /48 of IPv6, as text.
pub(crate) fn neighbourhood(ip: IpAddr, text: &mut String) {
    text.clear();
    let _ = match ip {
        IpAddr::V4(v4) => {
            let o = v4.octets();
            write!(text, "{}.{}.{}.0/24", o[0], o[1], o[2])
        }
        IpAddr::V6(v6) => {
            let s = v6.segments();
            write!(text, "{:x}:{:x}:{:x}::/48", s[0], s[1], s[2])
        }
    };
}
