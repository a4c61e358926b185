//! Where a request comes from: a page of our own, a page of others, or no page at all.

use crate::problem::Problem;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What tells where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// A page of this server.
    Us,
    /// A page of somebody else.
    Others,
    /// Nothing is said: it was no browser.
    Nowhere,
}

/// Where a request comes from; `public_url` is what this server is called from outside.
/// A browser says it, and a page cannot make it say something else.
pub(crate) fn of(head: &Parts, public_url: Option<&str>) -> From {
    let text = |name: HeaderName| head.headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let by_site = text(SEC_FETCH_SITE).map(|site| site == "same-origin");
    let by_origin = text(ORIGIN).map(|origin| {
        let host = text(HOST).or_else(|| head.uri.authority().map(|host| host.as_str()));
        let is_host = origin.split_once("://").is_some_and(|(_, at)| Some(at) == host);
        is_host || public_url.is_some_and(|url| is_of(url, origin))
    });
    match (by_site, by_origin) {
        (None, None) => From::Nowhere,
        (site, origin) if site.unwrap_or(true) && origin.unwrap_or(true) => From::Us,
        _ => From::Others,
    }
}

/// Refuses what a page of somebody else asks for.
pub(crate) fn refuse_others(head: &Parts, public_url: Option<&str>) -> Result<(), Problem> {
    match of(head, public_url) {
        From::Others => Err(refused("a page of another site asked for it")),
        From::Us | From::Nowhere => Ok(()),
    }
}

/// Refuses what no page of ours asks for.
pub(crate) fn demand_us(head: &Parts, public_url: Option<&str>) -> Result<(), Problem> {
    match of(head, public_url) {
        From::Us => Ok(()),
        From::Others => Err(refused("a page of another site asked for it")),
        From::Nowhere => Err(refused("Origin or Sec-Fetch-Site has to say that it is this one")),
    }
}

fn refused(detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "This did not come from here").says(detail)
}

/// Whether a page with this origin is one below `url`.
fn is_of(url: &str, origin: &str) -> bool {
    let Some((scheme, behind)) = url.split_once("://") else { return false };
    let host = behind.split('/').next().unwrap_or_default();
    origin.split_once("://").is_some_and(|other| other == (scheme, host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: From) {
        let mut request = Request::builder().uri("/v1/users").header("host", "here.example:6080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let head = request.body(()).unwrap().into_parts().0;
        assert_eq!(of(&head, Some("https://dragnet.example.com/below")), expected, "{headers:?}");
    }

    #[test]
    fn a_page_is_known_by_what_its_browser_says() {
        check(&[], From::Nowhere);
        check(&[("origin", "http://here.example:6080")], From::Us);
        check(&[("origin", "https://dragnet.example.com")], From::Us);
        check(&[("sec-fetch-site", "same-origin")], From::Us);
        check(
            &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
            From::Others,
        );
        check(
            &[("sec-fetch-site", "cross-site"), ("origin", "http://here.example:6080")],
            From::Others,
        );
        for site in ["same-site", "cross-site", "none", ""] {
            check(&[("sec-fetch-site", site)], From::Others);
        }
        for origin in [
            "null",
            "",
            "https://evil.example",
            "http://here.example",
            "http://here.example:60801",
            "http://dragnet.example.com",
            "https://dragnet.example.com.evil.example",
        ] {
            check(&[("origin", origin)], From::Others);
        }
    }
}
