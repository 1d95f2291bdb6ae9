use crate::{
    Engine, EngineError,
    store::{Admission, Details, Inserted, Record},
};
use facematch_contract::{
    CorrelationId, MatchResult, PartnerId, State, SubmissionResult, Timestamp,
    engine::{FoundSubmissions, Lookup, NewSubmission, StoredSubmission},
};

impl Engine {
    /// Stores a submission. With a key that its partner has used, the stored one comes back, however many come at once.
    ///
    /// # Errors
    /// [`EngineError::IdempotencyKeyReused`] if the key belongs to another request, [`EngineError::PartnerDisabled`],
    /// [`EngineError::Store`]; and for an attempt at a baseline [`EngineError::BaselineNotFound`],
    /// [`EngineError::BaselineOutdated`], [`EngineError::SubjectDelayed`], [`EngineError::SubjectLocked`].
    pub async fn create(&self, new: &NewSubmission) -> Result<StoredSubmission, EngineError> {
        let inserted = self.store.insert(new, &self.limits, self.pack.as_deref()).await?;
        match inserted {
            Inserted::Stored(record) => Ok(record.stored),
            Inserted::Disabled => Err(EngineError::PartnerDisabled),
            Inserted::KeyReused => Err(EngineError::IdempotencyKeyReused),
            Inserted::Refused(admission) => Err(refused(admission)),
        }
    }

    /// A partner's submission.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] alike for an unknown id and another partner's, [`EngineError::PartnerDisabled`],
    /// [`EngineError::Store`].
    pub async fn get(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<StoredSubmission, EngineError> {
        Ok(self.record(partner, id).await?.stored)
    }

    /// A partner's submissions of one reference, newest first.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn look_up(
        &self,
        partner: &PartnerId,
        lookup: &Lookup,
    ) -> Result<FoundSubmissions, EngineError> {
        Ok(self.store.look_up(partner, lookup).await?)
    }

    /// The result of a partner's submission.
    ///
    /// # Errors
    /// As [`Engine::get`], and [`EngineError::ResultNotReady`], [`EngineError::Expired`], [`EngineError::Erased`].
    pub async fn result(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<SubmissionResult, EngineError> {
        let record = self.record(partner, id).await?;
        match record.stored.state {
            State::Completed | State::Failed => {}
            State::Expired => return Err(EngineError::Expired),
            State::Erased => return Err(EngineError::Erased),
            other => return Err(EngineError::ResultNotReady(other)),
        }
        // Only an erasure, a moment ago, takes the result of a submission that has ended.
        let found = self.store.result(id).await?.ok_or(EngineError::Erased)?;
        let details = self.store.details(&record).await?;
        Ok(assemble(&record, details, found))
    }
}

/// Why an attempt at a baseline may not begin.
fn refused(admission: Admission) -> EngineError {
    match admission {
        Admission::Admitted | Admission::NoBaseline => EngineError::BaselineNotFound,
        Admission::Outdated => EngineError::BaselineOutdated,
        Admission::Delayed { retry_after_s } => EngineError::SubjectDelayed { retry_after_s },
        Admission::Locked => EngineError::SubjectLocked,
    }
}

fn assemble(
    record: &Record,
    details: Details,
    (comparison, completed_at): (MatchResult, Timestamp),
) -> SubmissionResult {
    SubmissionResult {
        correlation_id: record.stored.correlation_id,
        mode: record.stored.mode,
        state: record.stored.state,
        subject: details.subject,
        reference: details.reference,
        consent_ref: details.consent_ref,
        created_at: record.stored.created_at,
        completed_at,
        comparison,
    }
}
