//! All windows, as many at a time as there are workers. Each worker has threads of
//! its own, so that a window that has no more work for two does not hold them up.

use super::cut::Window;
use super::look::Task;
use super::state::State;
use crate::progress::Progress;
use crate::reading::Input;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// What is to be done, and how wide.
pub(crate) struct Outlook<'a> {
    pub(crate) task: &'a Task<'a>,
    pub(crate) windows: &'a [Window],
    pub(crate) state: &'a State,
    /// Windows at a time.
    pub(crate) workers: usize,
    /// Threads in all.
    pub(crate) threads: usize,
    /// The files of a window.
    pub(crate) inputs: &'a (dyn Fn(&Window) -> Vec<Input> + Sync),
}

/// Looks at every window that is not done.
pub(crate) fn run(outlook: &Outlook<'_>, progress: &mut Progress) -> anyhow::Result<()> {
    let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (done, results) = channel();
    thread::scope(|scope| {
        for _ in 0..outlook.workers {
            let (done, next, is_over) = (done.clone(), &next, &is_over);
            scope.spawn(move || outlook.work(next, is_over, &done));
        }
        drop(done);
        let mut outcome = Ok(());
        for result in results {
            match result {
                Ok(rows) => progress.advance(rows, rows),
                Err(error) => {
                    is_over.store(true, Ordering::Relaxed);
                    outcome = outcome.and(Err(error));
                }
            }
        }
        outcome
    })
}

impl Outlook<'_> {
    fn work(&self, next: &AtomicUsize, is_over: &AtomicBool, done: &Sender<anyhow::Result<u64>>) {
        let threads = (self.threads / self.workers).max(1);
        let pool = match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
            Ok(pool) => pool,
            Err(error) => {
                // Whoever listens has nothing to lose by not hearing it.
                let _ = done.send(Err(error.into()));
                return;
            }
        };
        while !is_over.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(window) = self.windows.get(number) else { return };
            if self.window(number, window, threads, &pool, done).is_break() {
                return;
            }
        }
    }

    fn window(
        &self,
        number: usize,
        window: &Window,
        threads: usize,
        pool: &rayon::ThreadPool,
        done: &Sender<anyhow::Result<u64>>,
    ) -> ControlFlow<()> {
        let result = match self.state.is_done(number) {
            true => Ok(()),
            false => {
                let (inputs, dir) = ((self.inputs)(window), self.state.part(number));
                pool.install(|| self.task.look(window, &inputs, threads, &dir))
            }
        };
        match done.send(result.map(|()| window.rows)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}
