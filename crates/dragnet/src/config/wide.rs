//! How a log that is too large to be looked at at once is looked at.

use crate::args::ScanArgs;
use crate::commands::{Usage, cluster};
use crate::memory;
use crate::terminal::units;
use crate::windows::{BYTES_PER_ROW, WINDOW_ROWS};
use anyhow::bail;
use std::path::PathBuf;

/// Fewer sign-ups than this show hardly any campaign.
const WINDOW_ROWS_MIN: u64 = 10_000;

/// What the address of a scheduler begins with.
const SCHEME: &str = "df://";

/// Windows, and what they may take.
#[derive(Clone, Debug)]
pub(crate) struct Wide {
    /// Sign-ups of a window.
    pub(crate) window_rows: u64,
    /// Memory that the run may take, in bytes.
    pub(crate) memory: u64,
    /// Where what is done is kept; none: beside the result.
    pub(crate) spill: Option<PathBuf>,
    /// Whether a run that was stopped is gone on with.
    pub(crate) resume: bool,
    /// The scheduler of the machines that look at windows, `HOST:PORT`; none: this one.
    pub(crate) cluster: Option<String>,
}

impl Wide {
    pub(super) fn resolve(args: &ScanArgs) -> anyhow::Result<Self> {
        let memory = memory::resolve(args.memory.as_deref())?;
        // Executors have memory of their own, and say if it is not enough.
        let held = match &args.cluster {
            Some(_) => u64::MAX,
            None => memory / BYTES_PER_ROW,
        };
        let window_rows = match &args.window {
            None => WINDOW_ROWS.min(held),
            Some(typed) => match memory::number(typed, 1000) {
                Some(rows) if rows > held => bail!(Usage(format!(
                    "--window {typed}: {} of memory hold {} sign-ups at a time; give more \
                     with --memory, or a smaller window",
                    units::bytes(memory),
                    units::count(held)
                ))),
                Some(rows) => rows,
                None => bail!(Usage(format!("--window {typed}: write a count like 1M or 500k"))),
            },
        };
        if window_rows < WINDOW_ROWS_MIN {
            bail!(Usage(format!(
                "windows of {} sign-ups are too small to find campaigns in: {} are needed, \
                 which take {} of memory (--memory)",
                units::count(window_rows),
                units::count(WINDOW_ROWS_MIN),
                units::bytes(WINDOW_ROWS_MIN * BYTES_PER_ROW)
            )));
        }
        let cluster = args.cluster.as_deref().map(scheduler).transpose()?;
        let (spill, resume) = (args.spill.clone(), args.resume);
        Ok(Self { window_rows, memory, spill, resume, cluster })
    }

    /// How many windows of `rows` there is room for at a time, for so many threads.
    pub(crate) fn workers(&self, rows: u64, threads: usize) -> usize {
        let room = self.memory / (rows.max(1) * BYTES_PER_ROW).max(1);
        usize::try_from(room).unwrap_or(usize::MAX).clamp(1, threads)
    }
}

/// `HOST:PORT` of `df://HOST:PORT`.
fn scheduler(typed: &str) -> anyhow::Result<String> {
    cluster::is_built()?;
    let address = typed.strip_prefix(SCHEME).unwrap_or(typed).trim_end_matches('/');
    match address.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, 1u16..)) if !host.is_empty() => Ok(address.to_owned()),
        _ => bail!(Usage(format!("--cluster {typed}: write {SCHEME}HOST:PORT"))),
    }
}

#[cfg(all(test, feature = "cluster"))]
mod tests {
    use super::*;

    #[test]
    fn a_scheduler_is_a_host_and_a_port() {
        let address = |typed| scheduler(typed).ok();
        assert_eq!(address("df://node-1:50050").as_deref(), Some("node-1:50050"));
        assert_eq!(address("node-1:50050/").as_deref(), Some("node-1:50050"));
        assert_eq!(["node-1", "df://:1", "df://a:0", "df://a:b"].map(address), [const { None }; 4]);
    }
}
