//! The two kinds of machine.

use super::{ExecutorArgs, SchedulerArgs};
use crate::afar::Host;
use crate::terminal::units;
use crate::{config, memory, terminal};
use anyhow::Context;
use std::net::SocketAddr;
use std::sync::Arc;

/// Hands out windows until the process ends.
pub(super) fn scheduler(args: &SchedulerArgs) -> anyhow::Result<()> {
    warn(args.bind);
    cluster::schedule(args.bind, |at| terminal::say(&format!("scheduler at {at}")))?;
    Ok(())
}

/// Looks at windows until told to stop.
pub(super) fn executor(args: ExecutorArgs) -> anyhow::Result<()> {
    let threads = config::threads(args.threads)?;
    let memory = memory::resolve(args.memory.as_deref())?;
    warn(args.bind);
    let host = Host::new(threads, memory);
    let work = move |job: &[u8]| host.look(job).map_err(|error| format!("{error:#}"));
    let ExecutorArgs { scheduler, bind, .. } = args;
    let executor = cluster::Executor { scheduler, bind, slots: threads };
    let listening = |at| {
        let memory = units::bytes(memory);
        terminal::say(&format!("executor at {at}: {threads} threads, {memory} of memory"));
    };
    executor.run(Arc::new(work), listening).context("the executor ended")
}

/// A port that others reach is said aloud.
fn warn(bind: SocketAddr) {
    if !bind.ip().is_loopback() {
        terminal::say(&format!(
            "{bind} is reached from other machines: there is no authentication, whoever reaches \
             it can have files read and written"
        ));
    }
}
