//! The driver's side: windows that are not done are given out, and what comes back
//! is put where a window looked at here would be, so that a scan goes on from it
//! like from any other.

use super::archive;
use super::job::{Carried, Common, Job};
use crate::config::Reading;
use crate::interrupt;
use crate::output::folder::Earlier;
use crate::output::run::Table;
use crate::output::{Folder, Mode};
use crate::progress::Progress;
use crate::reading::Input;
use crate::windows::{self, Outlook};
use anyhow::{Context, anyhow};
use cluster::{Driver, Error};
use std::fs;
use std::io::Write;
use std::path::{self, Path};

/// What is told to other machines beside the windows.
pub(crate) struct Afar<'a> {
    /// The scheduler's `HOST:PORT`.
    pub(crate) scheduler: &'a str,
    pub(crate) reading: &'a Reading,
    /// Reference tables in use.
    pub(crate) tables: &'a [Table],
    /// What is carried over from an earlier run: it is on this machine, and travels.
    pub(crate) carried: &'a [Input],
}

/// Has every window that is not done looked at.
pub(crate) fn run(
    outlook: &Outlook<'_>,
    afar: &Afar<'_>,
    progress: &mut Progress,
) -> anyhow::Result<()> {
    let todo = outlook.windows.iter().enumerate();
    let (done, todo): (Vec<_>, Vec<_>) =
        todo.partition(|(number, _)| outlook.state.is_done(*number));
    done.iter().for_each(|(_, window)| progress.advance(window.rows, window.rows));
    if todo.is_empty() {
        return Ok(());
    }
    let carried: Vec<Carried> = afar.carried.iter().map(carry).collect::<anyhow::Result<_>>()?;
    let common = Common {
        reading: &elsewhere(afar.reading)?,
        tables: afar.tables,
        weighing: outlook.task.limits.weighing,
        quota: outlook.task.quota,
        carried: &carried,
    };
    let driver = Driver::connect(afar.scheduler).map_err(|error| advised(outlook, error.into()))?;
    interrupt::last(driver.canceller());
    let jobs = todo.into_iter().map(|(number, window)| {
        // Those that are carried come first, and travel with the job.
        let inputs = (outlook.inputs)(window).split_off(afar.carried.len());
        let inputs = inputs.iter().map(Input::tell).collect::<anyhow::Result<_>>()?;
        Ok(cluster::Job { number, bytes: Job::of(&common, window, inputs).pack()? })
    });
    let outcome = driver.run(jobs, |number, blob| {
        let window = &outlook.windows[number];
        put(&blob, &outlook.state.part(number)).with_context(|| windows::name(window))?;
        progress.advance(window.rows, window.rows);
        Ok(())
    });
    outcome.map_err(|error| advised(outlook, error))
}

/// The same for whoever works in another folder.
fn elsewhere(reading: &Reading) -> anyhow::Result<Reading> {
    let refdata = reading.refdata.as_deref().map(path::absolute).transpose()?;
    Ok(Reading { refdata, ..reading.clone() })
}

fn carry(input: &Input) -> anyhow::Result<Carried> {
    let path = input.path().context("what is carried over is a file")?;
    let lines = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok((input.name.clone(), lines))
}

/// Puts what came back in its place, whole or not at all.
fn put(blob: &[u8], dir: &Path) -> anyhow::Result<()> {
    let folder = Folder::begin(dir, Earlier::Keep)?;
    for (name, bytes) in archive::unpack(blob)? {
        let mut file = folder.file(&name, Mode::Private)?;
        file.write_all(&bytes)?;
        file.finish()?;
    }
    folder.finish()
}

/// Says which window an error is of, and what to do.
fn advised(outlook: &Outlook<'_>, error: anyhow::Error) -> anyhow::Error {
    let window = |number: &usize| windows::name(&outlook.windows[*number]);
    match error.downcast_ref::<Error>() {
        Some(Error::Failed { number, why }) => anyhow!("{}: {why}", window(number)),
        Some(Error::Lost { number, .. } | Error::TooLarge { number, .. }) => {
            let name = window(number);
            error.context(name)
        }
        Some(none @ Error::NoScheduler { .. }) => {
            anyhow!("{none}; start one with `dragnet cluster scheduler`, or look at --cluster")
        }
        Some(none @ Error::NoExecutors { .. }) => {
            anyhow!("{none}; start some with `dragnet cluster executor`")
        }
        _ => error,
    }
}
