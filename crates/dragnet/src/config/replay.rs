//! A dry run of a policy, resolved.

use super::{MaxRejected, Reading, beside, between, threads};
use crate::commands::Usage;
use crate::commands::policy::TestArgs;
use crate::commands::serve::{duration, read_policy};
use crate::memory;
use crate::output::pseudonym::Names;
use crate::progress::Show;
use crate::sources::{self, Source};
use dragnet::lake::DAY_MS;
use std::ops::Range;
use std::path::PathBuf;
use verdicts::Policy;

/// Counters look back a week: who is judged from some day on is judged by the week before.
const COUNTED_MS: i64 = 7 * DAY_MS;

/// A dry run, resolved.
pub(crate) struct Replay {
    file: PathBuf,
    other: Option<PathBuf>,
    pub(crate) sources: Vec<Source>,
    pub(crate) labels: Vec<Source>,
    pub(crate) truth: Option<PathBuf>,
    /// The time that is told of, in milliseconds since the epoch; what is read begins
    /// earlier.
    told: Option<Range<i64>>,
    pub(crate) scans: Option<Scans>,
    pub(crate) keys_max: usize,
    pub(crate) reading: Reading,
    pub(crate) max_rejected: MaxRejected,
    pub(crate) threads: usize,
    pub(crate) names: Names,
    pub(crate) progress: Show,
}

/// When is scanned, and how far back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scans {
    pub(crate) every_ms: i64,
    pub(crate) window_ms: i64,
}

impl Replay {
    /// Checks everything that can be checked before any work is done.
    pub(crate) fn resolve(args: &TestArgs) -> anyhow::Result<Self> {
        let told = between::parse(args.since.as_deref(), args.until.as_deref())?;
        let scans = Scans {
            every_ms: ms("scan-every", &args.scan_every)?,
            window_ms: ms("scan-window", &args.scan_window)?,
        };
        let scans = (!args.no_scan).then_some(scans);
        let earlier_ms = scans.map_or(0, |scans| scans.window_ms).max(COUNTED_MS);
        let read = told.as_ref().map(|told| told.start.saturating_sub(earlier_ms)..told.end);
        let reading = Reading {
            between: read,
            refdata: args.refdata.clone(),
            ..Reading::resolve(&args.reading)?
        };
        let keys_max = memory::number(&args.keys_max, 1_000).filter(|keys| *keys > 0);
        let words = || Usage(format!("--keys-max {}: write a number like 500k", args.keys_max));
        Ok(Self {
            file: args.file.clone(),
            other: args.against.clone(),
            sources: sources::expand(&args.on, reading.between.as_ref())?,
            labels: beside("--labels", &args.labels)?,
            truth: args.truth.clone(),
            told,
            scans,
            keys_max: usize::try_from(keys_max.ok_or_else(words)?)?,
            max_rejected: MaxRejected::parse(&args.reading.max_rejected)?,
            threads: threads(args.reading.threads)?,
            names: if args.reveal { Names::Revealed } else { Names::Hidden },
            progress: if args.reading.quiet { Show::Never } else { Show::OnTerminal },
            reading,
        })
    }

    /// The policy that is tried.
    pub(crate) fn policy(&self) -> anyhow::Result<Policy> {
        read_policy(&self.file)
    }

    /// The one that it is compared with.
    pub(crate) fn against(&self) -> anyhow::Result<Option<Policy>> {
        self.other.as_deref().map(read_policy).transpose()
    }

    /// Whether a sign-up of that time is told of.
    pub(crate) fn is_told(&self, time_ms: i64) -> bool {
        self.told.as_ref().is_none_or(|told| told.contains(&time_ms))
    }

    /// Whether it is known of anybody what they are.
    pub(crate) fn is_known(&self) -> bool {
        self.truth.is_some() || !self.labels.is_empty()
    }
}

fn ms(option: &str, typed: &str) -> anyhow::Result<i64> {
    Ok(i64::try_from(duration(option, typed)?.as_millis())?)
}
