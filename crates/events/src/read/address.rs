//! IP addresses and AS numbers as logs write them.

use std::net::{IpAddr, Ipv6Addr};

/// An address, bare or with port, brackets, zone id or a full-length prefix;
/// of a forwarding chain the first, which is the client's.
pub(super) fn ip(text: &str) -> Result<IpAddr, &'static str> {
    let text = match text.split_once(',') {
        Some((first, _)) => first.trim(),
        None => text,
    };
    let found = text.parse::<IpAddr>().ok().or_else(|| dressed(text));
    // An IPv4 client on a dual-stack socket is logged as ::ffff:a.b.c.d.
    found.map(|ip| ip.to_canonical()).ok_or("not an IP address")
}

fn dressed(text: &str) -> Option<IpAddr> {
    let bare = |text: &str| -> Option<Ipv6Addr> {
        text.split('%').next().and_then(|address| address.parse().ok())
    };
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_number);
        return bare(address).filter(|_| is_port).map(IpAddr::V6);
    }
    match (text.split_once('/'), text.rsplit_once(':')) {
        (Some((address, "32")), _) => address.parse().ok().map(IpAddr::V4),
        (Some((address, "128")), _) => bare(address).map(IpAddr::V6),
        (None, Some((address, port))) if !address.contains(':') && is_number(port) => {
            address.parse().ok().map(IpAddr::V4)
        }
        _ => bare(text).map(IpAddr::V6),
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}

/// `13335`, `AS13335`, `AS13335 Cloudflare`, `13335.0`; 0 stands for unknown.
pub(super) fn asn(text: &str) -> Result<Option<u32>, &'static str> {
    let word = text.split_ascii_whitespace().next().unwrap_or("");
    let digits = match word.get(..2) {
        Some(prefix) if prefix.eq_ignore_ascii_case("as") => &word[2..],
        _ => word,
    };
    // A data frame writes a column of integers with gaps as floats.
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    let number = digits.parse::<u32>().map_err(|_| "not an AS number")?;
    Ok((number != 0).then_some(number))
}
