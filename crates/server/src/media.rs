//! Media types: what is spoken here, and what a client says that it speaks.

use crate::refusal::Refusal;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};

/// What every answer is.
pub(crate) const TAXII: &str = "application/taxii+json;version=2.1";
/// What collections hold.
pub(crate) const STIX: &str = "application/stix+json;version=2.1";

/// Refuses a client that does not understand TAXII 2.1. Who says nothing takes anything,
/// and who names no version takes the highest.
pub(crate) fn accept(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut named =
        headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if named.peek().is_none() {
        return Ok(());
    }
    let mut ranges = named.flat_map(|value| value.split(','));
    match ranges.any(|range| is_taxii(range, &["*/*", "application/*"])) {
        true => Ok(()),
        false => Err(Refusal::not_acceptable()),
    }
}

/// Refuses content that is not said to be TAXII 2.1.
pub(crate) fn content(headers: &HeaderMap) -> Result<(), Refusal> {
    let named = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match named.is_some_and(|named| is_taxii(named, &[])) {
        true => Ok(()),
        false => Err(Refusal::unsupported(TAXII)),
    }
}

fn is_taxii(media_type: &str, any: &[&str]) -> bool {
    let mut parts = media_type.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    if any.contains(&&name[..]) {
        return true;
    }
    let version = parts
        .find_map(|part| part.to_ascii_lowercase().strip_prefix("version=").map(str::to_owned));
    let is_ours = version.is_none_or(|version| version.trim_matches('"') == "2.1");
    name == "application/taxii+json" && is_ours
}
