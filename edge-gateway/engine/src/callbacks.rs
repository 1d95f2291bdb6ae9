use crate::{Busy, Callback, Engine, EngineError};
use facematch_contract::{CallbackLog, CallbackState, CorrelationId, PartnerId, State};

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
        self.claim_callbacks_beside(&Busy::default(), limit, lease_s).await
    }

    /// The same, and those of the `busy` ones stay where they are.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn claim_callbacks_beside(
        &self,
        busy: &Busy,
        limit: u32,
        lease_s: u32,
    ) -> Result<Vec<Callback>, EngineError> {
        Ok(self.store.claim_callbacks(limit, lease_s, busy).await?)
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

    /// Notes that the receiver answered 410: nothing more is sent to that URL, whatever its query, until a redelivery
    /// is taken there or [`Store::enable_callbacks`](crate::Store::enable_callbacks) says so.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn callback_gone(
        &self,
        callback: &Callback,
        status: u16,
    ) -> Result<CallbackState, EngineError> {
        self.store.callback_gone((&callback.event_id, callback.attempt), status).await?;
        Ok(CallbackState::Dead)
    }

    /// The callbacks of a partner's submission with their delivery logs.
    ///
    /// # Errors
    /// As [`Engine::get`], and [`EngineError::Erased`].
    pub async fn callback_log(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<CallbackLog, EngineError> {
        if self.get(partner, id).await?.state == State::Erased {
            return Err(EngineError::Erased);
        }
        let callbacks = self.store.callbacks(partner, id).await?;
        Ok(CallbackLog { correlation_id: id, callbacks })
    }

    /// Makes the callback of a partner's submission due now, whatever became of it. After the schedule's last attempt it
    /// is one attempt more.
    ///
    /// # Errors
    /// As [`Engine::callback_log`], and [`EngineError::CallbackNotFound`].
    pub async fn redeliver(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<CallbackLog, EngineError> {
        if self.get(partner, id).await?.state == State::Erased {
            return Err(EngineError::Erased);
        }
        if !self.store.redeliver(partner, id).await? {
            return Err(EngineError::CallbackNotFound);
        }
        self.callbacks_due.ring();
        self.callback_log(partner, id).await
    }
}
