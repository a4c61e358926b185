//! The live part of `dragnet serve`: the policy that decides, where sign-ups are kept,
//! and what goes on beside what is answered.

use super::beside::{Beside, Round, Tick};
use super::decided::Deciding;
use super::keeping::Keeping;
use super::scanning::Scanning;
use crate::commands::Usage;
use crate::intel::Desk;
use crate::memory;
use crate::terminal;
use anyhow::Context;
use server::live::{Live, Place};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use verdicts::Policy;
use verdicts::policy::Problem;

/// What is said of a sign-up when it happens.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Sign-ups")]
pub(super) struct LiveArgs {
    /// Judge sign-ups at /v1/signups by this policy; one that changes is taken at once
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Where sign-ups are kept
    #[arg(long, value_name = "DIR", default_value = "dragnet.state", requires = "policy")]
    state: PathBuf,
    /// Values that are counted at one time, some hundred bytes each
    #[arg(long, value_name = "N", default_value = "10M", requires = "policy")]
    keys_max: String,
    /// Where in your own events the fields of a sign-up are: a file like those in adapters/
    #[arg(long = "form", value_name = "FILE", requires = "policy")]
    forms: Vec<PathBuf>,
    /// How often the sign-ups that came are scanned for campaigns
    #[arg(long, value_name = "TIME", default_value = "10m", requires = "policy")]
    scan_every: String,
    /// How far back a scan looks
    #[arg(long, value_name = "TIME", default_value = "7d", requires = "policy")]
    scan_window: String,
    /// How long sign-ups are kept
    #[arg(long, value_name = "TIME", default_value = "90d", requires = "policy")]
    keep: String,
}

/// What judges, and the lock of its folder.
pub(super) struct Judging {
    pub(super) live: Arc<Live>,
    _lock: File,
}

/// Held while a service works in a folder.
const LOCK: &str = "service.lock";

impl LiveArgs {
    /// Where each scan leaves what it found.
    pub(super) fn found(&self) -> PathBuf {
        self.state.join("found")
    }

    /// What judges, if anything is to be judged.
    pub(super) fn open(&self, is_quiet: bool) -> anyhow::Result<Option<Judging>> {
        let Some(path) = &self.policy else { return Ok(None) };
        let policy = read_policy(path)?;
        let keys_max = memory::number(&self.keys_max, 1_000).filter(|keys| *keys > 0);
        let words = || Usage(format!("--keys-max {}: write a number like 500k", self.keys_max));
        let keys_max = usize::try_from(keys_max.ok_or_else(words)?)?;
        let shown = self.state.display();
        make_private(&self.state).with_context(|| format!("cannot create {shown}"))?;
        let lock = dragnet::lock::lock(&self.state, LOCK)?;
        let begun = Instant::now();
        let read = |path: &PathBuf| {
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
        };
        let forms = self.forms.iter().map(read).collect::<anyhow::Result<_>>()?;
        let place = Place { dir: self.state.clone(), keys_max, forms };
        let live = Live::open(&place, Arc::new(policy));
        let live = live.with_context(|| shown.to_string())?;
        if let Some(why) = live.not_restored() {
            terminal::say(&format!(
                "{} the snapshot of what was counted cannot be used ({why}): counted again is \
                 what the journal has",
                terminal::alarm("warning:")
            ));
        }
        if live.keys() > 0 && !is_quiet {
            let keys = terminal::units::counted(live.keys() as u64, "value", "values");
            let seconds = terminal::units::seconds(begun.elapsed().as_secs_f64());
            terminal::say(&format!("{keys} counted before, in {seconds}"));
        }
        Ok(Some(Judging { live: Arc::new(live), _lock: lock }))
    }

    /// What is wrong with what was typed, without opening anything: the setting, and words.
    pub(super) fn problems(&self) -> Vec<(&'static str, String)> {
        let keys_max = memory::number(&self.keys_max, 1_000).filter(|keys| *keys > 0);
        let policy = self.policy.as_deref().and_then(|path| read_policy(path).err());
        let mut wrong: Vec<(&'static str, String)> = Vec::new();
        wrong.extend(policy.map(|why| ("policy", format!("{why:#}"))));
        if keys_max.is_none() {
            let words = format!("--keys-max {}: write a number like 500k", self.keys_max);
            wrong.push(("keys-max", words));
        }
        let times = [
            ("scan-every", &self.scan_every),
            ("scan-window", &self.scan_window),
            ("keep", &self.keep),
        ];
        for (option, typed) in times {
            wrong.extend(duration(option, typed).err().map(|why| (option, format!("{why:#}"))));
        }
        wrong
    }

    /// Keeps, scans and takes in what changes, beside what is answered, until this is
    /// dropped.
    pub(super) fn beside(
        &self,
        live: &Arc<Live>,
        desk: &Desk,
        is_quiet: bool,
    ) -> anyhow::Result<Beside> {
        let every = duration("scan-every", &self.scan_every)?;
        let window = duration("scan-window", &self.scan_window)?;
        let keep = duration("keep", &self.keep)?;
        let deciding = Deciding::new(live, desk.store(), desk.runtime());
        let policy = self.policy.clone().unwrap_or_default();
        let tick = Tick { live: Arc::clone(live), policy, deciding: deciding.clone() };
        let round = Round {
            keeping: Keeping::new(live, &self.state, keep),
            scanning: Scanning::new(live, &self.state, window)?,
            deciding,
            every,
            is_quiet,
        };
        Beside::begin(round, tick)
    }
}

/// Makes a folder that nobody else looks into: it holds sign-ups as they came.
fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

/// Reads and checks a policy; everything that is wrong with it is told.
pub(crate) fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    Policy::parse(&text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        anyhow::anyhow!("{shown} cannot decide anything:\n  {}", lines.join("\n  "))
    })
}

/// A length of time as people type it.
pub(crate) fn duration(option: &str, typed: &str) -> anyhow::Result<Duration> {
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
