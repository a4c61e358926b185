//! What is said when something other than TAXII is refused: problem details (RFC 9457).

use crate::refusal::Refusal;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
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
const FULL_S: u64 = 30;

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &'static str) -> Self {
        Self { status, title, detail: None, headers: Vec::new() }
    }

    /// In more words.
    pub(crate) fn says(self, detail: impl ToString) -> Self {
        Self { detail: Some(detail.to_string()), ..self }
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Not before so many seconds.
    pub(crate) fn later(self, wait_s: u64) -> Self {
        self.with(RETRY_AFTER, HeaderValue::from(wait_s))
    }

    /// Nobody is known by what was shown, or nothing was. A browser must not ask for a
    /// password of its own accord: it would send it along whoever asks.
    pub(crate) fn unknown() -> Self {
        let scheme = HeaderValue::from_static("Bearer realm=\"dragnet\"");
        let title = "A key is needed, or somebody who is logged in";
        Self::new(StatusCode::UNAUTHORIZED, title).with(WWW_AUTHENTICATE, scheme)
    }

    /// A JSON document that cannot be understood.
    pub(crate) fn unclear(detail: impl ToString) -> Self {
        let title = "The request cannot be understood";
        Self::new(StatusCode::BAD_REQUEST, title).says(detail)
    }

    /// What was sent cannot be understood.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        let title = "This is no sign-up that can be taken";
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
        let title = "This cannot be done as things are";
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

    /// A scope is missing.
    pub(crate) fn forbidden(scope: &str) -> Self {
        let title = "Whoever asks may not do this";
        Self::new(StatusCode::FORBIDDEN, title).says(format!("it needs the scope {scope}"))
    }

    /// Nothing is judged here.
    pub(crate) fn not_live() -> Self {
        let detail = Some("this server was started without --policy".to_owned());
        Self { detail, ..Self::new(StatusCode::NOT_FOUND, "Sign-ups are not judged here") }
    }

    /// Nothing can be written: the sign-up is not acknowledged.
    pub(crate) fn cannot_keep() -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "Nothing can be kept just now");
        problem.later(FULL_S)
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
        if refusal.status == StatusCode::UNAUTHORIZED {
            return Self::unknown();
        }
        let Refusal { status, title, description, headers } = refusal;
        Self { status, title, detail: description, headers }
    }
}

impl From<store::Error> for Problem {
    fn from(e: store::Error) -> Self {
        use store::Error;
        match &e {
            Error::Missing { .. } => Self::missing(e.to_string()),
            Error::Taken { .. } | Error::LastAdmin { .. } | Error::Settled { .. } => {
                Self::conflict(e.to_string())
            }
            Error::OwnDecision { .. } => Self::second_person(e.to_string()),
            Error::NoAccounts => Self::unprocessable(e.to_string()),
            Error::UserName(_) => Self::unclear(e),
            _ => Refusal::from(e).into(),
        }
    }
}
