//! The content of a request, as far as it is allowed to go.

use crate::refusal::Refusal;
use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use flate2::read::MultiGzDecoder;
use std::io::Read;
use std::time::Duration;

/// Who sends more slowly holds a place that others wait for.
const CONTENT_TIME_MAX: Duration = Duration::from_secs(60);

/// Reads and unpacks it: at most `bytes_max`, packed and unpacked, whatever it says of
/// itself.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    bytes_max: u64,
) -> Result<Vec<u8>, Refusal> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > bytes_max) {
        return Err(Refusal::too_long(bytes_max));
    }
    let limit = usize::try_from(bytes_max).unwrap_or(usize::MAX);
    let content = tokio::time::timeout(CONTENT_TIME_MAX, to_bytes(body, limit)).await;
    let content = content.map_err(|_| Refusal::too_slow())?;
    // It is either too long or cut off, and then nobody is there to be told.
    let content = content.map_err(|_| Refusal::too_long(bytes_max))?;
    match headers.get(CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"identity") => Ok(content.into()),
        Some(b"gzip" | b"x-gzip") => unpacked(&content, bytes_max),
        Some(_) => Err(Refusal::unsupported("content is sent plain or packed by gzip")),
    }
}

fn unpacked(content: &[u8], bytes_max: u64) -> Result<Vec<u8>, Refusal> {
    let mut unpacked = Vec::new();
    // One more than allowed: then it is known to be too long without unpacking the rest.
    let read = MultiGzDecoder::new(content).take(bytes_max + 1).read_to_end(&mut unpacked);
    read.map_err(|e| Refusal::malformed(format!("the content cannot be unpacked: {e}")))?;
    match unpacked.len() as u64 > bytes_max {
        true => Err(Refusal::too_long(bytes_max)),
        false => Ok(unpacked),
    }
}
