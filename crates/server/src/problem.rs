//! What is said when something other than TAXII is refused: problem details (RFC 9457).

use crate::refusal::Refusal;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

/// Why a request is refused.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What a client is told to wait where the disk is full.
const FULL_S: u32 = 30;

impl Problem {
    fn new(status: StatusCode, title: &'static str) -> Self {
        Self { status, title, detail: None, headers: Vec::new() }
    }

    /// What was sent cannot be understood.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        let title = "This is no sign-up that can be taken";
        Self { detail: Some(detail.into()), ..Self::new(StatusCode::BAD_REQUEST, title) }
    }

    /// The question cannot be read.
    pub(crate) fn unclear(detail: impl Into<String>) -> Self {
        let title = "The request cannot be understood";
        Self { detail: Some(detail.into()), ..Self::new(StatusCode::BAD_REQUEST, title) }
    }

    /// It can be read, and cannot be done.
    pub(crate) fn unprocessable(detail: impl Into<String>) -> Self {
        let title = "This cannot be done as it is asked for";
        Self { detail: Some(detail.into()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, title) }
    }

    /// There is no such thing.
    pub(crate) fn missing(detail: impl Into<String>) -> Self {
        let title = "There is no such thing here";
        Self { detail: Some(detail.into()), ..Self::new(StatusCode::NOT_FOUND, title) }
    }

    /// It is not, or not any more, what whoever asks takes it for.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        let title = "It is not what this was asked of";
        Self { detail: Some(detail.into()), ..Self::new(StatusCode::CONFLICT, title) }
    }

    /// Somebody else has to.
    pub(crate) fn second_person(detail: impl Into<String>) -> Self {
        let title = "A second person is needed";
        Self { detail: Some(detail.into()), ..Self::new(StatusCode::FORBIDDEN, title) }
    }

    /// What scans found cannot be read just now.
    pub(crate) fn unread(detail: impl Into<String>) -> Self {
        let title = "The results of the scan cannot be read just now";
        Self { detail: Some(detail.into()), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, title) }
    }

    /// The key lacks a scope.
    pub(crate) fn forbidden(scope: &str) -> Self {
        let detail = Some(format!("it needs the scope {scope}"));
        Self { detail, ..Self::new(StatusCode::FORBIDDEN, "This key may not do this") }
    }

    /// Nothing is judged here.
    pub(crate) fn not_live() -> Self {
        let detail = Some("this server was started without --policy".to_owned());
        Self { detail, ..Self::new(StatusCode::NOT_FOUND, "Sign-ups are not judged here") }
    }

    /// Nothing can be written: the sign-up is not acknowledged.
    pub(crate) fn cannot_keep() -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "Nothing can be kept just now");
        Self { headers: vec![(RETRY_AFTER, HeaderValue::from(FULL_S))], ..problem }
    }

    /// It is ours.
    pub(crate) fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The server failed")
    }

    pub(crate) fn document(&self) -> Value {
        let mut document = json!({ "title": self.title, "status": self.status.as_u16() });
        if let Some(detail) = &self.detail {
            document["detail"] = detail.clone().into();
        }
        document
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.document().to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let Refusal { status, title, description, headers } = refusal;
        Self { status, title, detail: description, headers }
    }
}
