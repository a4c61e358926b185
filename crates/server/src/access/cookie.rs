//! Cookies: the session's, and the one by which a log-in elsewhere is found again. The
//! session's is `Strict`, OIDC or not: who comes back from a provider is sent on by a page
//! of ours, and not by the provider's redirection.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use std::time::Duration;

/// Of a session: its token.
pub(crate) const SESSION: &str = "dragnet_session";
/// Of a log-in that was begun elsewhere.
pub(crate) const OIDC: &str = "dragnet_oidc";

/// Who sends a cookie along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SameSite {
    /// Pages of ours.
    Strict,
    /// Whoever leads here by a link too.
    Lax,
}

/// A cookie, as it is set.
pub(crate) struct Cookie<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    pub(crate) path: &'a str,
    pub(crate) same_site: SameSite,
    /// None: it is taken away.
    pub(crate) lasts: Option<Duration>,
}

impl Cookie<'_> {
    /// In the words of a header. `Secure` where whoever asks comes by TLS.
    pub(crate) fn header(&self, is_secure: bool) -> HeaderValue {
        let Self { name, value, path, .. } = self;
        let site = match self.same_site {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
        };
        let age_s = self.lasts.map_or(0, |lasts| lasts.as_secs());
        let secure = if is_secure { "; Secure" } else { "" };
        let text = format!(
            "{name}={value}; Path={path}; Max-Age={age_s}; HttpOnly; SameSite={site}{secure}"
        );
        HeaderValue::from_str(&text).expect("names and values are of digits and letters")
    }
}

/// The value of a cookie that a request comes with.
pub(crate) fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim())
}
