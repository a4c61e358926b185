//! A stream (NATS JetStream) between scorers and the platform: what one acknowledges all
//! hear, so that the scan of each sees everything; and a platform can publish sign-ups
//! instead of asking. Everything is delivered at least once and taken in once.

mod consume;
mod hear;
mod tell;

pub(super) use hear::nameless;

use super::Live;
use async_nats::connection::State;
use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType};
use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectOptions};
use std::fmt::Write as _;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use std::{fmt, fs, io};

/// Where the stream is, and what is done there.
#[derive(Clone)]
pub struct Nats {
    /// `nats://` or, for TLS, `tls://`; several are servers of one cluster.
    pub urls: Vec<String>,
    /// How we show who we are, where it is not in the address.
    pub credentials: NatsCredentials,
    /// Who signed its certificate, as PEM; without it, whom the system trusts.
    pub authority: Option<PathBuf>,
    /// What is judged that comes by it; nothing where nothing is.
    pub consumed: Option<Consumed>,
}

/// How we show who we are.
#[derive(Clone)]
pub enum NatsCredentials {
    /// Not at all, or in the address.
    None,
    /// A `.creds` file.
    File(PathBuf),
    /// A user and a password.
    Password(String, String),
}

/// Sign-ups that a platform publishes, and where their verdicts go.
#[derive(Clone, Debug)]
pub struct Consumed {
    /// Subject of the sign-ups.
    pub signups: String,
    /// Subject of the verdicts.
    pub verdicts: String,
}

/// The stream, from the side of one scorer.
#[derive(Debug)]
pub(super) struct Stream {
    nats: Nats,
    client: OnceLock<Client>,
    /// Line of the journal up to which others were told.
    told_to: AtomicU64,
    numbers: Numbers,
}

/// Counts since the start.
#[derive(Debug, Default)]
struct Numbers {
    told: AtomicU64,
    heard: AtomicU64,
    consumed: AtomicU64,
    rejected: AtomicU64,
}

/// Subject of what scorers acknowledged.
const ACKNOWLEDGED: &str = "dragnet.signups.acknowledged";
const ACKNOWLEDGED_STREAM: &str = "DRAGNET_ACKNOWLEDGED";
/// The longest window of the counters, and a day: a scorer that was away as long, or is
/// new, hears all that counts.
const ACKNOWLEDGED_KEPT: Duration = Duration::from_secs(8 * 86_400);
/// So long after something failed it is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// Messages that are taken at once.
const AT_ONCE: usize = 256;

/// Why it does not go on. It is tried again, whatever it was.
type Why = Box<dyn std::error::Error + Send + Sync>;

impl Stream {
    pub(super) fn new(nats: Nats) -> Self {
        let (client, told_to) = (OnceLock::new(), AtomicU64::new(0));
        Self { nats, client, told_to, numbers: Numbers::default() }
    }

    pub(super) fn told_to(&self) -> u64 {
        self.told_to.load(Ordering::Relaxed)
    }

    pub(super) fn is_up(&self) -> bool {
        let state = self.client.get().map(Client::connection_state);
        state == Some(State::Connected)
    }

    /// Connects, and then tells, hears and consumes, until the service ends.
    pub(super) fn begin(self: Arc<Self>, live: &Arc<Live>) {
        let live = Arc::clone(live);
        tokio::spawn(async move {
            let me = match name(&live.dir) {
                Ok(me) => me,
                Err(e) => return tracing::error!("a scorer needs a name in its folder: {e}"),
            };
            let client = loop {
                match self.nats.connect().await {
                    Ok(client) => break client,
                    Err(e) => failed("the way to the stream", &e).await,
                }
            };
            let client = self.client.get_or_init(|| client).clone();
            let part = Part { stream: self, live, context: jetstream::new(client), me };
            tokio::join!(
                forever("publishing", || part.tell()),
                forever("hearing others", || part.hear()),
                forever("consuming", || part.consume()),
            );
        });
    }

    /// In the text format of Prometheus.
    pub(super) fn written(&self, out: &mut String) {
        let Numbers { told, heard, consumed, rejected } = &self.numbers;
        let up = AtomicU64::new(self.is_up().into());
        let numbers = [
            ("dragnet_stream_up", "gauge", "Whether the stream answers.", &up),
            ("dragnet_stream_told_total", "counter", "Sign-ups published for other scorers.", told),
            (
                "dragnet_stream_heard_total",
                "counter",
                "Sign-ups taken in from other scorers.",
                heard,
            ),
            (
                "dragnet_stream_consumed_total",
                "counter",
                "Sign-ups consumed and answered.",
                consumed,
            ),
            ("dragnet_stream_rejected_total", "counter", "Messages that were set aside.", rejected),
        ];
        for (name, sort, help, value) in numbers {
            let value = value.load(Ordering::Relaxed);
            // Writing to a text cannot fail.
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {sort}\n{name} {value}");
        }
    }
}

/// What each of the three works with.
struct Part {
    stream: Arc<Stream>,
    live: Arc<Live>,
    context: Context,
    /// Our name among the scorers.
    me: String,
}

impl Part {
    /// The stream that has a subject, made where there is none.
    async fn stream_of(
        &self,
        subject: &str,
        config: Config,
    ) -> Result<jetstream::stream::Stream, Why> {
        let name = match self.context.stream_by_subject(subject).await {
            Ok(name) => name,
            Err(_) => self.context.create_stream(config).await?.cached_info().config.name.clone(),
        };
        Ok(self.context.get_stream(name).await?)
    }

    async fn acknowledged(&self) -> Result<jetstream::stream::Stream, Why> {
        let config = config(ACKNOWLEDGED_STREAM, ACKNOWLEDGED, ACKNOWLEDGED_KEPT);
        self.stream_of(ACKNOWLEDGED, config).await
    }
}

fn config(name: &str, subject: &str, kept: Duration) -> Config {
    Config {
        name: name.to_owned(),
        subjects: vec![subject.to_owned()],
        storage: StorageType::File,
        retention: RetentionPolicy::Limits,
        max_age: kept,
        ..Config::default()
    }
}

impl Nats {
    async fn connect(&self) -> Result<Client, Why> {
        // Another part of the process may have chosen: then that one is ours too.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut options = ConnectOptions::new().name("dragnet").retry_on_initial_connect();
        match &self.credentials {
            NatsCredentials::None => {}
            NatsCredentials::File(path) => options = options.credentials_file(path).await?,
            NatsCredentials::Password(user, password) => {
                options = options.user_and_password(user.clone(), password.clone());
            }
        }
        if let Some(path) = &self.authority {
            options = options.add_root_certificates(path.clone());
        }
        options = options.reconnect_delay_callback(|tries| {
            AGAIN.min(Duration::from_millis(50) * u32::try_from(tries).unwrap_or(u32::MAX))
        });
        let urls: Result<Vec<async_nats::ServerAddr>, _> =
            self.urls.iter().map(|url| url.parse()).collect();
        Ok(options.connect(urls?).await?)
    }
}

/// Without passwords.
impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nats({} servers)", self.urls.len())
    }
}

/// What a scorer is called among the others: made once, and kept with what it acknowledged.
fn name(dir: &Path) -> io::Result<String> {
    let path = dir.join("scorer");
    match fs::read_to_string(&path) {
        Ok(name) if !name.trim().is_empty() => Ok(name.trim().to_owned()),
        Ok(_) => replace(&path, &crate::token::uuid().to_string()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            replace(&path, &crate::token::uuid().to_string())
        }
        Err(e) => Err(e),
    }
}

/// Writes a small file whole or not at all.
fn replace(path: &Path, text: &str) -> io::Result<String> {
    let beside = path.with_extension("new");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)?;
    Ok(text.to_owned())
}

/// Does it again whenever it fails.
async fn forever<F: Future<Output = Result<(), Why>>>(what: &str, mut work: impl FnMut() -> F) {
    loop {
        if let Err(e) = work().await {
            failed(what, &e).await;
        }
    }
}

async fn failed(what: &str, why: &Why) {
    tracing::warn!("{what} failed and is tried again: {why}");
    tokio::time::sleep(AGAIN).await;
}
