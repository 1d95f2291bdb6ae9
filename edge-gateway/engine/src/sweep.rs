use crate::{Engine, EngineError, StoreError};
use facematch_contract::CorrelationId;

/// Rows of one transaction, so that the writer stays free in between.
const BATCH: u32 = 200;
/// Failures after which the bucket is taken to be away until the next sweep.
const MAX_FAILURES: u64 = 3;
/// Wait before photos that the bucket refused to delete are tried again, in seconds.
const RETRY_PURGE_S: u32 = 60;

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Submissions marked as expired.
    pub expired: u64,
    /// Submissions that their partners keep no longer, and that were erased.
    pub erased: u64,
    /// Submissions whose photos were deleted.
    pub purged: u64,
    /// Submissions whose photos could not be deleted; they are tried again.
    pub postponed: u64,
    /// Jobs, callbacks and deletions that a clock set back had held up.
    pub mended: u64,
}

impl Engine {
    /// Ends what was not confirmed in time, erases and deletes what is not needed or kept any more, and mends what a
    /// clock that was set back would hold up. Call it every minute or so; several at once do no harm.
    ///
    /// # Errors
    /// [`EngineError::Store`]. A bucket that fails is counted, not an error.
    pub async fn sweep(&self) -> Result<Swept, EngineError> {
        let mended = self.mend_clocks().await?;
        let expired = self.sweep_expired().await?;
        let erased = self.sweep_kept().await?;
        let (purged, postponed) = self.sweep_images().await?;
        self.store.empty_log().await?;
        Ok(Swept { expired, erased, purged, postponed, mended })
    }

    async fn mend_clocks(&self) -> Result<u64, StoreError> {
        let (queue, outbox) =
            (self.store.mend_queue_clock().await?, self.store.mend_outbox_clock().await?);
        let mended = queue + outbox + self.store.mend_purge_clock().await?;
        if mended > 0 {
            tracing::warn!(mended, "the clock was set back");
            self.queued.ring();
            self.callbacks_due.ring();
        }
        Ok(mended)
    }

    async fn sweep_expired(&self) -> Result<u64, StoreError> {
        let mut expired = 0;
        loop {
            let ids = self.store.expire(BATCH).await?;
            expired += ids.len() as u64;
            ids.iter().for_each(|&id| self.changes.announce(id));
            if ids.len() < BATCH as usize {
                return Ok(expired);
            }
        }
    }

    /// Erases what the database holds of submissions whose time is over; their photos follow with the others.
    async fn sweep_kept(&self) -> Result<u64, StoreError> {
        let mut erased = 0;
        loop {
            let due = self.store.erase_due(BATCH).await?;
            for (partner, id) in &due {
                self.store.erase(partner, *id).await?;
                self.changes.announce(*id);
            }
            erased += due.len() as u64;
            if due.len() < BATCH as usize {
                return Ok(erased);
            }
        }
    }

    async fn sweep_images(&self) -> Result<(u64, u64), StoreError> {
        let (mut purged, mut postponed) = (0, 0);
        loop {
            let ids = self.store.purge_due(BATCH).await?;
            for &id in &ids {
                let done = self.purged(id).await?;
                purged += u64::from(done);
                postponed += u64::from(!done);
                if postponed >= MAX_FAILURES {
                    return Ok((purged, postponed));
                }
            }
            if ids.len() < BATCH as usize {
                return Ok((purged, postponed));
            }
        }
    }

    /// Deletes one submission's photos, or puts it off.
    async fn purged(&self, id: CorrelationId) -> Result<bool, StoreError> {
        match self.purge_images(id).await {
            Ok(()) => Ok(true),
            Err(EngineError::Store(error)) => Err(error),
            Err(error) => {
                tracing::warn!(correlation_id = %id, %error, "photos not deleted yet");
                self.store.postpone_purge(id, RETRY_PURGE_S).await?;
                Ok(false)
            }
        }
    }
}
