//! Signed statements (JWS, RFC 7515) of an OIDC provider, and its keys (JWK, RFC 7517).
//! Only signatures by a key pair are taken, and a key only for what its kind is for: a
//! statement cannot choose to be checked by less.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A key of the provider.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// Why a statement is not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Untrusted {
    #[error("it is no signed statement")]
    Malformed,
    #[error("it is signed in a way that is not taken: {0:?}")]
    Algorithm(String),
    #[error("the provider has no such key")]
    UnknownKey,
    #[error("the signature is not the provider's")]
    Signature,
}

/// What a statement says, if one of the keys has signed it.
pub(super) fn verified(token: &str, keys: &[Jwk]) -> Result<Map<String, Value>, Untrusted> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Untrusted::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Untrusted::Malformed)?;
    let header: Header =
        serde_json::from_slice(&bytes(header)?).map_err(|_| Untrusted::Malformed)?;
    if header.crit.is_some() {
        return Err(Untrusted::Malformed);
    }
    let algorithm = Algorithm::of(&header.alg).ok_or(Untrusted::Algorithm(header.alg.clone()))?;
    let (signature, payload) = (bytes(signature)?, bytes(payload)?);
    let mut candidates = keys.iter().filter(|key| key.is_for(&header, algorithm)).peekable();
    if candidates.peek().is_none() {
        return Err(Untrusted::UnknownKey);
    }
    let mut signs = |key: &Jwk| key.signed(algorithm, signed.as_bytes(), &signature) == Some(());
    if !candidates.any(&mut signs) {
        return Err(Untrusted::Signature);
    }
    serde_json::from_slice(&payload).map_err(|_| Untrusted::Malformed)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    fn of(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }

    /// The kind of key, and its curve.
    fn key(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Rs256 | Self::Ps256 => ("RSA", None),
            Self::Es256 => ("EC", Some("P-256")),
            Self::Es384 => ("EC", Some("P-384")),
            Self::EdDsa => ("OKP", Some("Ed25519")),
        }
    }
}

impl Jwk {
    fn is_for(&self, header: &Header, algorithm: Algorithm) -> bool {
        let (kind, curve) = algorithm.key();
        let is_named = header.kid.is_none() || self.kid == header.kid;
        let is_meant = self.alg.as_ref().is_none_or(|alg| *alg == header.alg);
        let signs = self.used_for.as_deref().is_none_or(|used_for| used_for == "sig");
        let is_kind =
            self.kty == kind && curve.is_none_or(|curve| self.crv.as_deref() == Some(curve));
        is_named && is_meant && signs && is_kind
    }

    fn signed(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> Option<()> {
        let part = |part: &Option<String>| bytes(part.as_deref()?).ok();
        let by = |how: &'static dyn signature::VerificationAlgorithm, key: Vec<u8>| {
            UnparsedPublicKey::new(how, key).verify(signed, signature).ok()
        };
        let rsa = |how| {
            let key = RsaPublicKeyComponents { n: part(&self.n)?, e: part(&self.e)? };
            key.verify(how, signed, signature).ok()
        };
        // As an uncompressed point.
        let point = || Some([vec![4], part(&self.x)?, part(&self.y)?].concat());
        match algorithm {
            Algorithm::Rs256 => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            Algorithm::Ps256 => rsa(&signature::RSA_PSS_2048_8192_SHA256),
            Algorithm::Es256 => by(&signature::ECDSA_P256_SHA256_FIXED, point()?),
            Algorithm::Es384 => by(&signature::ECDSA_P384_SHA384_FIXED, point()?),
            Algorithm::EdDsa => by(&signature::ED25519, part(&self.x)?),
        }
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, Untrusted> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Untrusted::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The example of RFC 7515, A.3, and its key.
    const SIGNED: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn key(rest: Value) -> Jwk {
        let mut key = json!({
            "kty": "EC", "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        });
        key.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        serde_json::from_value(key).unwrap()
    }

    fn with_header(header: Value) -> String {
        let (_, rest) = SIGNED.split_once('.').unwrap();
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn what_is_signed_by_a_key_of_the_provider_is_believed() {
        let said = verified(SIGNED, &[key(json!({"kid": "other"})), key(json!({}))]).unwrap();
        assert_eq!(said["iss"], "joe");
    }

    #[test]
    fn what_is_not_is_not() {
        let check = |token: &str, keys: &[Jwk], expected: Untrusted| {
            assert_eq!(verified(token, keys).unwrap_err(), expected, "{token}");
        };
        let good = || vec![key(json!({}))];
        check(&SIGNED.replace("eyJpc3Mi", "eyJpc3Mj"), &good(), Untrusted::Signature);
        check(&SIGNED[..SIGNED.len() - 2], &good(), Untrusted::Signature);
        check("a.b", &good(), Untrusted::Malformed);
        check("", &good(), Untrusted::Malformed);
        for alg in ["none", "HS256", "RS1", ""] {
            let token = with_header(json!({ "alg": alg }));
            check(&token, &good(), Untrusted::Algorithm(alg.to_owned()));
        }
        // A key is for what its kind is for, and for what it says.
        check(&with_header(json!({"alg": "RS256"})), &good(), Untrusted::UnknownKey);
        check(&with_header(json!({"alg": "EdDSA"})), &good(), Untrusted::UnknownKey);
        check(&with_header(json!({"alg": "ES256", "kid": "1"})), &good(), Untrusted::UnknownKey);
        check(
            &with_header(json!({"alg": "ES256", "crit": ["b64"]})),
            &good(),
            Untrusted::Malformed,
        );
        check(SIGNED, &[key(json!({"use": "enc"}))], Untrusted::UnknownKey);
        check(SIGNED, &[key(json!({"alg": "ES384"}))], Untrusted::UnknownKey);
        check(SIGNED, &[], Untrusted::UnknownKey);
        check(SIGNED, &[key(json!({"y": "AAAA"}))], Untrusted::Signature);
    }
}
