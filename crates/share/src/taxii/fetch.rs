//! Requests: credentials, bounds, waiting where a server asks for it, trying again where
//! that may help.

use super::{Certificate, Error, MEDIA_TYPE, Url};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use rustls::CertificateError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::error::Error as StdError;
use std::time::Duration;
use std::{fmt, io};

/// Who we are.
#[derive(Clone, Default)]
pub enum Credentials {
    /// Nobody.
    #[default]
    None,
    /// A name and a password.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// A token.
    Bearer(String),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no credentials",
            Self::Basic { .. } => "a name and a password",
            Self::Bearer(_) => "a token",
        })
    }
}

/// What bounds a request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long an answer may take, in all.
    pub timeout: Duration,
    /// How large it may be, in bytes, once unpacked.
    pub answer_bytes_max: u64,
    /// How often a request is made again.
    pub retries_max: u32,
    /// How long a server may ask us to wait.
    pub wait_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A page of many objects from a slow server; more is a server that is gone.
            timeout: Duration::from_secs(120),
            // The largest bundle in wide use, ATT&CK, has 35 MB.
            answer_bytes_max: 256 << 20,
            retries_max: 4,
            wait_max: Duration::from_secs(60),
        }
    }
}

/// The first wait where the server asks for none; each further one is twice as long.
const WAIT_FIRST: Duration = Duration::from_millis(500);

/// Of an error's text, this much is shown.
const SAID_CHARS_MAX: usize = 300;

/// The certificates of a PEM file, to be trusted beside the system's authorities.
pub fn authorities(pem: &[u8]) -> Result<Vec<Certificate>, Error> {
    let wrong = |e: reqwest::Error| Error::Authority(cause(&e).to_string());
    let found = Certificate::from_pem_bundle(pem).map_err(wrong)?;
    if found.is_empty() {
        return Err(Error::Authority("it has no BEGIN CERTIFICATE".to_owned()));
    }
    // Only a client reads what is in them.
    reqwest::Client::builder().tls_certs_only(found.clone()).build().map_err(wrong)?;
    Ok(found)
}

/// Makes requests.
#[derive(Debug)]
pub(super) struct Fetch {
    http: reqwest::Client,
    credentials: Credentials,
    limits: Limits,
}

/// An answer.
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What a server says of an error.
#[derive(Deserialize)]
struct Said {
    title: String,
    #[serde(default)]
    description: String,
}

impl Fetch {
    pub(super) fn new(
        credentials: Credentials,
        authorities: Vec<Certificate>,
        limits: Limits,
    ) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .tls_certs_merge(authorities)
            .timeout(limits.timeout)
            .user_agent(concat!("dragnet/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| Error::Client(cause(&e).to_string()))?;
        Ok(Self { http, credentials, limits })
    }

    /// What is at `url`.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, Error> {
        self.ask(url, || self.http.get(url.clone())).await
    }

    /// What is at `url`, read as `T`.
    pub(super) async fn read<T: DeserializeOwned>(&self, url: &Url) -> Result<T, Error> {
        let answer = self.get(url).await?;
        parse(url, &answer.body)
    }

    /// Sends `body` there. A server that had it before says so; sending it again is no
    /// error in TAXII.
    pub(super) async fn post(&self, url: &Url, body: &[u8]) -> Result<Answer, Error> {
        let post = || self.http.post(url.clone()).header(CONTENT_TYPE, MEDIA_TYPE);
        self.ask(url, || post().body(body.to_vec())).await
    }

    async fn ask(&self, url: &Url, request: impl Fn() -> RequestBuilder) -> Result<Answer, Error> {
        let mut wait = WAIT_FIRST;
        for tried in 0.. {
            let is_last = tried >= self.limits.retries_max;
            let asked = match self.once(url, request()).await? {
                Ok(answer) => return Ok(answer),
                Err(failed) if is_last || !failed.may_pass => return Err(failed.error),
                Err(failed) => failed.wait,
            };
            tokio::time::sleep(asked.unwrap_or(wait).min(self.limits.wait_max)).await;
            wait *= 2;
        }
        unreachable!("the last try returns")
    }

    /// One try; the inner error is one that may be tried again.
    async fn once(
        &self,
        url: &Url,
        request: RequestBuilder,
    ) -> Result<Result<Answer, Failed>, Error> {
        let request = match &self.credentials {
            Credentials::None => request,
            Credentials::Basic { user, password } => request.basic_auth(user, Some(password)),
            Credentials::Bearer(token) => request.bearer_auth(token),
        };
        let response = match request.header(ACCEPT, MEDIA_TYPE).send().await {
            Ok(response) => response,
            Err(e) => return Ok(Err(Failed::network(url, &e))),
        };
        let status = response.status();
        let wait = retry_after(response.headers());
        let headers = response.headers().clone();
        let body = match self.body(url, response).await? {
            Ok(body) => body,
            Err(failed) => return Ok(Err(failed)),
        };
        if status.is_success() {
            return Ok(Ok(Answer { headers, body }));
        }
        let may_pass = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        Ok(Err(Failed { error: refused(url, status, &body), may_pass, wait }))
    }

    async fn body(
        &self,
        url: &Url,
        mut response: Response,
    ) -> Result<Result<Vec<u8>, Failed>, Error> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(Ok(body)),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(e) => return Ok(Err(Failed::network(url, &e))),
            }
            // What is counted is what was unpacked, so that a small answer cannot
            // become a large one.
            if body.len() as u64 > self.limits.answer_bytes_max {
                let max = self.limits.answer_bytes_max;
                return Err(Error::TooLarge { url: url.to_string(), max });
            }
        }
    }
}

/// A try that failed.
struct Failed {
    error: Error,
    may_pass: bool,
    wait: Option<Duration>,
}

impl Failed {
    fn network(url: &Url, error: &reqwest::Error) -> Self {
        let (cause, url) = (cause(error), url.to_string());
        // A certificate is the same the next time.
        let (error, may_pass) = match cause.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(why)) => (certificate(url, why), false),
            _ => (Error::Network { url, why: cause.to_string() }, true),
        };
        Self { error, may_pass, wait: None }
    }
}

/// What is wrong with a server's certificate.
fn certificate(url: String, why: &CertificateError) -> Error {
    match why {
        CertificateError::UnknownIssuer => Error::Unvouched { url },
        // What `openssl req -x509` makes; rustls has no name for it.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            let why = "the server's certificate is one for authorities: it needs one with \
                       basicConstraints=CA:FALSE";
            Error::Network { url, why: why.to_owned() }
        }
        why => Error::Network { url, why: format!("the server's certificate is wrong: {why}") },
    }
}

/// The innermost cause, which is what says something: `connection refused`. What an
/// [`io::Error`] is made of is not its source.
fn cause<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match inside {
        Some(inside) => cause(inside),
        None => error.source().map_or(error, cause),
    }
}

/// Seconds; the other form, a date, would need a clock, and the usual wait does.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn refused(url: &Url, status: StatusCode, body: &[u8]) -> Error {
    let said = match serde_json::from_slice::<Said>(body) {
        Ok(said) if said.description.is_empty() => said.title,
        Ok(said) => format!("{}: {}", said.title, said.description),
        Err(_) => status.canonical_reason().unwrap_or("no reason given").to_owned(),
    };
    let said: String = said.chars().filter(|c| !c.is_control()).take(SAID_CHARS_MAX).collect();
    let (url, status) = (url.to_string(), status.as_u16());
    match status {
        401 | 403 => Error::Unauthorised { url, status, said },
        _ => Error::Refused { url, status, said },
    }
}

pub(super) fn parse<T: DeserializeOwned>(url: &Url, body: &[u8]) -> Result<T, Error> {
    let not_taxii =
        |e: serde_json::Error| Error::NotTaxii { url: url.to_string(), why: e.to_string() };
    serde_json::from_slice(body).map_err(not_taxii)
}
