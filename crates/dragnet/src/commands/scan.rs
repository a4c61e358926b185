//! `dragnet scan`: sign-ups in, campaigns out.

use crate::args::ScanArgs;
use crate::config::{MaxRejected, Output, Scan};
use crate::output::accounts::Accounts;
use crate::output::evidence::Evidence;
use crate::output::rejected::{RejectedFile, Tally};
use crate::output::report::{self, Report};
use crate::output::run::{self, Reference, Run, Timing};
use crate::output::{self, Folder};
use crate::progress::Progress;
use crate::reading::{
    Beside, First, Harms, Input, Labelled, Need, Outlets, Pass, Plan, Roll, Second, Sinks, Spool,
    read_first, read_second,
};
use crate::{interrupt, refdata, terminal};
use anyhow::bail;
use campaigns::{Campaign, Findings, Found, Kind};
use serde::Serialize;
use signals::Values;
use std::time::Instant;

/// Why a run fails, at most so many reasons.
const REASONS_SHOWN_MAX: usize = 5;

/// Scans and shows what was found.
pub(crate) fn run(args: ScanArgs) -> anyhow::Result<()> {
    let scan = Scan::resolve(args)?;
    interrupt::install()?;
    rayon::ThreadPoolBuilder::new().num_threads(scan.threads).build_global()?;
    let outcome = Work::begin(&scan)?.run()?;
    show(&scan, &outcome)
}

/// What is shown once the result is in place.
#[derive(Serialize)]
struct Outcome {
    run: Run,
    campaigns: Vec<Campaign>,
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

/// A scan under way.
struct Work<'a> {
    scan: &'a Scan,
    plan: Plan,
    reference: Reference,
    folder: Folder,
    inputs: Vec<Input>,
    progress: Progress,
    /// What was read beside the sign-ups.
    companions: Vec<run::Companion>,
    timings: Vec<Timing>,
    step_begun: Instant,
}

/// What is known of the log's accounts from elsewhere.
#[derive(Default)]
struct Known {
    harms: Option<Harms>,
    labelled: Option<Labelled>,
}

impl<'a> Work<'a> {
    fn begin(scan: &'a Scan) -> anyhow::Result<Self> {
        let dir = refdata::folder_to_read(scan.reading.refdata.as_deref())?;
        let (tables, table_notes) = refdata::open(dir.as_deref())?;
        let reference = Reference::of(&tables, table_notes);
        let plan = Plan::of(&scan.reading, scan.threads, scan.show, tables);
        let folder = Folder::begin(&scan.out, scan.earlier)?;
        let step_begun = Instant::now();
        let sources = scan.sources.iter().enumerate();
        let prepare = |(number, source)| Input::prepare(source, number, &folder, Need::Columns);
        let inputs = sources.map(prepare);
        let inputs = inputs.collect::<anyhow::Result<_>>()?;
        let progress = Progress::new(scan.progress);
        Ok(Self {
            scan,
            plan,
            reference,
            folder,
            inputs,
            progress,
            companions: Vec::new(),
            timings: Vec::new(),
            step_begun,
        })
    }

    fn run(mut self) -> anyhow::Result<Outcome> {
        let (first, known, tally) = self.read()?;
        let found = self.find(&first, known.labelled.as_ref());
        let second = self.read_again(&first, &found)?;
        let mut findings = found.name(&second.values);
        let harm = known.harms.map(|harms| harms.join(&mut findings));
        let labels = known.labelled.map(|labelled| labelled.join(&mut findings));
        self.write_accounts(&findings)?;
        output::campaigns::write(&self.folder, &findings.campaigns, &found.identities())?;
        self.scan.pseudonyms.write(&self.folder)?;
        drop(found);
        self.timed("write");
        let pseudonyms = &self.scan.pseudonyms;
        findings.campaigns =
            findings.campaigns.into_iter().map(|c| pseudonyms.campaign(c)).collect();
        let mut run = self.facts(&first, &findings, &tally);
        (run.harm, run.labels) = (harm, labels);
        let report = Report {
            findings: &findings,
            run: &run,
            times_ms: first.table.times_ms(),
            samples: &second.samples,
            pseudonyms,
            rank: self.scan.rank,
            generated_ms: self.scan.reading.now_ms,
        };
        report.write(&self.folder)?;
        self.timed("report");
        run.timings.clone_from(&self.timings);
        run.peak_memory_bytes = run::peak_memory_bytes();
        run.write(&self.folder)?;
        self.finish()?;
        Ok(Outcome { run, campaigns: findings.campaigns })
    }

    fn finish(mut self) -> anyhow::Result<()> {
        for input in &self.inputs {
            input.discard(&self.folder)?;
        }
        self.progress.clear();
        self.folder.finish()
    }

    fn read(&mut self) -> anyhow::Result<(First, Known, Tally)> {
        self.progress.bytes("Reading", self.inputs.iter().map(Input::bytes).sum());
        let mut spool = Spool::begin(&self.folder)?;
        let mut rejected = RejectedFile::begin(&self.folder)?;
        let sinks =
            Sinks { spool: &mut spool, rejected: &mut rejected, progress: &mut self.progress };
        let first = read_first(&self.plan, &self.inputs, sinks)?;
        spool.close()?;
        let known = self.read_beside(&first, &mut rejected)?;
        let tally = rejected.finish()?;
        self.progress.clear();
        check_readable(&first, &tally, self.scan.max_rejected)?;
        self.timed("read");
        Ok((first, known, tally))
    }

    /// What is known of the accounts from elsewhere, where any of it was given.
    fn read_beside(&mut self, first: &First, rejected: &mut RejectedFile) -> anyhow::Result<Known> {
        let (scan, mut known) = (self.scan, Known::default());
        if scan.harm.is_empty() && scan.labels.is_empty() {
            return Ok(known);
        }
        let roll = Roll::of(&first.table);
        let mut beside = Beside { plan: &self.plan, role: "harm", max_rejected: scan.max_rejected };
        if !scan.harm.is_empty() {
            let outlets = Outlets { rejected, progress: &mut self.progress };
            let (harms, facts) = Harms::read(&beside, &scan.harm, &roll, outlets)?;
            self.companions.extend(facts);
            known.harms = Some(harms);
        }
        if !scan.labels.is_empty() {
            beside.role = "labels";
            let outlets = Outlets { rejected, progress: &mut self.progress };
            let (labelled, facts) =
                Labelled::holding_out(scan.hold_out).read(&beside, &scan.labels, &roll, outlets)?;
            self.companions.extend(facts);
            known.labelled = Some(labelled);
        }
        Ok(known)
    }

    fn find(&mut self, first: &First, labelled: Option<&Labelled>) -> Found {
        self.progress.step("Finding campaigns");
        let (limits, previous) = (&self.scan.limits, &self.scan.previous);
        let known = labelled.map(Labelled::known).unwrap_or_default();
        let found = campaigns::find_taught(&first.table, limits, previous, &known);
        self.timed("find");
        found
    }

    fn read_again(&mut self, first: &First, found: &Found) -> anyhow::Result<Second> {
        self.progress.bytes("Explaining", first.inputs.iter().map(|read| read.facts.bytes).sum());
        let mut evidence = Evidence::begin(&self.folder)?;
        // Who is in which campaign is known before the words for it are.
        let samples = report::sampled(&found.name(&Values::default()).campaign);
        let pass = Pass { plan: &self.plan, inputs: &self.inputs, first, found, samples: &samples };
        let second = read_second(&pass, &mut evidence, &mut self.progress)?;
        evidence.finish()?;
        self.timed("explain");
        Ok(second)
    }

    fn write_accounts(&mut self, findings: &Findings) -> anyhow::Result<()> {
        self.progress.step("Writing");
        let mut accounts = Accounts::begin(&self.folder, findings)?;
        Spool::drain(&self.folder, findings.risk.len(), |account_id| accounts.push(account_id))?;
        accounts.finish()
    }

    fn facts(&self, first: &First, findings: &Findings, tally: &Tally) -> Run {
        let of = |kind| findings.campaigns.iter().filter(move |c| c.kind == kind);
        let sum =
            |of: fn(&run::Input) -> u64| first.inputs.iter().map(|read| of(&read.facts)).sum();
        let reasons =
            |reasons: Vec<&output::rejected::Reason>| reasons.into_iter().cloned().collect();
        let started = jiff::Timestamp::from_millisecond(self.scan.started_ms).unwrap_or_default();
        Run {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rule_version: campaigns::RULE_VERSION,
            started: started.to_string(),
            options: self.scan.options.clone(),
            counts: run::Counts {
                rows: sum(|input| input.rows),
                signups: sum(|input| input.signups),
                rejected_rows: tally.rows.count(),
                rejected_fields: tally.fields.count(),
                campaigns: of(Kind::Factory).count() as u64,
                accounts_in_campaigns: of(Kind::Factory).map(|c| c.accounts).sum(),
                organisations: of(Kind::Organisation).count() as u64,
            },
            inputs: first.inputs.iter().map(|read| read.facts.clone()).collect(),
            companions: self.companions.clone(),
            harm: None,
            labels: None,
            reference: self.reference.for_inputs(first.inputs.iter().map(|read| &read.facts)),
            share: findings.share.clone(),
            missing: findings.missing.clone(),
            rejected_rows: reasons(tally.rows.most_frequent()),
            rejected_fields: reasons(tally.fields.most_frequent()),
            timings: self.timings.clone(),
            peak_memory_bytes: None,
        }
    }

    /// The step that ends here took this long.
    fn timed(&mut self, step: &str) {
        let seconds = self.step_begun.elapsed().as_secs_f64();
        self.timings.push(Timing { step: step.to_owned(), seconds });
        self.step_begun = Instant::now();
    }
}

/// A run fails if nothing is readable or too much is bad, and says why.
fn check_readable(first: &First, tally: &Tally, max: MaxRejected) -> anyhow::Result<()> {
    let rows: u64 = first.inputs.iter().map(|read| read.facts.rows).sum();
    let bad = tally.rows.count();
    if first.table.is_empty() {
        let problems = first.inputs.iter().filter_map(|read| {
            let problem = read.facts.problem.as_ref()?;
            Some(format!("{}: {problem}", read.facts.name))
        });
        let why: Vec<_> = problems.chain(reasons(tally)).take(REASONS_SHOWN_MAX).collect();
        bail!("nothing to scan\n  {}", why.join("\n  "));
    }
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
