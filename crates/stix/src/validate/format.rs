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
    Mime,
    Encoding,
    Cpe,
    Language,
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
        Format::Mime => (is_mime(text), "media type, type/subtype"),
        Format::Encoding => (is_encoding(text), "character set of IANA's"),
        Format::Cpe => (is_cpe(text), "CPE of version 2.3"),
        Format::Language => (is_language(text), "language by RFC 5646"),
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
        "SSDEEP" => return is_ssdeep(text),
        "TLSH" => return matches!(text.len(), 70 | 72) && text.is_ascii(),
        _ => return !text.is_empty(),
    };
    text.len() == chars && is_hex(text)
}

/// Bytes of a block, and two hashes, with colons between.
fn is_ssdeep(text: &str) -> bool {
    let may_be =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b':' | b'.');
    (1..=148).contains(&text.len()) && text.bytes().all(may_be)
}

/// Whether it is written as media types are; which of them IANA knows changes.
fn is_mime(text: &str) -> bool {
    const TREES: [&str; 10] = [
        "application",
        "audio",
        "font",
        "haptics",
        "image",
        "message",
        "model",
        "multipart",
        "text",
        "video",
    ];
    let may_be = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
    text.split_once('/').is_some_and(|(tree, name)| {
        TREES.contains(&tree) && !name.is_empty() && name.bytes().all(may_be)
    })
}

/// Whether it is written as names of character sets are.
fn is_encoding(text: &str) -> bool {
    let may_be = |byte: u8| byte.is_ascii_alphanumeric() || b"/.+_:-()".contains(&byte);
    (2..=250).contains(&text.len()) && text.bytes().all(may_be)
}

/// `cpe:2.3:` and eleven parts, with colons between but for those that `\` stands before.
fn is_cpe(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("cpe:2.3:") else { return false };
    let mut parts = 1;
    let mut is_escaped = false;
    for char in rest.chars() {
        parts += usize::from(char == ':' && !is_escaped);
        is_escaped = char == '\\' && !is_escaped;
    }
    let is_kind = matches!(rest.as_bytes(), [b'a' | b'o' | b'h' | b'*' | b'-', b':', ..]);
    parts == 11 && is_kind && !rest.contains("::") && !rest.ends_with(':')
}

/// A language of two or three letters, and what makes it narrower; which of them are
/// registered changes.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(is_part)
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
