//! Scanning what came, again and again: the result is a folder like that of `dragnet
//! scan`, campaigns keep their ids from one to the next, and the next sign-ups are judged
//! by what was found.

use super::keeping::{LAKE, bytes};
use crate::args::{Args, Command};
use crate::commands::scan;
use crate::output::folder;
use crate::terminal::units;
use anyhow::bail;
use campaigns::Kind;
use clap::Parser;
use dragnet::lake::{HOUR_MS, Lake, Store};
use rayon::{ThreadPool, ThreadPoolBuilder};
use server::live::{Live, News, Segment, Told, segments};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The result of the last scan, in the folder of the state.
const FOUND: &str = "found";

/// A scan looks at so many sign-ups at most, the latest: at once, in a gigabyte. Campaigns
/// that were known before are gone on with all the same.
const ROWS_MAX: u64 = 1_000_000;
/// A line of the journal, in bytes: rather too few than too many.
const LINE_BYTES: u64 = 300;

/// Scans the journal and the lake of a service.
pub(super) struct Scanning {
    live: Arc<Live>,
    state: PathBuf,
    window: Duration,
    threads: usize,
    pool: ThreadPool,
    /// Campaigns that are known; none before the first scan.
    known: Option<BTreeSet<String>>,
}

/// A campaign that is new, and how many accounts it has so far.
pub(super) type Recognised = (String, u64);

impl Scanning {
    pub(super) fn new(live: &Arc<Live>, state: &Path, window: Duration) -> anyhow::Result<Self> {
        // The other half answers.
        let threads = std::thread::available_parallelism().map_or(1, |all| all.get() / 2).max(1);
        let pool = ThreadPoolBuilder::new().num_threads(threads).build()?;
        folder::sweep(&state.join(FOUND))?;
        let (live, state) = (Arc::clone(live), state.to_owned());
        Ok(Self { live, state, window, threads, pool, known: None })
    }

    /// Scans, and has the next sign-ups judged by what it finds; what to say of it, if there
    /// was anything to scan.
    /// `recognised` gets the campaigns that were not known before.
    pub(super) fn round(
        &mut self,
        now: SystemTime,
        recognised: &mut Vec<Recognised>,
    ) -> anyhow::Result<Option<String>> {
        let now_ms = i64::try_from(now.duration_since(UNIX_EPOCH)?.as_millis())?;
        let mut files = segments(&self.state.join("journal"))?;
        files.retain(|file| bytes(file) > 0);
        let lake = match self.state.join(LAKE) {
            lake if lake.exists() => Lake::open(Store::at(&lake)?)?,
            _ => None,
        };
        if files.is_empty() && lake.is_none() {
            return Ok(None);
        }
        let from_ms = self.from(lake.as_ref(), &files, now_ms);
        let typed = self.typed(lake.is_some(), &files, from_ms)?;
        let Command::Scan(args) = Args::try_parse_from(typed)?.command else {
            bail!("nothing else was meant");
        };
        let (outcome, known) = self.pool.install(|| scan::learn(*args))?;
        self.live.set_known(known);
        let campaigns: BTreeSet<String> = outcome
            .campaigns
            .iter()
            .filter(|campaign| campaign.kind == Kind::Factory)
            .map(|campaign| campaign.id.clone())
            .collect();
        for campaign in &outcome.campaigns {
            let is_new = |known: &BTreeSet<String>| !known.contains(&campaign.id);
            if campaign.kind == Kind::Factory && self.known.as_ref().is_some_and(is_new) {
                let (campaign, accounts) = (campaign.id.clone(), campaign.accounts);
                recognised.push((campaign.clone(), accounts));
                self.live.tell(News::Recognised { campaign, accounts });
            }
        }
        let counts = &outcome.run.counts;
        let seconds = outcome.run.timings.iter().map(|timing| timing.seconds).sum();
        let (signups, many) = (counts.signups, campaigns.len() as u64);
        self.live.tell(News::Scanned { signups, campaigns: many, seconds });
        self.known = Some(campaigns);
        Ok(Some(format!(
            "scanned {} in {}: {} known now",
            units::counted(signups, "sign-up", "sign-ups"),
            units::seconds(seconds),
            units::counted(many, "campaign", "campaigns"),
        )))
    }

    /// From when on it is looked at: the window, or as much of it as is looked at at once.
    fn from(&self, lake: Option<&Lake>, files: &[Segment], now_ms: i64) -> i64 {
        let from_ms = now_ms - self.window.as_millis() as i64;
        let mut rows = files.iter().map(bytes).sum::<u64>() / LINE_BYTES;
        let parts = lake.map(Lake::parts).unwrap_or_default();
        let mut hours: Vec<(i64, u64)> = parts
            .iter()
            .filter_map(|part| part.extent.as_ref())
            .flat_map(|extent| extent.hours.iter().map(|(hour, rows)| (*hour, *rows)))
            .collect();
        hours.sort_unstable_by_key(|(hour, _)| std::cmp::Reverse(*hour));
        let full = hours.iter().find(|(_, more)| {
            rows += more;
            rows > ROWS_MAX
        });
        full.map_or(from_ms, |(hour, _)| from_ms.max((hour + 1) * HOUR_MS))
    }

    /// The scan, as somebody would type it.
    fn typed(&self, has_lake: bool, files: &[Segment], ms: i64) -> anyhow::Result<Vec<OsString>> {
        let found = self.state.join(FOUND);
        let since = jiff::Timestamp::from_millisecond(ms)?.to_string();
        let threads = self.threads.to_string();
        let mut typed: Vec<OsString> =
            ["dragnet", "scan", "--quiet", "--force"].map(Into::into).to_vec();
        typed.extend(
            ["--window", "1000M", "--memory", "1000G", "--max-rejected", "100%"].map(Into::into),
        );
        typed.extend(["--since", &since, "--threads", &threads, "--out"].map(Into::into));
        typed.push(found.clone().into());
        if found.exists() {
            typed.extend(["--previous".into(), found.into()]);
        }
        for (option, told) in [("--harm", Told::Harm), ("--labels", Told::Label)] {
            let files = segments(&self.state.join("events").join(told.name()))?;
            let mut files = files.into_iter().filter(|file| bytes(file) > 0).peekable();
            if files.peek().is_some() {
                typed.push(option.into());
                typed.extend(files.map(|file| file.path.into_os_string()));
            }
        }
        typed.push("--".into());
        typed.extend(has_lake.then(|| self.state.join(LAKE).into()));
        typed.extend(files.iter().map(|file| file.path.clone().into_os_string()));
        Ok(typed)
    }
}
