//! Client: device, fingerprint, TLS hello, browser, language, referrer.

use crate::{Kind, Sink};
use events::SignUp;
use std::fmt::Write;

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
        let mut text = String::with_capacity(32);
        let _ = write!(text, "{} {} on {}", agent.family, agent.major, agent.platform);
        sink(Kind::Agent, &text);
        sink(Kind::AgentText, &agent.text);
        sink(Kind::Platform, &agent.platform);
        if let Some(ja4) = &signup.ja4 {
            let _ = write!(text, " by {}", ja4.as_str());
            sink(Kind::Client, &text);
        }
    }
}
