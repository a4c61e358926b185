//! How people come in, as the server is told.

use ipnet::IpNet;
use std::fmt;
use std::time::Duration;
use store::Role;

/// How people come in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A session in which nothing was asked for so long ends.
    pub idle: Duration,
    /// A session ends after so long, whatever was asked in it.
    pub absolute: Duration,
    /// What stands in front of the server and says for whom it asks, by `X-Forwarded-For`.
    pub proxies: Vec<IpNet>,
    /// Who else says who people are.
    pub oidc: Option<Oidc>,
}

impl Default for Settings {
    /// A working day, and a break in it.
    fn default() -> Self {
        let (idle, absolute) = (Duration::from_secs(3600), Duration::from_secs(12 * 3600));
        Self { idle, absolute, proxies: Vec::new(), oidc: None }
    }
}

/// Who says who people are, by OpenID Connect.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// Its address, as it calls itself.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// What it knows this server by; none for a public client.
    pub client_secret: Option<Secret>,
    /// What it is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that says what people are.
    pub claim: String,
    /// What people are here who have this value in it: the most of it, where several have.
    pub roles: Vec<(String, Role)>,
}

/// What nobody may see.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
