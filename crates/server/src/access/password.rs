//! Passwords: hashed by argon2id with the numbers that OWASP asks for (19 MiB, two
//! passes). That costs some tens of milliseconds of a core each, so few are at work at a
//! time, on threads of their own, and whoever waits too long is told.

use crate::problem::Problem;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
use axum::http::StatusCode;
use std::sync::OnceLock;
use std::time::Duration;
use store::PasswordHash;
use tokio::sync::Semaphore;

/// As NIST SP 800-63B asks of a password that stands alone, and some.
const CHARS_MIN: usize = 12;
/// Longer ones would only cost time.
const BYTES_MAX: usize = 1024;
/// Hashed at one time: two cores' worth, and 38 MiB.
const PLACES: usize = 2;
/// Whoever waits longer comes back later.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// What is wrong with a password; nothing where it can be taken.
pub fn password_problem(name: &str, password: &str) -> Option<String> {
    if password.chars().count() < CHARS_MIN {
        return Some(format!("a password has {CHARS_MIN} characters at least"));
    }
    if password.len() > BYTES_MAX {
        return Some(format!("a password has {BYTES_MAX} bytes at most"));
    }
    let (low, name) = (password.to_lowercase(), name.to_lowercase());
    let first = password.chars().next();
    if low.contains(&name) && low.len() < name.len() + CHARS_MIN {
        return Some("it is little more than the name".to_owned());
    }
    let is_one = password.chars().all(|char| Some(char) == first);
    is_one.then(|| "it is one character only".to_owned())
}

/// Hashes a password: some tens of milliseconds of work.
pub fn hash_password(password: &str) -> PasswordHash {
    let hash = Argon2::default().hash_password(password.as_bytes());
    PasswordHash(hash.expect("the system gives random bits for a salt").to_string())
}

/// Who hashes, few at a time.
#[derive(Debug)]
pub(crate) struct Hasher {
    places: Semaphore,
    /// Compared with where there is nobody, so that it takes as long.
    nobody: OnceLock<PasswordHash>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { places: Semaphore::new(PLACES), nobody: OnceLock::new() }
    }
}

impl Hasher {
    /// Hashes a password, once there is a place.
    pub(crate) async fn hash(&self, password: String) -> Result<PasswordHash, Problem> {
        self.work(move || hash_password(&password)).await
    }

    /// Whether it is the password that `hash` was made of; it takes as long where there is
    /// no hash.
    pub(crate) async fn is_it(
        &self,
        password: String,
        hash: Option<PasswordHash>,
    ) -> Result<bool, Problem> {
        let is_anybody = hash.is_some();
        let nobody = self.nobody().await?;
        let hash = hash.unwrap_or(nobody);
        let is_it = move || {
            let Ok(hash) = phc::PasswordHash::new(&hash.0) else { return false };
            Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
        };
        // The work is done in either case.
        Ok(self.work(is_it).await? && is_anybody)
    }

    /// Done once, before the first time that it counts.
    async fn nobody(&self) -> Result<PasswordHash, Problem> {
        if let Some(hash) = self.nobody.get() {
            return Ok(hash.clone());
        }
        let hash = self.work(|| hash_password("of nobody at all")).await?;
        Ok(self.nobody.get_or_init(|| hash).clone())
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = tokio::time::timeout(WAIT_MAX, self.places.acquire()).await;
        let busy = "Too many are logging in just now";
        let Ok(Ok(_place)) = place else {
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, busy).later(10));
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Problem::broken())
    }
}
