//! The executor's side: it looks at the windows that it is given, as many at a time
//! as it has threads and memory for.

use super::archive;
use super::job::Job;
use crate::config::{Output, Reading};
use crate::cpu::Stopwatch;
use crate::output::run::{Reference, Table};
use crate::reading::{Input, Plan};
use crate::terminal::{self, units};
use crate::windows::{BYTES_PER_ROW, Task};
use crate::{refdata, windows};
use anyhow::{Context, ensure};
use campaigns::Limits;
use events::reference::Tables;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A machine that looks at windows.
pub(crate) struct Host {
    threads: usize,
    memory: u64,
    /// Bytes that no window has.
    free: Mutex<u64>,
    freed: Condvar,
    opened: Mutex<Option<Opened>>,
}

/// Reference tables, which take seconds to open, and which jobs share.
#[derive(Clone)]
struct Opened {
    dir: Option<PathBuf>,
    tables: Arc<Tables>,
    said: Vec<Table>,
}

/// Memory that a window has; given back when it is dropped.
struct Held<'a> {
    host: &'a Host,
    bytes: u64,
}

impl Host {
    /// With so many threads, and so many bytes of memory for windows.
    pub(crate) fn new(threads: usize, memory: u64) -> Self {
        Self {
            threads,
            memory,
            free: Mutex::new(memory),
            freed: Condvar::new(),
            opened: Mutex::default(),
        }
    }

    /// Does one job: what the window left, in one blob.
    pub(crate) fn look(&self, job: &[u8]) -> anyhow::Result<Vec<u8>> {
        let job = Job::unpack(job)?;
        let name = windows::name(&job.window);
        let (held, begun) = (self.hold(job.window.rows)?, Instant::now());
        let blob = self.look_at(&job);
        drop(held);
        let rows = units::count(job.window.rows);
        terminal::say(&match &blob {
            Ok(_) => format!("{name}: {rows} rows in {:.1} s", begun.elapsed().as_secs_f64()),
            Err(error) => format!("{name}: {error:#}"),
        });
        blob
    }

    fn look_at(&self, job: &Job) -> anyhow::Result<Vec<u8>> {
        let tables = self.tables(&job.reading, &job.tables)?;
        let room = tempfile::Builder::new().prefix("dragnet-window-").tempdir()?;
        let mut inputs = Vec::new();
        for (number, (name, lines)) in job.carried().enumerate() {
            let path = room.path().join(format!("carried-{number}"));
            fs::write(&path, lines).with_context(|| format!("cannot write {}", path.display()))?;
            inputs.push(Input::written(name, path).undigested());
        }
        let carried = inputs.len();
        for sent in &job.inputs {
            inputs.push(Input::found(sent.clone())?);
        }
        let threads = self.threads_of(job.window.rows);
        let plan = Plan::of(&job.reading, threads, Output::Nothing, tables).carrying(carried);
        let limits = Limits { weighing: job.weighing, ..Limits::default() };
        let task =
            Task { plan: &plan, limits: &limits, quota: job.quota, stopwatch: Stopwatch::beside };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let dir = room.path().join("part");
        pool.install(|| task.look(&job.window, &inputs, threads, &dir))?;
        archive::pack(&archive::read(&dir)?, cluster::BYTES_MAX)
    }

    /// Threads of one window, where all that fit are looked at beside each other.
    fn threads_of(&self, rows: u64) -> usize {
        let fit = self.memory / (rows * BYTES_PER_ROW).max(1);
        let fit = usize::try_from(fit).unwrap_or(usize::MAX).clamp(1, self.threads);
        self.threads / fit
    }

    /// Waits until there is memory for so many rows.
    fn hold(&self, rows: u64) -> anyhow::Result<Held<'_>> {
        let bytes = rows * BYTES_PER_ROW;
        ensure!(
            bytes <= self.memory,
            "{} sign-ups take {} of memory and an executor has {}: scan in smaller windows \
             (--window), or give it more (--memory)",
            units::count(rows),
            units::bytes(bytes),
            units::bytes(self.memory)
        );
        let waiting = self.freed.wait_while(lock(&self.free), |free| *free < bytes);
        *waiting.unwrap_or_else(PoisonError::into_inner) -= bytes;
        Ok(Held { host: self, bytes })
    }

    /// The reference tables, which have to be those that the scan was started with.
    fn tables(&self, reading: &Reading, wanted: &[Table]) -> anyhow::Result<Arc<Tables>> {
        let dir = refdata::folder_to_read(reading.refdata.as_deref())?;
        let mut kept = lock(&self.opened);
        let opened = match kept.as_ref().filter(|opened| opened.dir == dir) {
            Some(opened) => opened.clone(),
            None => {
                let (tables, notes) = refdata::open(dir.as_deref())?;
                let said = Reference::of(&tables, notes).tables;
                kept.insert(Opened { dir, tables: Arc::new(tables), said }).clone()
            }
        };
        if opened.said != wanted {
            // They may be mended while the executor runs.
            *kept = None;
            let names = |tables: &[Table]| -> Vec<String> {
                tables.iter().map(|table| format!("{} ({} rows)", table.name, table.rows)).collect()
            };
            anyhow::bail!(
                "the reference tables here are {}, the scan's {}: executors need the same",
                names(&opened.said).join(", "),
                names(wanted).join(", ")
            );
        }
        Ok(opened.tables)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *lock(&self.host.free) += self.bytes;
        self.host.freed.notify_all();
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_bounds_what_is_looked_at() {
        let host = Host::new(8, 10_000 * BYTES_PER_ROW);
        assert_eq!([1, 2_500, 5_000, 10_000].map(|rows| host.threads_of(rows)), [1, 2, 4, 8]);
        let held = host.hold(10_000).unwrap();
        assert_eq!(*lock(&host.free), 0);
        drop(held);
        assert_eq!(*lock(&host.free), host.memory);
        let refused = host.hold(10_001).err().unwrap().to_string();
        assert!(refused.contains("--memory"), "{refused}");
    }
}
