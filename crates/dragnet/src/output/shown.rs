//! A sign-up as a person may see it: identifiers of people are pseudonyms or
//! shapes, unless they are to be revealed; what tells one tool or network
//! from another stays as it is.

use super::pseudonym::{Names, Pseudonyms};
use events::{Captcha, SignUp};
use serde::Serialize;
use std::net::IpAddr;

/// One sign-up, ready to be shown. An empty text is a field that the input
/// did not give.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Shown {
    /// When, ms since the epoch.
    pub(crate) time_ms: i64,
    /// The account's pseudonym or id.
    pub(crate) account: String,
    /// The handle's shape or the handle.
    pub(crate) username: String,
    /// The address, its local part as a shape or in clear.
    pub(crate) email: String,
    /// The network with its operator and country, or the address.
    pub(crate) network: String,
    /// The device's pseudonym or id.
    pub(crate) device: String,
    /// The TLS client.
    pub(crate) tls: String,
    /// What is known of the challenge.
    pub(crate) captcha: String,
}

impl Shown {
    /// What may be shown of a sign-up.
    pub(crate) fn of(signup: &SignUp, pseudonyms: &Pseudonyms) -> Self {
        let names = pseudonyms.names();
        let username = signup.username.as_ref().map(|handle| shaped(handle.as_str(), names));
        let email = signup
            .email
            .as_ref()
            .map(|email| format!("{}@{}", shaped(email.local(), names), email.domain()));
        let device =
            signup.device_id.as_ref().map(|device| pseudonyms.show("device", device.as_str()));
        Self {
            time_ms: signup.time_ms,
            account: pseudonyms.show("account", signup.account_id.as_str()),
            username: username.unwrap_or_default(),
            email: email.unwrap_or_default(),
            network: network(signup, names),
            device: device.unwrap_or_default(),
            tls: signup.ja4.as_ref().map(|ja4| ja4.as_str().to_owned()).unwrap_or_default(),
            captcha: captcha(&signup.captcha),
        }
    }
}

/// Letters and digits give way to what they are: alike names stay alike.
fn shaped(text: &str, names: Names) -> String {
    let shape = |c: char| match c {
        c if c.is_numeric() => '0',
        c if c.is_uppercase() => 'L',
        c if c.is_alphabetic() => 'l',
        c => c,
    };
    match names {
        Names::Revealed => text.to_owned(),
        Names::Hidden => text.chars().map(shape).collect(),
    }
}

fn network(signup: &SignUp, names: Names) -> String {
    let ip = signup.ip.map(|ip| match names {
        Names::Revealed => ip.to_string(),
        Names::Hidden => prefix(ip),
    });
    let asn = signup.asn.map(|asn| format!("AS{asn}"));
    let country = signup.country.map(|country| country.as_str().to_owned());
    [ip, asn, country].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The network that an address is handed out from, not the address itself.
fn prefix(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

fn captcha(captcha: &Captcha) -> String {
    let solved = captcha.solve_ms.map(|ms| format!("solved in {:.1} s", f64::from(ms) / 1000.0));
    let networks = match (captcha.issue_ip, captcha.redeem_ip) {
        (Some(issue), Some(redeem)) if issue != redeem => {
            Some("redeemed from another address".to_owned())
        }
        _ => None,
    };
    [solved, networks].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use events::{AccountId, Email, Handle, Place, Token};

    pub(crate) fn signup() -> SignUp {
        SignUp {
            place: Place { input: 0, line: 2 },
            event_id: None,
            account_id: AccountId::new("u-1"),
            time_ms: 1_709_280_000_000,
            ip: "203.0.113.77".parse().ok(),
            asn: Some(64500),
            country: events::Country::parse("vn"),
            network_kind: None,
            email: Email::parse("anna.b77@example.com").ok(),
            username: Some(Handle::new("AnnaB_77")),
            display_name: None,
            phone: None,
            user_agent: None,
            accept_language: None,
            device_id: Some(Token::new("dev-secret")),
            fingerprint: None,
            ja4: Some(Token::new("t13d1516h2")),
            captcha: Captcha { solve_ms: Some(4100), ..Captcha::default() },
            referrer: None,
            extra: Vec::new(),
        }
    }

    #[test]
    fn no_identifier_is_shown_unless_revealed() {
        let hidden = Shown::of(&signup(), &Pseudonyms::fresh(Names::Hidden).unwrap());
        let text = serde_json::to_string(&hidden).unwrap();
        for secret in ["u-1", "113.77", "anna", "Anna", "77", "dev-secret"] {
            assert!(!hidden_part(&text).contains(secret), "{secret} in {text}");
        }
        assert_eq!(
            (hidden.username.as_str(), hidden.email.as_str()),
            ("LlllL_00", "llll.l00@example.com")
        );
        assert_eq!(hidden.network, "203.0.113.0/24 AS64500 VN");
        let revealed = Shown::of(&signup(), &Pseudonyms::fresh(Names::Revealed).unwrap());
        assert_eq!((revealed.account.as_str(), revealed.device.as_str()), ("u-1", "dev-secret"));
        assert_eq!(revealed.network, "203.0.113.77 AS64500 VN");
    }

    /// The text without its pseudonyms, whose digits may be any.
    fn hidden_part(text: &str) -> String {
        let words = text
            .split('"')
            .filter(|word| !word.starts_with("account-") && !word.starts_with("device-"));
        words.collect()
    }
}
