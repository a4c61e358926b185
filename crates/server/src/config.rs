//! What a server is told before it starts.

use crate::access;
use crate::acting::Acting;
use crate::live::Live;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use store::{Rate, Store};

/// Everything that a server needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub bind: SocketAddr,
    /// What it is called from outside, such as `https://taxii.example.com`; without it, as
    /// whoever asks calls it.
    pub public_url: Option<String>,
    /// For TLS; without it, something in front of the server has to bring it.
    pub tls: Option<Tls>,
    /// What it serves.
    pub store: Store,
    /// What judges sign-ups; nothing where none are judged.
    pub live: Option<Arc<Live>>,
    /// How people come in.
    pub access: access::Settings,
    /// What campaigns are decided on with; nothing where none are.
    pub acting: Option<Acting>,
    /// How much at a time.
    pub limits: Limits,
    /// What it says of itself.
    pub title: String,
    /// Whom to write to.
    pub contact: Option<String>,
}

/// A certificate and its key, as PEM.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// How much a request may ask for, and how often one may come.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Objects on a page where nobody says how many.
    pub page_default: u32,
    /// Objects on a page whatever is asked for. A thousand is about a megabyte; ten
    /// thousand still are sent within a second.
    pub page_max: u32,
    /// Bytes of a POST, once it is unpacked.
    pub content_bytes_max: u64,
    /// Of a key that has no limit of its own; none where there is none either.
    pub rate: Option<Rate>,
    /// Connections at one time. Each is a file to the system, which often gives a process
    /// 1,024, and the store and the journal need some.
    pub connections_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let content_bytes_max = 32 * 1024 * 1024;
        Self {
            page_default: 1000,
            page_max: 10_000,
            content_bytes_max,
            rate: Some(Rate(1200)),
            connections_max: 900,
        }
    }
}
