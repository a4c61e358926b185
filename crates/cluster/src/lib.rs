//! Jobs on many machines: bytes go out, bytes come back, by Apache DataFusion
//! Ballista. A scheduler hands jobs to executors, an executor does them with the
//! function that it was started with, and a driver gives them out and takes what
//! comes back. What a job means is known to neither: this crate has no sign-ups.
//!
//! There is no authentication: all of them belong on a trusted network.
#![cfg(feature = "ballista")]

mod driver;
mod executor;
mod function;
mod ready;
mod scheduler;

pub use driver::{Driver, Job};
pub use executor::Executor;
pub use function::Work;
pub use scheduler::schedule;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// A job or its result is one message: Arrow's binary columns end at 2 GiB, and what
/// is larger than this should be more than one job.
pub const BYTES_MAX: usize = 1 << 30;

/// A message has its job or result, and a little around it.
const MESSAGE_BYTES_MAX: u32 = BYTES_MAX as u32 + (1 << 20);

/// An executor says so often that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// One that was silent for three heartbeats is dead, and its jobs go to another.
const SILENCE_MAX: Duration = Duration::from_secs(15);

/// How long a scheduler, or the first executor, is waited for: somebody may just be
/// starting it, or starting it again.
const WAIT: Duration = Duration::from_secs(10);

/// What can go wrong between machines, or between a machine and us.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is there.
    #[error("no scheduler answers at {address}: {why}")]
    NoScheduler {
        /// Where it was looked for.
        address: String,
        /// What came instead of an answer.
        why: String,
    },
    /// The scheduler is there, and nobody works for it.
    #[error("the scheduler at {address} has no executors")]
    NoExecutors {
        /// Where it is.
        address: String,
    },
    /// The port is taken, or not ours to take.
    #[error("cannot listen at {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A job that was done, and failed.
    #[error("job {number}: {why}")]
    Failed {
        /// As it was given out.
        number: usize,
        /// As the function said it.
        why: String,
    },
    /// A job that nobody brought to an end.
    #[error("job {number} was lost {tries} times, at last by: {why}")]
    Lost {
        /// As it was given out.
        number: usize,
        /// How often it was given out.
        tries: u32,
        /// What happened last.
        why: String,
    },
    /// A job that would not fit into a message.
    #[error("job {number} has {bytes} bytes, more than {BYTES_MAX}")]
    TooLarge {
        /// As it was given out.
        number: usize,
        /// Its size.
        bytes: usize,
    },
    /// The machine gives no threads, no folder.
    #[error("cannot begin")]
    Begin(#[from] io::Error),
    /// The scheduler or the executor stopped by itself.
    #[error("stopped: {0}")]
    Stopped(String),
}
