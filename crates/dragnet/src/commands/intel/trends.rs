//! `dragnet intel trends`: what is new, grows, shrinks or is gone, and whether that is
//! more than chance.

use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, since, timestamp};
use crate::terminal::{self, trends as shown};
use actors::trends::{Trend, TrendLimits, Verdict, Windows, trends};
use anyhow::bail;
use serde_json::json;
use stix::Timestamp;

const EXAMPLES: &str = "\
Examples:
  dragnet intel trends                 # the last 30 days against those before
  dragnet intel trends --window 7d --period 1d
  dragnet intel trends --now 2024-01-15 --window 60d
  dragnet intel trends --all --json | jq '.trends[] | select(.q != null)'

Clusters, sign-ups, techniques, infrastructure and sightings are counted by
period and compared by an exact test that allows for bursts; prices and stock
by ranks, offer by offer. Of all that is tested, at most one in twenty changes
that are told is chance. Changes of less than a tenth are not told (--least).

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Periods in both windows together; more are finer than anything is known.
const PERIODS_MAX: i64 = 10_000;

/// Show what is new, grows, shrinks or is gone, where that is more than chance
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TrendsArgs {
    /// What is looked at, up to now; as long before it is compared with: 7d, 4w
    #[arg(long, value_name = "TIME", default_value = "30d")]
    window: String,
    /// What is counted together: 1d, 12h
    #[arg(long, value_name = "TIME", default_value = "1d")]
    period: String,
    /// How large a change is worth a word, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=1000))]
    least: u16,
    /// Also what did not change, or is too little to tell
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &TrendsArgs) -> anyhow::Result<()> {
    let now = timestamp("now", args.desk.now.as_deref())?;
    let windows = windows(args, now)?;
    let graph = Desk::open(&args.desk)?.graph()?;
    let change_min = 1.0 + f64::from(args.least) / 100.0;
    let limits = TrendLimits { change_min, ..TrendLimits::default() };
    let all = trends(&graph, &windows, &limits);
    let is_told = |trend: &&Trend| {
        args.all || !matches!(trend.verdict, Verdict::Steady | Verdict::TooLittleData)
    };
    let told: Vec<&Trend> = all.iter().filter(is_told).collect();
    let text = match args.json {
        true => {
            let document = json!({
                "split": windows.split, "period_ms": windows.period_ms,
                "before": windows.before, "after": windows.after,
                "looked_at": all.len(), "trends": told,
            });
            format!("{}\n", serde_json::to_string_pretty(&document)?)
        }
        false => shown::table(&told, all.len(), &windows),
    };
    Ok(terminal::print(&text)?)
}

fn windows(args: &TrendsArgs, now: Timestamp) -> anyhow::Result<Windows> {
    let ms = |option: &str, typed: &str| {
        Ok::<_, anyhow::Error>(now.ms() - since(option, typed, now)?.ms())
    };
    let (window, period_ms) = (ms("window", &args.window)?, ms("period", &args.period)?);
    let periods = window / period_ms.max(1);
    if window <= 0 || period_ms <= 0 || periods < 1 || window % period_ms != 0 {
        bail!(Usage(format!(
            "--window {} is no whole number of --period {}",
            args.window, args.period
        )));
    }
    if periods * 2 > PERIODS_MAX {
        bail!(Usage(format!("--period {} is too short for --window {}", args.period, args.window)));
    }
    // Whole days end at midnight: the day that has begun is not compared with whole ones.
    let end = if period_ms % DAY_MS == 0 { now.ms().div_euclid(DAY_MS) * DAY_MS } else { now.ms() };
    let split = Timestamp::from_ms(end - window);
    let split = split.ok_or_else(|| anyhow::anyhow!("the window begins outside the calendar"))?;
    let periods = usize::try_from(periods)?;
    Ok(Windows { split, period_ms, before: periods, after: periods })
}
