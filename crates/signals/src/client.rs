//! Client: device, fingerprint, TLS hello, browser, language, referrer.

use crate::written::decimal;
use crate::{Kind, Sink};
use events::SignUp;

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let tokens = [
        (Kind::Device, &signup.device_id),
        (Kind::Fingerprint, &signup.fingerprint),
        (Kind::Ja4, &signup.ja4),
        (Kind::Language, &signup.accept_language),
        (Kind::Referrer, &signup.referrer),
    ];
    for (kind, token) in tokens {
        if let Some(token) = token {
            sink(kind, token.as_str());
        }
    }
    if let Some(agent) = &signup.user_agent {
        let mut text = String::with_capacity(48);
        text.push_str(&agent.family);
        text.push(' ');
        decimal(&mut text, u64::from(agent.major));
        text.push_str(" on ");
        text.push_str(&agent.platform);
        sink(Kind::Agent, &text);
        sink(Kind::AgentText, &agent.text);
        sink(Kind::Platform, &agent.platform);
        if let Some(ja4) = &signup.ja4 {
            text.push_str(" by ");
            text.push_str(ja4.as_str());
            sink(Kind::Client, &text);
        }
    }
}
