//! Values of which nobody says what they are: recognised by how they are written. And
//! what each is in STIX.

use super::Maker;
use super::pattern;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, Ipv6Addr};
use stix::Id;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ipv4,
    Ipv6,
    Domain,
    Url,
    Email,
    Md5,
    Sha1,
    Sha256,
    Sha512,
    Phone,
    Asn,
    Mac,
    UserAgent,
    Ja4,
    Username,
    Filename,
}

/// Names of kinds, as tables write them.
const NAMES: &[(&str, Kind)] = &[
    ("ip", Kind::Ipv4),
    ("ipv4", Kind::Ipv4),
    ("ipv4-addr", Kind::Ipv4),
    ("ip-address", Kind::Ipv4),
    ("ip-src", Kind::Ipv4),
    ("ip-dst", Kind::Ipv4),
    ("cidr", Kind::Ipv4),
    ("ipv6", Kind::Ipv6),
    ("ipv6-addr", Kind::Ipv6),
    ("domain", Kind::Domain),
    ("domain-name", Kind::Domain),
    ("hostname", Kind::Domain),
    ("fqdn", Kind::Domain),
    ("url", Kind::Url),
    ("uri", Kind::Url),
    ("link", Kind::Url),
    ("email", Kind::Email),
    ("e-mail", Kind::Email),
    ("email-addr", Kind::Email),
    ("email-src", Kind::Email),
    ("email-dst", Kind::Email),
    ("md5", Kind::Md5),
    ("sha1", Kind::Sha1),
    ("sha-1", Kind::Sha1),
    ("sha256", Kind::Sha256),
    ("sha-256", Kind::Sha256),
    ("sha512", Kind::Sha512),
    ("sha-512", Kind::Sha512),
    ("phone", Kind::Phone),
    ("phone-number", Kind::Phone),
    ("asn", Kind::Asn),
    ("as", Kind::Asn),
    ("mac", Kind::Mac),
    ("mac-address", Kind::Mac),
    ("user-agent", Kind::UserAgent),
    ("ja4", Kind::Ja4),
    ("username", Kind::Username),
    ("account", Kind::Username),
    ("filename", Kind::Filename),
];

impl Kind {
    /// The kind of a name; an address is told from its value.
    pub(crate) fn parse(name: &str, value: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let found = NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)?;
        match found {
            Self::Ipv4 | Self::Ipv6 if value.contains(':') => Some(Self::Ipv6),
            Self::Ipv6 => Some(Self::Ipv4),
            other => Some(other),
        }
    }

    /// What `value` is by how it is written; none where that is not clear.
    pub(crate) fn of(value: &str) -> Option<Self> {
        let host = value.split_once('/').map_or(value, |(host, _)| host);
        if host.parse::<Ipv4Addr>().is_ok() {
            return Some(Self::Ipv4);
        }
        if host.parse::<Ipv6Addr>().is_ok() {
            return Some(Self::Ipv6);
        }
        if value.contains(char::is_whitespace) {
            return None;
        }
        if value.contains("://") {
            return Some(Self::Url);
        }
        if value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return match value.len() {
                32 => Some(Self::Md5),
                40 => Some(Self::Sha1),
                64 => Some(Self::Sha256),
                128 => Some(Self::Sha512),
                _ => None,
            };
        }
        named(value)
    }
}

/// Addresses by name, numbers and networks.
fn named(value: &str) -> Option<Kind> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if value.len() > 2 && value[..2].eq_ignore_ascii_case("AS") && digits(&value[2..]) {
        return Some(Kind::Asn);
    }
    if value.strip_prefix('+').is_some_and(|rest| (7..=15).contains(&rest.len()) && digits(rest)) {
        return Some(Kind::Phone);
    }
    if value.matches(':').count() == 5 && value.len() == 17 {
        return Some(Kind::Mac);
    }
    match value.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && is_domain(domain) => Some(Kind::Email),
        Some(_) => None,
        None => is_domain(value).then_some(Kind::Domain),
    }
}

/// Whether `text` is a name of a host with a top-level domain, and no file's.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let may_be = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_');
        !label.is_empty() && label.chars().count() <= 63 && label.chars().all(may_be)
    };
    let top = text.rsplit_once('.').map_or("", |(_, top)| top);
    top.len() > 1 && !top.bytes().any(|b| b.is_ascii_digit()) && text.split('.').all(is_label)
}

/// `hxxp://a[.]example` as it was before it was made harmless.
pub(crate) fn armed(value: &str) -> String {
    let value = value.trim().replace("[.]", ".").replace("(.)", ".").replace("[@]", "@");
    let value = value.replace("[:]", ":");
    match value.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("hxxp") => format!("http{}", &value[4..]),
        _ => value,
    }
}

/// What a value is in STIX: the pattern that finds it and, where there is one, the
/// observable.
pub(crate) struct Found {
    /// A pattern of one comparison or more, in brackets.
    pub(crate) pattern: String,
    /// What was observed.
    pub(crate) observable: Option<(&'static str, Value)>,
}

impl Found {
    /// An account of a kind, by what it is known as there.
    pub(crate) fn account(account_type: &str, property: &str, value: &str) -> Self {
        let path = format!("user-account:{property}");
        let tests = [("user-account:account_type", account_type), (&path[..], value)];
        let observable = json!({ "account_type": account_type, property: value });
        Self { pattern: pattern::all(&tests), observable: Some(("user-account", observable)) }
    }

    /// A file by its name, its hash (algorithm and value), or both.
    pub(crate) fn file(name: Option<&str>, hash: Option<(&str, &str)>) -> Self {
        let mut observable = serde_json::Map::new();
        let mut tests = Vec::new();
        if let Some(name) = name {
            observable.insert("name".to_owned(), json!(name));
            tests.push(("file:name".to_owned(), name.to_owned()));
        }
        if let Some((algorithm, hash)) = hash {
            let is_hex = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            let hash = if is_hex { hash.to_ascii_lowercase() } else { hash.to_owned() };
            observable.insert("hashes".to_owned(), json!({ algorithm: hash }));
            tests.push((format!("file:hashes.'{algorithm}'"), hash));
        }
        let tests: Vec<_> = tests.iter().map(|(path, value)| (&path[..], &value[..])).collect();
        Self { pattern: pattern::all(&tests), observable: Some(("file", observable.into())) }
    }

    /// An observable that one property tells.
    pub(crate) fn simple(type_name: &'static str, property: &str, value: &str) -> Self {
        let pattern = pattern::all(&[(&format!("{type_name}:{property}"), value)]);
        Self { pattern, observable: Some((type_name, json!({ property: value }))) }
    }

    /// An address; a block of them is found by what lies in it.
    fn address(type_name: &'static str, value: &str) -> Self {
        let found = Self::simple(type_name, "value", value);
        match value.contains('/') {
            true => {
                Self { pattern: pattern::within(&format!("{type_name}:value"), value), ..found }
            }
            false => found,
        }
    }

    /// A key of a registry; the specification wants the names of hives in full.
    pub(crate) fn registry_key(value: &str) -> Self {
        const HIVES: &[(&str, &str)] = &[
            ("HKLM", "HKEY_LOCAL_MACHINE"),
            ("HKCU", "HKEY_CURRENT_USER"),
            ("HKCR", "HKEY_CLASSES_ROOT"),
            ("HKCC", "HKEY_CURRENT_CONFIG"),
            ("HKU", "HKEY_USERS"),
        ];
        let (hive, rest) = value.split_once('\\').unwrap_or((value, ""));
        let hive = hive.to_ascii_uppercase();
        let known = HIVES.iter().find(|(short, _)| *short == hive);
        let key = known.map_or(value.to_owned(), |(_, hive)| format!("{hive}\\{rest}"));
        Self::simple("windows-registry-key", "key", &key)
    }

    /// A value of this kind.
    pub(crate) fn of(kind: Kind, value: &str) -> Self {
        match kind {
            Kind::Ipv4 => Self::address("ipv4-addr", value),
            Kind::Ipv6 => Self::address("ipv6-addr", value),
            Kind::Domain => Self::simple("domain-name", "value", &value.to_lowercase()),
            Kind::Url => Self::simple("url", "value", value),
            Kind::Email => Self::simple("email-addr", "value", value),
            Kind::Mac => {
                Self::simple("mac-addr", "value", &value.to_ascii_lowercase().replace('-', ":"))
            }
            Kind::Md5 => Self::file(None, Some(("MD5", value))),
            Kind::Sha1 => Self::file(None, Some(("SHA-1", value))),
            Kind::Sha256 => Self::file(None, Some(("SHA-256", value))),
            Kind::Sha512 => Self::file(None, Some(("SHA-512", value))),
            Kind::Phone => Self::account("phone", "user_id", value),
            Kind::Username => Self::simple("user-account", "account_login", value),
            Kind::Filename => Self::file(Some(value), None),
            Kind::Asn => Self::asn(value),
            Kind::UserAgent => Self { pattern: pattern::user_agent(value), observable: None },
            Kind::Ja4 => Self { pattern: pattern::ja4(value), observable: None },
        }
    }

    fn asn(value: &str) -> Self {
        let digits = value.trim_start_matches(|char: char| char.is_ascii_alphabetic());
        // What is no number fails as an observable, and is told of there.
        let number = digits.parse::<u32>().map_or(Value::Null, |number| json!(number));
        let pattern = format!("[autonomous-system:number = {}]", number.as_u64().unwrap_or(0));
        Self { pattern, observable: Some(("autonomous-system", json!({ "number": number }))) }
    }
}

impl Maker<'_> {
    /// Keeps what was observed; `Err` where it cannot be.
    pub(crate) fn found(&mut self, found: &Found) -> Result<Option<Id>, ()> {
        match &found.observable {
            None => Ok(None),
            Some((type_name, properties)) => {
                self.observable(type_name, properties.clone()).map(Some).ok_or(())
            }
        }
    }
}
