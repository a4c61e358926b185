//! Sign-ups that a platform publishes: all scorers take from one queue, and a message is
//! done once its sign-up is in the journal and its verdict is published. What is delivered
//! again is answered from memory.

use super::hear::{EXPIRES, HEARTBEAT, TAKEN_IN_MAX};
use super::{AGAIN, AT_ONCE, Consumed, Part, Why, config};
use crate::clock;
use crate::live::{Judged, NotJudged, Question};
use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::jetstream::{AckKind, Message};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use verdicts::{Answer, Phase};

/// All scorers are one consumer.
const CONSUMER: &str = "dragnet-scorers";
const SIGNUPS_STREAM: &str = "DRAGNET_SIGNUPS";
const VERDICTS_STREAM: &str = "DRAGNET_VERDICTS";
/// Who has not read a verdict by then does not need it any more.
const VERDICTS_KEPT: Duration = Duration::from_secs(86_400);
/// As long as what was acknowledged is told to scorers.
const SIGNUPS_KEPT: Duration = Duration::from_secs(8 * 86_400);
/// A message that was tried so often without an end ends the scorers that try it.
const TRIES_MAX: i64 = 10;
/// Of one message: a few hundred bytes are usual.
const BYTES_MAX: usize = 64 * 1024;

/// What a verdict is about.
#[derive(Default, Deserialize)]
struct About {
    event_id: Option<Value>,
    account_id: Option<Value>,
}

/// What is published about one sign-up.
#[derive(Serialize)]
struct Verdict<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<Value>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    repeated: bool,
    #[serde(flatten)]
    answer: &'a Answer,
}

impl Part {
    /// Judges what is published, as it comes; waits forever where nothing is to be.
    pub(super) async fn consume(&self) -> Result<(), Why> {
        let Some(consumed) = &self.stream.nats.consumed else {
            return std::future::pending().await;
        };
        let verdicts = config(VERDICTS_STREAM, &consumed.verdicts, VERDICTS_KEPT);
        self.stream_of(&consumed.verdicts, verdicts).await?;
        let signups = config(SIGNUPS_STREAM, &consumed.signups, SIGNUPS_KEPT);
        let stream = self.stream_of(&consumed.signups, signups).await?;
        let config = pull::Config {
            durable_name: Some(CONSUMER.to_owned()),
            filter_subject: consumed.signups.clone(),
            ack_policy: AckPolicy::Explicit,
            ack_wait: TAKEN_IN_MAX,
            ..pull::Config::default()
        };
        let consumer = stream.get_or_create_consumer(CONSUMER, config).await?;
        let messages = consumer.stream().max_messages_per_batch(AT_ONCE);
        let messages = messages.heartbeat(HEARTBEAT).expires(EXPIRES).messages().await?;
        let mut chunks = messages.ready_chunks(AT_ONCE);
        while let Some(chunk) = chunks.next().await {
            let chunk: Result<Vec<Message>, _> = chunk.into_iter().collect();
            self.answer(consumed, chunk?).await?;
        }
        Ok(())
    }

    async fn answer(&self, consumed: &Consumed, messages: Vec<Message>) -> Result<(), Why> {
        let mut fit = Vec::with_capacity(messages.len());
        for message in messages {
            let tries = message.info()?.delivered;
            let size = message.payload.len();
            match () {
                () if tries > TRIES_MAX => {
                    self.set_aside(&message, &format!("tried {TRIES_MAX} times")).await?;
                }
                () if size > BYTES_MAX => {
                    self.set_aside(&message, &format!("{size} bytes are too many")).await?;
                }
                () => fit.push(message),
            }
        }
        let judged = self.judge(&fit).await?;
        let mut done = Vec::with_capacity(fit.len());
        for (message, judged) in fit.iter().zip(&judged) {
            match judged {
                Ok(judged) => done.push((message, self.publish(consumed, message, judged).await?)),
                Err(NotJudged::Rejected(rejected)) => {
                    self.set_aside(message, &rejected.reason).await?;
                }
                Err(NotJudged::Journal(e)) => return Err(e.to_string().into()),
            }
        }
        for (message, kept) in done {
            kept.await?;
            message.ack().await?;
            self.stream.numbers.consumed.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// An answer for each, in order. A full disk is not the message's fault: it is waited
    /// for, and the stream is told that we are at it.
    async fn judge(&self, messages: &[Message]) -> Result<Vec<Result<Judged, NotJudged>>, Why> {
        loop {
            let mut all = Vec::with_capacity(messages.len());
            let lines: Vec<Vec<u8>> = messages.iter().map(|one| line(&one.payload)).collect();
            let judged = self.judge_lines(lines.join(&b'\n')).await?;
            match judged.len() == messages.len() {
                true => all = judged,
                // One of them is told of more than once: each by itself, then.
                false => {
                    for line in lines {
                        all.extend(self.judge_lines(line).await?.into_iter().next());
                    }
                }
            }
            if !all.iter().any(|one| matches!(one, Err(NotJudged::Journal(_)))) {
                return Ok(all);
            }
            tracing::error!("the journal cannot be written: what is published waits");
            for message in messages {
                message.ack_with(AckKind::Progress).await?;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn judge_lines(&self, text: Vec<u8>) -> Result<Vec<Result<Judged, NotJudged>>, Why> {
        let now_ms = clock::now().ms();
        let within = self.live.patience(Instant::now());
        let elsewhere = {
            let form = self.live.forms.own();
            let question = Question { text: &text, form, phase: Phase::After, now_ms };
            self.live.elsewhere(question, within).await
        };
        let live = Arc::clone(&self.live);
        let judge = move || {
            let form = live.forms.own();
            let question = Question { text: &text, form, phase: Phase::After, now_ms };
            (live.judge(question, &elsewhere), elsewhere)
        };
        let (judged, elsewhere) = tokio::task::spawn_blocking(judge).await?;
        self.live.settle(elsewhere, &judged);
        Ok(judged)
    }

    /// Publishes a verdict; done once the stream has it.
    async fn publish(
        &self,
        consumed: &Consumed,
        message: &Message,
        judged: &Judged,
    ) -> Result<async_nats::jetstream::context::PublishAckFuture, Why> {
        let About { event_id, account_id } =
            serde_json::from_slice(&message.payload).unwrap_or_default();
        let mut headers = HeaderMap::new();
        // The stream has one verdict for each message, however often it is delivered.
        let info = message.info()?;
        headers.insert("Nats-Msg-Id", format!("{}-{}", info.stream, info.stream_sequence).as_str());
        let repeated = judged.is_repeated;
        let verdict = Verdict { event_id, account_id, repeated, answer: &judged.answer };
        let text = serde_json::to_vec(&verdict)?;
        let subject = consumed.verdicts.clone();
        Ok(self.context.publish_with_headers(subject, headers, text.into()).await?)
    }

    /// Takes a message out of the queue, and keeps it beside the journal for people.
    async fn set_aside(&self, message: &Message, why: &str) -> Result<(), Why> {
        let payload = String::from_utf8_lossy(&message.payload);
        let shown: String = payload.chars().take(BYTES_MAX).collect();
        let at = clock::now().to_string();
        let line = json!({
            "at": at,
            "subject": message.subject.as_str(),
            "sequence": message.info()?.stream_sequence,
            "why": why,
            "message": shown,
        });
        self.append(&line)?;
        self.stream.numbers.rejected.fetch_add(1, Ordering::Relaxed);
        message.ack_with(AckKind::Term).await
    }

    fn append(&self, line: &Value) -> io::Result<()> {
        let path = self.live.dir.join("rejected.jsonl");
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(format!("{line}\n").as_bytes())
    }
}

/// A message as one line; one that is empty is no sign-up, and is told of.
fn line(payload: &[u8]) -> Vec<u8> {
    let mut line = payload.to_vec();
    line.iter_mut().filter(|byte| matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    if line.iter().all(u8::is_ascii_whitespace) { b"{}".to_vec() } else { line }
}
