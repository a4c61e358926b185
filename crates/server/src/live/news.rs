//! What whoever watches is told of at once: server-sent events.

use serde::Serialize;
use tokio::sync::broadcast;

/// Something new.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum News {
    /// A scan has ended.
    Scanned {
        /// Sign-ups that it looked at.
        signups: u64,
        /// Campaigns that are known now.
        campaigns: u64,
        /// What it took.
        seconds: f64,
    },
    /// A campaign is known that was not.
    Recognised {
        /// Its id.
        campaign: String,
        /// Sign-ups of it so far.
        accounts: u64,
    },
    /// A sign-up fits a campaign that was taken down.
    Returned {
        /// Its id.
        campaign: String,
    },
    /// A policy decides from now on.
    Policy {
        /// Its name.
        name: String,
        /// Its number.
        revision: u64,
    },
}

impl News {
    /// As it is written.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Scanned { .. } => "scanned",
            Self::Recognised { .. } => "recognised",
            Self::Returned { .. } => "returned",
            Self::Policy { .. } => "policy",
        }
    }
}

/// Whoever is slower than so many news misses the oldest, and is told how many.
const BEHIND_MAX: usize = 256;

/// Tells everybody who watches.
#[derive(Debug)]
pub(super) struct Desk(broadcast::Sender<News>);

impl Default for Desk {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND_MAX))
    }
}

impl Desk {
    pub(super) fn tell(&self, news: News) {
        // Nobody may be watching.
        let _ = self.0.send(news);
    }

    pub(super) fn watch(&self) -> broadcast::Receiver<News> {
        self.0.subscribe()
    }
}
