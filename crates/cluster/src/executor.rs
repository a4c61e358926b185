//! An executor: it asks the scheduler for jobs, does as many at a time as it has
//! slots, and keeps what they left until it was fetched.

use crate::ready::Address;
use crate::{Error, HEARTBEAT, MESSAGE_BYTES_MAX, WAIT, Work, function};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Builder;

/// An executor, to be started.
#[derive(Clone, Debug)]
pub struct Executor {
    /// Where its scheduler is: `HOST:PORT`.
    pub scheduler: String,
    /// Where its results are fetched from; port 0 takes any that is free.
    pub bind: SocketAddr,
    /// Jobs at a time.
    pub slots: usize,
}

impl Executor {
    /// Does jobs with `work` until the process is told to end. Says where it listens,
    /// once the scheduler was found.
    ///
    /// # Errors
    /// Where no scheduler is, or the address cannot be listened at.
    pub fn run(&self, work: Work, listening: impl FnOnce(SocketAddr)) -> Result<(), Error> {
        let bind = free(self.bind)?;
        let results = tempfile::Builder::new().prefix("dragnet-executor-").tempdir()?;
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let scheduler = Address::of(&self.scheduler);
            scheduler.answers().await?;
            listening(bind);
            let config = self.config(&scheduler, bind, work, results.path());
            let stopped = start_executor_process(Arc::new(config)).await;
            stopped.map_err(|error| Error::Stopped(error.to_string()))
        })
    }

    fn config(
        &self,
        scheduler: &Address,
        bind: SocketAddr,
        work: Work,
        results: &Path,
    ) -> ExecutorProcessConfig {
        let mut functions = BallistaFunctionRegistry::default();
        let function = Arc::new(function::function(Some(work)));
        functions.scalar_functions.insert(function.name().to_owned(), function);
        ExecutorProcessConfig {
            bind_host: bind.ip().to_string(),
            port: bind.port(),
            grpc_port: bind.port(),
            scheduler_host: scheduler.host.clone(),
            scheduler_port: scheduler.port,
            scheduler_connect_timeout_seconds: WAIT.as_secs() as u16,
            vcores: self.slots,
            task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
            work_dir: Some(results.display().to_string()),
            grpc_max_decoding_message_size: MESSAGE_BYTES_MAX,
            grpc_max_encoding_message_size: MESSAGE_BYTES_MAX,
            executor_heartbeat_interval_seconds: HEARTBEAT.as_secs(),
            // No pool: a job's memory is the job's own affair.
            memory_pool_size: Some(0),
            override_function_registry: Some(Arc::new(functions)),
            ..ExecutorProcessConfig::default()
        }
    }
}

/// The address, with a port that can be had: others are told of it before it is
/// listened at.
fn free(bind: SocketAddr) -> Result<SocketAddr, Error> {
    let cannot = |source| Error::Listen { address: bind, source };
    TcpListener::bind(bind).and_then(|listener| listener.local_addr()).map_err(cannot)
}
