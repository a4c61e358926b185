//! No person's address or number in what we keep: test inputs are invented,
//! and invented so that nobody can have them.

use super::numbered;
use crate::{Finding, House};

/// Endings that nobody can register (RFC 2606, RFC 6761), and `example.*`.
const RESERVED: &[&str] = &["example", "test", "invalid", "localhost"];

/// Providers whose rules for dots, tags and domains the normaliser has to
/// know, so that its tests must name them.
const PROVIDERS: &[&str] = &[
    "126.com",
    "163.com",
    "fastmail.com",
    "gmail.com",
    "gmx.de",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.ru",
    "mailinator.com",
    "me.com",
    "msn.com",
    "naver.com",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "web.de",
    "ya.ru",
    "yahoo.com",
    "yandex.com",
    "yandex.ru",
    "zoho.com",
];

/// Beginnings of numbers that regulators keep free for films and tests:
/// Ofcom (UK), ACMA (Australia), ARCEP (France), BNetzA (Germany), PTS
/// (Sweden), ComReg (Ireland).
const FICTIONAL: &[&str] = &[
    "447700900",
    "442079460",
    "441632960",
    "61491570",
    "6125550",
    "6127010",
    "33199",
    "33639",
    "4930231",
    "4917139200",
    "4915228",
    "4670174",
    "353209",
];

/// Digits that follow or repeat each other: nobody takes them for a person's.
const INVENTED_RUN_MIN: usize = 5;

/// E.164 numbers have seven to fifteen digits; shorter ones are no person's.
const PHONE_DIGITS_MIN: usize = 8;
/// The other end of E.164.
const PHONE_DIGITS_MAX: usize = 15;

/// Addresses everywhere; numbers with their `+` in what tests and pages show.
pub fn check(house: &House) -> Vec<Finding> {
    let texts = house.tree.iter().filter(|(path, _)| !path.ends_with(".lock"));
    let lines = texts.flat_map(|(path, text)| numbered(text).map(move |(n, line)| (path, n, line)));
    lines.flat_map(|(path, n, line)| judge(path, n, line)).collect()
}

fn judge(path: &str, n: usize, line: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if addresses(line).any(|domain| !is_nobodys_domain(&domain)) {
        let words = "an e-mail address that may be somebody's: use example.com or .test";
        findings.push(Finding::wall(path, n, words));
    }
    if numbers(line).any(|digits| !is_nobodys_number(&digits)) {
        let words = "a phone number that may be somebody's: use one kept for fiction";
        findings.push(Finding::wall(path, n, words));
    }
    findings
}

/// Domains of what looks like an address: `word@host.example`.
fn addresses(line: &str) -> impl Iterator<Item = String> + '_ {
    line.match_indices('@').filter_map(|(at, _)| {
        let local = line[..at].chars().next_back()?;
        let in_domain = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '-');
        let domain: String = line[at + 1..].chars().take_while(in_domain).collect();
        let domain = domain.trim_matches('.').to_lowercase();
        let tld = domain.rsplit_once('.')?.1;
        let is_address = local.is_alphanumeric()
            && tld.chars().count() > 1
            && !tld.starts_with(|c: char| c.is_ascii_digit());
        is_address.then_some(domain)
    })
}

fn is_nobodys_domain(domain: &str) -> bool {
    let mut labels = domain.rsplit('.');
    let (top, second) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    let provider = PROVIDERS
        .iter()
        .any(|p| domain.strip_suffix(p).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    RESERVED.contains(&top) || second == "example" || provider || is_example_below(domain)
}

// `shop.example.co.uk`: a country's second level is still an example's.
fn is_example_below(domain: &str) -> bool {
    domain.split('.').rev().nth(2) == Some("example")
}

/// Digits of what looks like an international number: `+44 7700 900123`.
fn numbers(line: &str) -> impl Iterator<Item = String> + '_ {
    line.match_indices('+').filter_map(|(at, _)| {
        let before = line[..at].chars().next_back().unwrap_or(' ');
        let body =
            line[at + 1..].chars().take_while(|c| c.is_ascii_digit() || " -().".contains(*c));
        let digits: String = body.filter(char::is_ascii_digit).collect();
        let long = (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&digits.len());
        // No country code begins with 0; time zones do.
        let starts = line[at + 1..].starts_with(|c: char| ('1'..='9').contains(&c));
        (long && starts && !before.is_alphanumeric()).then_some(digits)
    })
}

fn is_nobodys_number(digits: &str) -> bool {
    // North America keeps 555-0100 to 555-0199 of every area.
    let american =
        digits.len() == 11 && digits.starts_with('1') && digits[4..].starts_with("55501");
    american || FICTIONAL.iter().any(|start| digits.starts_with(start)) || is_invented(digits)
}

fn is_invented(digits: &str) -> bool {
    [-1, 0, 1].into_iter().any(|step| longest_run(digits.as_bytes(), step) >= INVENTED_RUN_MIN)
}

fn longest_run(digits: &[u8], step: i16) -> usize {
    let (mut longest, mut run) = (1, 1);
    for pair in digits.windows(2) {
        run = if i16::from(pair[1]) - i16::from(pair[0]) == step { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}
