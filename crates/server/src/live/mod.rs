//! Live: a sign-up is judged when it happens. What is acknowledged is in the journal
//! before it is, and counted once; what scans know and what the policy is can change
//! at any time, between two sign-ups.

mod forms;
mod joint;
mod journal;
mod judging;
mod later;
mod line;
mod made;
mod news;
mod others;
mod recall;
mod route;
mod seen;
mod snapshot;
mod stream;
mod tally;
mod watch;

pub use joint::{Redis, SECRET_BYTES_MIN};
pub use journal::{Journal, Segment, segments};
pub use later::Told;
pub use news::News;
pub use stream::{Consumed, Nats, NatsCredentials};

use forms::Forms;
use later::Later;
use news::Desk;
use others::Others;
use seen::Seen;
use signals::Extractor;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tally::Tallies;
use tokio::sync::Semaphore;
use verdicts::{Answer, Decided, Engine, Known, Policy};

pub(crate) use judging::{Judged, NotJudged, Question};
pub(crate) use route::router;

/// What sign-ups are judged with.
#[derive(Debug)]
pub struct Live {
    engine: Engine,
    forms: Forms,
    policy: RwLock<Arc<Policy>>,
    known: RwLock<Arc<Known>>,
    decided: RwLock<Arc<Decided>>,
    returned: Mutex<Returned>,
    journal: Journal,
    /// Where snapshots are.
    snapshots: PathBuf,
    /// Held by whoever takes a snapshot.
    saving: Mutex<()>,
    /// Held by whoever counts a sign-up, until it is in the journal.
    counting: RwLock<()>,
    seen: Seen,
    later: Later,
    desk: Desk,
    tallies: Tallies,
    places: Semaphore,
    not_restored: Option<String>,
    others: Others,
    /// Where all that is kept is.
    dir: PathBuf,
}

/// Campaigns that have come back.
#[derive(Debug, Default)]
struct Returned {
    known: BTreeSet<String>,
    /// Those of them that nobody has asked about yet.
    new: Vec<String>,
}

/// Where a service keeps what it acknowledges, and how much it counts.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its folder.
    pub dir: PathBuf,
    /// Keys that are counted.
    pub keys_max: usize,
    /// Files that say where in others' events the fields of a sign-up are.
    pub forms: Vec<String>,
}

/// Folders of the state.
const JOURNAL: &str = "journal";
const SNAPSHOTS: &str = "counters";
const LATER: &str = "events";

/// Events of which a second asking is known again: some hours of a large platform, in
/// some hundred megabytes.
const EVENTS_MAX: usize = 500_000;

/// Sign-ups that are judged at one time: more would only wait for each other.
const PLACES: usize = 64;

/// Who names accounts that have no name: nobody.
const NOBODY: Option<&dyn Fn(u64) -> String> = None;

impl Live {
    /// Judges by `policy`. What was acknowledged before is counted again.
    pub fn open(place: &Place, policy: Arc<Policy>) -> Result<Self, Failed> {
        let mut live = Self::empty(place, Arc::clone(&policy))?;
        let from = match live.restore() {
            Ok(line) => line.unwrap_or(0),
            Err(why) => {
                // Half of a snapshot was counted.
                drop(live);
                live = Self::empty(place, policy)?;
                live.not_restored = Some(why.to_string());
                0
            }
        };
        live.recall(&place.dir.join(JOURNAL), from)?;
        Ok(live)
    }

    fn empty(place: &Place, policy: Arc<Policy>) -> Result<Self, Failed> {
        let dir = &place.dir;
        let snapshots = dir.join(SNAPSHOTS);
        fs::create_dir_all(&snapshots)?;
        let from = snapshot::snapshots(&snapshots)?.pop().map_or(0, |latest| latest.line);
        Ok(Self {
            engine: Engine::new(Extractor::default(), policy.plan(), place.keys_max),
            forms: Forms::new(&place.forms)?,
            policy: RwLock::new(policy),
            known: RwLock::default(),
            decided: RwLock::default(),
            returned: Mutex::default(),
            journal: Journal::open(&dir.join(JOURNAL), from)?,
            snapshots,
            saving: Mutex::default(),
            counting: RwLock::default(),
            seen: Seen::new(EVENTS_MAX),
            later: Later::open(&dir.join(LATER))?,
            desk: Desk::default(),
            tallies: Tallies::default(),
            places: Semaphore::new(PLACES),
            others: Others::default(),
            dir: dir.clone(),
            not_restored: None,
        })
    }

    /// Tells everybody who watches.
    pub fn tell(&self, news: News) {
        self.desk.tell(news);
    }

    /// Brings what was acknowledged to the disk itself.
    pub fn sync(&self) -> io::Result<()> {
        self.journal.sync()?;
        self.later.sync()
    }

    /// Why the latest snapshot could not be used, if it could not: what the journal no
    /// longer has is not counted then.
    pub fn not_restored(&self) -> Option<&str> {
        self.not_restored.as_deref()
    }

    /// Keys that are counted.
    pub fn keys(&self) -> usize {
        self.engine.counters().keys()
    }

    /// Places for those who are judged: who gets none in time is answered by the policy's
    /// fail-over.
    pub(crate) fn places(&self) -> &Semaphore {
        &self.places
    }

    /// What is answered where there was no time.
    pub(crate) fn fail_over(&self) -> Answer {
        let answer = verdicts::fail_over(&self.policy());
        self.tallies.judged(&answer);
        answer
    }

    /// What was done so far, for Prometheus.
    pub(crate) fn metrics(&self) -> String {
        let mut text = String::new();
        self.tallies.written(&mut text);
        tally::counters(self.engine.counters(), &mut text);
        self.others.joint().inspect(|joint| joint.written(&mut text));
        self.others.stream().inspect(|stream| stream.written(&mut text));
        text
    }

    /// What it acknowledged.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// From now on by this policy. What it asks for first is counted from now on.
    pub fn set_policy(&self, policy: Policy) {
        self.engine.count_too(&policy.plan());
        let (name, revision) = (policy.name().to_owned(), policy.revision());
        self.desk.tell(News::Policy { name, revision });
        *self.policy.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
    }

    /// From now on with what this scan knows.
    pub fn set_known(&self, known: Known) {
        let mut own = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *own = Arc::new(known.with_decided(self.decided()));
    }

    /// From now on with what people decided.
    pub fn set_decided(&self, decided: Decided) {
        let decided = Arc::new(decided);
        *self.decided.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&decided);
        let mut own = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *own = Arc::new(Known::clone(&own).with_decided(decided));
    }

    /// What people decided.
    pub fn decided(&self) -> Arc<Decided> {
        Arc::clone(&self.decided.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Campaigns that were found to have come back since this was asked last.
    pub fn returned(&self) -> Vec<String> {
        let mut returned = self.returned.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut returned.new)
    }

    /// A sign-up fits a campaign that was taken down.
    fn has_returned(&self, campaign: &str) {
        let mut returned = self.returned.lock().unwrap_or_else(PoisonError::into_inner);
        if returned.known.insert(campaign.to_owned()) {
            returned.new.push(campaign.to_owned());
            self.desk.tell(News::Returned { campaign: campaign.to_owned() });
        }
    }

    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Why it is not live.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The folder cannot be used.
    #[error("cannot keep a journal: {0}")]
    Journal(#[from] io::Error),
    /// It is not said rightly where fields are.
    #[error("no form of sign-ups: {0}")]
    Form(String),
}
