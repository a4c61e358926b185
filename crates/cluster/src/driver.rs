//! The driver: it gives jobs out, some at a time, and takes results as they come.
//! Each job is a query of its own, so that what one left can be kept at once, and
//! nothing but itself is lost with the executor that did it.

use crate::ready::Address;
use crate::{BYTES_MAX, Error, MESSAGE_BYTES_MAX, function};
use ballista_core::config::BALLISTA_CLIENT_PULL;
use ballista_core::execution_plans::DistributedQueryExec;
use ballista_core::extension::SessionConfigExt;
use ballista_core::serde::BallistaLogicalExtensionCodec;
use ballista_core::serde::protobuf::CancelJobParams;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use datafusion::arrow::array::AsArray;
use datafusion::common::{DataFusionError, Result as QueryResult, ScalarValue};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use datafusion::physical_plan::collect;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::protobuf::LogicalPlanNode;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Jobs that are given out at a time: each is asked for twenty times a second, and what
/// a driver that is killed leaves behind is done for nothing. More slots than this
/// are not kept busy by one driver.
const GIVEN_OUT_MAX: usize = 48;

/// How often a job is given out. One that an executor died over is given to another by
/// the scheduler; this is for results that died with their executor, and for a
/// scheduler that was started again.
const TRIES_MAX: u32 = 3;

/// How long jobs are taken back for, when nobody wants them any more.
const CANCEL: Duration = Duration::from_secs(2);

/// One job.
#[derive(Clone, Debug)]
pub struct Job {
    /// What its result is called.
    pub number: usize,
    /// What the executors' function gets.
    pub bytes: Vec<u8>,
}

/// A connection to a scheduler that has executors.
pub struct Driver {
    runtime: Runtime,
    given: Arc<Given>,
}

/// What was given out.
struct Given {
    scheduler: Address,
    context: SessionContext,
    under_way: Mutex<BTreeMap<usize, Arc<Query>>>,
}

type Query = DistributedQueryExec<LogicalPlanNode>;

impl Driver {
    /// Looks for the scheduler at `HOST:PORT`, and for its executors.
    ///
    /// # Errors
    /// Where either is not there, after some seconds.
    pub fn connect(scheduler: &str) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread().enable_all().worker_threads(1).build()?;
        let scheduler = Address::of(scheduler);
        runtime.block_on(scheduler.is_ready())?;
        let config = SessionConfig::new_with_ballista()
            .with_ballista_grpc_client_max_message_size(MESSAGE_BYTES_MAX as usize)
            // Asking for a job tells its name at once, which taking it back needs, and a
            // scheduler that fell silent is noticed.
            .set_bool(BALLISTA_CLIENT_PULL, true);
        let context = SessionContext::new_with_config(config);
        let given = Given { scheduler, context, under_way: Mutex::default() };
        Ok(Self { runtime, given: Arc::new(given) })
    }

    /// Gives out all `jobs` and hands each result to `take`, in the order in which
    /// they come.
    ///
    /// # Errors
    /// The first of a job, or of `take`; what is under way then is taken back.
    pub fn run<E: From<Error>>(
        &self,
        jobs: impl IntoIterator<Item = Result<Job, E>>,
        mut take: impl FnMut(usize, Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let outcome = self.runtime.block_on(async {
            let (mut jobs, mut under_way) = (jobs.into_iter(), JoinSet::new());
            loop {
                while under_way.len() < GIVEN_OUT_MAX
                    && let Some(job) = jobs.next().transpose()?
                {
                    let given = self.given.clone();
                    under_way.spawn(async move { (job.number, given.job(job).await) });
                }
                match under_way.join_next().await {
                    Some(Ok((number, result))) => take(number, result?)?,
                    Some(Err(error)) => return Err(Error::Stopped(error.to_string()).into()),
                    None => return Ok(()),
                }
            }
        });
        if outcome.is_err() {
            self.canceller()();
        }
        outcome
    }

    /// What takes back the jobs that are under way, from any thread.
    pub fn canceller(&self) -> impl Fn() + Send + 'static {
        let (given, runtime) = (self.given.clone(), self.runtime.handle().clone());
        move || {
            // Whatever keeps them from being taken back, nobody waits for them.
            let _ = runtime.block_on(async { timeout(CANCEL, given.cancel()).await });
        }
    }
}

impl Given {
    async fn job(&self, job: Job) -> Result<Vec<u8>, Error> {
        let Job { number, bytes } = job;
        if bytes.len() > BYTES_MAX {
            return Err(Error::TooLarge { number, bytes: bytes.len() });
        }
        let mut tries = 0;
        loop {
            tries += 1;
            match self.once(number, bytes.clone()).await {
                Ok(result) => {
                    return function::open(result).map_err(|why| Error::Failed { number, why });
                }
                Err(why) if tries == TRIES_MAX => {
                    return Err(Error::Lost { number, tries, why: why.to_string() });
                }
                Err(_) => self.scheduler.is_ready().await?,
            }
        }
    }

    async fn once(&self, number: usize, bytes: Vec<u8>) -> QueryResult<Vec<u8>> {
        let argument = Expr::Literal(ScalarValue::Binary(Some(bytes)), None);
        let call = function::function(None).call(vec![argument]);
        let plan = LogicalPlanBuilder::empty(true).project([call])?.build()?;
        let state = self.context.state();
        let query = Arc::new(Query::with_extension(
            self.scheduler.url(),
            state.config().ballista_config(),
            plan,
            Arc::new(BallistaLogicalExtensionCodec::default()),
            self.context.session_id(),
        ));
        self.lock().insert(number, query.clone());
        let batches = collect(query, self.context.task_ctx()).await;
        self.lock().remove(&number);
        let batches = batches?;
        let columns = batches.iter().filter(|batch| batch.num_rows() > 0);
        let mut results = columns.filter_map(|batch| batch.columns().first()?.as_binary_opt());
        let result = results
            .next()
            .map(|column: &datafusion::arrow::array::BinaryArray| column.value(0).to_vec());
        result.ok_or_else(|| DataFusionError::Execution("nothing came back".to_owned()))
    }

    async fn cancel(&self) {
        let queries = std::mem::take(&mut *self.lock());
        // The last first, before they begin too.
        let ids: Vec<_> = queries.values().rev().filter_map(|query| query.job_id()).collect();
        let Ok(mut scheduler) = SchedulerGrpcClient::connect(self.scheduler.url()).await else {
            return;
        };
        for id in ids {
            // What cannot be taken back is done for nothing, and harms nobody.
            let _ = scheduler.cancel_job(CancelJobParams { job_id: id.to_string() }).await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, Arc<Query>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
