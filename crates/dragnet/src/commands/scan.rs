//! `dragnet scan`: sign-ups in, campaigns out.

mod spilled;
mod windowed;
mod work;

use crate::args::ScanArgs;
use crate::config::{MaxRejected, Output, Scan};
use crate::output::rejected::Tally;
use crate::output::run::Run;
use crate::reading::First;
use crate::{interrupt, terminal};
use anyhow::bail;
use campaigns::Campaign;
use serde::Serialize;
use verdicts::Known;
use work::Work;

/// Why a run fails, at most so many reasons.
const REASONS_SHOWN_MAX: usize = 5;

/// Scans and shows what was found.
pub(crate) fn run(args: ScanArgs) -> anyhow::Result<()> {
    let scan = Scan::resolve(args)?;
    interrupt::install()?;
    rayon::ThreadPoolBuilder::new().num_threads(scan.threads).build_global()?;
    let mut work = Work::begin(&scan)?;
    let outcome = match work.windows()? {
        Some(log) => work.run_in_windows(log)?,
        None => {
            if scan.wide.cluster.is_some() && scan.show != Output::Nothing {
                work.progress.say(
                    "looked at at once, and here: --cluster is for more sign-ups than a window \
                     has (--window)",
                );
            }
            work.run(None)?
        }
    };
    show(&scan, &outcome)
}

/// Scans at once and shows nothing; what was found, and what it teaches whoever judges
/// the next sign-up.
pub(crate) fn learn(args: ScanArgs) -> anyhow::Result<(Outcome, Known)> {
    let scan = Scan::resolve(args)?;
    let mut taught = Known::default();
    let outcome = Work::begin(&scan)?.run(Some(&mut |known| taught = known))?;
    Ok((outcome, taught))
}

/// What is shown once the result is in place.
#[derive(Serialize)]
pub(crate) struct Outcome {
    pub(crate) run: Run,
    pub(crate) campaigns: Vec<Campaign>,
}

fn show(scan: &Scan, outcome: &Outcome) -> anyhow::Result<()> {
    let text = match scan.show {
        Output::Nothing => return Ok(()),
        Output::Json => format!("{}\n", serde_json::to_string_pretty(outcome)?),
        Output::Tables => {
            let width = terminal::width();
            let order = scan.rank.order(&outcome.campaigns);
            let ordered: Vec<&Campaign> = order.iter().map(|at| &outcome.campaigns[*at]).collect();
            let table = terminal::campaigns::table(&ordered, &scan.out, width);
            let summary = terminal::summary::words(&outcome.run, &scan.out, width);
            format!("\n{table}\n{summary}")
        }
    };
    Ok(terminal::print(&text)?)
}

/// A run fails if nothing is readable or too much is bad, and says why.
fn check_readable(first: &First, tally: &Tally, max: MaxRejected) -> anyhow::Result<()> {
    let rows: u64 = first.facts().map(|facts| facts.rows).sum();
    if first.table.len() == first.table.carried() {
        let problems = first.facts().filter_map(|facts| {
            let problem = facts.problem.as_ref()?;
            Some(format!("{}: {problem}", facts.name))
        });
        let why: Vec<_> = problems.chain(reasons(tally)).take(REASONS_SHOWN_MAX).collect();
        bail!("nothing to scan\n  {}", why.join("\n  "));
    }
    check_rejected(rows, tally, max)
}

fn check_rejected(rows: u64, tally: &Tally, max: MaxRejected) -> anyhow::Result<()> {
    let bad = tally.rows.count();
    if max.is_exceeded(bad, rows) {
        let why: Vec<_> = reasons(tally).take(REASONS_SHOWN_MAX).collect();
        bail!(
            "{bad} of {rows} rows are bad, more than --max-rejected {max} allows\n  {}\n\
             A wrong column is mended with --map; to go on regardless, raise --max-rejected",
            why.join("\n  ")
        );
    }
    Ok(())
}

fn reasons(tally: &Tally) -> impl Iterator<Item = String> {
    let reasons = tally.rows.most_frequent().into_iter();
    let words = reasons.map(|r| {
        format!("{} ({}, first at {})", r.reason, terminal::units::count(r.count), r.first)
    });
    words.collect::<Vec<_>>().into_iter()
}
