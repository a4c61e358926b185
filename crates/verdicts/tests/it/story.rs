//! Sign-ups for stories.

use events::{AccountId, Captcha, Place, SignUp, Token};
use signals::{Extractor, Row};
use std::net::Ipv4Addr;

/// A sign-up of an account from an address, with a device.
pub(crate) fn row(account: u32, ip: u32, device: u32) -> Row {
    Extractor::default().row(&signup(account, ip, device))
}

/// The same, as it comes.
pub(crate) fn signup(account: u32, ip: u32, device: u32) -> SignUp {
    SignUp {
        place: Place { input: 0, line: 1 },
        event_id: None,
        account_id: AccountId::new(format!("account-{account}")),
        time_ms: 0,
        ip: Some(Ipv4Addr::from(0xc633_0000 + ip).into()),
        asn: None,
        country: None,
        network_kind: None,
        email: None,
        username: None,
        display_name: None,
        phone: None,
        user_agent: None,
        accept_language: None,
        device_id: Some(Token::new(format!("device-{device}"))),
        fingerprint: None,
        ja4: None,
        captcha: Captcha::default(),
        referrer: None,
        extra: Vec::new(),
    }
}
