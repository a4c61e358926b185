//! What several scorers share in one Redis or Valkey: how often values came, and which
//! events were answered. Where it does not answer in time, each goes on with its own
//! counters and says so; nobody at a form waits for it.
//!
//! Everything of one key has one hash tag, and a command touches one key, so that a cluster
//! will do as well. What is there are hashes by a secret, and each ends by itself.

mod elsewhere;
mod event;
mod key;
mod link;
mod veil;

pub(crate) use elsewhere::Elsewhere;
pub(super) use elsewhere::OfLine;
pub use veil::SECRET_BYTES_MIN;

use key::{Ask, By};
use link::Line;
use redis::{Cmd, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value};
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use veil::Veil;
use verdicts::counters::OfKey;

/// Where the shared counters are.
#[derive(Clone)]
pub struct Redis {
    /// `redis://` or, for TLS, `rediss://`; several are nodes of one cluster.
    pub urls: Vec<String>,
    /// `USER:PASSWORD` or `PASSWORD`, where they are not in the address.
    pub credentials: Option<String>,
    /// Who signed its certificate, as PEM; without it, whom the system trusts.
    pub authority: Option<Vec<u8>>,
    /// By which keys are hashed: the same for all scorers.
    pub secret: Vec<u8>,
}

/// The counters that are shared.
#[derive(Debug)]
pub(super) struct Joint {
    redis: Redis,
    veil: Veil,
    line: RwLock<Option<Line>>,
    is_up: AtomicBool,
    lost: Notify,
    /// Of this process, on events that it has in hand.
    mark: String,
    degraded: AtomicU64,
    repeated: AtomicU64,
}

/// So often it is asked whether it answers, or whether it does again.
const LOOKED_AFTER: Duration = Duration::from_millis(250);
/// Who does not answer this within it is away.
const PING_MAX: Duration = Duration::from_secs(1);

impl Joint {
    pub(super) fn new(redis: Redis) -> Self {
        Self {
            veil: Veil::of(&redis.secret),
            redis,
            line: RwLock::new(None),
            is_up: AtomicBool::new(false),
            lost: Notify::new(),
            mark: format!("?{}", crate::token::uuid()),
            degraded: AtomicU64::default(),
            repeated: AtomicU64::default(),
        }
    }

    /// Whether it answers.
    pub(super) fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }

    /// Connects, and connects again; ends never.
    pub(super) async fn keep(&self) {
        loop {
            self.look_after().await;
            let _ = tokio::time::timeout(LOOKED_AFTER, self.lost.notified()).await;
        }
    }

    /// Connects, or sees whether it answers still.
    pub(super) async fn look_after(&self) {
        let line = match self.line() {
            Some(line) => Ok(line),
            None => Line::open(&self.redis).await,
        };
        let seen = match &line {
            Ok(line) => match tokio::time::timeout(PING_MAX, line.ping()).await {
                Ok(answered) => answered.map_err(|e| e.to_string()),
                Err(_) => Err("no answer".to_owned()),
            },
            Err(e) => Err(e.to_string()),
        };
        let is_up = seen.is_ok();
        if let Err(why) = seen
            && self.is_up()
        {
            tracing::warn!("the shared counters do not answer: {why}");
        }
        *self.line.write().unwrap_or_else(PoisonError::into_inner) = line.ok().filter(|_| is_up);
        self.is_up.store(is_up, Ordering::Relaxed);
    }

    fn line(&self) -> Option<Line> {
        self.line.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_lost(&self, why: &dyn fmt::Display) {
        if self.is_up.swap(false, Ordering::Relaxed) {
            tracing::warn!("the shared counters do not answer: {why}");
            self.lost.notify_one();
        }
    }

    /// Asks all at once; nothing where it is away or takes too long.
    async fn ask(&self, commands: Vec<Cmd>, within: Duration) -> Option<Vec<RedisResult<Value>>> {
        let line = self.line().filter(|_| self.is_up())?;
        if commands.is_empty() {
            return Some(Vec::new());
        }
        match tokio::time::timeout(within, line.ask(commands)).await {
            Ok(Ok(answers)) => {
                if let Some(e) = answers.iter().find_map(|one| one.as_ref().err().filter(is_broken))
                {
                    self.is_lost(e);
                }
                Some(answers)
            }
            Ok(Err(e)) => {
                self.is_lost(&e);
                None
            }
            Err(e) => {
                self.is_lost(&e);
                None
            }
        }
    }

    /// Counts, and what was told of each key.
    async fn count(&self, asks: &[Ask], within: Duration) -> Option<Vec<Option<OfKey>>> {
        let commands = asks.iter().map(|ask| ask.command(By::Hash)).collect();
        let mut answers = self.ask(commands, within).await?;
        let unknown: Vec<usize> = answers
            .iter()
            .enumerate()
            .filter_map(|(at, one)| one.as_ref().err().filter(is_unknown_script).map(|_| at))
            .collect();
        if !unknown.is_empty() {
            // It was started anew, or never knew it: nothing of these was counted.
            let commands = unknown.iter().map(|at| asks[*at].command(By::Text)).collect();
            for (at, answer) in unknown.into_iter().zip(self.ask(commands, within).await?) {
                answers[at] = answer;
            }
        }
        Some(asks.iter().zip(answers).map(|(ask, answer)| ask.told(answer.ok()?)).collect())
    }

    /// In the text format of Prometheus.
    pub(super) fn written(&self, out: &mut String) {
        let numbers = [
            (
                "dragnet_shared_counters_up",
                "gauge",
                "Whether the shared counters answer.",
                u64::from(self.is_up()),
            ),
            (
                "dragnet_shared_counters_degraded_total",
                "counter",
                "Sign-ups that were decided without the shared counters.",
                self.degraded.load(Ordering::Relaxed),
            ),
            (
                "dragnet_shared_counters_repeated_total",
                "counter",
                "Sign-ups that another scorer had answered.",
                self.repeated.load(Ordering::Relaxed),
            ),
        ];
        for (name, sort, help, value) in numbers {
            // Writing to a text cannot fail.
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {sort}\n{name} {value}");
        }
    }
}

/// Whether the way to it is gone, and not only what was asked refused.
fn is_broken(e: &&RedisError) -> bool {
    e.is_io_error() || e.is_timeout() || e.is_connection_dropped()
}

fn is_unknown_script(e: &&RedisError) -> bool {
    e.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}

impl Redis {
    fn user_and_password(&self) -> (Option<&str>, Option<&str>) {
        match self.credentials.as_deref().map(|text| text.split_once(':').ok_or(text)) {
            None => (None, None),
            Some(Ok((user, password))) => (Some(user), Some(password)),
            Some(Err(password)) => (None, Some(password)),
        }
    }
}

/// Without passwords and secrets.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redis({} nodes)", self.urls.len())
    }
}
