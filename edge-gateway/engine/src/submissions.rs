use crate::{Engine, EngineError, store::Record};
use facematch_contract::{
    CorrelationId, MatchResult, Mode, PartnerId, State, SubmissionResult, Timestamp,
    engine::{FoundSubmissions, Lookup, NewSubmission, StoredSubmission},
};

impl Engine {
    /// Stores a submission. With a key that its partner has used, the stored one comes back, however many come at once.
    ///
    /// # Errors
    /// [`EngineError::IdempotencyKeyReused`] if the key belongs to another request, [`EngineError::BaselineNotFound`],
    /// [`EngineError::PartnerDisabled`], [`EngineError::Store`].
    pub async fn create(&self, new: &NewSubmission) -> Result<StoredSubmission, EngineError> {
        if new.request.mode == Mode::SelfieToBaseline {
            // Nobody can register a baseline yet.
            return Err(EngineError::BaselineNotFound);
        }
        let record = self.store.insert(new).await?.ok_or(EngineError::PartnerDisabled)?;
        if record.request_sha256 != new.request_sha256 {
            return Err(EngineError::IdempotencyKeyReused);
        }
        Ok(record.stored)
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
        Ok(assemble(record, found))
    }
}

fn assemble(
    record: Record,
    (comparison, completed_at): (MatchResult, Timestamp),
) -> SubmissionResult {
    SubmissionResult {
        correlation_id: record.stored.correlation_id,
        mode: record.stored.mode,
        state: record.stored.state,
        subject: record.subject,
        reference: record.reference,
        consent_ref: record.consent_ref,
        created_at: record.stored.created_at,
        completed_at,
        comparison,
    }
}
