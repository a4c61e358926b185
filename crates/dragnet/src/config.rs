//! What was typed, checked and complete: nothing downstream sees the raw form.

mod between;
mod ingest;
mod replay;
mod wide;

pub(crate) use ingest::{Ingest, Repeats};
pub(crate) use replay::{Replay, Scans};

use crate::args::{ExplainArgs, ReadingArgs, ScanArgs, TypedDateOrder, TypedRank};
use crate::commands::Usage;
use crate::live::Live;
use crate::output::folder::{self, Earlier};
use crate::output::pseudonym::{Names, Pseudonyms};
use crate::output::{campaigns, is_result};
use crate::progress::Show;
use crate::sources::{self, Source};
use ::campaigns::{Identity, Limits, Rank, Weighing};
use anyhow::bail;
use events::time::{DateOrder, Zone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use signals::Kind;
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::SystemTime;
pub(crate) use wide::Wide;

/// Beyond this, threads wait for the one that splits the input.
const THREADS_MAX: usize = 256;

/// A scan, resolved.
pub(crate) struct Scan {
    pub(crate) sources: Vec<Source>,
    /// Harm of the accounts.
    pub(crate) harm: Vec<Source>,
    /// What was found out about the accounts.
    pub(crate) labels: Vec<Source>,
    /// Share of the labelled accounts that nothing is learned from, 0..1.
    pub(crate) hold_out: f64,
    pub(crate) rank: Rank,
    pub(crate) out: PathBuf,
    pub(crate) earlier: Earlier,
    pub(crate) reading: Reading,
    pub(crate) max_rejected: MaxRejected,
    /// What bounds the search for campaigns.
    pub(crate) limits: Limits,
    pub(crate) previous: Vec<Identity>,
    /// Live campaigns of the earlier run.
    pub(crate) live: Option<Live>,
    pub(crate) pseudonyms: Pseudonyms,
    pub(crate) threads: usize,
    pub(crate) wide: Wide,
    pub(crate) show: Output,
    pub(crate) progress: Show,
    pub(crate) started_ms: i64,
    /// For run.json, by name.
    pub(crate) options: BTreeMap<String, Value>,
}

/// How inputs are read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reading {
    /// The user's word: canonical name → column.
    pub(crate) map: BTreeMap<String, String>,
    /// Unknown columns that are signals too.
    pub(crate) signals: Vec<String>,
    /// Zone of timestamps that name none.
    pub(crate) zone: Zone,
    /// How `3/4/2024` is read, where the user says.
    pub(crate) date_order: Option<DateOrder>,
    /// Now, in ms since the epoch: later timestamps are in the future.
    pub(crate) now_ms: i64,
    /// The time that is read, in ms since the epoch; none: all of it.
    pub(crate) between: Option<Range<i64>>,
    /// Where the reference tables are.
    pub(crate) refdata: Option<PathBuf>,
}

/// What goes to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// Tables for people.
    Tables,
    /// One JSON document.
    Json,
    /// Nothing.
    Nothing,
}

impl Output {
    /// As the flags `--json` and `--quiet` say.
    pub(crate) fn of(json: bool, quiet: bool) -> Self {
        match (json, quiet) {
            (true, _) => Output::Json,
            (false, true) => Output::Nothing,
            (false, false) => Output::Tables,
        }
    }
}

/// How many rows may be bad before the run fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum MaxRejected {
    /// Of all rows, 0..1.
    Share(f64),
    /// So many rows.
    Count(u64),
}

/// An explanation, resolved.
pub(crate) struct Explain {
    pub(crate) dir: PathBuf,
    pub(crate) subject: String,
    pub(crate) names: Names,
    pub(crate) limit: usize,
    pub(crate) show: Output,
}

impl Scan {
    /// Checks everything that can be checked before any work is done.
    pub(crate) fn resolve(args: ScanArgs) -> anyhow::Result<Self> {
        let reading = Reading::resolve(&args.reading)?.of_scan(&args)?;
        let max_rejected = MaxRejected::parse(&args.reading.max_rejected)?;
        let threads = threads(args.reading.threads)?;
        let wide = Wide::resolve(&args)?;
        let sources = sources::expand(&args.inputs, reading.between.as_ref())?;
        let harm = beside("--harm", &args.harm)?;
        let labels = beside("--labels", &args.labels)?;
        let hold_out = hold_out(&args)?;
        let rank = rank(args.rank, &harm)?;
        let out = args.out.clone().unwrap_or_else(|| default_out(&args.inputs[0], &sources));
        let earlier = if args.force { Earlier::Replace } else { Earlier::Keep };
        folder::check(&out, earlier)?;
        let names = if args.reveal { Names::Revealed } else { Names::Hidden };
        let weighing = if args.untrained { Weighing::Untrained } else { Weighing::Trained };
        let (previous, live, pseudonyms) = previous(args.previous.as_deref(), names)?;
        Ok(Self {
            options: options(&args, &reading, max_rejected, threads, &wide),
            started_ms: clock_ms(),
            show: Output::of(args.json, args.reading.quiet),
            progress: if args.reading.quiet { Show::Never } else { Show::OnTerminal },
            sources,
            harm,
            labels,
            hold_out,
            rank,
            out,
            earlier,
            reading,
            max_rejected,
            limits: Limits { weighing, ..Limits::default() },
            previous,
            live,
            pseudonyms,
            threads,
            wide,
        })
    }
}

impl Reading {
    fn resolve(args: &ReadingArgs) -> anyhow::Result<Self> {
        let mut map = BTreeMap::new();
        for pair in &args.map {
            let Some((field, column)) =
                pair.split_once('=').filter(|(f, c)| !f.is_empty() && !c.is_empty())
            else {
                bail!(Usage(format!(
                    "--map {pair}: write FIELD=COLUMN, such as account_id=user_id"
                )));
            };
            if map.insert(field.trim().to_owned(), column.trim().to_owned()).is_some() {
                bail!(Usage(format!("--map names {field} twice")));
            }
        }
        let now_ms = match &args.now {
            None => clock_ms(),
            Some(text) => match text.parse::<jiff::Timestamp>() {
                Ok(time) => time.as_millisecond(),
                Err(e) => {
                    bail!(Usage(format!("--now {text}: {e}; write it like 2024-03-01T08:00:00Z")))
                }
            },
        };
        Ok(Self {
            map,
            signals: Vec::new(),
            zone: zone(args.zone.as_deref())?,
            date_order: args.date_order.map(|order| match order {
                TypedDateOrder::Dmy => DateOrder::DayFirst,
                TypedDateOrder::Mdy => DateOrder::MonthFirst,
            }),
            now_ms,
            between: None,
            refdata: None,
        })
    }

    /// The same with what only a scan asks for.
    fn of_scan(self, args: &ScanArgs) -> anyhow::Result<Self> {
        if args.signal.len() > Kind::EXTRA.len() {
            bail!(Usage(format!("--signal: at most {} columns", Kind::EXTRA.len())));
        }
        Ok(Self {
            signals: args.signal.clone(),
            between: between::parse(args.since.as_deref(), args.until.as_deref())?,
            refdata: args.refdata.clone(),
            ..self
        })
    }
}

/// A share written as `5%`, as 0..1; none where it is no such share.
fn share(text: &str) -> Option<f64> {
    let percent: f64 = text.trim().strip_suffix('%')?.trim().parse().ok()?;
    Some(percent / 100.0).filter(|share| (0.0..=1.0).contains(share))
}

fn hold_out(args: &ScanArgs) -> anyhow::Result<f64> {
    let text = &args.hold_out;
    match share(text) {
        Some(kept @ 0.0) => Ok(kept),
        Some(_) if args.labels.is_empty() => {
            Err(Usage("--hold-out keeps labels back: give some with --labels".to_owned()).into())
        }
        Some(kept) => Ok(kept),
        None => Err(Usage(format!("--hold-out {text}: write a share like 20%")).into()),
    }
}

impl MaxRejected {
    fn parse(text: &str) -> anyhow::Result<Self> {
        match text.trim().ends_with('%') {
            true => share(text).map(Self::Share),
            false => text.trim().parse().ok().map(Self::Count),
        }
        .ok_or_else(|| {
            Usage(format!("--max-rejected {text}: write a share like 5% or a count like 1000"))
                .into()
        })
    }

    /// Whether so many bad rows among so many are more than allowed.
    pub(crate) fn is_exceeded(self, rejected: u64, rows: u64) -> bool {
        match self {
            Self::Share(share) => rejected as f64 > share * rows as f64,
            Self::Count(count) => rejected > count,
        }
    }
}

impl fmt::Display for MaxRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{}%", share * 100.0),
            Self::Count(count) => write!(f, "{count}"),
        }
    }
}

impl Explain {
    /// Checks what can be checked at once.
    pub(crate) fn resolve(args: ExplainArgs) -> anyhow::Result<Self> {
        if !is_result(&args.dir) {
            bail!(Usage(format!("{} is not a result of `dragnet scan`", args.dir.display())));
        }
        Ok(Self {
            dir: args.dir,
            subject: args.subject,
            names: if args.reveal { Names::Revealed } else { Names::Hidden },
            limit: args.limit,
            show: if args.json { Output::Json } else { Output::Tables },
        })
    }
}

/// Files beside the sign-ups. Standard input is for the sign-ups.
fn beside(flag: &str, typed: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    if typed.iter().any(|path| path.as_os_str() == "-") {
        bail!(Usage(format!("{flag} -: standard input is for the sign-ups; name a file")));
    }
    sources::expand(typed, None)
}

fn rank(typed: TypedRank, harm: &[Source]) -> anyhow::Result<Rank> {
    match typed {
        TypedRank::Risk => Ok(Rank::Risk),
        TypedRank::Size => Ok(Rank::Size),
        TypedRank::Harm if harm.is_empty() => {
            bail!(Usage("--rank harm: give the harm with --harm FILE".to_owned()))
        }
        TypedRank::Harm => Ok(Rank::Harm),
    }
}

fn zone(typed: Option<&str>) -> anyhow::Result<Zone> {
    let Some(typed) = typed else {
        return Ok(Zone::default());
    };
    Zone::parse(typed).map_err(|e| Usage(format!("--zone {typed}: {e}")).into())
}

/// Threads, as typed or one per core.
pub(crate) fn threads(typed: Option<usize>) -> anyhow::Result<usize> {
    match typed {
        None => Ok(available_parallelism().map_or(1, NonZeroUsize::get).min(THREADS_MAX)),
        Some(n) if (1..=THREADS_MAX).contains(&n) => Ok(n),
        Some(n) => bail!(Usage(format!("--threads {n}: between 1 and {THREADS_MAX}"))),
    }
}

/// The first input's name without its endings, in the working folder.
fn default_out(typed: &Path, sources: &[Source]) -> PathBuf {
    let named = match sources.first() {
        _ if typed.is_dir() => typed.file_name(),
        Some(Source::File(path)) => path.file_name(),
        Some(Source::Part { .. } | Source::Object { .. }) => typed.file_name(),
        _ => None,
    };
    let name = named.unwrap_or_default().to_string_lossy();
    match name.split('.').next().filter(|stem| !stem.is_empty()) {
        Some(stem) => PathBuf::from(format!("{stem}.dragnet")),
        None => PathBuf::from("dragnet-out"),
    }
}

/// Campaigns of an earlier run, oldest first, and their pseudonyms.
fn previous(dir: Option<&Path>, names: Names) -> anyhow::Result<Previous> {
    let Some(dir) = dir else {
        return Ok((Vec::new(), None, Pseudonyms::fresh(names)?));
    };
    if !is_result(dir) {
        bail!(Usage(format!(
            "--previous {}: that is not a result of `dragnet scan`",
            dir.display()
        )));
    }
    let live = Live::read(dir)?;
    let mut identities = live.as_ref().map(Live::identities).unwrap_or_default();
    // Of campaigns that both have, all members are known.
    for identity in campaigns::read_identities(dir)? {
        match identities.iter_mut().find(|live| live.id == identity.id) {
            Some(live) => {
                live.members.extend(identity.members);
                live.members.sort_unstable();
                live.members.dedup();
            }
            None => identities.push(identity),
        }
    }
    Ok((identities, live, Pseudonyms::of(dir, names)?))
}

type Previous = (Vec<Identity>, Option<Live>, Pseudonyms);

fn clock_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn options(
    args: &ScanArgs,
    reading: &Reading,
    max: MaxRejected,
    threads: usize,
    wide: &Wide,
) -> BTreeMap<String, Value> {
    let path = |path: &Option<PathBuf>| path.as_ref().map(|p| p.display().to_string());
    let paths = |paths: &[PathBuf]| -> Vec<String> {
        paths.iter().map(|path| path.display().to_string()).collect()
    };
    let now = jiff::Timestamp::from_millisecond(reading.now_ms).map(|t| t.to_string()).ok();
    let options = [
        (
            "date_order",
            json!(args.reading.date_order.map(|order| format!("{order:?}").to_lowercase())),
        ),
        ("harm", json!(paths(&args.harm))),
        ("hold_out", json!(args.hold_out)),
        ("labels", json!(paths(&args.labels))),
        ("map", json!(reading.map)),
        ("max_rejected", json!(max.to_string())),
        ("now", json!(now)),
        ("previous", json!(path(&args.previous))),
        ("rank", json!(format!("{:?}", args.rank).to_lowercase())),
        ("refdata", json!(path(&reading.refdata))),
        ("reveal", json!(args.reveal)),
        ("signal", json!(reading.signals)),
        ("since", json!(args.since)),
        ("threads", json!(threads)),
        ("until", json!(args.until)),
        ("untrained", json!(args.untrained)),
        ("window", json!(wide.window_rows)),
        ("zone", json!(args.reading.zone.as_deref().unwrap_or("UTC"))),
    ];
    options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_limit_is_a_share_or_a_count() {
        let parse = |text| MaxRejected::parse(text).ok();
        assert_eq!(parse("5%"), Some(MaxRejected::Share(0.05)));
        assert_eq!(parse(" 12 "), Some(MaxRejected::Count(12)));
        assert_eq!(["", "%", "101%", "-1", "0.5"].map(parse), [None; 5]);
        assert!(parse("10%").unwrap().is_exceeded(11, 100));
        assert!(!parse("10%").unwrap().is_exceeded(10, 100));
    }

    #[test]
    fn the_result_is_named_after_the_first_input() {
        let out = |name: &str| default_out(Path::new(name), &[Source::File(name.into())]);
        assert_eq!(out("logs/signups.csv.gz"), Path::new("signups.dragnet"));
        assert_eq!(out("Users"), Path::new("Users.dragnet"));
        assert_eq!(default_out(Path::new("-"), &[Source::Stdin]), Path::new("dragnet-out"));
    }
}
