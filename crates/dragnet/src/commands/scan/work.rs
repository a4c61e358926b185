//! A scan under way, looked at at once.

use super::{Outcome, check_readable};
use crate::config::Scan;
use crate::cpu::Stopwatch;
use crate::lesson::Lesson;
use crate::live::{self, Keeping, Live};
use crate::output::accounts::Accounts;
use crate::output::evidence::Evidence;
use crate::output::rejected::{RejectedFile, Tally};
use crate::output::report::{self, Report};
use crate::output::run::{self, Reference, Run, Timing};
use crate::output::{self, Folder};
use crate::progress::Progress;
use crate::reading::{
    Beside, First, Harms, Input, Labelled, Need, Outlets, Pass, Plan, Roll, Sinks, Spool, Want,
    read_first, read_second,
};
use crate::refdata;
use campaigns::{Findings, Found, Identity, Kind, Watch};
use dragnet::report::Volume;
use events::SignUp;
use signals::{Table, Values};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use verdicts::Known;

/// What the second reading leaves.
pub(super) struct Second {
    /// The words behind the signals that are cited.
    pub(super) values: Values,
    /// The sign-ups of the sampled rows, by row.
    pub(super) samples: BTreeMap<usize, SignUp>,
    /// What the next run gets to know.
    pub(super) keeping: Keeping,
}

/// Who the campaigns of a run are.
pub(super) struct Names<'a> {
    pub(super) identities: Vec<Identity>,
    /// Ids of the campaigns in the order in which they were found.
    pub(super) ids: Vec<String>,
    pub(super) table: &'a Table,
}

impl<'a> Names<'a> {
    pub(super) fn of(found: &Found, table: &'a Table) -> Self {
        Self { identities: found.identities(), ids: found.ids(), table }
    }
}

fn carried(live: &Live) -> Input {
    Input::written("live campaigns", live.lines().to_owned()).undigested()
}

/// A scan under way.
pub(super) struct Work<'a> {
    pub(super) scan: &'a Scan,
    pub(super) plan: Plan,
    pub(super) reference: Reference,
    pub(super) folder: Folder,
    pub(super) inputs: Vec<Input>,
    pub(super) progress: Progress,
    /// What was read beside the sign-ups.
    companions: Vec<run::Companion>,
    timings: Vec<Timing>,
    /// The passes of the step "find".
    passes: Vec<Timing>,
    step: Stopwatch,
    /// What was kept on the disk on the way, in bytes.
    pub(super) spill_bytes: u64,
}

/// What is known of the log's accounts from elsewhere.
#[derive(Default)]
struct Beforehand {
    harms: Option<Harms>,
    labelled: Option<Labelled>,
}

impl<'a> Work<'a> {
    pub(super) fn begin(scan: &'a Scan) -> anyhow::Result<Self> {
        let dir = refdata::folder_to_read(scan.reading.refdata.as_deref())?;
        let (tables, table_notes) = refdata::open(dir.as_deref())?;
        let reference = Reference::of(&tables, table_notes);
        let plan = Plan::of(&scan.reading, scan.threads, scan.show, tables);
        let folder = Folder::begin(&scan.out, scan.earlier)?;
        let step = Stopwatch::alone();
        let sources = scan.sources.iter().enumerate();
        let prepare = |(number, source)| Input::prepare(source, number, &folder, Need::Columns);
        let inputs = sources.map(prepare);
        let carried = scan.live.iter().map(|live| Ok(carried(live)));
        let inputs = carried.chain(inputs).collect::<anyhow::Result<_>>()?;
        let plan = plan.carrying(usize::from(scan.live.is_some()));
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
            passes: Vec::new(),
            step,
            spill_bytes: 0,
        })
    }

    /// Looks at all at once; `teach` gets what it teaches, if anyone wants to know.
    pub(super) fn run(mut self, teach: Option<&mut dyn FnMut(Known)>) -> anyhow::Result<Outcome> {
        let (first, known, tally) = self.read()?;
        let found = self.find(&first, known.labelled.as_ref());
        let mut lesson = teach.is_some().then(|| Lesson::of(&first.table));
        let second = self.read_again(&first, &found, lesson.as_mut())?;
        let mut findings = found.name(&second.values);
        if let (Some(teach), Some(lesson)) = (teach, lesson) {
            teach(lesson.learn(&first.table, &found, &findings, &self.scan.limits));
        }
        let harm = known.harms.map(|harms| harms.join(&mut findings));
        let labels = known.labelled.map(|labelled| labelled.join(&mut findings));
        live::recall(self.scan.live.as_ref(), &first.table, &mut findings.campaigns);
        self.write_accounts(&first, &findings)?;
        let volume = report::volume(&first.table, &findings);
        let inputs = first.facts().cloned().collect();
        let mut run = self.facts(inputs, &findings, &tally);
        (run.harm, run.labels) = (harm, labels);
        let found = Names::of(&found, &first.table);
        self.publish(findings, found, run, second, &volume)
    }

    /// Writes what is left to write, and puts the result in its place.
    pub(super) fn publish(
        mut self,
        mut findings: Findings,
        found: Names<'_>,
        mut run: Run,
        second: Second,
        volume: &Volume,
    ) -> anyhow::Result<Outcome> {
        output::campaigns::write(&self.folder, &findings.campaigns, &found.identities)?;
        let Second { keeping, samples, .. } = second;
        let (live, shown) = (self.scan.live.as_ref(), &findings.campaigns);
        keeping.write(&self.folder, found.table, &found.ids, shown, live)?;
        let pseudonyms = &self.scan.pseudonyms;
        pseudonyms.write(&self.folder)?;
        self.timed("write");
        findings.campaigns =
            findings.campaigns.into_iter().map(|c| pseudonyms.campaign(c)).collect();
        let report = Report {
            findings: &findings,
            run: &run,
            volume,
            samples: &samples,
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

    fn read(&mut self) -> anyhow::Result<(First, Beforehand, Tally)> {
        let mut rejected = RejectedFile::begin(&self.folder)?;
        let first = self.read_into(&mut rejected)?;
        let known = self.read_beside(&first, &mut rejected)?;
        let tally = rejected.finish()?;
        self.progress.clear();
        check_readable(&first, &tally, self.scan.max_rejected)?;
        self.timed("read");
        Ok((first, known, tally))
    }

    /// The first reading of all inputs.
    pub(super) fn read_into(&mut self, rejected: &mut RejectedFile) -> anyhow::Result<First> {
        self.progress.bytes("Reading", self.inputs.iter().map(Input::bytes).sum());
        let mut spool = Spool::begin(&self.folder)?;
        let progress = &mut self.progress;
        let sinks = Sinks { spool: Some(&mut spool), rejected, progress };
        let first = read_first(&self.plan, &self.inputs, sinks)?;
        spool.close()?;
        Ok(first)
    }

    /// What is known of the accounts from elsewhere, where any of it was given.
    fn read_beside(
        &mut self,
        first: &First,
        rejected: &mut RejectedFile,
    ) -> anyhow::Result<Beforehand> {
        let (scan, mut known) = (self.scan, Beforehand::default());
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
        let table = &first.table;
        let found =
            self.watched(|watch| campaigns::find_taught(table, limits, previous, &known, watch));
        self.timed("find");
        found
    }

    /// Notes what each pass of `find` takes.
    pub(super) fn watched(&mut self, find: impl FnOnce(Watch<'_>) -> Found) -> Found {
        let passes = RefCell::new(Vec::new());
        let watch = Cell::new(Stopwatch::alone());
        let found = find(&|pass| {
            let mut lap = watch.get();
            passes.borrow_mut().push(lap.lap(pass.name()));
            watch.set(lap);
        });
        self.passes = passes.into_inner();
        found
    }

    pub(super) fn read_again(
        &mut self,
        first: &First,
        found: &Found,
        mut lesson: Option<&mut Lesson>,
    ) -> anyhow::Result<Second> {
        self.progress.bytes("Explaining", first.facts().map(|facts| facts.bytes).sum());
        // Who is in which campaign is known before the words for it are.
        let sampled = report::sampled(&found.name(&Values::default()).campaign);
        let mut evidence = Evidence::begin(&self.folder)?;
        let mut second = Second {
            values: Values::wanting(found.wanted()),
            samples: BTreeMap::new(),
            keeping: Keeping::of(found, &first.table),
        };
        let heard = lesson.as_ref().map(|lesson| lesson.rows());
        let is_heard = |row: &usize| heard.as_ref().is_some_and(|rows| rows.contains(row));
        let want = |row| match found.is_evidence(row) || is_heard(&row) {
            true => Want::Whole,
            false => Want::Nothing,
        };
        let pass = Pass { plan: &self.plan, inputs: &self.inputs, first, want: &want };
        read_second(&pass, &mut self.progress, |again| {
            let lines = again.lines.split_inclusive(|byte| *byte == b'\n');
            for ((row, signup), line) in again.signups.into_iter().zip(lines) {
                if let Some(lesson) = lesson.as_mut().filter(|_| is_heard(&row)) {
                    lesson.hear(row, signup.time_ms, self.plan.extractor.row(&signup));
                }
                if !found.is_evidence(row) {
                    continue;
                }
                second.keeping.take(row, line.trim_ascii_end());
                if !first.table.is_carried(row as u32) {
                    evidence.append(line)?;
                }
                second.values.visit(&self.plan.extractor, &signup);
                if sampled.binary_search(&row).is_ok() {
                    second.samples.insert(row, signup);
                }
            }
            Ok(())
        })?;
        evidence.finish()?;
        self.timed("explain");
        Ok(second)
    }

    fn write_accounts(&mut self, first: &First, findings: &Findings) -> anyhow::Result<()> {
        self.progress.step("Writing");
        let carried = first.table.carried();
        let mut accounts = Accounts::begin(&self.folder, findings, carried)?;
        let rows = findings.risk.len() - carried;
        Spool::drain(&self.folder, rows, |account_id| accounts.push(account_id))?;
        accounts.finish()
    }

    pub(super) fn facts(&self, inputs: Vec<run::Input>, findings: &Findings, tally: &Tally) -> Run {
        let of = |kind| findings.campaigns.iter().filter(move |c| c.kind == kind);
        let sum = |of: fn(&run::Input) -> u64| inputs.iter().map(of).sum();
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
            companions: self.companions.clone(),
            harm: None,
            labels: None,
            reference: self.reference.for_inputs(inputs.iter()),
            inputs,
            windows: None,
            share: findings.share.clone(),
            missing: findings.missing.clone(),
            rejected_rows: reasons(tally.rows.most_frequent()),
            rejected_fields: reasons(tally.fields.most_frequent()),
            timings: self.timings.clone(),
            passes: self.passes.clone(),
            peak_memory_bytes: None,
        }
    }

    /// The step that ends here took this long.
    pub(super) fn timed(&mut self, step: &str) {
        self.timings.push(self.step.lap(step));
    }
}
