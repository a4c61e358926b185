//! The door: who asks, by their key, and how often they may.

use crate::bucket::Bucket;
use crate::clock;
use crate::refusal::Refusal;
use crate::token;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::{CollectionId, Key, KeyHash, Rate, Right, Scope, Store};

/// Who keeps the door. Keys that were found are kept for a moment, since a look into the
/// store costs more than an answer.
#[derive(Debug, Default)]
pub(crate) struct Door {
    known: Mutex<HashMap<KeyHash, Known>>,
    /// Since when the store did not answer, if it does not.
    away: Mutex<Option<Instant>>,
    stale: AtomicU64,
}

#[derive(Debug)]
struct Known {
    key: Arc<Key>,
    since: Instant,
    bucket: Bucket,
}

/// A key that was revoked opens the door no longer than this: revoking is done by another
/// process, which cannot tell us.
const KNOWN_MAX: Duration = Duration::from_secs(2);
/// Where the store does not answer, keys go on that were good within this: a database is
/// started again, or its standby takes over, in minutes.
const KNOWN_AWAY_MAX: Duration = Duration::from_secs(15 * 60);
/// Whoever comes with a key that was good lately does not wait longer for the store.
const ASKED_MAX: Duration = Duration::from_millis(50);
/// A store that did not answer is asked again after this, and not by everyone meanwhile.
const AWAY_MAX: Duration = Duration::from_secs(1);
/// Keys that are kept; only those that exist are, so that nobody can fill it from outside.
const KEYS_MAX: usize = 10_000;

impl Door {
    /// The key that a request comes with.
    pub(crate) async fn open(
        &self,
        store: &Store,
        headers: &HeaderMap,
        rate: Option<Rate>,
    ) -> Result<Arc<Key>, Refusal> {
        let shown = shown(headers).ok_or_else(Refusal::unknown)?;
        let hash = token::hash(&shown.token);
        let now = Instant::now();
        let key = match self.known(hash, now, KNOWN_MAX) {
            Some(key) => key,
            None => self.ask(store, hash, now).await?,
        };
        if shown.user.is_some_and(|user| user != key.name) {
            return Err(Refusal::unknown());
        }
        // A platform asks as often as people sign up: only a limit of its own holds.
        let rate = rate.filter(|_| !key.scopes.contains(&Scope::Signups));
        self.spend(hash, key.rate.or(rate), now)?;
        Ok(key)
    }

    /// Asks the store; where that does not answer, whoever was good lately still is.
    async fn ask(&self, store: &Store, hash: KeyHash, now: Instant) -> Result<Arc<Key>, Refusal> {
        let lately = self.known(hash, now, KNOWN_AWAY_MAX);
        let lately = lately.filter(|key| key.opens_at(clock::now()));
        let Some(lately) = lately else {
            let found = store.key(hash).await?.filter(|key| key.opens_at(clock::now()));
            return self.learn(hash, found, now).ok_or_else(Refusal::unknown);
        };
        if self.is_away(now) {
            self.stale.fetch_add(1, Ordering::Relaxed);
            return Ok(lately);
        }
        match tokio::time::timeout(ASKED_MAX, store.key(hash)).await {
            Ok(Ok(found)) => {
                *self.away.lock().unwrap_or_else(PoisonError::into_inner) = None;
                let found = found.filter(|key| key.opens_at(clock::now()));
                self.learn(hash, found, now).ok_or_else(Refusal::unknown)
            }
            Ok(Err(e)) if !e.is_away() => Err(e.into()),
            _ => {
                tracing::warn!("the store does not answer: keys that were good lately go on");
                *self.away.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
                self.stale.fetch_add(1, Ordering::Relaxed);
                Ok(lately)
            }
        }
    }

    /// Whether the store did not answer a moment ago.
    fn is_away(&self, now: Instant) -> bool {
        let away = *self.away.lock().unwrap_or_else(PoisonError::into_inner);
        away.is_some_and(|since| now.duration_since(since) < AWAY_MAX)
    }

    /// Whether somebody could come in while the store does not answer.
    pub(crate) fn goes_on(&self, now: Instant) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().any(|known| now.duration_since(known.since) < KNOWN_AWAY_MAX)
    }

    /// In the text format of Prometheus.
    pub(crate) fn metrics(&self) -> String {
        let name = "dragnet_keys_stale_total";
        let stale = self.stale.load(Ordering::Relaxed);
        format!(
            "# HELP {name} Requests let in by a key that was good lately, without the store.\n\
             # TYPE {name} counter\n{name} {stale}\n"
        )
    }

    fn known(&self, hash: KeyHash, now: Instant, within: Duration) -> Option<Arc<Key>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&hash)?;
        (now.duration_since(known.since) < within).then(|| Arc::clone(&known.key))
    }

    fn learn(&self, hash: KeyHash, key: Option<Key>, now: Instant) -> Option<Arc<Key>> {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(key) = key.map(Arc::new) else {
            all.remove(&hash);
            return None;
        };
        if all.len() >= KEYS_MAX {
            all.clear();
        }
        let fresh = || Known { key: Arc::clone(&key), since: now, bucket: Bucket::full(now) };
        let known = all.entry(hash).or_insert_with(fresh);
        (known.key, known.since) = (Arc::clone(&key), now);
        Some(key)
    }

    fn spend(&self, hash: KeyHash, rate: Option<Rate>, now: Instant) -> Result<(), Refusal> {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Known { bucket, .. }) = all.get_mut(&hash) else { return Ok(()) };
        bucket.spend(rate, now).map_err(Refusal::too_often)
    }

    /// Looks for a key again when it comes next: it was revoked here.
    pub(crate) fn forget(&self, name: &str) {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, known| known.key.name != name);
    }
}

struct Shown {
    token: String,
    user: Option<String>,
}

/// What a request shows: `Bearer TOKEN`, or `Basic` with the key's name as the user and
/// the token as the password.
fn shown(headers: &HeaderMap) -> Option<Shown> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Shown { token: rest.trim().to_owned(), user: None });
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some(Shown { token: password.to_owned(), user: Some(user.to_owned()) })
}

/// What a key may do in a collection; nothing where it is not named.
pub(crate) fn right(key: &Key, collection: CollectionId) -> Right {
    let named = key.rights.iter().find(|(id, _)| *id == collection);
    named.map(|(_, right)| *right).unwrap_or_default()
}
