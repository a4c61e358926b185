//! The scheduler: it keeps the queue and who is alive, in memory. One that is
//! stopped forgets what was given to it; drivers and executors notice.

use crate::{Error, HEARTBEAT, MESSAGE_BYTES_MAX, SILENCE_MAX, function};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::BallistaError;
use ballista_core::utils::default_session_builder;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionConfig;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

/// What a job left on an executor is taken away after this: the driver fetches it at
/// once, unless its network is slow.
const RESULTS_KEPT: Duration = Duration::from_secs(300);

/// Schedules until the process ends. Says where it listens, once it does.
///
/// # Errors
/// Where the address cannot be listened at.
pub fn schedule(bind: SocketAddr, listening: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let cannot = |source| Error::Listen { address: bind, source };
        let listener = TcpListener::bind(bind).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        listening(address);
        serve(listener, address).await.map_err(|error| Error::Stopped(error.to_string()))
    })
}

async fn serve(listener: TcpListener, address: SocketAddr) -> Result<(), BallistaError> {
    let config = config(address);
    let cluster = BallistaCluster::new_from_config(&config).await?;
    let server =
        create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config)).await?;
    start_grpc_service_with_listener(listener, server).await
}

fn config(address: SocketAddr) -> SchedulerConfig {
    let session = |config: SessionConfig| {
        let mut state = default_session_builder(config)?;
        state.register_udf(Arc::new(function::function(None)))?;
        Ok(state)
    };
    SchedulerConfig {
        external_host: address.ip().to_string(),
        bind_host: address.ip().to_string(),
        bind_port: address.port(),
        // Executors ask for work, so that they need not be reached for it; one that
        // was given a job before another is free would keep it waiting.
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        task_distribution: TaskDistributionPolicy::RoundRobin,
        // Results pass through here: a driver need not reach the executors.
        enable_embedded_flight_proxy: true,
        grpc_server_max_decoding_message_size: MESSAGE_BYTES_MAX,
        grpc_server_max_encoding_message_size: MESSAGE_BYTES_MAX,
        grpc_client_max_message_size: MESSAGE_BYTES_MAX,
        // The defaults hang for minutes where an executor dies.
        executor_timeout_seconds: SILENCE_MAX.as_secs(),
        expire_dead_executor_interval_seconds: HEARTBEAT.as_secs(),
        no_executors_grace_period_seconds: HEARTBEAT.as_secs(),
        finished_job_data_clean_up_interval_seconds: RESULTS_KEPT.as_secs(),
        finished_job_state_clean_up_interval_seconds: RESULTS_KEPT.as_secs(),
        override_session_builder: Some(Arc::new(session)),
        ..SchedulerConfig::default()
    }
}
