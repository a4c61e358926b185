//! Whether anybody is there: the scheduler says over HTTP how many executors are
//! alive.

use crate::{Error, WAIT};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// Where a scheduler is if no port is said.
const PORT: u16 = 50050;

/// A port that swallows what is sent to it is not the scheduler's.
const ANSWER: Duration = Duration::from_secs(3);

/// How often it is tried while it is waited for.
const TRY_EVERY: Duration = Duration::from_millis(250);

/// An answer that is longer is of something else.
const ANSWER_BYTES_MAX: u64 = 1 << 12;

/// Where a scheduler is.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
}

enum Answer {
    Ready,
    NotReady,
}

impl Address {
    /// `HOST:PORT`, or the usual port.
    pub(crate) fn of(typed: &str) -> Self {
        match typed.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?))) {
            Some((host, port)) => Self { host: host.to_owned(), port },
            None => Self { host: typed.to_owned(), port: PORT },
        }
    }

    /// As gRPC has it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.name())
    }

    fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Waits a little for the scheduler.
    pub(crate) async fn answers(&self) -> Result<(), Error> {
        self.wait(|_| true).await
    }

    /// Waits a little for the scheduler and an executor.
    pub(crate) async fn is_ready(&self) -> Result<(), Error> {
        self.wait(|answer| matches!(answer, Answer::Ready)).await
    }

    async fn wait(&self, is_enough: impl Fn(&Answer) -> bool) -> Result<(), Error> {
        let address = || self.name();
        let end = Instant::now() + WAIT;
        loop {
            let error = match timeout(ANSWER, self.ask()).await {
                Ok(Ok(answer)) if is_enough(&answer) => return Ok(()),
                Ok(Ok(_)) => Error::NoExecutors { address: address() },
                Ok(Err(why)) => Error::NoScheduler { address: address(), why: why.to_string() },
                Err(_) => Error::NoScheduler { address: address(), why: "no answer".to_owned() },
            };
            if Instant::now() >= end {
                return Err(error);
            }
            sleep(TRY_EVERY).await;
        }
    }

    async fn ask(&self) -> io::Result<Answer> {
        let mut stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        let host = self.name();
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer);
        match answer.split(' ').nth(1) {
            Some("200") => Ok(Answer::Ready),
            Some("503") if answer.contains("executors") => Ok(Answer::NotReady),
            _ => Err(io::Error::other("something else listens there")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_leave_out_the_port() {
        assert_eq!(Address::of("node-1:4000").url(), "http://node-1:4000");
        assert_eq!(Address::of("node-1").url(), "http://node-1:50050");
    }
}
