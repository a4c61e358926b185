//! Which events were answered, by whichever scorer: one of them takes an event in hand, and
//! leaves the answer for the others.

use super::Joint;
use redis::{Cmd, RedisResult, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};
use verdicts::Answer;

/// What became of an event that we wanted in hand.
#[derive(Clone, Debug)]
pub(super) enum Claim {
    /// It is ours.
    Ours,
    /// Somebody has it, and has not answered yet.
    InHand,
    /// Somebody had it, and could not keep it.
    Released,
    /// It was answered.
    Answered(Arc<Answer>),
    /// Nobody knows.
    Unknown,
}

/// Answers are kept for a day: a platform asks again within minutes, a queue within hours.
const KEPT_S: u64 = 86_400;
/// It could not be kept; whoever has it next goes on, and does not count it again.
const RELEASED: &str = "!";
/// What is in hand begins with it.
const IN_HAND: u8 = b'?';
/// So often it is asked whether what is in hand was answered.
const ASKED_AGAIN: Duration = Duration::from_millis(3);

impl Joint {
    fn event_key(&self, event: u64) -> String {
        format!("dragnet:{{{:016x}}}:e", self.veil.of_one("event", event))
    }

    /// Takes events in hand; nothing where it is away.
    pub(super) async fn claim(&self, events: &[u64], within: Duration) -> Option<Vec<Claim>> {
        if events.is_empty() {
            return Some(Vec::new());
        }
        let begun = Instant::now();
        let commands = events.iter().map(|event| {
            let mut set = redis::cmd("SET");
            set.arg(self.event_key(*event)).arg(&self.mark).arg("NX").arg("GET");
            set.arg("EX").arg(KEPT_S).to_owned()
        });
        let answers = self.ask(commands.collect(), within).await?;
        let mut claims: Vec<Claim> = answers.into_iter().map(read).collect();
        for (event, claim) in events.iter().zip(&mut claims) {
            while matches!(claim, Claim::InHand) && begun.elapsed() < within {
                tokio::time::sleep(ASKED_AGAIN).await;
                let get: Cmd = redis::cmd("GET").arg(self.event_key(*event)).to_owned();
                let answer = self.ask(vec![get], within).await?.pop();
                *claim = answer.map_or(Claim::Unknown, read);
                if matches!(claim, Claim::Ours) {
                    // It has ended meanwhile: nobody has it, and we do not either.
                    *claim = Claim::Released;
                }
            }
        }
        Some(claims)
    }

    /// Leaves what was made of events that are ours: an answer, or nothing where it could
    /// not be kept.
    pub(in crate::live) async fn settle(
        &self,
        events: Vec<(u64, Option<Arc<Answer>>)>,
        within: Duration,
    ) {
        let commands = events.into_iter().map(|(event, answer)| {
            let text = answer.and_then(|answer| serde_json::to_string(&*answer).ok());
            let mut set = redis::cmd("SET");
            set.arg(self.event_key(event)).arg(text.as_deref().unwrap_or(RELEASED));
            set.arg("EX").arg(KEPT_S).to_owned()
        });
        // Where it is away, the event stays in hand: who is asked again waits, and decides.
        let _ = self.ask(commands.collect(), within).await;
    }
}

fn read(value: RedisResult<Value>) -> Claim {
    match value {
        Ok(Value::Nil) => Claim::Ours,
        Ok(Value::BulkString(text)) if text.first() == Some(&IN_HAND) => Claim::InHand,
        Ok(Value::BulkString(text)) if text == RELEASED.as_bytes() => Claim::Released,
        Ok(Value::BulkString(text)) => match serde_json::from_slice(&text) {
            Ok(answer) => Claim::Answered(Arc::new(answer)),
            // Another version wrote it: it was answered, and is counted.
            Err(_) => Claim::Released,
        },
        _ => Claim::Unknown,
    }
}
