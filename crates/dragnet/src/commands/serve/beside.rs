//! What goes on beside what is answered, on a thread of its own: round by round the
//! journal is kept and scanned; in between a policy that changed is taken.

use super::decided::Deciding;
use super::keeping::Keeping;
use super::live::read_policy;
use super::scanning::Scanning;
use crate::terminal;
use server::live::Live;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

/// How often it is looked whether anything is to be done, and what was acknowledged is
/// brought to the disk itself.
const TICK: Duration = Duration::from_secs(1);
/// A round may take a quarter of the time, so that whoever asks is not kept waiting.
const REST: u32 = 3;

/// What a round is made of.
pub(super) struct Round {
    pub(super) live: Arc<Live>,
    /// The policy's file.
    pub(super) policy: PathBuf,
    pub(super) keeping: Keeping,
    pub(super) scanning: Scanning,
    pub(super) deciding: Deciding,
    pub(super) every: Duration,
    pub(super) is_quiet: bool,
}

/// A scan is not waited for any longer when the service ends: what it finds is found again.
const END_MAX: Duration = Duration::from_secs(2);

/// The thread, which ends when this is dropped, with a last snapshot.
pub(super) struct Beside {
    live: Arc<Live>,
    stop: Option<Sender<()>>,
    ended: Receiver<()>,
}

impl Beside {
    /// Begins the first round at once.
    pub(super) fn begin(mut round: Round) -> anyhow::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let (end, ended) = mpsc::channel::<()>();
        let live = Arc::clone(&round.live);
        let work = move || {
            let mut changed = modified(&round.policy);
            let mut next = Instant::now();
            let mut failed = None;
            loop {
                if Instant::now() >= next {
                    let took = round.run();
                    next = Instant::now() + round.every.max(took * REST);
                }
                if stopped.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
                let outcome = round.live.sync().map_err(anyhow::Error::from);
                once(outcome.and_then(|()| round.deciding.round()), &mut failed);
                let now = modified(&round.policy);
                if now != changed {
                    changed = now;
                    round.take_policy();
                }
            }
            drop(end);
        };
        std::thread::Builder::new().name("beside".to_owned()).spawn(work)?;
        Ok(Self { live, stop: Some(stop), ended })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Whether it ended or not: the process does.
        let _ = self.ended.recv_timeout(END_MAX);
        told(self.live.snapshot().map(drop));
    }
}

impl Round {
    /// Keeps and scans; gives what that took.
    fn run(&mut self) -> Duration {
        let begun = Instant::now();
        let now = SystemTime::now();
        told(self.keeping.round(now));
        let mut recognised = Vec::new();
        match self.scanning.round(now, &mut recognised) {
            Ok(Some(words)) if !self.is_quiet => terminal::say(&words),
            Ok(_) => {}
            Err(e) => say(&e),
        }
        for (campaign, accounts) in recognised {
            told(self.deciding.recognised(&campaign, accounts));
        }
        begun.elapsed()
    }

    /// Takes a policy that changed; where it cannot decide, the former one goes on.
    fn take_policy(&self) {
        match read_policy(&self.policy) {
            Ok(policy) => {
                let words = format!("{}, revision {}", policy.name(), policy.revision());
                self.live.set_policy(policy);
                terminal::say(&format!("the policy changed: {words}"));
            }
            Err(e) => say(&e.context("the policy changed, and the former one goes on")),
        }
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

fn told<E: Into<anyhow::Error>>(outcome: Result<(), E>) {
    if let Err(e) = outcome {
        say(&e.into());
    }
}

/// What fails again and again in the same way is told once.
fn once(outcome: anyhow::Result<()>, failed: &mut Option<String>) {
    let words = outcome.as_ref().err().map(|e| format!("{e:#}"));
    if *failed != words {
        *failed = words;
        told(outcome);
    }
}

fn say(e: &anyhow::Error) {
    terminal::say(&format!("{} {e:#}", terminal::alarm("error:")));
}
