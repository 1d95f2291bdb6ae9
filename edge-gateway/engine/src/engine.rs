use crate::{
    Bell, Counts, EngineError, FailedReport, ObjectStore, Store, failure,
    rate::Rates,
    ready::LastLook,
    store::Record,
    wait::{Changes, MAX_WAITERS},
};
use facematch_contract::{CorrelationId, PartnerId, engine::Authenticated};
use std::{fmt, sync::Arc};
use tokio::sync::Semaphore;

/// Submissions from their creation to their erasure: the rules between the store and the bucket.
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) failed_report: FailedReport,
    pub(crate) queued: Bell,
    pub(crate) callbacks_due: Bell,
    pub(crate) changes: Changes,
    pub(crate) waiters: Semaphore,
    pub(crate) rates: Rates,
    pub(crate) last_look: LastLook,
    pub(crate) counts: Counts,
}

impl Engine {
    /// An engine over a store and a bucket.
    pub fn new(store: Store, objects: Arc<dyn ObjectStore>) -> Self {
        Self {
            store,
            objects,
            failed_report: Box::new(failure::without_pack),
            queued: Bell::default(),
            callbacks_due: Bell::default(),
            changes: Changes::default(),
            waiters: Semaphore::new(MAX_WAITERS),
            rates: Rates::default(),
            last_look: LastLook::default(),
            counts: Counts::default(),
        }
    }

    /// The same, with what the results of dead letters report.
    #[must_use]
    pub fn with_failed_report(self, failed_report: FailedReport) -> Self {
        Self { failed_report, ..self }
    }

    /// The same, with how many requests a minute a partner may make that has no rate of its own; `None` for any number.
    #[must_use]
    pub fn with_partner_rate(self, rate: Option<u32>) -> Self {
        Self { rates: Rates::new(rate), ..self }
    }

    /// What has happened since the process started.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The database, for partners.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Rings when a submission is queued.
    pub fn queued(&self) -> &Bell {
        &self.queued
    }

    /// Rings when a callback is to be sent.
    pub fn callbacks_due(&self) -> &Bell {
        &self.callbacks_due
    }

    /// The partner with these credentials.
    ///
    /// # Errors
    /// [`EngineError::InvalidClient`] alike for an unknown id, a wrong secret and a disabled partner.
    pub async fn authenticate(
        &self,
        client_id: &str,
        client_secret: &str,
    ) -> Result<Authenticated, EngineError> {
        let found = self.store.authenticate(client_id, client_secret).await?;
        found.ok_or(EngineError::InvalidClient)
    }

    /// A submission of a partner that is not disabled.
    pub(crate) async fn record(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<Record, EngineError> {
        let record = self.store.find(partner, id).await?.ok_or(EngineError::NotFound)?;
        if record.partner_disabled { Err(EngineError::PartnerDisabled) } else { Ok(record) }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("store", &self.store).finish_non_exhaustive()
    }
}
