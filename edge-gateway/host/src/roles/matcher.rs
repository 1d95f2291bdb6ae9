use super::{PATIENCE, Stop, unless_stopped};
use crate::{Comparison, Pipeline, metrics::Metrics};
use facematch_bucket::{Objects, ObjectsError};
use facematch_contract::limits::MAX_IMAGE_BYTES;
use facematch_engine::{AttemptCost, Engine, EngineError, Job, JobImage, Lease, Outcome};
use sha2::{Digest, Sha256};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A job that takes longer hangs.
const MAX_JOB: Duration = Duration::from_secs(300);
/// How long a job rests after a fault, in seconds.
const RETRY_DELAY_S: u32 = 5;

/// Takes submissions from the queue and runs the networks on their photos.
#[derive(Clone)]
pub(crate) struct Matcher {
    pub(crate) engine: Arc<Engine>,
    pub(crate) objects: Objects,
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) metrics: Metrics,
    /// How long a job is held without a sign of life.
    pub(crate) lease_s: u32,
}

/// Why a job gave no result this time.
#[derive(Debug, thiserror::Error)]
enum JobFault {
    #[error("a photo cannot be fetched")]
    Fetch(#[from] ObjectsError),
    #[error("a photo is not what was declared")]
    Changed,
    #[error("the networks failed")]
    Pipeline(#[source] anyhow::Error),
}

impl Matcher {
    /// Works until the server stops; a job that has begun is finished first.
    pub(crate) async fn run(self, worker: usize, mut stop: Stop) {
        let name = format!("{}-{worker}", std::process::id());
        let mut bell = self.engine.queued().listen();
        while !*stop.borrow() {
            match self.engine.claim(&name, self.lease_s).await {
                Ok(Some(job)) => self.work(job).await,
                Ok(None) => {
                    unless_stopped(&mut stop, bell.heard_or_after(PATIENCE)).await;
                }
                Err(error) => {
                    tracing::error!(%error, "cannot read the queue");
                    unless_stopped(&mut stop, tokio::time::sleep(PATIENCE)).await;
                }
            }
        }
    }

    async fn work(&self, job: Job) {
        let lease = job.lease;
        let keeper = tokio::spawn(self.clone().keep_lease(lease));
        // Waited for even when the lease is lost: a thread cannot be stopped, and `workers` bounds how many there are.
        // The store refuses what comes too late.
        let outcome = self.compare(&job).await;
        keeper.abort();
        let noted = match outcome {
            Ok(comparison) => self.complete(lease, &comparison).await,
            Err(fault) => self.give_back(&job, &fault).await,
        };
        if let Err(error) = noted {
            tracing::warn!(correlation_id = %lease.correlation_id, %error, "job not noted");
        }
    }

    async fn compare(&self, job: &Job) -> Result<Comparison, JobFault> {
        let [first, second] = job.images.as_slice() else {
            return Err(JobFault::Pipeline(anyhow::anyhow!("{} photos", job.images.len())));
        };
        let photos = tokio::try_join!(self.fetch(first), self.fetch(second))?;
        let (pipeline, mode, policy) = (self.pipeline.clone(), job.mode, job.policy);
        let work = move || pipeline.compare(mode, [&photos.0, &photos.1], policy);
        let compared = tokio::task::spawn_blocking(work).await;
        compared.map_err(|panic| JobFault::Pipeline(panic.into()))?.map_err(JobFault::Pipeline)
    }

    /// The photo as pinned, hashed again.
    async fn fetch(&self, image: &JobImage) -> Result<Vec<u8>, JobFault> {
        let photo = self.objects.get(&image.key, &image.etag, MAX_IMAGE_BYTES).await?;
        let digest: String =
            Sha256::digest(&photo).iter().map(|byte| format!("{byte:02x}")).collect();
        if digest == image.declaration.sha256 { Ok(photo) } else { Err(JobFault::Changed) }
    }

    /// Renews the lease until it is lost, or the job has taken so long that another worker should try.
    async fn keep_lease(self, lease: Lease) {
        let (start, every) = (Instant::now(), Duration::from_secs(self.lease_s.into()) / 3);
        while start.elapsed() < MAX_JOB {
            tokio::time::sleep(every).await;
            match self.engine.renew(lease, self.lease_s).await {
                Ok(()) => (),
                Err(EngineError::LostLease) => return,
                Err(error) => tracing::warn!(%error, "cannot renew a lease"),
            }
        }
    }

    async fn complete(&self, lease: Lease, comparison: &Comparison) -> Result<(), EngineError> {
        self.engine.complete(lease, &comparison.result, Outcome::Completed).await?;
        self.metrics.compared(comparison.result.decision.as_str(), &comparison.timings);
        tracing::info!(
            correlation_id = %lease.correlation_id,
            decision = comparison.result.decision.as_str(),
            ms = comparison.timings.total().as_millis(),
            "matched"
        );
        if let Err(error) = self.engine.purge_images(lease.correlation_id).await {
            tracing::warn!(correlation_id = %lease.correlation_id, %error, "photos not deleted yet: the sweeper will");
        }
        Ok(())
    }

    async fn give_back(&self, job: &Job, fault: &JobFault) -> Result<(), EngineError> {
        let id = job.lease.correlation_id;
        tracing::warn!(correlation_id = %id, attempt = job.attempt, error = %error_chain(fault), "job failed");
        let cost = match fault {
            JobFault::Fetch(error) if error.is_retryable() => AttemptCost::Free,
            _ => AttemptCost::Counted,
        };
        self.engine.release(job.lease, RETRY_DELAY_S, cost).await
    }
}

fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
