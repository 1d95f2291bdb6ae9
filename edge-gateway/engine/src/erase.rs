use crate::{Engine, EngineError};
use facematch_contract::{
    CorrelationId, ErasureReceipt, PartnerId,
    engine::{self, StoredSubmission},
};

impl Engine {
    /// Erases a partner's submission in any state. Repeated, it gives the same receipt.
    ///
    /// What the database holds goes first, with the right to write: a worker that holds the submission finds its lease
    /// lost. So nobody has to wait for a worker, and nothing can come back. The keys of the photos go in the same
    /// transaction, so that no copy of one can be read any more. Then the photos are deleted; if the bucket fails there,
    /// the call fails, and the next one or the sweeper finishes it.
    ///
    /// What stays: the id, the partner, the times, roles, sizes and types of the photos, the idempotency key and the
    /// hash of the request, so that a replay creates nothing.
    ///
    /// # Errors
    /// As [`Engine::get`], and [`EngineError::Objects`] if photos are left.
    pub async fn erase(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<ErasureReceipt, EngineError> {
        let stored = self.get(partner, id).await?;
        self.store.erase(partner, id).await?;
        self.changes.announce(id);
        if let Some(receipt) = self.receipt(&stored).await? {
            return Ok(receipt);
        }
        self.purge_images(id).await?;
        // Nothing but a restored backup can take an erasure back between two statements.
        self.receipt(&stored).await?.ok_or(EngineError::NotFound)
    }

    /// Deletes the photos of a submission that has ended, first their keys, and notes it. Nothing happens while they are
    /// still needed, or kept for their partner. If this fails or the process dies, the sweeper does it.
    ///
    /// # Errors
    /// [`EngineError::Objects`], [`EngineError::Store`].
    pub async fn purge_images(&self, id: CorrelationId) -> Result<(), EngineError> {
        let roles = self.store.shred_photos(id).await?;
        for &role in &roles {
            self.objects.delete(&engine::object_key(id, role)).await?;
        }
        if !roles.is_empty() {
            self.store.purged(id).await?;
        }
        Ok(())
    }

    /// The receipt of an erasure that is done.
    async fn receipt(
        &self,
        stored: &StoredSubmission,
    ) -> Result<Option<ErasureReceipt>, EngineError> {
        let id = stored.correlation_id;
        let erased = self.store.erased(&stored.partner_id, id).await?;
        Ok(erased.and_then(|erased| {
            Some(ErasureReceipt {
                correlation_id: id,
                erased_at: erased.at?,
                images: stored.images.iter().map(|image| image.declaration.role).collect(),
                images_deleted_at: erased.photos_at?,
                result: erased.result_at.is_some(),
                result_deleted_at: erased.result_at,
            })
        }))
    }
}
