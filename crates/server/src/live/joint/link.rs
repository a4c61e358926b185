//! The way to Redis: one server or a cluster. It is made again whenever it was lost, beside
//! what is answered, and nobody waits for that.

use super::Redis;
use futures_util::future::join_all;
use redis::aio::MultiplexedConnection;
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, IntoConnectionInfo as _, RedisError,
    RedisResult, TlsCertificates, Value,
};
use std::time::Duration;

/// An open one; copies are the same.
#[derive(Clone)]
pub(super) enum Line {
    One(MultiplexedConnection),
    Many(ClusterConnection),
}

/// Who does not let us in within this time is tried again.
const CONNECT_MAX: Duration = Duration::from_secs(2);

impl Line {
    /// Connects.
    pub(super) async fn open(to: &Redis) -> RedisResult<Self> {
        let (user, password) = to.user_and_password();
        let certificates = TlsCertificates { client_tls: None, root_cert: to.authority.clone() };
        if let [url] = &to.urls[..] {
            let mut info: ConnectionInfo = url.as_str().into_connection_info()?;
            if let Some(password) = password {
                let mut settings = info.redis_settings().clone().set_password(password);
                if let Some(user) = user {
                    settings = settings.set_username(user);
                }
                info = info.set_redis_settings(settings);
            }
            let client = match &to.authority {
                Some(_) => Client::build_with_tls(info, certificates)?,
                None => Client::open(info)?,
            };
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(Some(CONNECT_MAX))
                .set_response_timeout(Some(CONNECT_MAX));
            let line = client.get_multiplexed_async_connection_with_config(&config).await?;
            return Ok(Self::One(line));
        }
        let mut builder = ClusterClient::builder(to.urls.iter().map(String::as_str))
            .connection_timeout(CONNECT_MAX)
            .response_timeout(CONNECT_MAX)
            .retries(2);
        if let Some(password) = password {
            builder = builder.password(password);
        }
        if let Some(user) = user {
            builder = builder.username(user);
        }
        if to.authority.is_some() {
            builder = builder.certs(certificates);
        }
        Ok(Self::Many(builder.build()?.get_async_connection().await?))
    }

    /// Asks all at once; an answer to each.
    pub(super) async fn ask(&self, commands: Vec<Cmd>) -> RedisResult<Vec<RedisResult<Value>>> {
        match self {
            Self::One(line) => {
                let mut pipe = redis::pipe();
                commands.into_iter().for_each(|command| {
                    pipe.add_command(command);
                });
                pipe.ignore_errors().query_async(&mut line.clone()).await
            }
            // Keys are in different places: each goes its own way, together with the others.
            Self::Many(line) => Ok(join_all(commands.into_iter().map(|command| {
                let mut line = line.clone();
                async move { command.query_async(&mut line).await }
            }))
            .await),
        }
    }

    /// Whether it answers.
    pub(super) async fn ping(&self) -> Result<(), RedisError> {
        // In a cluster any node could answer a ping; a key is asked of the one that has it.
        let answers = self.ask(vec![redis::cmd("GET").arg("dragnet:{0}").to_owned()]).await?;
        answers.into_iter().try_for_each(|answer| answer.map(drop))
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line")
    }
}
