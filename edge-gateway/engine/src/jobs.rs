use crate::{AttemptCost, Engine, EngineError, Job, Lease, Outcome, failure::failed_result};
use facematch_contract::{MatchResult, limits::MAX_MATCH_ATTEMPTS};

impl Engine {
    /// Claims the next submission for `lease_s` seconds: a queued one, or one whose holder let its lease run out.
    ///
    /// One that was tried too often ends on the way as `failed`, with its callback, and the queue moves on. If the
    /// process dies between the two, the next claim after the lease ends it.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn claim(&self, worker: &str, lease_s: u32) -> Result<Option<Job>, EngineError> {
        while let Some(job) = self.store.claim(worker, lease_s).await? {
            if job.taken_over {
                self.counts.lease_expired();
            }
            if job.attempt <= MAX_MATCH_ATTEMPTS {
                return Ok(Some(job));
            }
            self.bury(&job).await?;
        }
        Ok(None)
    }

    /// Holds a submission for `lease_s` seconds from now.
    ///
    /// # Errors
    /// [`EngineError::LostLease`]: stop working on it. [`EngineError::Store`].
    pub async fn renew(&self, lease: Lease, lease_s: u32) -> Result<(), EngineError> {
        held(self.store.renew(lease, lease_s).await?)
    }

    /// Puts a submission back into the queue, not to be claimed for `delay_s` seconds (at most 600).
    ///
    /// # Errors
    /// [`EngineError::LostLease`], [`EngineError::Store`].
    pub async fn release(
        &self,
        lease: Lease,
        delay_s: u32,
        cost: AttemptCost,
    ) -> Result<(), EngineError> {
        held(self.store.release(lease, delay_s, cost).await?)?;
        self.queued.ring();
        Ok(())
    }

    /// Stores the result, the new state and the callback in one transaction. The photos are not needed any more:
    /// call [`Engine::purge_images`].
    ///
    /// # Errors
    /// [`EngineError::LostLease`] if another worker has claimed it since, or it was erased: nothing is written.
    /// [`EngineError::Result`], [`EngineError::Store`].
    pub async fn complete(
        &self,
        lease: Lease,
        result: &MatchResult,
        outcome: Outcome,
    ) -> Result<(), EngineError> {
        let json = serde_json::to_string(result).map_err(EngineError::Result)?;
        held(self.store.finish(lease, &json, outcome).await?)?;
        self.callbacks_due.ring();
        self.changes.announce(lease.correlation_id);
        Ok(())
    }

    /// Ends a submission that was tried too often.
    async fn bury(&self, job: &Job) -> Result<(), EngineError> {
        let (policy, versions) = (self.failed_report)(job.mode, job.policy);
        let result = failed_result(policy, versions);
        tracing::error!(correlation_id = %job.lease.correlation_id, attempts = MAX_MATCH_ATTEMPTS, "dead letter");
        match self.complete(job.lease, &result, Outcome::Failed).await {
            Err(EngineError::LostLease) => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                self.counts.dead_letter();
                Ok(())
            }
        }
    }
}

fn held(held: bool) -> Result<(), EngineError> {
    if held { Ok(()) } else { Err(EngineError::LostLease) }
}
