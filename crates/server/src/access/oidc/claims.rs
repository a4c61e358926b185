//! What an OIDC provider says of a person, and whether it says it to us, now, and about
//! the log-in that was begun here (OpenID Connect Core, section 3.1.3.7).

use crate::access::settings::Oidc;
use serde_json::{Map, Value};
use store::Role;

/// Clocks may differ by so much.
const SKEW_S: i64 = 60;
/// A subject has 255 letters at most (section 2).
const SUBJECT_CHARS_MAX: usize = 255;

/// What is said of a person.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) subject: String,
    pub(super) all: Map<String, Value>,
}

/// Checks what a signed statement says: it is for us, of that issuer, holds now, and
/// answers the log-in that drew `nonce`. Otherwise what is wrong.
pub(super) fn checked(
    all: Map<String, Value>,
    settings: &Oidc,
    nonce: &str,
    now_s: i64,
) -> Result<Claims, &'static str> {
    let text = |name: &str| all.get(name).and_then(Value::as_str);
    let time = |name: &str| all.get(name).and_then(Value::as_f64).map(|s| s as i64);
    if text("iss") != Some(&settings.issuer) {
        return Err("iss is another issuer");
    }
    let us = Some(&settings.client_id[..]);
    let audience: Vec<Option<&str>> = match all.get("aud") {
        Some(Value::Array(all)) => all.iter().map(Value::as_str).collect(),
        one => vec![one.and_then(Value::as_str)],
    };
    if !audience.contains(&us) {
        return Err("aud is somebody else");
    }
    let party = text("azp");
    if (audience.len() > 1 || all.contains_key("azp")) && party != us {
        return Err("azp is somebody else");
    }
    if time("exp").is_none_or(|exp| exp.saturating_add(SKEW_S) <= now_s) {
        return Err("exp is over");
    }
    if time("iat").is_none_or(|iat| iat.saturating_sub(SKEW_S) > now_s) {
        return Err("iat is yet to come");
    }
    if time("nbf").is_some_and(|nbf| nbf.saturating_sub(SKEW_S) > now_s) {
        return Err("nbf is yet to come");
    }
    if text("nonce") != Some(nonce) {
        return Err("nonce is of another log-in");
    }
    let subject = text("sub").filter(|sub| (1..=SUBJECT_CHARS_MAX).contains(&sub.len()));
    let subject = subject.ok_or("sub is nobody")?.to_owned();
    Ok(Claims { subject, all })
}

/// What somebody is here by the values of the claim: the most that one of them gives.
pub(super) fn role(all: &Map<String, Value>, settings: &Oidc) -> Option<Role> {
    let found = all.get(&settings.claim).or_else(|| nested(all, &settings.claim));
    let values: Vec<&str> = match found {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    };
    let given = settings.roles.iter().filter(|(value, _)| values.contains(&&value[..]));
    given.map(|(_, role)| *role).max()
}

/// A name with dots leads into what is within, as providers nest them.
fn nested<'a>(all: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let (first, rest) = path.split_once('.')?;
    let within = all.get(first)?.as_object()?;
    within.get(rest).or_else(|| nested(within, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settings() -> Oidc {
        let roles = [("staff", Role::Viewer), ("fraud", Role::Investigator)];
        Oidc {
            issuer: "https://id.example.com".to_owned(),
            client_id: "dragnet".to_owned(),
            client_secret: None,
            scopes: Vec::new(),
            claim: "groups".to_owned(),
            roles: roles.map(|(value, role)| (value.to_owned(), role)).to_vec(),
        }
    }

    fn with(rest: Value) -> Map<String, Value> {
        let mut all = json!({
            "iss": "https://id.example.com", "aud": "dragnet", "sub": "17", "nonce": "n",
            "exp": 1000, "iat": 900,
        });
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        all.as_object().unwrap().clone()
    }

    #[test]
    fn what_is_said_to_others_or_at_another_time_does_not_count() {
        let check = |rest: Value, expected: Option<&str>| {
            let found = checked(with(rest.clone()), &settings(), "n", 950).err();
            assert_eq!(found, expected, "{rest}");
        };
        check(json!({}), None);
        check(json!({"aud": ["other", "dragnet"], "azp": "dragnet"}), None);
        check(json!({"exp": 891}), None);
        check(json!({"iss": "https://id.example.com/"}), Some("iss is another issuer"));
        check(json!({"aud": "other"}), Some("aud is somebody else"));
        check(json!({"aud": null}), Some("aud is somebody else"));
        check(json!({"aud": ["other", "dragnet"]}), Some("azp is somebody else"));
        check(json!({"azp": "other"}), Some("azp is somebody else"));
        check(json!({"azp": 7}), Some("azp is somebody else"));
        check(json!({"exp": 890}), Some("exp is over"));
        check(json!({"exp": "never"}), Some("exp is over"));
        check(json!({"iat": 1011}), Some("iat is yet to come"));
        check(json!({"nbf": 1011}), Some("nbf is yet to come"));
        check(json!({"nonce": "m"}), Some("nonce is of another log-in"));
        check(json!({"sub": ""}), Some("sub is nobody"));
    }

    #[test]
    fn what_somebody_is_here_is_the_most_that_a_value_gives() {
        let mut settings = settings();
        let check = |claims: Value, settings: &Oidc, expected: Option<Role>| {
            assert_eq!(role(claims.as_object().unwrap(), settings), expected, "{claims}");
        };
        check(json!({"groups": ["staff", "fraud"]}), &settings, Some(Role::Investigator));
        check(json!({"groups": "staff"}), &settings, Some(Role::Viewer));
        check(json!({"groups": ["admin"]}), &settings, None);
        check(json!({}), &settings, None);
        settings.claim = "realm_access.roles".to_owned();
        check(json!({"realm_access": {"roles": ["fraud"]}}), &settings, Some(Role::Investigator));
        check(json!({"realm_access.roles": ["staff"]}), &settings, Some(Role::Viewer));
    }
}
