use crate::{Callback, CallbackState, DeliveryRecord, Engine, EngineError};
use facematch_contract::{CorrelationId, PartnerId};

impl Engine {
    /// Takes up to `limit` callbacks that are due. Whoever takes one sends it and says how it went within `lease_s`
    /// seconds, or it is taken again: a receiver may see a callback twice, with the same `webhook-id`.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn claim_callbacks(
        &self,
        limit: u32,
        lease_s: u32,
    ) -> Result<Vec<Callback>, EngineError> {
        Ok(self.store.claim_callbacks(limit, lease_s).await?)
    }

    /// Notes that the receiver took a callback with this HTTP status.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn callback_delivered(
        &self,
        callback: &Callback,
        status: u16,
    ) -> Result<(), EngineError> {
        Ok(self.store.callback_delivered(&callback.event_id, callback.attempt, status).await?)
    }

    /// Notes that an attempt failed, with the receiver's HTTP status if there was one and a few words without the URL.
    /// The next attempt comes after the contract's delay and `jitter_ms`; after the last one the callback is dead.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn callback_failed(
        &self,
        callback: &Callback,
        status: Option<u16>,
        error: &str,
        jitter_ms: u32,
    ) -> Result<CallbackState, EngineError> {
        let attempt = (callback.event_id.as_str(), callback.attempt);
        Ok(self.store.callback_failed(attempt, status, error, jitter_ms).await?)
    }

    /// The delivery log of a partner's submission, oldest first.
    ///
    /// # Errors
    /// As [`Engine::get`].
    pub async fn deliveries(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<Vec<DeliveryRecord>, EngineError> {
        self.record(partner, id).await?;
        Ok(self.store.deliveries(partner, id).await?)
    }
}
