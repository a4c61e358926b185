//! CPU time as the system counts it, user's and system's together. Where it does
//! not tell, there is none; wall-clock time stands in for nothing.

use crate::output::run::Timing;
use std::time::Instant;

/// Seconds that this process took so far, on all its threads.
pub(crate) fn own() -> Option<f64> {
    system::own()
}

/// Seconds that its children took, those that have ended and were waited for.
pub(crate) fn children() -> Option<f64> {
    system::children()
}

/// What a stretch of work takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch {
    begun: Instant,
    /// None where the process does other work beside it.
    cpu: Option<f64>,
}

impl Stopwatch {
    /// Of work that is all that the process does.
    pub(crate) fn alone() -> Self {
        Self { begun: Instant::now(), cpu: own() }
    }

    /// Of work beside other work, whose CPU time nobody tells apart.
    pub(crate) fn beside() -> Self {
        Self { begun: Instant::now(), cpu: None }
    }

    /// What was done since the last lap took this long; the next one begins.
    pub(crate) fn lap(&mut self, step: &str) -> Timing {
        let (now, cpu) = (Instant::now(), self.cpu.and_then(|_| own()));
        let timing = Timing {
            step: step.to_owned(),
            seconds: now.duration_since(self.begun).as_secs_f64(),
            cpu_seconds: self.cpu.zip(cpu).map(|(before, after)| after - before),
        };
        *self = Self { begun: now, cpu };
        timing
    }
}

#[cfg(unix)]
mod system {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    pub(super) fn own() -> Option<f64> {
        used(UsageWho::RUSAGE_SELF)
    }

    pub(super) fn children() -> Option<f64> {
        used(UsageWho::RUSAGE_CHILDREN)
    }

    fn used(who: UsageWho) -> Option<f64> {
        let usage = getrusage(who).ok()?;
        let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        Some(seconds(usage.user_time()) + seconds(usage.system_time()))
    }
}

#[cfg(not(unix))]
mod system {
    pub(super) fn own() -> Option<f64> {
        None
    }

    pub(super) fn children() -> Option<f64> {
        None
    }
}
