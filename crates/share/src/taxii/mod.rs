//! The TAXII 2.1 client: what partners publish, pulled page by page, and what was
//! released, pushed. It keeps nothing: where a pull stands is the caller's to remember.

mod discover;
mod fetch;
mod pull;
mod push;

pub use discover::{Collection, Discovery, Root};
pub use fetch::{Credentials, Limits, authorities};
pub use pull::{Page, Pull};
pub use push::{Failure, Status};

use fetch::Fetch;
pub use reqwest::{Certificate, Url};

/// What TAXII 2.1 is sent as.
pub const MEDIA_TYPE: &str = "application/taxii+json;version=2.1";

/// A server, and who we are to it.
#[derive(Debug)]
pub struct Client {
    fetch: Fetch,
}

/// What failed, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be one.
    #[error("{0:?} is no address: it begins with https://")]
    Address(String),
    /// What was given as an authority is none.
    #[error("this is no certificate in PEM: {0}")]
    Authority(String),
    /// What requests are made with could not be made.
    #[error("no connection can be made from here: {0}")]
    Client(String),
    /// Nobody whom we trust vouches for the server.
    #[error(
        "{url}: nobody whom we trust vouches for the server's certificate: if a private \
         authority does, give its certificate with --ca FILE"
    )]
    Unvouched {
        /// Where.
        url: String,
    },
    /// Nobody answered, or the connection broke.
    #[error("{url}: {why}")]
    Network {
        /// Where.
        url: String,
        /// What the system says.
        why: String,
    },
    /// We are not who may.
    #[error("{url}: {status}: the server does not take our credentials ({said})")]
    Unauthorised {
        /// Where.
        url: String,
        /// 401 or 403.
        status: u16,
        /// The server's words.
        said: String,
    },
    /// It answered with an error.
    #[error("{url}: {status}: {said}")]
    Refused {
        /// Where.
        url: String,
        /// The code.
        status: u16,
        /// The server's words.
        said: String,
    },
    /// It answered something else than TAXII.
    #[error("{url}: this is not what TAXII 2.1 answers: {why}")]
    NotTaxii {
        /// Where.
        url: String,
        /// In what way.
        why: String,
    },
    /// An answer was larger than is taken.
    #[error("{url}: the answer is larger than {} MiB: ask for fewer objects a page", max >> 20)]
    TooLarge {
        /// Where.
        url: String,
        /// How many bytes are taken.
        max: u64,
    },
    /// Pages lead nowhere.
    #[error("{url}: the server says that there is more, and not how to get it")]
    Stuck {
        /// Where.
        url: String,
    },
}

impl Client {
    /// To servers that know us by `credentials`, and for which the system's authorities
    /// vouch, or one of these. A TLS provider has to be installed.
    pub fn new(
        credentials: Credentials,
        authorities: Vec<Certificate>,
        limits: Limits,
    ) -> Result<Self, Error> {
        Ok(Self { fetch: Fetch::new(credentials, authorities, limits)? })
    }
}

/// An address, as it was typed.
pub fn address(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_| Error::Address(text.to_owned()))?;
    let is_http = matches!(url.scheme(), "https" | "http") && url.has_host();
    if is_http { Ok(url) } else { Err(Error::Address(text.to_owned())) }
}

/// The address of a collection of `root`.
pub fn collection_of(root: &Url, id: &str) -> Url {
    under(root, &format!("collections/{id}/"))
}

/// What lies under `url`; TAXII's addresses end in a slash.
fn under(url: &Url, path: &str) -> Url {
    let mut under = url.clone();
    under.set_query(None);
    let base = url.path().trim_end_matches('/');
    under.set_path(&format!("{base}/{path}"));
    under
}
