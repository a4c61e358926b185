//! How texts have to be written.

use crate::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A way to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Time,
    Base64,
    Hex,
    Ipv4,
    Ipv6,
    Mac,
    Email,
    Domain,
    Url,
}

impl Format {
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::Time => "timestamp",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            _ => "value",
        }
    }
}

pub(super) fn check(text: &str, format: Format) -> Result<(), String> {
    let (holds, wanted) = match format {
        Format::Time => {
            let time = text.parse::<Timestamp>();
            return time.map(|_| ()).map_err(|why| format!("{text:?}: {why}"));
        }
        Format::Base64 => (STANDARD.decode(text).is_ok(), "base64"),
        Format::Hex => (is_hex(text) && text.len().is_multiple_of(2), "hexadecimal"),
        Format::Ipv4 => (
            text.parse::<Ipv4Addr>().is_ok() || text.parse::<Ipv4Net>().is_ok(),
            "IPv4 address or block",
        ),
        Format::Ipv6 => (
            text.parse::<Ipv6Addr>().is_ok() || text.parse::<Ipv6Net>().is_ok(),
            "IPv6 address or block",
        ),
        Format::Mac => (is_mac(text), "hardware address in lower case, 00:00:5e:00:53:01"),
        Format::Email => (is_email(text), "e-mail address"),
        Format::Domain => (is_domain(text), "domain name"),
        Format::Url => (is_url(text), "URL"),
    };
    // It may be somebody's, so that it is not shown.
    if holds { Ok(()) } else { Err(format!("this is no {wanted}")) }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether `text` can be a hash by this algorithm; of one that is not known all can.
pub(super) fn is_hash(algorithm: &str, text: &str) -> bool {
    let chars = match algorithm {
        "MD5" => 32,
        "SHA-1" => 40,
        "SHA-256" | "SHA3-256" => 64,
        "SHA-512" | "SHA3-512" => 128,
        _ => return !text.is_empty(),
    };
    text.len() == chars && is_hex(text)
}

fn is_mac(text: &str) -> bool {
    let is_lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_pair = |pair: &str| pair.len() == 2 && pair.bytes().all(is_lower);
    text.split(':').count() == 6 && text.split(':').all(is_pair)
}

fn is_email(text: &str) -> bool {
    let is_plain = !text.chars().any(|char| char.is_whitespace() || matches!(char, '<' | '>'));
    is_plain
        && text
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let may_be = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_');
        (1..=63).contains(&label.chars().count()) && label.chars().all(may_be)
    };
    let labels = text.strip_suffix('.').unwrap_or(text);
    !labels.is_empty() && text.len() <= 253 * 4 && labels.split('.').all(is_label)
}

fn is_url(text: &str) -> bool {
    let may_be = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(may_be)
            && !rest.is_empty()
            && !text.contains(char::is_whitespace)
    })
}
