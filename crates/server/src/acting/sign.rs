//! Signatures of webhooks, by Standard Webhooks: HMAC-SHA-256 over id, time and body, each
//! secret its own, so that a receiver that knows either of two takes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::Secret;

const PREFIX: &str = "whsec_";

/// Draws a secret: 256 random bits.
pub fn draw_secret() -> Secret {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).expect("the system gives random bits");
    Secret(format!("{PREFIX}{}", STANDARD.encode(bits)))
}

/// The header `webhook-signature`.
pub(super) fn signature(secrets: &[Secret], id: &str, timestamp_s: i64, body: &str) -> String {
    let one = |secret: &Secret| {
        let text = secret.0.strip_prefix(PREFIX).unwrap_or(&secret.0);
        let key = STANDARD.decode(text).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{timestamp_s}.").as_bytes());
        mac.update(body.as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    };
    secrets.iter().filter_map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification (standard-webhooks, spec, "Signature scheme").
    #[test]
    fn it_signs_as_the_specification_does() {
        let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
