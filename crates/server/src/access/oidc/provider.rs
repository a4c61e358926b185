//! An OIDC provider, as it is asked: what it says of itself (discovery), its keys, and
//! what a code is worth. It is asked over TLS, or on this machine.

use super::jws::{self, Jwk, Untrusted};
use crate::access::settings::Oidc;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore};

/// A provider that is slower keeps people waiting in vain.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// Discovery documents, key sets and tokens have a few kilobytes.
const BYTES_MAX: usize = 1 << 20;
/// What a provider says of itself holds so long.
const KNOWN_MAX: Duration = Duration::from_secs(3600);
/// For a key that is not known yet, it is asked no more often: anybody can name keys.
const ASKED_EVERY: Duration = Duration::from_secs(60);
/// Log-ins that ask the provider at one time.
const PLACES: usize = 8;

/// Why a provider's answer is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    #[error("the provider does not answer: {0}")]
    Unreachable(#[from] reqwest::Error),
    #[error("{0} is reached without TLS, and is not this machine")]
    Plain(String),
    #[error("the provider answers {status} at {at}: {words}")]
    Refused { status: u16, at: &'static str, words: String },
    #[error("the provider's answer cannot be read ({0})")]
    Unreadable(&'static str),
    #[error("the provider calls itself {0:?}")]
    Issuer(String),
    #[error("what the provider signed is not believed: {0}")]
    Untrusted(#[from] Untrusted),
    #[error("too many ask the provider just now")]
    Busy,
}

/// What a provider says of itself.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    pub(super) authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// What a code is worth.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: Option<String>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// A provider.
#[derive(Debug)]
pub(in crate::access) struct Provider {
    pub(super) settings: Oidc,
    client: OnceLock<Client>,
    discovery: Mutex<Option<(Instant, Arc<Discovery>)>>,
    keys: Mutex<Option<(Instant, Arc<[Jwk]>)>>,
    places: Semaphore,
}

impl Provider {
    pub(in crate::access) fn new(settings: Oidc) -> Self {
        Self {
            settings,
            client: OnceLock::new(),
            discovery: Mutex::default(),
            keys: Mutex::default(),
            places: Semaphore::new(PLACES),
        }
    }

    /// What it says of itself.
    pub(super) async fn discovery(&self) -> Result<Arc<Discovery>, Failed> {
        let mut known = self.discovery.lock().await;
        if let Some((since, document)) = &*known
            && since.elapsed() < KNOWN_MAX
        {
            return Ok(Arc::clone(document));
        }
        let issuer = &self.settings.issuer;
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let found: Discovery = self.read(self.get(&url)?, "discovery").await?;
        if found.issuer != *issuer {
            return Err(Failed::Issuer(found.issuer));
        }
        let found = Arc::new(found);
        *known = Some((Instant::now(), Arc::clone(&found)));
        Ok(found)
    }

    /// What a code is worth, with the secret that it was asked for by (PKCE).
    pub(super) async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<Tokens, Failed> {
        let discovery = self.discovery().await?;
        let id = &self.settings.client_id;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        let request = self.post(&discovery.token_endpoint)?;
        let methods = discovery.token_endpoint_auth_methods_supported.as_deref();
        let has = |name: &str| methods.is_some_and(|all| all.iter().any(|method| method == name));
        let request = match &self.settings.client_secret {
            Some(secret) if has("client_secret_post") && !has("client_secret_basic") => {
                fields.extend([("client_id", &id[..]), ("client_secret", &secret.0)]);
                request
            }
            // Both are written as in a form (RFC 6749, section 2.3.1).
            Some(secret) => request.basic_auth(encoded(id), Some(encoded(&secret.0))),
            None => {
                fields.push(("client_id", id));
                request
            }
        };
        self.read(request.body(form(&fields)), "token").await
    }

    /// What it signed. A key that is not known is asked for.
    pub(super) async fn verified(&self, token: &str) -> Result<Map<String, Value>, Failed> {
        let keys = self.keys(KNOWN_MAX).await?;
        match jws::verified(token, &keys) {
            Err(Untrusted::UnknownKey | Untrusted::Signature) => {
                let keys = self.keys(ASKED_EVERY).await?;
                Ok(jws::verified(token, &keys)?)
            }
            said => Ok(said?),
        }
    }

    /// What else it says of whom a token is about; nothing where it does not tell.
    pub(super) async fn user_info(
        &self,
        token: &str,
    ) -> Result<Option<Map<String, Value>>, Failed> {
        let discovery = self.discovery().await?;
        let Some(url) = &discovery.userinfo_endpoint else { return Ok(None) };
        self.read(self.get(url)?.bearer_auth(token), "userinfo").await.map(Some)
    }

    /// Its keys, no older than this.
    async fn keys(&self, age_max: Duration) -> Result<Arc<[Jwk]>, Failed> {
        let discovery = self.discovery().await?;
        let mut known = self.keys.lock().await;
        if let Some((since, keys)) = &*known
            && since.elapsed() < age_max
        {
            return Ok(Arc::clone(keys));
        }
        let set: KeySet = self.read(self.get(&discovery.jwks_uri)?, "keys").await?;
        // Keys of kinds that are not known here do no harm.
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        let keys: Arc<[Jwk]> = keys.collect();
        *known = Some((Instant::now(), Arc::clone(&keys)));
        Ok(keys)
    }

    async fn read<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        at: &'static str,
    ) -> Result<T, Failed> {
        let _place = self.places.try_acquire().map_err(|_| Failed::Busy)?;
        let mut response = request.header(ACCEPT, "application/json").send().await?;
        let mut text = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            text.extend_from_slice(&chunk);
            if text.len() > BYTES_MAX {
                return Err(Failed::Unreadable(at));
            }
        }
        if !response.status().is_success() {
            let error: Option<Value> = serde_json::from_slice(&text).ok();
            let words = error.and_then(|error| Some(error.get("error")?.as_str()?.to_owned()));
            let status = response.status().as_u16();
            return Err(Failed::Refused { status, at, words: words.unwrap_or_default() });
        }
        serde_json::from_slice(&text).map_err(|_| Failed::Unreadable(at))
    }

    fn get(&self, url: &str) -> Result<RequestBuilder, Failed> {
        Ok(self.client()?.get(address(url)?))
    }

    fn post(&self, url: &str) -> Result<RequestBuilder, Failed> {
        let request = self.client()?.post(address(url)?);
        Ok(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded"))
    }

    fn client(&self) -> Result<&Client, Failed> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        // Another part of the process may have chosen: then that one is ours too.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().timeout(ANSWER_MAX);
        let client = client.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(self.client.get_or_init(|| client))
    }
}

/// An address that may be asked: over TLS, or on this machine.
pub(super) fn address(url: &str) -> Result<Url, Failed> {
    let plain = || Failed::Plain(url.to_owned());
    let parsed = Url::parse(url).map_err(|_| plain())?;
    let is_here = matches!(parsed.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match (parsed.scheme(), is_here) {
        ("https", _) | ("http", true) => Ok(parsed),
        _ => Err(plain()),
    }
}

/// Fields, as forms send them.
fn form(fields: &[(&str, &str)]) -> String {
    let mut url = Url::parse("http://localhost/").expect("it is an address");
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

fn encoded(value: &str) -> String {
    form(&[("", value)]).trim_start_matches('=').to_owned()
}
