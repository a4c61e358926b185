//! Pushing: what was released, in as many requests as the server's bound asks for.

use super::{Client, Error, Url, fetch, under};
use crate::Released;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What became of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Status {
    /// The request's id.
    #[serde(default)]
    pub id: String,
    /// `complete` or `pending`.
    #[serde(default)]
    pub status: String,
    /// Objects that were taken.
    #[serde(default)]
    pub success_count: u64,
    /// Objects that were not.
    #[serde(default)]
    pub failure_count: u64,
    /// Objects that are waiting.
    #[serde(default)]
    pub pending_count: u64,
    /// What was not taken, and why.
    #[serde(default)]
    pub failures: Vec<Failure>,
}

/// Something that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Failure {
    /// The object's id.
    #[serde(default)]
    pub id: String,
    /// Its version.
    #[serde(default)]
    pub version: Option<String>,
    /// In the server's words.
    #[serde(default)]
    pub message: Option<String>,
}

/// A request is asked after this often, each time after twice the wait.
const ASKED_MAX: u32 = 12;
const WAIT_FIRST: Duration = Duration::from_millis(50);
/// No wait is longer: a server that takes a minute over a request is given up.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Objects a request at most: what a server decides at once, and can tell of.
const OBJECTS_MAX: usize = 10_000;

/// `{"objects":[]}`.
const ENVELOPE_BYTES: u64 = 14;

impl Client {
    /// Adds what was released to a collection of `root`, and waits until the server says
    /// what became of it; one status a request, each handed to `told` as it comes.
    pub async fn push(
        &self,
        root: &Url,
        collection: &Url,
        released: &[Released],
        mut told: impl FnMut(&Status),
    ) -> Result<Vec<Status>, Error> {
        let bytes_max = self.root(root).await?.max_content_length;
        let mut all = Vec::new();
        for body in envelopes(released, bytes_max) {
            let url = under(collection, "objects/");
            let answer = self.fetch.post(&url, body.as_bytes()).await?;
            let status = self.settled(root, fetch::parse(&url, &answer.body)?).await?;
            told(&status);
            all.push(status);
        }
        Ok(all)
    }

    async fn settled(&self, root: &Url, mut status: Status) -> Result<Status, Error> {
        let mut wait = WAIT_FIRST;
        for _ in 0..ASKED_MAX {
            if status.status == "complete" {
                break;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(WAIT_MAX);
            status = self.fetch.read(&under(root, &format!("status/{}/", status.id))).await?;
        }
        Ok(status)
    }
}

/// The objects in envelopes of at most so many bytes. One that alone is larger goes
/// alone: the server says so itself.
fn envelopes(released: &[Released], bytes_max: u64) -> Vec<String> {
    let mut bodies = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    let mut bytes = ENVELOPE_BYTES;
    for one in released {
        let text = one.object().text();
        let more = text.len() as u64 + 1;
        if !texts.is_empty() && (bytes + more > bytes_max || texts.len() == OBJECTS_MAX) {
            bodies.push(envelope(&texts));
            texts.clear();
            bytes = ENVELOPE_BYTES;
        }
        texts.push(text);
        bytes += more;
    }
    if !texts.is_empty() {
        bodies.push(envelope(&texts));
    }
    bodies
}

fn envelope(texts: &[&str]) -> String {
    format!("{{\"objects\":[{}]}}", texts.join(","))
}
