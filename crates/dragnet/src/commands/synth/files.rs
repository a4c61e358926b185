//! The files of a world: written under passing names and moved into place once
//! all are whole.

use super::against::Blocklist;
use super::{Output, TruthKind};
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use synth::{Aftermath, Description, Log, Page, TruthFile, write_lake, write_log};

/// Where everything goes.
pub(super) struct Files {
    output: Output,
    rows: PathBuf,
    truth: Option<(TruthKind, PathBuf)>,
    /// Harm, labels.
    aftermath: Option<[PathBuf; 2]>,
    world: PathBuf,
}

impl Files {
    /// The sign-ups and the description in a folder.
    pub(super) fn of(dir: &Path, output: Output) -> Self {
        let rows = match output {
            Output::File(format) => format!("signups.{}", format.ending()),
            Output::Lake => "signups".to_owned(),
        };
        Self {
            output,
            rows: dir.join(rows),
            truth: None,
            aftermath: None,
            world: dir.join("world.json"),
        }
    }

    /// And the truth beside them.
    pub(super) fn truth(self, dir: &Path, kind: TruthKind) -> Self {
        let truth = match kind {
            TruthKind::Csv => Some((kind, dir.join("truth.csv"))),
            TruthKind::Parquet => Some((kind, dir.join("truth.parquet"))),
            TruthKind::None => None,
        };
        Self { truth, ..self }
    }

    /// And what became of the accounts.
    pub(super) fn aftermath(self, dir: &Path) -> Self {
        Self { aftermath: Some([dir.join("harm.csv"), dir.join("labels.csv")]), ..self }
    }

    /// All of them, in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        let rows = std::iter::once(self.rows.as_path());
        let truth = self.truth.iter().map(|(_, path)| path.as_path());
        let aftermath = self.aftermath.iter().flatten().map(PathBuf::as_path);
        rows.chain(truth).chain(aftermath).chain(std::iter::once(self.world.as_path()))
    }

    /// Writes all of them.
    ///
    /// # Errors
    /// The disk refuses, or a row cannot be read back; nothing half-written is left
    /// under a final name.
    pub(super) fn write(&self, log: &Log, blocklist: &mut Blocklist) -> Result<()> {
        let rows = Part::of(&self.rows);
        rows.clear().with_context(|| format!("cannot write {}", self.rows.display()))?;
        let truth = self.truth.as_ref().map(|(kind, path)| (*kind, Part::of(path)));
        let aftermath = self.aftermath.as_ref().map(|paths| paths.each_ref().map(|p| Part::of(p)));
        let mut later = match &aftermath {
            Some(parts) => Some(Later::create(log, parts)?),
            None => None,
        };
        let truth_file = match &truth {
            None => TruthFile::none(),
            Some((TruthKind::Parquet, part)) => TruthFile::parquet(part.writer()?, log)?,
            Some((_, part)) => TruthFile::csv(part.writer()?)?,
        };
        let bar = progress(log.world().rows);
        let beside = |page: &Page| {
            bar.inc(page.rows.len() as u64);
            blocklist.page(page).map_err(io::Error::other)?;
            later.as_mut().map_or(Ok(()), |later| later.page(page))
        };
        match self.output {
            Output::File(format) => write_log(log, format, rows.writer()?, truth_file, beside),
            Output::Lake => write_lake(log, |path| rows.below(path), truth_file, beside),
        }
        .with_context(|| format!("cannot write {}", self.rows.display()))?;
        bar.finish_and_clear();
        later.map_or(Ok(()), Later::close)?;
        let world = Part::of(&self.world);
        let mut writer = world.writer()?;
        serde_json::to_writer_pretty(&mut writer, &Description::of(log))?;
        writer.flush().with_context(|| format!("cannot write {}", self.world.display()))?;
        // The description last: where it stands, the others are whole.
        let beside = truth.map(|(_, part)| part).into_iter().chain(aftermath.into_iter().flatten());
        let mut parts = std::iter::once(rows).chain(beside).chain(std::iter::once(world));
        parts.try_for_each(Part::keep)
    }
}

/// Harm and labels being written.
struct Later {
    of: Aftermath,
    harm: BufWriter<File>,
    labels: BufWriter<File>,
}

impl Later {
    fn create(log: &Log, [harm, labels]: &[Part; 2]) -> Result<Self> {
        let (mut harm, mut labels) = (harm.writer()?, labels.writer()?);
        Aftermath::headers(&mut harm, &mut labels)?;
        Ok(Self { of: Aftermath::of(log), harm, labels })
    }

    fn page(&mut self, page: &Page) -> io::Result<()> {
        self.of.page(page, &mut self.harm, &mut self.labels)
    }

    fn close(mut self) -> Result<()> {
        self.harm.flush().context("cannot write harm.csv")?;
        self.labels.flush().context("cannot write labels.csv")
    }
}

/// Shown on a terminal only.
fn progress(rows: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(
        "{bar:30} {human_pos}/{human_len} rows, {per_sec}, {eta} left",
    );
    ProgressBar::new(rows).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A file or a folder of files under a passing name, removed unless it is kept.
struct Part {
    passing: PathBuf,
    last: PathBuf,
}

impl Part {
    fn of(last: &Path) -> Self {
        let name = last.file_name().and_then(|name| name.to_str()).unwrap_or("part");
        Self { passing: last.with_file_name(format!(".{name}.part")), last: last.to_owned() }
    }

    /// Removes what a run that was broken off left in the folder.
    fn clear(&self) -> io::Result<()> {
        if self.passing.is_dir() { fs::remove_dir_all(&self.passing) } else { Ok(()) }
    }

    fn writer(&self) -> Result<BufWriter<File>> {
        create(&self.passing).with_context(|| format!("cannot create {}", self.passing.display()))
    }

    /// A file in the folder.
    fn below(&self, path: &str) -> io::Result<BufWriter<File>> {
        let path = self.passing.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        create(&path)
    }

    fn keep(self) -> Result<()> {
        if self.last.is_dir() {
            fs::remove_dir_all(&self.last)
                .with_context(|| format!("cannot replace {}", self.last.display()))?;
        }
        fs::rename(&self.passing, &self.last)
            .with_context(|| format!("cannot move {} into place", self.last.display()))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove, and that is fine.
        let _ = if self.passing.is_dir() {
            fs::remove_dir_all(&self.passing)
        } else {
            fs::remove_file(&self.passing)
        };
    }
}

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(1 << 18, File::create(path)?))
}
