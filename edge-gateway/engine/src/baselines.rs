use crate::{Engine, EngineError, store::Enrolled};
use facematch_contract::{
    Baseline, BaselineReceipt, CorrelationId, Decision, LockReason, PartnerId, State,
};

impl Engine {
    /// Makes the selfie of a partner's completed submission the baseline of `subject`, in the place of an earlier one.
    /// Failed attempts before the match are forgotten: who was matched anew is let in again.
    ///
    /// # Errors
    /// As [`Engine::result`], and [`EngineError::BaselineUnfit`].
    pub async fn register_baseline(
        &self,
        partner: &PartnerId,
        subject: &str,
        id: CorrelationId,
    ) -> Result<Baseline, EngineError> {
        let result = self.result(partner, id).await?;
        if let Some(reason) =
            unfit(result.subject.as_deref(), subject, result.state, result.comparison.decision)
        {
            return Err(EngineError::BaselineUnfit(reason));
        }
        let template = self.store.template(id).await?;
        // A result of a version before baselines has none.
        let template = template.ok_or(EngineError::BaselineUnfit("it has no template"))?;
        if !self.store.enrol((partner, subject), (id, &template), &self.limits).await? {
            return Err(EngineError::Erased);
        }
        self.baseline(partner, subject).await
    }

    /// A partner's baseline of `subject`, without its template.
    ///
    /// # Errors
    /// [`EngineError::SubjectNotFound`], [`EngineError::PartnerDisabled`], [`EngineError::Store`].
    pub async fn baseline(
        &self,
        partner: &PartnerId,
        subject: &str,
    ) -> Result<Baseline, EngineError> {
        self.check_enabled(partner).await?;
        let found = self.store.enrolled(partner, subject).await?;
        let found: Enrolled = found.ok_or(EngineError::SubjectNotFound)?;
        let is_locked = self.limits.is_locked(found.failures);
        Ok(Baseline {
            subject: subject.to_owned(),
            correlation_id: found.correlation_id,
            pack: found.pack,
            registered_at: found.registered_at,
            failures: found.failures,
            delayed_until: found.delayed_until.filter(|_| !is_locked),
            locked: is_locked.then_some(LockReason::TooManyFailures),
        })
    }

    async fn check_enabled(&self, partner: &PartnerId) -> Result<(), EngineError> {
        let is_enabled = self.store.is_enabled(partner).await?;
        if is_enabled { Ok(()) } else { Err(EngineError::PartnerDisabled) }
    }

    /// Destroys a partner's baseline of `subject`. Repeated, it says that there is none.
    ///
    /// # Errors
    /// [`EngineError::PartnerDisabled`], [`EngineError::Store`].
    pub async fn delete_baseline(
        &self,
        partner: &PartnerId,
        subject: &str,
    ) -> Result<BaselineReceipt, EngineError> {
        self.check_enabled(partner).await?;
        let (deleted, deleted_at) = self.store.forget(partner, subject).await?;
        Ok(BaselineReceipt { subject: subject.to_owned(), deleted_at, deleted })
    }
}

/// Why a submission is no baseline of `subject`; `None` if it is one.
fn unfit(
    owner: Option<&str>,
    subject: &str,
    state: State,
    decision: Decision,
) -> Option<&'static str> {
    if owner.is_some_and(|owner| owner != subject) {
        return Some("it is of another subject");
    }
    let is_match = state == State::Completed && decision == Decision::Match;
    (!is_match).then_some("its decision is not match")
}
