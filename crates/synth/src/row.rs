//! One written sign-up, and the truth about it. The canonical columns only:
//! nothing in a row says who made it, and ids are a bijection of a hidden number.

use crate::atlas::Atlas;
use crate::device::Browser;
use crate::dice::{Dice, hash, mix};
use crate::person::Draft;
use crate::platform::Platform;
use std::net::IpAddr;

/// One sign-up in the canonical columns; absent values are none.
#[derive(Clone, Default, PartialEq)]
pub struct Row {
    /// The platform's id of the event.
    pub event_id: String,
    /// The platform's id of the account.
    pub account_id: String,
    /// Milliseconds since the Unix epoch (UTC).
    pub time_ms: i64,
    /// Address of the client.
    pub ip: Option<IpAddr>,
    /// Autonomous system of the address.
    pub asn: Option<u32>,
    /// ISO 3166-1 alpha-2 country of the address.
    pub country: Option<&'static str>,
    /// Mail address given.
    pub email: Option<String>,
    /// Handle chosen.
    pub username: String,
    /// Name shown to others.
    pub display_name: Option<String>,
    /// Phone number given, E.164.
    pub phone: Option<String>,
    /// `User-Agent` header.
    pub user_agent: Option<String>,
    /// `Accept-Language` header.
    pub accept_language: Option<String>,
    /// Cookie or app id.
    pub device_id: Option<String>,
    /// Browser fingerprint.
    pub fingerprint: Option<String>,
    /// JA4 of the TLS client hello.
    pub ja4: Option<String>,
    /// Who ran the challenge.
    pub captcha_provider: Option<&'static str>,
    /// When the challenge was issued, milliseconds since the Unix epoch.
    pub captcha_issue_ms: Option<i64>,
    /// Milliseconds until it was solved.
    pub captcha_solve_ms: Option<u32>,
    /// Address that fetched the challenge.
    pub captcha_issue_ip: Option<IpAddr>,
    /// Address that redeemed the token.
    pub captcha_redeem_ip: Option<IpAddr>,
    /// Where the visitor came from.
    pub referrer: Option<String>,
}

/// What is known of a sign-up because it was made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The account.
    pub account_id: String,
    /// The campaign that made it; none if it is real.
    pub campaign: Option<u32>,
    /// The factory behind the campaign.
    pub factory: Option<u32>,
    /// Level of evasion of the campaign.
    pub level: Option<u8>,
    /// The benign crowd that it belongs to.
    pub crowd: Option<&'static str>,
}

impl Truth {
    /// Whether a factory made it.
    pub fn is_fraud(&self) -> bool {
        self.campaign.is_some()
    }
}

/// A row as it is written, from a draft; `key` is unique to the sign-up.
pub(crate) fn write(p: &Platform, dice: &mut Dice, key: u64, time_ms: i64, draft: Draft) -> Row {
    let lost = &p.form.lost;
    let mut kept = |share: f64| !dice.chance(share);
    let agent = draft.device.agent;
    let app = agent.browser == Browser::App;
    let has_ip = kept(lost.ip);
    let challenge = draft.challenge.as_ref();
    Row {
        event_id: id(mix(key ^ hash(&[p.people, 72]))),
        account_id: id(mix(key ^ hash(&[p.people, 71]))),
        time_ms,
        ip: has_ip.then_some(draft.line.ip),
        asn: (has_ip && kept(lost.asn)).then(|| draft.line.facts().asn),
        country: has_ip.then(|| Atlas::get().countries[draft.line.country].code),
        user_agent: kept(lost.user_agent).then(|| draft.agent_text.unwrap_or_else(|| agent.text())),
        accept_language: kept(lost.language).then_some(draft.language),
        device_id: kept(lost.device).then(|| device_id(draft.device.id, app)),
        fingerprint: kept(lost.fingerprint).then(|| format!("{:016x}", draft.device.fingerprint)),
        ja4: kept(lost.ja4).then_some(draft.device.ja4),
        captcha_provider: challenge.map(|challenge| challenge.provider),
        captcha_issue_ms: challenge.map(|challenge| challenge.issue_ms),
        captcha_solve_ms: challenge
            .filter(|_| kept(lost.solve))
            .map(|challenge| challenge.solve_ms),
        captcha_issue_ip: challenge
            .filter(|_| kept(lost.issue))
            .map(|challenge| challenge.issue_ip),
        captcha_redeem_ip: challenge
            .filter(|_| kept(lost.issue))
            .map(|challenge| challenge.redeem_ip),
        email: draft.email,
        username: draft.username,
        display_name: draft.display,
        phone: draft.phone,
        referrer: draft.referrer,
    }
}

/// Thirteen letters of base 32 for 64 bits.
fn id(mut bits: u64) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut text = [0u8; 13];
    for letter in text.iter_mut().rev() {
        *letter = LETTERS[(bits & 31) as usize];
        bits >>= 5;
    }
    text.iter().map(|&letter| char::from(letter)).collect()
}

/// Apps report a UUID, browsers the cookie's 32 digits.
fn device_id(id: u64, app: bool) -> String {
    let other = mix(id);
    if !app {
        return format!("{id:016x}{other:016x}");
    }
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        id >> 32,
        (id >> 16) & 0xffff,
        id & 0xfff,
        0x8000 | (other >> 50),
        other & 0xffff_ffff_ffff
    )
}
