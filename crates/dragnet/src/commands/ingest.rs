//! `dragnet ingest`: logs in, a lake of Parquet by day out.

use crate::args::IngestArgs;
use crate::config::{Ingest, Output, Repeats};
use crate::output::folder::Earlier;
use crate::output::rejected::{Reason, RejectedFile, Tally};
use crate::output::{Folder, REJECTED, run};
use crate::progress::Progress;
use crate::reading::{Days, Digested, Input, Need, Plan, Storing, read_rows};
use crate::terminal::units;
use crate::{interrupt, terminal};
use anyhow::{Context, bail};
use dragnet::lake::{self, Ingested, Store, Stored};
use events::reference::Tables;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Instant;

/// Reasons for bad rows that are shown, at most.
const REASONS_SHOWN_MAX: usize = 5;

/// Ingests and says what is in the lake now that was not before.
pub(crate) fn run(args: IngestArgs) -> anyhow::Result<()> {
    let ingest = Ingest::resolve(&args)?;
    interrupt::install()?;
    rayon::ThreadPoolBuilder::new().num_threads(ingest.threads).build_global()?;
    let outcome = take(&ingest)?;
    let text = match ingest.show {
        Output::Nothing => return Ok(()),
        Output::Json => format!("{}\n", serde_json::to_string_pretty(&outcome)?),
        Output::Tables => outcome.words(),
    };
    Ok(terminal::print(&text)?)
}

/// Brings into the lake what is not there.
pub(crate) fn take(ingest: &Ingest) -> anyhow::Result<Outcome> {
    Work::begin(ingest)?.run()
}

/// What became of it.
#[derive(Serialize)]
pub(crate) struct Outcome {
    lake: String,
    /// The run's name; none where there was nothing new.
    run: Option<String>,
    files: Vec<String>,
    bytes: u64,
    days: usize,
    rows: u64,
    rejected_rows: u64,
    rejected_fields: u64,
    sources: Vec<run::Input>,
    /// Inputs whose bytes were in the lake before.
    skipped: Vec<String>,
    reasons: Vec<Reason>,
    seconds: f64,
}

/// An ingest under way.
struct Work<'a> {
    config: &'a Ingest,
    plan: Plan,
    ingest: lake::Ingest,
    folder: Folder,
    progress: Progress,
    begun: Instant,
}

impl<'a> Work<'a> {
    fn begin(config: &'a Ingest) -> anyhow::Result<Self> {
        let plan = Plan::of(&config.reading, config.threads, config.show, Tables::built_in());
        let ingest = lake::Ingest::begin(config.lake.clone())?;
        let staging = match &config.lake {
            Store::Folder(folder) => folder.join(lake::STAGING),
            Store::Bucket(_) => std::env::temp_dir().join("dragnet-ingest"),
        };
        Ok(Self {
            config,
            plan,
            ingest,
            folder: Folder::begin(&staging, Earlier::Keep)?,
            progress: Progress::new(config.progress),
            begun: Instant::now(),
        })
    }

    fn run(mut self) -> anyhow::Result<Outcome> {
        let (inputs, skipped) = self.inputs()?;
        if inputs.is_empty() {
            return Ok(self.done().outcome(None, &[], Vec::new(), skipped, &Tally::default()));
        }
        let run = self.ingest.name(inputs.iter().map(|(_, sha256)| sha256.as_str()));
        let (sources, tally) = self.read(&run, &inputs)?;
        for (input, _) in &inputs {
            input.discard(&self.folder)?;
        }
        let done = self.done();
        let files = self.commit(&run, &sources, &tally)?;
        Ok(done.outcome(Some(run), &files, sources, skipped, &tally))
    }

    fn done(&self) -> Done {
        Done { lake: self.config.lake.name(""), begun: self.begun }
    }

    fn commit(
        mut self,
        run: &str,
        sources: &[run::Input],
        tally: &Tally,
    ) -> anyhow::Result<Vec<Stored>> {
        let taken = sources.iter().filter(|source| source.problem.is_none());
        let ingested = taken.map(|source| Ingested {
            name: source.name.clone(),
            bytes: source.bytes,
            sha256: source.sha256.clone(),
            rows: source.signups,
            rejected: source.rejected,
            run: run.to_owned(),
        });
        let ingested = ingested.collect();
        let is_any = tally.rows.count() + tally.fields.count() > 0
            || sources.iter().any(|source| source.problem.is_some());
        let rejected = is_any.then(|| self.folder.path(REJECTED));
        let staging = self.folder.path("");
        self.progress.step("Writing");
        let files = interrupt::release(&staging, || {
            self.ingest.commit(ingested, &staging, rejected.as_deref())
        })?;
        self.progress.clear();
        Ok(files)
    }

    /// The inputs that are not in the lake, with their checksums, and the names of
    /// those that are.
    fn inputs(&mut self) -> anyhow::Result<(Vec<Digested>, Vec<String>)> {
        let sources = self.config.sources.iter().enumerate();
        let folder = &self.folder;
        let inputs = sources.map(|(at, source)| Input::prepare(source, at, folder, Need::Bytes));
        let inputs = inputs.collect::<anyhow::Result<Vec<_>>>()?;
        self.progress.step("Comparing");
        let digests: Vec<String> = inputs.par_iter().map(|input| input.digest().1).collect();
        self.progress.clear();
        let (mut new, mut skipped, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (input, sha256) in inputs.into_iter().zip(digests) {
            let is_known = self.ingest.has(&sha256) || !seen.insert(sha256.clone());
            if is_known && self.config.repeats == Repeats::Skipped {
                skipped.push(input.name.clone());
                input.discard(&self.folder)?;
            } else {
                new.push((input, sha256));
            }
        }
        Ok((new, skipped))
    }

    fn read(&mut self, run: &str, inputs: &[Digested]) -> anyhow::Result<(Vec<run::Input>, Tally)> {
        self.progress.bytes("Ingesting", inputs.iter().map(|(input, _)| input.bytes()).sum());
        let mut rejected = RejectedFile::begin(&self.folder)?;
        let (ingest, staging) = (&mut self.ingest, self.folder.path(""));
        let mut days = |days: Days, extra: &[String]| {
            let encoded: Result<Vec<_>, _> =
                days.into_par_iter().map(|(day, rows)| lake::encode(day, &rows, extra)).collect();
            let mut encoded = encoded.context("cannot write Parquet")?.into_iter();
            encoded.try_for_each(|encoded| ingest.put(run, encoded, &staging))
        };
        let storing =
            Storing { days: &mut days, rejected: &mut rejected, progress: &mut self.progress };
        let sources = read_rows(&self.plan, inputs, storing)?;
        let tally = rejected.finish()?;
        self.progress.clear();
        self.check(&sources, &tally)?;
        Ok((sources, tally))
    }

    /// Fails where nothing is readable or too much is bad, and says why.
    fn check(&self, sources: &[run::Input], tally: &Tally) -> anyhow::Result<()> {
        let reasons = tally.rows.most_frequent().into_iter().map(|reason| {
            let count = units::count(reason.count);
            format!("{} ({count}, first at {})", reason.reason, reason.first)
        });
        let rows: u64 = sources.iter().map(|source| source.rows).sum();
        let bad = tally.rows.count();
        if sources.iter().all(|source| source.signups == 0) {
            let problems = sources.iter().filter_map(|source| {
                source.problem.as_ref().map(|problem| format!("{}: {problem}", source.name))
            });
            let why: Vec<_> = problems.chain(reasons).take(REASONS_SHOWN_MAX).collect();
            bail!("nothing to ingest\n  {}", why.join("\n  "));
        }
        if self.config.max_rejected.is_exceeded(bad, rows) {
            let why: Vec<_> = reasons.take(REASONS_SHOWN_MAX).collect();
            bail!(
                "{bad} of {rows} rows are bad, more than --max-rejected {} allows\n  {}\n\
                 Nothing was ingested. A wrong column is mended with --map; to go on \
                 regardless, raise --max-rejected",
                self.config.max_rejected,
                why.join("\n  ")
            );
        }
        Ok(())
    }
}

/// What is known of an ingest that is over, besides what it read.
struct Done {
    lake: String,
    begun: Instant,
}

impl Done {
    fn outcome(
        self,
        run: Option<String>,
        files: &[Stored],
        sources: Vec<run::Input>,
        skipped: Vec<String>,
        tally: &Tally,
    ) -> Outcome {
        let days: BTreeSet<&str> = files.iter().map(|file| file.day.as_str()).collect();
        Outcome {
            lake: self.lake,
            run,
            files: files.iter().map(|file| file.path.clone()).collect(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            days: days.len(),
            rows: files.iter().map(|file| file.rows).sum(),
            rejected_rows: tally.rows.count(),
            rejected_fields: tally.fields.count(),
            sources,
            skipped,
            reasons: tally.rows.most_frequent().into_iter().cloned().collect(),
            seconds: self.begun.elapsed().as_secs_f64(),
        }
    }
}

impl Outcome {
    /// Inputs that could not be read.
    pub(crate) fn left_out(self) -> impl Iterator<Item = run::Input> {
        self.sources.into_iter().filter(|source| source.problem.is_some())
    }

    /// The same for a person.
    fn words(&self) -> String {
        let mut lines = Vec::new();
        for name in &self.skipped {
            lines.push(format!("{name} is in the lake already: skipped (--again takes it again)"));
        }
        for source in &self.sources {
            if let Some(problem) = &source.problem {
                lines.push(format!("{}: {problem}: left out", source.name));
            }
        }
        if let Some(run) = &self.run {
            lines.push(format!(
                "{} of {} in {} ({}) added to {} in {:.1} s, {} rows/s",
                units::counted(self.rows, "sign-up", "sign-ups"),
                units::counted(self.days as u64, "day", "days"),
                units::counted(self.files.len() as u64, "file", "files"),
                units::bytes(self.bytes),
                self.lake,
                self.seconds,
                units::count((self.rows as f64 / self.seconds.max(0.001)) as u64),
            ));
            if self.rejected_rows + self.rejected_fields > 0 {
                lines.push(format!(
                    "{} and {} set aside: _rejected/{run}.jsonl",
                    units::counted(self.rejected_rows, "row", "rows"),
                    units::counted(self.rejected_fields, "field", "fields"),
                ));
            }
            for reason in self.reasons.iter().take(REASONS_SHOWN_MAX) {
                let count = units::count(reason.count);
                lines.push(format!("  {} ({count}, first at {})", reason.reason, reason.first));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }
}
