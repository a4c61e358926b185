//! Sends what is due, and ends what is over: the task that goes on beside the answers.
//!
//! Each webhook has one delivery under way; several servers on one store share the work. A
//! delivery is taken for a while: whoever is killed while it is under way leaves it to the
//! next, so that it may arrive twice, and never not at all.

use super::Reach;
use super::guard::{self, Names};
use super::sign;
use crate::clock;
use reqwest::Client;
use reqwest::redirect::Policy;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stix::Timestamp;
use store::{Act, Due, Error, Outcome, Store, Told};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// How often it is looked for what another process, or time, made due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A receiver notes what it is told and answers; what follows of it is its own time.
const ANSWER_MAX: Duration = Duration::from_secs(15);
/// To be there at all.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// As long as a delivery is under way at most: connecting, answering, writing it down.
const TAKEN_MS: i64 = 20_000;
/// The second try follows so soon; each next one after twice the time,
const AGAIN_MS: i64 = 2_000;
/// up to an hour: whoever mends a receiver does not want to wait for longer,
const AGAIN_MS_MAX: i64 = 3_600_000;
/// for three days: a weekend and a day.
const GIVE_UP_MS: i64 = 3 * DAY_MS;
/// What was delivered is forgotten after a month: it names accounts.
const KEPT_MS: i64 = 30 * DAY_MS;
const DAY_MS: i64 = 24 * 3_600_000;
/// Forgetting is looked after so often.
const FORGET_EVERY: Duration = Duration::from_secs(3_600);
/// Characters of what went wrong that are kept.
const ERROR_CHARS_MAX: usize = 300;

/// Goes on until it is dropped; `wake` says that something may be due.
pub(crate) async fn run(store: Store, reach: Reach, wake: Arc<Notify>) {
    let client = match client(reach) {
        Ok(client) => client,
        Err(e) => return tracing::error!("webhooks cannot be sent: {e}"),
    };
    let mut under_way: JoinSet<()> = JoinSet::new();
    let mut forgot: Option<Instant> = None;
    loop {
        if let Err(e) = expire(&store).await {
            tracing::error!("decisions cannot be ended: {e}");
        }
        match due(&store).await {
            Ok(all) => {
                for due in all {
                    under_way.spawn(deliver(store.clone(), client.clone(), reach, due));
                }
            }
            Err(e) => tracing::error!("deliveries cannot be read: {e}"),
        }
        if forgot.is_none_or(|forgot| forgot.elapsed() >= FORGET_EVERY) {
            forgot = Some(Instant::now());
            forget(&store).await;
        }
        let next_done = async {
            match under_way.is_empty() {
                true => std::future::pending().await,
                false => under_way.join_next().await,
            }
        };
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = wake.notified() => {}
            _ = next_done => {}
        }
    }
}

fn client(reach: Reach) -> reqwest::Result<Client> {
    // Another part of the process may have chosen: then that one is ours too.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .dns_resolver(Arc::new(Names(reach)))
        .connect_timeout(CONNECT_MAX)
        .user_agent(concat!("dragnet/", env!("CARGO_PKG_VERSION")))
        .build()
}

async fn expire(store: &Store) -> Result<(), Error> {
    let (who, why) = ("dragnet".to_owned(), "its time was over".to_owned());
    let ended = store.expire(&Act { who, why, at: clock::now() }).await?;
    if !ended.is_empty() {
        tracing::info!(decisions = ended.len(), "ended, since their time was over");
    }
    Ok(())
}

async fn due(store: &Store) -> Result<Vec<Due>, Error> {
    let now = clock::now();
    store.take_due(now, later(now, TAKEN_MS)).await
}

async fn forget(store: &Store) {
    if let Err(e) = store.forget_deliveries(later(clock::now(), -KEPT_MS)).await {
        tracing::error!("deliveries cannot be forgotten: {e}");
    }
}

async fn deliver(store: Store, client: Client, reach: Reach, due: Due) {
    let attempt = tokio::time::timeout(ANSWER_MAX, attempt(&client, reach, &due)).await;
    let attempt = attempt.unwrap_or_else(|_| Err("it did not answer in time".to_owned()));
    let (status, error) = match attempt {
        Ok(status) if (200..300).contains(&status) => (Some(status), None),
        Ok(status) => (Some(status), Some(format!("it answered {status}"))),
        Err(why) => (None, Some(why.chars().take(ERROR_CHARS_MAX).collect::<String>())),
    };
    let at = clock::now();
    let outcome = match &error {
        None => Outcome::Delivered,
        Some(_) if at.ms() - due.made.ms() >= GIVE_UP_MS => Outcome::GivenUp,
        Some(_) => Outcome::Again(later(at, wait_ms(due.attempts, drawn()))),
    };
    tracing::info!(delivery = due.seq, status, is_taken = error.is_none(), "webhook");
    if let Err(e) = store.tell_delivery(due.seq, Told { at, status, error, outcome }).await {
        tracing::error!("what came of a delivery cannot be kept: {e}");
    }
}

async fn attempt(client: &Client, reach: Reach, due: &Due) -> Result<u16, String> {
    guard::check_now(&due.url, reach).await?;
    let (id, now_s) = (due.event.to_string(), clock::now().ms().div_euclid(1_000));
    let signature = sign::signature(&due.secrets, &id, now_s, &due.body);
    let request = client
        .post(&due.url)
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", now_s)
        .header("webhook-signature", signature)
        .body(due.body.clone());
    match request.send().await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(e) => Err(reasons(&e.without_url())),
    }
}

/// An error and what is behind it.
fn reasons(e: &dyn std::error::Error) -> String {
    let mut words = e.to_string();
    let mut source = e.source();
    while let Some(behind) = source {
        words += &format!(": {behind}");
        source = behind.source();
    }
    words
}

/// How long to wait after `attempts` tries before this one; `drawn` (0..1) takes away up
/// to half, so that those who failed together do not come back together.
fn wait_ms(attempts: u64, drawn: f64) -> i64 {
    let doubled = u32::try_from(attempts).ok().and_then(|attempts| 2_i64.checked_pow(attempts));
    let whole = doubled.and_then(|times| AGAIN_MS.checked_mul(times)).unwrap_or(AGAIN_MS_MAX);
    (whole.min(AGAIN_MS_MAX) as f64 * (1.0 - drawn / 2.0)) as i64
}

fn drawn() -> f64 {
    let mut bits = [0; 4];
    getrandom::fill(&mut bits).expect("the system gives random bits");
    f64::from(u32::from_le_bytes(bits)) / 4_294_967_296.0
}

fn later(time: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_ms(time.ms().saturating_add(ms)).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_differ() {
        assert_eq!(
            [0, 1, 5, 20, u64::MAX].map(|n| wait_ms(n, 0.0)),
            [2_000, 4_000, 64_000, 3_600_000, 3_600_000]
        );
        assert_eq!(wait_ms(1, 1.0), 2_000);
    }
}
