//! The other scorers: what they counted and answered is asked for before a sign-up is
//! judged, and what was made of it is left for them.

use super::joint::{Elsewhere, Joint, Redis};
use super::stream::{Nats, Stream};
use super::{Judged, Live, NotJudged, Question};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// What is shared with them; nothing where there are none.
#[derive(Debug, Default)]
pub(super) struct Others {
    joint: OnceLock<Arc<Joint>>,
    stream: OnceLock<Arc<Stream>>,
}

/// The part of the time that is left for whoever is asked; the rest is for judging.
const ASKED_PART: u32 = 2;
/// Nobody at a form waits for this: it is left for others.
const SETTLED_MAX: Duration = Duration::from_secs(2);

impl Others {
    pub(super) fn joint(&self) -> Option<&Arc<Joint>> {
        self.joint.get()
    }

    pub(super) fn stream(&self) -> Option<&Arc<Stream>> {
        self.stream.get()
    }
}

impl Live {
    /// Shares counters, from the start of the service on.
    pub fn share(&self, redis: Redis) {
        // Whoever is set first stays.
        let _ = self.others.joint.set(Arc::new(Joint::new(redis)));
    }

    /// Tells others what is acknowledged, hears what they do, and judges what a platform
    /// publishes, from the start of the service on.
    pub fn stream(&self, nats: Nats) {
        let _ = self.others.stream.set(Arc::new(Stream::new(nats)));
    }

    /// Begins with all that goes on beside what is answered.
    pub(crate) async fn begin(self: &Arc<Self>) {
        if let Some(joint) = self.others.joint() {
            joint.look_after().await;
            let joint = Arc::clone(joint);
            tokio::spawn(async move { joint.keep().await });
        }
        if let Some(stream) = self.others.stream() {
            Arc::clone(stream).begin(self);
        }
    }

    /// How long others may be asked, for a request that came then.
    pub(crate) fn patience(&self, begun: Instant) -> Duration {
        let within = Duration::from_millis(self.policy().fail_over().within_ms.into());
        within.saturating_sub(begun.elapsed()) / ASKED_PART
    }

    /// What others know of the sign-ups that are asked about.
    pub(crate) async fn elsewhere(&self, question: Question<'_>, within: Duration) -> Elsewhere {
        match self.others.joint() {
            None => Elsewhere::default(),
            Some(joint) => {
                let signups = question.read(1).signups;
                joint.elsewhere(self, &signups, question.phase, within).await
            }
        }
    }

    /// Leaves what was made of them, beside what is answered.
    pub(crate) fn settle(&self, elsewhere: Elsewhere, judged: &[Result<Judged, NotJudged>]) {
        let Some(joint) = self.others.joint() else { return };
        let settled = elsewhere.settled(judged);
        if !settled.is_empty() {
            let joint = Arc::clone(joint);
            tokio::spawn(async move { joint.settle(settled, SETTLED_MAX).await });
        }
    }

    /// The first line of the journal that others have not been told of.
    pub fn untold(&self) -> u64 {
        self.others.stream().map_or(u64::MAX, |stream| stream.told_to())
    }

    /// What is to be said of them to whoever asks whether we are ready.
    pub(crate) fn says_of_others(&self) -> String {
        let mut text = String::new();
        if let Some(joint) = self.others.joint() {
            text += match joint.is_up() {
                true => "shared counters: here\n",
                false => "shared counters: away, own counters are used\n",
            };
        }
        if let Some(stream) = self.others.stream() {
            text += match stream.is_up() {
                true => "stream: here\n",
                false => "stream: away, what is acknowledged is published later\n",
            };
        }
        text
    }
}
