//! What goes on beside what is answered. On one thread the journal is kept and scanned,
//! round by round; on another, tick by tick, whatever a scan of minutes must not hold up:
//! what was acknowledged is brought to the disk itself, what people decided and a policy
//! that changed are taken.

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
/// A scan is not waited for any longer when the service ends: what it finds is found again.
const END_MAX: Duration = Duration::from_secs(2);

/// What a round is made of.
pub(super) struct Round {
    pub(super) keeping: Keeping,
    pub(super) scanning: Scanning,
    pub(super) deciding: Deciding,
    pub(super) every: Duration,
    pub(super) is_quiet: bool,
}

/// What a tick is made of.
pub(super) struct Tick {
    pub(super) live: Arc<Live>,
    /// The policy's file.
    pub(super) policy: PathBuf,
    pub(super) deciding: Deciding,
}

/// The threads, which end when this is dropped, with a last snapshot.
pub(super) struct Beside {
    live: Arc<Live>,
    /// Dropped, they tell the threads to end.
    stops: Vec<Sender<()>>,
    ended: Receiver<()>,
}

impl Beside {
    /// Begins the first round and the first tick at once.
    pub(super) fn begin(round: Round, tick: Tick) -> anyhow::Result<Self> {
        let (end, ended) = mpsc::channel::<()>();
        let live = Arc::clone(&tick.live);
        let (stop_round, stopped) = mpsc::channel::<()>();
        let rounds = move || {
            round.go_on(&stopped);
            drop(end);
        };
        std::thread::Builder::new().name("scan".to_owned()).spawn(rounds)?;
        let (stop_tick, stopped) = mpsc::channel::<()>();
        let ticks = move || tick.go_on(&stopped);
        std::thread::Builder::new().name("beside".to_owned()).spawn(ticks)?;
        Ok(Self { live, stops: vec![stop_round, stop_tick], ended })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stops.clear();
        // Whether it ended or not: the process does.
        let _ = self.ended.recv_timeout(END_MAX);
        told(self.live.snapshot().map(drop));
    }
}

impl Tick {
    fn go_on(self, stopped: &Receiver<()>) {
        let mut changed = modified(&self.policy);
        let (mut unsynced, mut undecided) = (None, None);
        while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            once(self.live.sync().map_err(anyhow::Error::from), &mut unsynced);
            once(self.deciding.round(), &mut undecided);
            let now = modified(&self.policy);
            if now != changed {
                changed = now;
                self.take_policy();
            }
        }
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

impl Round {
    fn go_on(mut self, stopped: &Receiver<()>) {
        loop {
            let rest = self.every.max(self.run() * REST);
            if stopped.recv_timeout(rest) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }

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
