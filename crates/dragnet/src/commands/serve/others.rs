//! The part of `dragnet serve` that is about several of it: counters that are shared, and
//! the stream between them.

use crate::commands::Usage;
use anyhow::Context;
use server::live::{Consumed, Live, Nats, NatsCredentials, Redis, SECRET_BYTES_MIN};
use std::fs;
use std::path::{Path, PathBuf};

/// What several scorers share.
#[derive(Debug, clap::Args)]
pub(super) struct OthersArgs {
    /// Share counters in Redis or Valkey: redis://HOST:PORT, or rediss:// for TLS; several
    /// with commas are nodes of one cluster
    #[arg(
        long,
        value_name = "URL",
        env = "DRAGNET_REDIS",
        hide_env_values = true,
        value_delimiter = ',',
        requires = "policy",
        requires = "hash_key"
    )]
    redis: Vec<String>,
    /// A secret by which shared keys are hashed, the same for all scorers
    /// (openssl rand -hex 32 makes one)
    #[arg(long, value_name = "FILE", requires = "redis")]
    hash_key: Option<PathBuf>,
    /// USER:PASSWORD, or PASSWORD, of Redis
    #[arg(long, value_name = "FILE", requires = "redis")]
    redis_password: Option<PathBuf>,
    /// Who signed Redis's certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "redis")]
    redis_ca: Option<PathBuf>,
    /// Tell others what is acknowledged, and hear what they do, over NATS JetStream:
    /// nats://HOST:PORT, or tls://; several with commas are servers of one cluster
    #[arg(
        long,
        value_name = "URL",
        env = "DRAGNET_NATS",
        hide_env_values = true,
        value_delimiter = ',',
        requires = "policy"
    )]
    nats: Vec<String>,
    /// How we show NATS who we are: a .creds file, or one with USER:PASSWORD
    #[arg(long, value_name = "FILE", requires = "nats")]
    nats_credentials: Option<PathBuf>,
    /// Who signed NATS's certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "nats")]
    nats_ca: Option<PathBuf>,
    /// Judge the sign-ups that are published here, together with the other scorers
    #[arg(long, value_name = "SUBJECT", requires = "nats")]
    nats_consume: Option<String>,
    /// Where their verdicts are published
    #[arg(long, value_name = "SUBJECT", default_value = "dragnet.verdicts", requires = "nats")]
    nats_verdicts: String,
}

impl OthersArgs {
    /// Tells what judges of them.
    pub(super) fn join(&self, live: &Live) -> anyhow::Result<()> {
        if let Some(redis) = self.redis()? {
            live.share(redis);
        }
        if let Some(nats) = self.nats()? {
            live.stream(nats);
        }
        Ok(())
    }

    fn redis(&self) -> anyhow::Result<Option<Redis>> {
        let (false, Some(path)) = (self.redis.is_empty(), &self.hash_key) else { return Ok(None) };
        check("redis", &self.redis, &["redis://", "rediss://"])?;
        let secret = read(path)?.trim().as_bytes().to_vec();
        if secret.len() < SECRET_BYTES_MIN {
            let words = format!(
                "{} is too short for a secret: `openssl rand -hex 32` makes one of 64 characters",
                path.display()
            );
            return Err(Usage(words).into());
        }
        Ok(Some(Redis {
            urls: self.redis.clone(),
            credentials: self.redis_password.as_deref().map(line).transpose()?,
            authority: self
                .redis_ca
                .as_deref()
                .map(|path| Ok::<_, anyhow::Error>(read(path)?.into_bytes()))
                .transpose()?,
            secret,
        }))
    }

    fn nats(&self) -> anyhow::Result<Option<Nats>> {
        if self.nats.is_empty() {
            return Ok(None);
        }
        check("nats", &self.nats, &["nats://", "tls://"])?;
        for path in self.nats_ca.iter() {
            read(path)?;
        }
        let consumed = self.nats_consume.as_ref().map(|signups| Consumed {
            signups: signups.clone(),
            verdicts: self.nats_verdicts.clone(),
        });
        Ok(Some(Nats {
            urls: self.nats.clone(),
            credentials: self.credentials()?,
            authority: self.nats_ca.clone(),
            consumed,
        }))
    }

    fn credentials(&self) -> anyhow::Result<NatsCredentials> {
        let Some(path) = &self.nats_credentials else { return Ok(NatsCredentials::None) };
        let text = read(path)?;
        if text.contains("-----BEGIN") {
            return Ok(NatsCredentials::File(path.clone()));
        }
        let pair = text.trim().split_once(':');
        let words =
            || Usage(format!("{} has neither credentials nor USER:PASSWORD", path.display()));
        let (user, password) = pair.ok_or_else(words)?;
        Ok(NatsCredentials::Password(user.to_owned(), password.to_owned()))
    }
}

/// An address is wrong when it is typed, not when somebody signs up. It may have a
/// password, and is not repeated.
fn check(option: &str, urls: &[String], schemes: &[&str]) -> anyhow::Result<()> {
    let is_one = |url: &String| {
        schemes.iter().any(|s| url.strip_prefix(s).is_some_and(|host| !host.is_empty()))
    };
    match urls.iter().all(is_one) {
        true => Ok(()),
        false => {
            let words = format!("--{option}: write {}HOST:PORT", schemes.join("HOST:PORT or "));
            Err(Usage(words).into())
        }
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn line(path: &Path) -> anyhow::Result<String> {
    Ok(read(path)?.trim().to_owned())
}
