//! One written sign-up, and the truth about it. The canonical columns only:
//! nothing in a row says who made it, and ids are a bijection of a hidden number.

use crate::atlas::Atlas;
use crate::column::Column;
use crate::device::Browser;
use crate::dice::{Dice, hash, mix};
use crate::id::Id;
use crate::person::Draft;
use crate::platform::Platform;
use std::net::IpAddr;

/// One sign-up in the canonical columns; absent values are none.
#[derive(Clone, Default, PartialEq)]
pub struct Row {
    /// The platform's id of the event.
    pub event_id: Id,
    /// The platform's id of the account.
    pub account_id: Id,
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

impl Row {
    /// Lets go of the texts that nobody needs once they are written.
    pub(crate) fn spend(&mut self) {
        let texts = [
            &mut self.display_name,
            &mut self.phone,
            &mut self.user_agent,
            &mut self.accept_language,
            &mut self.device_id,
            &mut self.fingerprint,
            &mut self.ja4,
            &mut self.referrer,
        ];
        texts.into_iter().for_each(|text| *text = None);
    }
}

/// What is known of a sign-up because it was made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The account.
    pub account_id: Id,
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

/// A row as it is written, from a draft; `key` is unique to the sign-up. Text that
/// nobody wants is left out; whether it would be lost is drawn all the same.
pub(crate) fn write(p: &Platform, dice: &mut Dice, key: u64, time_ms: i64, draft: Draft) -> Row {
    let lost = &p.form.lost;
    let mut kept = |share: f64| !dice.chance(share);
    let wants = |column| p.wanted.has(column);
    let agent = draft.device.agent;
    let app = agent.browser == Browser::App;
    let has_ip = kept(lost.ip);
    let challenge = draft.challenge.as_ref();
    let event = wants(Column::EventId).then(|| Id::letters(mix(key ^ hash(&[p.people, 72]))));
    Row {
        event_id: event.unwrap_or_default(),
        account_id: Id::letters(mix(key ^ hash(&[p.people, 71]))),
        time_ms,
        ip: has_ip.then_some(draft.line.ip),
        asn: (has_ip && kept(lost.asn)).then(|| draft.line.facts().asn),
        country: has_ip.then(|| Atlas::get().countries[draft.line.country].code),
        user_agent: (kept(lost.user_agent) && wants(Column::UserAgent))
            .then(|| draft.agent_text.unwrap_or_else(|| agent.text())),
        accept_language: (kept(lost.language) && wants(Column::AcceptLanguage))
            .then(|| draft.language.text()),
        device_id: (kept(lost.device) && wants(Column::DeviceId))
            .then(|| device_id(draft.device.id, app)),
        fingerprint: (kept(lost.fingerprint) && wants(Column::Fingerprint))
            .then(|| hexadecimal(&[(draft.device.fingerprint, 16)])),
        ja4: (kept(lost.ja4) && wants(Column::Ja4)).then(|| draft.device.ja4.text()),
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

/// The low digits of numbers, one after the other: (number, digits).
pub(crate) fn hexadecimal(numbers: &[(u64, u32)]) -> String {
    let mut text = String::with_capacity(numbers.iter().map(|number| number.1 as usize).sum());
    for &(number, digits) in numbers {
        for place in (0..digits).rev() {
            let digit = (number >> (4 * place) & 15) as usize;
            text.push(char::from(b"0123456789abcdef"[digit]));
        }
    }
    text
}

/// Apps report a UUID, browsers the cookie's 32 digits.
fn device_id(id: u64, app: bool) -> String {
    let other = mix(id);
    if !app {
        return hexadecimal(&[(id, 16), (other, 16)]);
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
