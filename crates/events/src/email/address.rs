//! The syntax of an address: where it splits, which characters it may hold,
//! and its normal form. A path for plain ASCII comes first, because nearly all
//! addresses take it.

use crate::name::is_invisible;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// RFC 5321, 4.5.3.1.1: octets of a local part.
const LOCAL_BYTES_MAX: usize = 64;
/// RFC 5321 allows a domain 255 octets on the wire, which is 253 in text.
const DOMAIN_BYTES_MAX: usize = 253;
/// RFC 1035, 2.3.4.
const LABEL_BYTES_MAX: usize = 63;
/// Nothing longer can become an address, even where every character folds to
/// a shorter one; saves normalising a megabyte of junk.
const INPUT_BYTES_MAX: usize = 4 * (LOCAL_BYTES_MAX + 1 + DOMAIN_BYTES_MAX);

/// The address in normal form, and the place of its `@`.
pub(super) fn normal(text: &str) -> Result<(String, usize), &'static str> {
    let text = text.trim_matches(is_margin);
    if text.len() > INPUT_BYTES_MAX {
        return Err("too long for an address");
    }
    if text.is_ascii() {
        return assemble(text);
    }
    // Before the split: a full-width `＠` is an `@` too.
    let text: String = text.nfkc().collect();
    assemble(text.trim_matches(is_margin))
}

fn assemble(text: &str) -> Result<(String, usize), &'static str> {
    let (local, domain) = match text.strip_prefix('"') {
        Some(rest) => split_quoted(rest)?,
        None => {
            let (local, domain) = text.rsplit_once('@').ok_or("no @")?;
            check_local(local)?;
            (Cow::Borrowed(local), domain)
        }
    };
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    if local.is_empty() || domain.is_empty() {
        return Err("empty local part or domain");
    }
    let local = lower(&local);
    if local.len() > LOCAL_BYTES_MAX {
        return Err("local part longer than 64 bytes");
    }
    let mut normal = String::with_capacity(local.len() + 1 + domain.len());
    normal.push_str(&local);
    normal.push('@');
    push_domain(&mut normal, domain)?;
    Ok((normal, local.len()))
}

/// White space and invisible marks that copying leaves around an address.
fn is_margin(c: char) -> bool {
    c.is_whitespace() || (!c.is_ascii() && is_invisible(c))
}

fn check_local(local: &str) -> Result<(), &'static str> {
    match local.chars().find(|&c| !is_local(c)) {
        None => Ok(()),
        Some('@') => Err("more than one @"),
        Some('(' | ')') => Err("comments are not accepted"),
        Some(c) if c.is_whitespace() => Err("white space inside the address"),
        Some(c) if is_invisible(c) => Err("invisible character inside the address"),
        Some(_) => Err("character not allowed before the @"),
    }
}

/// What may stand unquoted: RFC 5322's atext, the dot, and RFC 6531's UTF-8.
fn is_local(c: char) -> bool {
    if c.is_ascii() {
        return ATEXT_AND_DOT >> (c as u32) & 1 == 1;
    }
    !c.is_whitespace() && !is_invisible(c)
}

/// One bit for each ASCII character.
const ATEXT_AND_DOT: u128 = {
    let (mut bits, mut byte) = (0, 0u8);
    while byte < 128 {
        let special = matches!(
            byte,
            b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-'..=b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~'
        );
        if special || byte.is_ascii_alphanumeric() {
            bits |= 1 << byte;
        }
        byte += 1;
    }
    bits
};

/// Splits `john doe"@example.org`, whose first quote is gone. The local part
/// comes back without quotes where it needs none (RFC 5321, 4.1.2: the two
/// are the same address), else quoted with as few escapes as possible.
fn split_quoted(rest: &str) -> Result<(Cow<'static, str>, &str), &'static str> {
    let mut content = String::new();
    let mut chars = rest.char_indices();
    let end = loop {
        let (at, c) = chars.next().ok_or("quote not closed")?;
        match c {
            '"' => break at,
            '\\' => content.push(chars.next().ok_or("quote not closed")?.1),
            c => content.push(c),
        }
    };
    if content.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err("invisible character inside the address");
    }
    let domain = rest[end + 1..].strip_prefix('@').ok_or("no @ after the quoted local part")?;
    if content.is_empty() || content.chars().all(is_local) {
        return Ok((Cow::Owned(content), domain));
    }
    let escaped = content.replace('\\', "\\\\").replace('"', "\\\"");
    Ok((Cow::Owned(format!("\"{escaped}\"")), domain))
}

/// Lower case. Outside ASCII this can leave NFKC, hence the rounds: one or two
/// are enough for every character known, and more would change nothing.
fn lower(local: &str) -> Cow<'_, str> {
    if local.is_ascii() {
        return if local.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(local.to_ascii_lowercase())
        } else {
            Cow::Borrowed(local)
        };
    }
    let mut text = local.to_owned();
    for _round in 0..4 {
        let next: String = text.to_lowercase().nfkc().collect();
        if next == text {
            break;
        }
        text = next;
    }
    Cow::Owned(text)
}

fn push_domain(normal: &mut String, domain: &str) -> Result<(), &'static str> {
    if domain.starts_with('[') {
        return Err("address literal instead of a domain");
    }
    let at = normal.len();
    if domain.is_ascii() {
        normal.push_str(domain);
        normal[at..].make_ascii_lowercase();
    }
    // A-labels are decoded and checked as well: `xn--` may hold anything.
    if !domain.is_ascii() || has_a_label(&normal[at..]) {
        let ascii = Uts46::new()
            .to_ascii(
                domain.as_bytes(),
                AsciiDenyList::STD3,
                Hyphens::CheckFirstLast,
                DnsLength::Ignore,
            )
            .map_err(|_| "domain is not a valid internationalised name")?;
        normal.truncate(at);
        normal.push_str(ascii.strip_suffix('.').unwrap_or(&ascii));
    }
    check_domain(&normal[at..])
}

/// Whether there may be one. Most domains have no hyphen, which is cheaper to see.
fn has_a_label(domain: &str) -> bool {
    memchr::memchr(b'-', domain.as_bytes()).is_some() && domain.contains("xn--")
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    if domain.len() > DOMAIN_BYTES_MAX {
        return Err("domain longer than 253 bytes");
    }
    let mut labels = 0;
    let mut last = "";
    for label in domain.split('.') {
        check_label(label)?;
        labels += 1;
        last = label;
    }
    if labels < 2 {
        return Err("domain without a dot");
    }
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return Err("domain ends in a number");
    }
    Ok(())
}

fn check_label(label: &str) -> Result<(), &'static str> {
    let bytes = label.as_bytes();
    match (bytes.first(), bytes.last()) {
        (None, _) | (_, None) => return Err("empty label in the domain"),
        (Some(b'-'), _) | (_, Some(b'-')) => {
            return Err("label of the domain begins or ends with -");
        }
        _ => {}
    }
    if bytes.len() > LABEL_BYTES_MAX {
        return Err("label of the domain longer than 63 bytes");
    }
    let odd = bytes.iter().find(|b| !(b.is_ascii_alphanumeric() || **b == b'-'));
    match odd {
        None => Ok(()),
        Some(b'(' | b')') => Err("comments are not accepted"),
        Some(b) if b.is_ascii_whitespace() => Err("white space inside the address"),
        Some(_) => Err("character not allowed in a domain"),
    }
}
