//! A scan in windows: each is looked at by itself, campaigns are put together on a
//! sample of all, and the result has the figures of all.

use super::spilled::{self, Spilled};
use super::work::{Names, Work};
use super::{Outcome, check_rejected};
use crate::commands::Usage;
use crate::config::Scan;
use crate::cpu::Stopwatch;
use crate::live;
use crate::output::accounts::Accounts;
use crate::output::rejected::{RejectedFile, Tally};
use crate::output::{REJECTED, run};
use crate::progress::Progress;
use crate::reading::{First, Input, Spool};
use crate::terminal::units;
use crate::windows::{
    BYTES_PER_ROW, Drawn, Facts, Fingerprint, Joined, Listed, Outlook, Quota, SAMPLE_LOG, State,
    Task, Window, cut, draw, facts, run as look_at_all,
};
use anyhow::{Context, bail};
use campaigns::{Findings, Found, Share, parts};
use dragnet::lake::HOUR_MS;
use dragnet::report::{Buckets, Volume};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A log that is looked at in windows.
pub(super) struct Log {
    /// Sign-ups of each input by hour since the epoch.
    pub(super) hours: Vec<BTreeMap<i64, u64>>,
    pub(super) windows: Vec<Window>,
    /// The lake that it had to be made, for as long as the scan lasts.
    pub(super) spilled: Option<Spilled>,
}

impl Log {
    /// Of all inputs.
    fn all_hours(&self) -> BTreeMap<i64, u64> {
        sum(&self.hours)
    }

    fn rows(&self) -> u64 {
        self.windows.iter().map(|window| window.rows).sum()
    }
}

fn sum(hours: &[BTreeMap<i64, u64>]) -> BTreeMap<i64, u64> {
    let mut all = BTreeMap::new();
    for (hour, rows) in hours.iter().flatten() {
        *all.entry(*hour).or_default() += rows;
    }
    all
}

impl Work<'_> {
    /// So many sign-ups may be looked at at once. What accounts did, and what is known
    /// of them, is joined to the whole log only, as far as memory allows.
    pub(super) fn rows_at_once(&self) -> u64 {
        let wide = &self.scan.wide;
        if self.has_companions() { wide.memory / BYTES_PER_ROW } else { wide.window_rows }
    }

    fn has_companions(&self) -> bool {
        !self.scan.harm.is_empty() || !self.scan.labels.is_empty()
    }

    /// The windows of the log; none where it can be looked at at once.
    pub(super) fn windows(&mut self) -> anyhow::Result<Option<Log>> {
        if let Some(log) = self.timed_log()? {
            return Ok(log);
        }
        if !self.is_too_large() {
            return Ok(None);
        }
        self.check_companions(self.rows_at_once() + 1)?;
        self.spill(spilled::beside(&self.state_dir()))
    }

    /// Fails where a log of so many sign-ups, more than may be looked at at once, is to
    /// be joined to something.
    fn check_companions(&self, rows: u64) -> anyhow::Result<()> {
        if self.has_companions() {
            bail!(Usage(format!(
                "--harm and --labels need the whole log at once: {} sign-ups and more, for \
                 which {} of memory are needed (--memory)",
                units::count(rows),
                units::bytes(rows * BYTES_PER_ROW)
            )));
        }
        Ok(())
    }

    /// How many of the inputs are carried over from an earlier run: the first.
    pub(super) fn carried(&self) -> usize {
        usize::from(self.scan.live.is_some())
    }

    /// `.NAME.windows`, beside the result or where the user wants it.
    fn state_dir(&self) -> PathBuf {
        let out = &self.scan.out;
        let name = format!(".{}.windows", out.file_name().unwrap_or_default().to_string_lossy());
        match &self.scan.wide.spill {
            Some(spill) => spill.join(name),
            None => out.with_file_name(name),
        }
    }

    /// The same where every input tells its times by itself; none where one does not.
    pub(super) fn timed_log(&mut self) -> anyhow::Result<Option<Option<Log>>> {
        let hours = self.inputs[self.carried()..].par_iter().map(|input| input.hours(&self.plan));
        // One that cannot be read is told of where it is read.
        let hours: Option<Vec<_>> = hours.map(|hours| hours.ok().flatten()).collect();
        let Some(mut hours) = hours else { return Ok(None) };
        if let Some(between) = &self.scan.reading.between {
            let is_asked =
                |hour: &i64| hour * HOUR_MS < between.end && (hour + 1) * HOUR_MS > between.start;
            hours.iter_mut().for_each(|hours| hours.retain(|hour, _| is_asked(hour)));
        }
        let all = sum(&hours);
        if all.values().sum::<u64>() <= self.rows_at_once() {
            return Ok(Some(None));
        }
        let windows = cut(&all, self.scan.wide.window_rows);
        let log = Log { hours, windows, spilled: None };
        Ok(Some((log.windows.len() > 1).then_some(log)))
    }

    /// Scans a log in windows.
    pub(super) fn run_in_windows(mut self, log: Log) -> anyhow::Result<Outcome> {
        self.check_companions(log.rows())?;
        let mut inputs = std::mem::take(&mut self.inputs);
        let carried = inputs.drain(..self.carried()).collect::<Vec<_>>();
        let inputs: Vec<Input> = inputs.into_iter().map(Input::undigested).collect();
        let described = described(&self.scan.sources[0].name(), &inputs);
        let state = self.look(&log, &carried, &inputs)?;
        inputs.iter().try_for_each(|input| input.discard(&self.folder))?;
        self.timed("windows");
        let dirs = state.parts();
        let parts = dirs.iter().map(|dir| facts(dir)).collect::<anyhow::Result<Vec<Facts>>>()?;
        let tally = self.set_aside(&log, &dirs, &parts)?;
        let drawn = draw(&dirs, &parts, self.scan.wide.window_rows, &self.folder)?;
        self.inputs = carried;
        let outcome = self.join(&log, &dirs, &parts, &drawn, tally, described)?;
        state.remove()?;
        log.spilled.map_or(Ok(()), Spilled::remove)?;
        Ok(outcome)
    }

    fn look(&mut self, log: &Log, carried: &[Input], inputs: &[Input]) -> anyhow::Result<State> {
        let wide = &self.scan.wide;
        let known = |input: &Input| {
            let (bytes, changed_ms) = input.changed();
            (input.name.clone(), bytes, changed_ms)
        };
        let named = inputs.iter().map(known).collect();
        let fingerprint = Fingerprint::of(&self.scan.options, named, &log.windows);
        let state = State::open(self.state_dir(), &fingerprint, wide.resume)?;
        self.progress.rows("Windows", log.rows());
        let largest = log.windows.iter().map(|window| window.rows).max().unwrap_or(0);
        let quota = Quota::of(log.rows(), log.windows.len(), wide.window_rows);
        let workers = wide.workers(largest, self.scan.threads).min(log.windows.len());
        let stopwatch = if workers == 1 { Stopwatch::alone } else { Stopwatch::beside };
        let task = Task { plan: &self.plan, limits: &self.scan.limits, quota, stopwatch };
        let files = |window: &Window| {
            let hours =
                window.between.start.div_euclid(HOUR_MS)..window.between.end.div_euclid(HOUR_MS);
            let has = |of: &BTreeMap<i64, u64>| of.range(hours.clone()).next().is_some();
            let files = inputs.iter().zip(&log.hours).filter(|(_, of)| has(of));
            carried.iter().chain(files.map(|(input, _)| input)).cloned().collect()
        };
        let outlook = Outlook {
            task: &task,
            windows: &log.windows,
            state: &state,
            workers,
            threads: self.scan.threads,
            inputs: &files,
        };
        let asked = Asked { scan: self.scan, reference: &self.reference, carried };
        asked.look(&outlook, &mut self.progress).with_context(|| {
            let (done, all) = (state.done(), log.windows.len());
            format!("stopped after {done} of {all} windows; --resume goes on with what is done")
        })?;
        self.progress.clear();
        self.spill_bytes = state.bytes();
        Ok(state)
    }

    /// Puts together what the windows set aside.
    fn set_aside(&mut self, log: &Log, dirs: &[PathBuf], parts: &[Facts]) -> anyhow::Result<Tally> {
        let mut rejected = RejectedFile::begin(&self.folder)?;
        let spilled = log.spilled.iter().flat_map(|spilled| &spilled.rejected);
        for path in spilled.cloned().chain(dirs.iter().map(|dir| dir.join(REJECTED))) {
            rejected.append(&path)?;
        }
        let tally = rejected.finish()?;
        let rows = parts.iter().map(|facts| facts.rows).sum();
        check_rejected(rows, &tally, self.scan.max_rejected)?;
        Ok(tally)
    }

    fn join(
        mut self,
        log: &Log,
        dirs: &[PathBuf],
        parts: &[Facts],
        drawn: &Drawn,
        tally: Tally,
        described: run::Input,
    ) -> anyhow::Result<Outcome> {
        self.plan = self.plan.of_evidence();
        self.inputs.push(Input::written("the sample", self.folder.path(SAMPLE_LOG)));
        let first = self.read_sample()?;
        let joined = Joined::of(parts, drawn, &first.table, self.scan.live.as_ref());
        let found = self.find_together(&first, &joined);
        let second = self.read_again(&first, &found, None)?;
        let mut findings = found.name(&second.values);
        let listed = joined.complete(&mut findings);
        live::recall(self.scan.live.as_ref(), &first.table, &mut findings.campaigns);
        (findings.share, findings.missing) = overall(parts);
        self.list(&first, &findings, &listed, dirs)?;
        let volume = volume(&log.all_hours(), &listed);
        self.folder.discard(SAMPLE_LOG)?;
        self.inputs.clear();
        let sum = |of: fn(&Facts) -> u64| parts.iter().map(of).sum::<u64>();
        let input = run::Input {
            rows: sum(|facts| facts.rows),
            signups: sum(|facts| facts.signups),
            rejected: tally.rows.count(),
            mapping: parts
                .iter()
                .map(|f| f.mapping.clone())
                .max_by_key(Vec::len)
                .unwrap_or_default(),
            unused_columns: parts[0].unused_columns.clone(),
            problem: parts.iter().find_map(|facts| facts.problem.clone()),
            ..described
        };
        let spilled = log.spilled.as_ref().map(|spilled| spilled.inputs.clone());
        let inputs = spilled.unwrap_or_else(|| vec![input]);
        let mut run = self.facts(inputs, &findings, &tally);
        run.windows = Some(self.windows_facts(log, parts, &first));
        let found = Names::of(&found, &first.table);
        self.publish(findings, found, run, second, &volume)
    }

    fn read_sample(&mut self) -> anyhow::Result<First> {
        let aside = ".sample.rejected";
        let mut rejected = RejectedFile::named(&self.folder, aside)?;
        let first = self.read_into(&mut rejected)?;
        rejected.finish()?;
        self.folder.discard(aside)?;
        self.timed("sample");
        Ok(first)
    }

    fn find_together(&mut self, first: &First, joined: &Joined<'_>) -> Found {
        self.progress.step("Putting campaigns together");
        let (limits, previous) = (&self.scan.limits, &self.scan.previous);
        let sample = joined.sample();
        let found =
            self.watched(|watch| parts::join(&first.table, limits, previous, &sample, watch));
        self.timed("join");
        found
    }

    fn list(
        &mut self,
        first: &First,
        findings: &Findings,
        listed: &Listed<'_>,
        dirs: &[PathBuf],
    ) -> anyhow::Result<()> {
        self.progress.step("Writing");
        let carried = first.table.carried();
        let mut accounts = Accounts::begin(&self.folder, findings, carried)?;
        let rows = findings.risk.len() - carried;
        Spool::drain(&self.folder, rows, |account_id| accounts.push(account_id))?;
        listed.rest(dirs, |account_id, risk, campaign| {
            accounts.push_listed(account_id, risk, campaign)
        })?;
        accounts.finish()
    }

    fn windows_facts(&self, log: &Log, parts: &[Facts], first: &First) -> run::Windows {
        run::Windows {
            windows: log.windows.len() as u64,
            rows_max: self.scan.wide.window_rows,
            sample: (first.table.len() - first.table.carried()) as u64,
            spill_bytes: self.spill_bytes,
            timings: run::added(parts.iter().flat_map(|facts| &facts.timings)),
            passes: run::added(parts.iter().flat_map(|facts| &facts.passes)),
        }
    }
}

/// What says by whom windows are looked at, and what others have to know.
#[cfg_attr(not(feature = "cluster"), expect(dead_code, reason = "nobody else looks"))]
struct Asked<'a> {
    scan: &'a Scan,
    reference: &'a run::Reference,
    carried: &'a [Input],
}

impl Asked<'_> {
    #[cfg(not(feature = "cluster"))]
    fn look(&self, outlook: &Outlook<'_>, progress: &mut Progress) -> anyhow::Result<()> {
        look_at_all(outlook, progress)
    }

    #[cfg(feature = "cluster")]
    fn look(&self, outlook: &Outlook<'_>, progress: &mut Progress) -> anyhow::Result<()> {
        use crate::afar::{self, Afar};
        let Some(scheduler) = self.scan.wide.cluster.as_deref() else {
            return look_at_all(outlook, progress);
        };
        let (reading, tables) = (&self.scan.reading, &self.reference.tables);
        let afar = Afar { scheduler, reading, tables, carried: self.carried };
        afar::run(outlook, &afar, progress)
    }
}

/// The share of all sign-ups: the windows' by their sizes. Their errors come from
/// the same sources, so that the interval is no narrower for being of many.
fn overall(parts: &[Facts]) -> (Share, Vec<String>) {
    let rows: f64 = parts.iter().map(|facts| facts.signups as f64).sum();
    let mean = |of: fn(&Share) -> f64| {
        let sum: f64 = parts.iter().map(|facts| of(&facts.share) * facts.signups as f64).sum();
        sum / rows.max(1.0)
    };
    let share = Share {
        estimate: mean(|share| share.estimate),
        low: mean(|share| share.low),
        high: mean(|share| share.high),
        caveat: parts.iter().find_map(|facts| facts.share.caveat.clone()),
    };
    let lacks = |facts: &Facts| facts.missing.iter().cloned().collect::<BTreeSet<_>>();
    let everywhere = parts.iter().filter(|facts| facts.signups > 0).map(lacks);
    let everywhere = everywhere.reduce(|x, y| &x & &y).unwrap_or_default();
    let in_order = parts.iter().flat_map(|facts| &facts.missing);
    let mut missing: Vec<String> = Vec::new();
    for words in in_order.filter(|words| everywhere.contains(*words)) {
        if !missing.contains(words) {
            missing.push(words.clone());
        }
    }
    (share, missing)
}

fn volume(hours: &BTreeMap<i64, u64>, listed: &Listed<'_>) -> Volume {
    let times: Vec<i64> = hours.keys().map(|hour| hour * HOUR_MS).collect();
    let mut volume = Volume::new(Buckets::fitting(&times), listed.hours.len());
    for (hour, signups) in hours {
        volume.add_all(hour * HOUR_MS, *signups);
    }
    for (campaign, hours) in (0..).zip(&listed.hours) {
        for (hour, accounts) in hours {
            volume.add_campaigns(hour * HOUR_MS, campaign, *accounts);
        }
    }
    volume
}

/// All inputs as one.
fn described(name: &str, inputs: &[Input]) -> run::Input {
    run::Input {
        name: match inputs.len() {
            1 => name.to_owned(),
            n => format!("{name} and {} more", n - 1),
        },
        format: Some("Parquet".to_owned()),
        bytes: inputs.iter().map(Input::bytes).sum(),
        sha256: String::new(),
        ..run::Input::default()
    }
}
