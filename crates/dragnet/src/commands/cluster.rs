//! `dragnet cluster`: the machines that a scan with `--cluster` has windows looked at
//! by. Built with the feature `cluster` only; without it, it says how to get it.

#[cfg(feature = "cluster")]
mod serve;

#[cfg(not(feature = "cluster"))]
use super::Usage;
use clap::Subcommand;
use std::net::SocketAddr;

const EXAMPLES: &str = "\
Examples:
  node-1$ dragnet cluster scheduler --bind 10.0.0.1:50050
  node-2$ dragnet cluster executor --scheduler 10.0.0.1:50050 --bind 10.0.0.2:50051
  node-3$ dragnet cluster executor --scheduler 10.0.0.1:50050 --bind 10.0.0.3:50051
  node-1$ dragnet scan s3://bucket/lake --cluster df://10.0.0.1:50050

All of them are the same version of dragnet, with the same reference tables, and see
the lake under the same path or in the same store. Nothing is authenticated and
nothing is encrypted: who reaches a port can have files of the executors read and
written. Bind to a trusted network only; the default is this machine alone.

Exit codes: 0 stopped; 1 failed; 2 the command line is wrong, or this dragnet was built
without clusters.";

/// Look at the windows of large scans on several machines
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ClusterArgs {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    Scheduler(SchedulerArgs),
    Executor(ExecutorArgs),
}

/// Hand out windows to executors
///
/// One a cluster. It keeps its queue in memory: stopped, running scans end with an
/// error and go on with --resume.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct SchedulerArgs {
    /// Where it listens, on a trusted network: there is no authentication
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:50050")]
    bind: SocketAddr,
}

/// Look at windows, as many at a time as there are threads and memory for
///
/// Each window takes 1 kB a sign-up. When an executor is stopped its windows go to
/// others; when it is killed, after some 20 seconds.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct ExecutorArgs {
    /// Where the scheduler is
    #[arg(long, value_name = "HOST:PORT")]
    scheduler: String,
    /// Where the scheduler fetches results from, on a trusted network; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    bind: SocketAddr,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Memory to take, such as 8G [default: 60 % of the machine's or container's]
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
}

/// Schedules, or looks at windows, until told to stop.
#[cfg(feature = "cluster")]
pub(crate) fn run(args: ClusterArgs) -> anyhow::Result<()> {
    match args.role {
        Role::Scheduler(args) => serve::scheduler(&args),
        Role::Executor(args) => serve::executor(args),
    }
}

/// Says how to get it.
#[cfg(not(feature = "cluster"))]
pub(crate) fn run(args: ClusterArgs) -> anyhow::Result<()> {
    let (Role::Scheduler(_) | Role::Executor(_)) = args.role;
    is_built()
}

/// Whether this program can do it.
#[cfg(feature = "cluster")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature it fails")]
pub(crate) fn is_built() -> anyhow::Result<()> {
    Ok(())
}

/// Whether this program can do it.
#[cfg(not(feature = "cluster"))]
pub(crate) fn is_built() -> anyhow::Result<()> {
    let get = "cargo install --path crates/dragnet --locked --features cluster";
    Err(Usage(format!("this dragnet was built without clusters: {get}")).into())
}
