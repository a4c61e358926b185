//! Where STIX has a place for the types of MISP's attributes.

use crate::import::value::Kind;

/// Where an attribute goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A value of one kind.
    Value(Kind),
    /// An address: of which version, the value says.
    Ip,
    /// A hash of a file, by the algorithm's name in STIX.
    Hash(&'static str),
    /// `name|hash`.
    NameAndHash(&'static str),
    /// `domain|address`.
    DomainAndIp,
    /// `address|port` that is connected to.
    ToPort,
    /// `address|port` that a connection comes from.
    FromPort,
    /// An account of a kind: the property that it is known by.
    Account(&'static str, &'static str),
    /// An observable of one property.
    Simple(&'static str, &'static str),
    /// A key of a registry.
    RegistryKey,
    /// A rule in a language.
    Rule(&'static str),
    /// A domain object that has this name.
    Named(&'static str),
    /// An organisation.
    Organisation,
    /// Something about a person.
    Person,
    /// Where to read more.
    Link,
    /// Nowhere.
    None,
}

/// What tells of people: kept as that somebody was named, never as who.
const OF_PEOPLE: &[&str] = &[
    "first-name",
    "middle-name",
    "last-name",
    "full-name",
    "date-of-birth",
    "place-of-birth",
    "gender",
    "nationality",
    "passport-number",
    "passport-country",
    "passport-expiration",
    "identity-card-number",
    "visa-number",
    "primary-residence",
    "country-of-residence",
    "frequent-flyer-number",
    "passenger-name-record-locator-number",
    "redress-number",
    "travel-details",
    "payment-details",
    "special-service-request",
    "bank-account-nr",
    "iban",
    "cc-number",
    "target-user",
    "target-email",
    "whois-registrant-name",
    "whois-registrant-phone",
];

/// The place of a type.
pub(super) fn of(type_name: &str) -> Place {
    if OF_PEOPLE.contains(&type_name) {
        return Place::Person;
    }
    if let Some(algorithm) = type_name.strip_prefix("filename|") {
        return algorithm_of(algorithm).map_or(Place::None, Place::NameAndHash);
    }
    if let Some(algorithm) = algorithm_of(type_name) {
        return Place::Hash(algorithm);
    }
    match type_name {
        "domain" | "hostname" => Place::Value(Kind::Domain),
        "ip-src" | "ip-dst" => Place::Ip,
        "domain|ip" => Place::DomainAndIp,
        "ip-dst|port" => Place::ToPort,
        "ip-src|port" => Place::FromPort,
        "url" | "uri" => Place::Value(Kind::Url),
        "email"
        | "email-src"
        | "email-dst"
        | "email-reply-to"
        | "whois-registrant-email"
        | "dns-soa-email" => Place::Value(Kind::Email),
        "filename" => Place::Value(Kind::Filename),
        "user-agent" => Place::Value(Kind::UserAgent),
        "phone-number" => Place::Value(Kind::Phone),
        "mac-address" => Place::Value(Kind::Mac),
        "AS" => Place::Value(Kind::Asn),
        "btc" | "xmr" | "dash" => account(type_name),
        "github-username" => Place::Account("github", "account_login"),
        "twitter-id" => Place::Account("twitter", "user_id"),
        "jabber-id" => Place::Account("jabber", "user_id"),
        "mutex" => Place::Simple("mutex", "name"),
        "regkey" => Place::RegistryKey,
        "yara" => Place::Rule("yara"),
        "snort" => Place::Rule("snort"),
        "sigma" => Place::Rule("sigma"),
        "stix2-pattern" => Place::Rule("stix"),
        "vulnerability" => Place::Named("vulnerability"),
        "threat-actor" => Place::Named("threat-actor"),
        "campaign-name" => Place::Named("campaign"),
        "whois-registrant-org" | "target-org" => Place::Organisation,
        "link" => Place::Link,
        _ => Place::None,
    }
}

/// Wallets are accounts that go by their address.
fn account(currency: &str) -> Place {
    match currency {
        "btc" => Place::Account("btc", "user_id"),
        "xmr" => Place::Account("xmr", "user_id"),
        _ => Place::Account("dash", "user_id"),
    }
}

/// The name in STIX of a hash's algorithm.
pub(super) fn algorithm_of(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        "md5" => "MD5",
        "sha1" => "SHA-1",
        "sha256" => "SHA-256",
        "sha512" => "SHA-512",
        "sha3-256" => "SHA3-256",
        "sha3-512" => "SHA3-512",
        "ssdeep" => "SSDEEP",
        "tlsh" => "TLSH",
        _ => return None,
    })
}
