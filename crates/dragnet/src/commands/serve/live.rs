//! The live part of `dragnet serve`: the policy that decides, where sign-ups are kept,
//! and the scan that learns from them while they come.

use crate::commands::Usage;
use crate::lesson::Lesson;
use crate::memory;
use crate::terminal;
use anyhow::Context;
use campaigns::{Identity, Limits, find};
use events::SignUp;
use events::read::{self, Bytes, Options};
use server::live::{Live, segments};
use signals::{Extractor, Table, Values};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};
use verdicts::Policy;
use verdicts::policy::Problem;

/// What is said of a sign-up when it happens.
#[derive(Debug, clap::Args)]
pub(super) struct LiveArgs {
    /// Judge sign-ups at /v1/signups by this policy
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Where sign-ups are kept
    #[arg(long, value_name = "DIR", default_value = "dragnet.state", requires = "policy")]
    state: PathBuf,
    /// Values that are counted at one time, some 100 bytes each
    #[arg(long, value_name = "N", default_value = "10M", requires = "policy")]
    keys_max: String,
    /// How often the sign-ups that came are scanned for campaigns
    #[arg(long, value_name = "TIME", default_value = "10m", requires = "policy")]
    scan_every: String,
    /// How far back a scan looks
    #[arg(long, value_name = "TIME", default_value = "7d", requires = "policy")]
    scan_window: String,
}

/// The scan, which ends when this is dropped.
pub(super) struct Scanning {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Scanning {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has told of its end already, if it did not end well.
            drop(thread.join());
        }
    }
}

impl LiveArgs {
    /// What judges, if anything is to be judged.
    pub(super) fn open(&self) -> anyhow::Result<Option<Arc<Live>>> {
        let Some(path) = &self.policy else { return Ok(None) };
        let policy = read_policy(path)?;
        let keys_max = memory::number(&self.keys_max, 1_000).filter(|keys| *keys > 0);
        let words = || Usage(format!("--keys-max {}: write a number like 500k", self.keys_max));
        let keys_max = usize::try_from(keys_max.ok_or_else(words)?)?;
        let live = Live::open(&self.state, policy, keys_max)
            .with_context(|| self.state.display().to_string())?;
        Ok(Some(Arc::new(live)))
    }

    /// Scans now and then, beside what is answered.
    pub(super) fn scan(&self, live: &Arc<Live>, is_quiet: bool) -> anyhow::Result<Scanning> {
        let every = duration("scan-every", &self.scan_every)?;
        let window = duration("scan-window", &self.scan_window)?;
        let mut scanner = Scanner {
            live: Arc::clone(live),
            dir: self.state.join("journal"),
            window,
            identities: Vec::new(),
        };
        let (stop, stopped) = mpsc::channel::<()>();
        let work = move || {
            loop {
                match scanner.scan() {
                    Ok(Some(words)) if !is_quiet => terminal::say(&words),
                    Ok(_) => {}
                    Err(e) => terminal::say(&format!("{} {e:#}", terminal::alarm("error:"))),
                }
                if stopped.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("scan".to_owned()).spawn(work)?;
        Ok(Scanning { stop: Some(stop), thread: Some(thread) })
    }
}

/// Reads and checks a policy; everything that is wrong with it is told.
pub(crate) fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    Policy::parse(&text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        anyhow::anyhow!("{shown} cannot decide anything:\n  {}", lines.join("\n  "))
    })
}

fn duration(option: &str, typed: &str) -> anyhow::Result<Duration> {
    let (digits, seconds) = match typed.char_indices().last() {
        Some((at, 's')) => (&typed[..at], 1),
        Some((at, 'm')) => (&typed[..at], 60),
        Some((at, 'h')) => (&typed[..at], 3_600),
        Some((at, 'd')) => (&typed[..at], 86_400),
        _ => ("", 0),
    };
    let whole = digits.parse::<u64>().ok().filter(|n| *n > 0).and_then(|n| n.checked_mul(seconds));
    let words = || Usage(format!("--{option} {typed}: write 90s, 15m, 2h or 7d"));
    Ok(Duration::from_secs(whole.ok_or_else(words)?))
}

/// Scans what the journal has of the last days.
struct Scanner {
    live: Arc<Live>,
    dir: PathBuf,
    window: Duration,
    identities: Vec<Identity>,
}

impl Scanner {
    /// Looks at all that came, and has the next sign-ups judged by what it finds; what to
    /// say of it, if there was anything to look at.
    fn scan(&mut self) -> anyhow::Result<Option<String>> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let from_ms = i64::try_from(now.saturating_sub(self.window).as_millis())?;
        let extractor = Extractor::default();
        let mut table = Table::default();
        let mut lesson = Lesson::default();
        self.each(from_ms, |signup| {
            lesson.hear(table.len(), signup.time_ms, extractor.row(signup));
            extractor.extract_into(&mut table, signup);
        })?;
        if table.is_empty() {
            return Ok(None);
        }
        let limits = Limits::default();
        let found = find(&table, &limits, &self.identities);
        self.identities = found.identities();
        let mut values = Values::wanting(found.wanted());
        self.each(from_ms, |signup| values.visit(&extractor, signup))?;
        let named = found.name(&values);
        self.live.set_known(lesson.learn(&table, &found, &named, &limits));
        let campaigns = named.campaigns.iter().filter(|c| c.kind == campaigns::Kind::Factory);
        let campaigns = terminal::units::counted(campaigns.count() as u64, "campaign", "campaigns");
        let signups = terminal::units::counted(table.len() as u64, "sign-up", "sign-ups");
        Ok(Some(format!("scanned {signups}: {campaigns} known now")))
    }

    fn each(&self, from_ms: i64, mut take: impl FnMut(&SignUp)) -> anyhow::Result<()> {
        for segment in segments(&self.dir)? {
            let shown = segment.path.display().to_string();
            let file = File::open(&segment.path).with_context(|| shown.clone())?;
            if file.metadata()?.len() == 0 {
                continue;
            }
            let options = Options::default();
            let opened = read::open(Bytes::Stream(Box::new(file)), &options);
            for chunk in opened.with_context(|| shown.clone())?.chunks {
                let batch = chunk.with_context(|| shown.clone())?.parse();
                batch.signups.iter().filter(|signup| signup.time_ms >= from_ms).for_each(&mut take);
            }
        }
        Ok(())
    }
}
