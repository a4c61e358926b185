//! What is said when a request is refused: the error resource of TAXII (section 3.6.1).

use crate::media;
use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;

/// Why a request is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    pub(crate) description: Option<String>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// What a client is told to wait when the store is busy or out of order.
const BUSY_S: u32 = 10;

impl Refusal {
    fn new(status: StatusCode, title: &'static str) -> Self {
        Self { status, title, description: None, headers: Vec::new() }
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn says(mut self, description: impl ToString) -> Self {
        self.description = Some(description.to_string());
        self
    }

    /// What was asked for cannot be understood.
    pub(crate) fn malformed(description: impl ToString) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The request cannot be understood").says(description)
    }

    /// Nobody is known by this key, or there was none.
    pub(crate) fn unknown() -> Self {
        let scheme = HeaderValue::from_static;
        Self::new(StatusCode::UNAUTHORIZED, "A key is needed")
            .with(WWW_AUTHENTICATE, scheme("Basic realm=\"dragnet\", charset=\"UTF-8\""))
            .with(WWW_AUTHENTICATE, scheme("Bearer realm=\"dragnet\""))
    }

    pub(crate) fn forbidden(description: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "This key may not do this").says(description)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such thing here, or not for this key")
            .says(what)
    }

    pub(crate) fn method(allowed: &'static str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This cannot be done here")
            .with(ALLOW, HeaderValue::from_static(allowed))
    }

    pub(crate) fn not_acceptable() -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "Only TAXII 2.1 is spoken here").says(media::TAXII)
    }

    pub(crate) fn unsupported(description: &str) -> Self {
        let title = "This kind of content is not taken";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, title).says(description)
    }

    pub(crate) fn too_long(bytes_max: u64) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "The content is too long")
            .says(format!("at most {bytes_max} bytes are taken at once, unpacked"))
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "The content did not come in time")
    }

    pub(crate) fn unprocessable(description: impl ToString) -> Self {
        let title = "The content is no TAXII envelope with objects";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, title).says(description)
    }

    pub(crate) fn too_often(wait_s: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "This key asks too often")
            .with(RETRY_AFTER, HeaderValue::from(wait_s))
    }

    fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "The store is busy")
            .with(RETRY_AFTER, HeaderValue::from(BUSY_S))
    }

    fn away() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "The store does not answer")
            .with(RETRY_AFTER, HeaderValue::from(BUSY_S))
    }

    fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The server failed")
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut resource = json!({
            "title": self.title,
            "http_status": self.status.as_str(),
        });
        if let Some(description) = self.description {
            resource["description"] = description.into();
        }
        let mut response = Response::new(Body::from(resource.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media::TAXII));
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        response
    }
}

impl From<store::Error> for Refusal {
    fn from(e: store::Error) -> Self {
        match e {
            store::Error::NoCollection(_) => Self::not_found("no such collection"),
            e if e.is_busy() => Self::busy(),
            e if e.is_away() => {
                tracing::warn!("the store does not answer: {e}");
                Self::away()
            }
            e => {
                tracing::error!("{e}");
                Self::broken()
            }
        }
    }
}
