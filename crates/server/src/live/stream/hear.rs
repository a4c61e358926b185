//! What others acknowledged is taken into our journal and counted by us: our scan sees
//! everything, and our own counters are nearly those of all, should the shared ones go
//! away. It is not judged again.

use super::tell::{FROM, LINE};
use super::{ACKNOWLEDGED, ACKNOWLEDGED_KEPT, AGAIN, AT_ONCE, Part, Why};
use crate::live::Live;
use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use futures_util::StreamExt as _;
use serde_json::{Map, Value};
use signals::table::account_hash;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// What was not taken in within this is delivered again.
pub(super) const TAKEN_IN_MAX: Duration = Duration::from_secs(10);
/// A server that says nothing for as long is gone.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(2);
pub(super) const EXPIRES: Duration = Duration::from_secs(10);

/// A line of another scorer.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) from: String,
    pub(super) number: u64,
    pub(super) text: Vec<u8>,
}

impl Part {
    /// Takes in what others acknowledged, as it comes.
    pub(super) async fn hear(&self) -> Result<(), Why> {
        let config = pull::Config {
            durable_name: Some(format!("scorer-{}", self.me)),
            filter_subject: ACKNOWLEDGED.to_owned(),
            deliver_policy: DeliverPolicy::All,
            // One by one: what was on its way when the server died comes again later, and an
            // acknowledgement of what came after it must not be one of it.
            ack_policy: AckPolicy::Explicit,
            ack_wait: TAKEN_IN_MAX,
            inactive_threshold: ACKNOWLEDGED_KEPT,
            ..pull::Config::default()
        };
        let stream = self.acknowledged().await?;
        let name = config.durable_name.clone().unwrap_or_default();
        let consumer = stream.get_or_create_consumer(&name, config).await?;
        let messages = consumer.stream().max_messages_per_batch(AT_ONCE);
        let messages = messages.heartbeat(HEARTBEAT).expires(EXPIRES).messages().await?;
        let mut chunks = messages.ready_chunks(AT_ONCE);
        while let Some(chunk) = chunks.next().await {
            let chunk: Result<Vec<Message>, _> = chunk.into_iter().collect();
            let chunk = chunk?;
            let lines: Vec<Line> = chunk.iter().filter_map(|one| self.line(one)).collect();
            self.take_in(lines).await?;
            for message in &chunk {
                message.ack().await?;
            }
        }
        Ok(())
    }

    /// Of somebody else, and nobody's of ours.
    fn line(&self, message: &Message) -> Option<Line> {
        let headers = message.headers.as_ref()?;
        let from = headers.get(FROM)?.as_str().to_owned();
        let number = headers.get(LINE)?.as_str().parse().ok()?;
        (from != self.me).then(|| Line { from, number, text: message.payload.to_vec() })
    }

    /// Until they are kept: a full disk is no reason to forget.
    async fn take_in(&self, lines: Vec<Line>) -> Result<(), Why> {
        let lines = Arc::new(lines);
        loop {
            let (live, some) = (Arc::clone(&self.live), Arc::clone(&lines));
            match tokio::task::spawn_blocking(move || live.take_in(&some)).await? {
                Ok(count) => {
                    self.stream.numbers.heard.fetch_add(count, Ordering::Relaxed);
                    return Ok(());
                }
                Err(e) => tracing::error!("the journal cannot be written: {e}"),
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

impl Live {
    /// Keeps and counts what others acknowledged and is not known here; how many that were.
    fn take_in(&self, lines: &[Line]) -> io::Result<u64> {
        // What is counted and what is in the journal are the same when this is let go of.
        let _counting = self.counting.read().unwrap_or_else(PoisonError::into_inner);
        let mut keys = Vec::new();
        let mut fresh = Vec::new();
        for line in lines {
            let Ok(mut told) = serde_json::from_slice::<Map<String, Value>>(&line.text) else {
                continue;
            };
            let event = told.get("event_id").and_then(Value::as_str).map(str::to_owned);
            let key = account_hash(&event.unwrap_or_else(|| nameless(&line.from, line.number)));
            if self.seen.begin(key).is_some() {
                continue;
            }
            keys.push(key);
            told.insert("dragnet_from".to_owned(), line.from.clone().into());
            told.insert("dragnet_line".to_owned(), line.number.into());
            fresh.push(Value::Object(told).to_string());
        }
        let mut text = fresh.join("\n");
        let written = match text.is_empty() {
            true => Ok(()),
            false => {
                text.push('\n');
                self.journal.write(text.as_bytes()).map(drop)
            }
        };
        if written.is_ok() {
            self.recall_lines(&fresh);
        }
        keys.into_iter().for_each(|key| self.seen.leave(key));
        written.map(|()| fresh.len() as u64)
    }
}

/// What stands for a sign-up without an event: whose line it is.
pub(in crate::live) fn nameless(from: &str, line: u64) -> String {
    format!("{from}/{line}")
}
