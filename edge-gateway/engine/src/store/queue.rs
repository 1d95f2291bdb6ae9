use super::{Store, ms, outbox, parse, submissions::image_rows};
use crate::StoreError;
use facematch_contract::{
    CallbackEvent, CallbackEventType, CorrelationId, ImageDeclaration, Mode, Policy, State,
    Timestamp, engine,
    limits::{DEFAULT_MATCH_FMR, DEFAULT_REVIEW_FMR},
};
use sqlx::{Sqlite, Transaction};

/// Takes the row that has been due longest: a queued one, or one whose lease ran out. The latter keeps the time of its
/// last claim, which tells it from the former, whose `updated_at` is now.
const CLAIM: &str = concat!(
    "UPDATE submissions SET fence = fence + 1, attempts = attempts + 1, worker = $1, due_at = $2 + ",
    now_ms!(),
    ", updated_at = CASE state WHEN 'queued' THEN ",
    now_ms!(),
    " ELSE updated_at END, state = 'processing' WHERE id = (SELECT id FROM submissions \
     WHERE state IN ('queued', 'processing') AND due_at <= ",
    now_ms!(),
    " ORDER BY due_at LIMIT 1) RETURNING id, fence, attempts, mode, match_fmr, review_fmr, \
     due_at - $2 > updated_at AS taken_over"
);
const RENEW: &str = concat!(
    "UPDATE submissions SET due_at = $3 + ",
    now_ms!(),
    " WHERE id = $1 AND fence = $2 AND state = 'processing'"
);
/// The fence moves on as well, so that a released lease is as dead as one that ran out.
const RELEASE: &str = concat!(
    "UPDATE submissions SET state = 'queued', fence = fence + 1, worker = NULL, \
     attempts = attempts - $4, due_at = $3 + ",
    now_ms!(),
    ", updated_at = ",
    now_ms!(),
    " WHERE id = $1 AND fence = $2 AND state = 'processing'"
);
const FINISH: &str = concat!(
    "UPDATE submissions SET state = $3, worker = NULL, due_at = NULL, updated_at = ",
    now_ms!(),
    ", purge_due = ",
    now_ms!(),
    " WHERE id = $1 AND fence = $2 AND state = 'processing' \
     RETURNING partner_id, reference, callback_url, updated_at"
);
/// A clock that was set back leaves rows due in the future. A queued one was written at its `updated_at`, which tells by
/// how much; a lease may have been renewed since, so there only a future tells that no lease reaches.
const MEND_CLOCK: &str = concat!(
    "UPDATE submissions SET updated_at = min(updated_at, ",
    now_ms!(),
    "), due_at = CASE WHEN state = 'queued' AND updated_at > ",
    now_ms!(),
    " THEN due_at - (updated_at - ",
    now_ms!(),
    ") ELSE ",
    now_ms!(),
    " END WHERE state IN ('queued', 'processing') AND (due_at > $1 + ",
    now_ms!(),
    " OR (state = 'queued' AND updated_at > 1000 + ",
    now_ms!(),
    "))"
);
/// Longest lease and longest delay of a release.
pub(crate) const MAX_AHEAD_S: u32 = 600;

/// The right to write one submission's result, until another takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The submission.
    pub correlation_id: CorrelationId,
    /// Rises with every claim: a write with an older one is refused.
    pub fence: i64,
}

/// A submission to be matched.
#[derive(Clone, Debug)]
pub struct Job {
    /// The right to write its result.
    pub lease: Lease,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Whether its last holder let the lease run out.
    pub taken_over: bool,
    /// What is compared with what.
    pub mode: Mode,
    /// The error rates asked for, or the default ones.
    pub policy: Policy,
    /// Its photos, the selfie first.
    pub images: Vec<JobImage>,
}

/// A photo of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobImage {
    /// As declared: size, type and hash must hold.
    pub declaration: ImageDeclaration,
    /// Where it is in the bucket.
    pub key: String,
    /// What confirm saw there.
    pub etag: String,
}

/// How a submission ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With a decision.
    Completed,
    /// With none, by our fault.
    Failed,
}

impl Outcome {
    fn state(self) -> State {
        match self {
            Self::Completed => State::Completed,
            Self::Failed => State::Failed,
        }
    }

    fn event_type(self) -> CallbackEventType {
        match self {
            Self::Completed => CallbackEventType::SubmissionCompleted,
            Self::Failed => CallbackEventType::SubmissionFailed,
        }
    }
}

/// Whether a released attempt counts towards the dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptCost {
    /// It does not: the fault lay elsewhere, such as in a bucket that cannot be reached.
    Free,
    /// It does: the fault may lie in this submission.
    Counted,
}

impl Store {
    /// Claims the next submission, whatever its attempts.
    pub(crate) async fn claim(
        &self,
        worker: &str,
        lease_s: u32,
    ) -> Result<Option<Job>, StoreError> {
        let mut tx = self.begin().await?;
        let lease = ms(lease_s.min(MAX_AHEAD_S));
        let rows: Vec<JobRow> =
            sqlx::query_as(CLAIM).bind(worker).bind(lease).fetch_all(&mut *tx).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let job = row.into_job(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(job))
    }

    /// Holds a submission for `lease_s` more seconds. False if the lease is lost.
    pub(crate) async fn renew(&self, lease: Lease, lease_s: u32) -> Result<bool, StoreError> {
        let done = sqlx::query(RENEW)
            .bind(lease.correlation_id.to_string())
            .bind(lease.fence)
            .bind(ms(lease_s.min(MAX_AHEAD_S)))
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Puts a submission back, not to be claimed for `delay_s` seconds. False if the lease is lost.
    pub(crate) async fn release(
        &self,
        lease: Lease,
        delay_s: u32,
        cost: AttemptCost,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(RELEASE)
            .bind(lease.correlation_id.to_string())
            .bind(lease.fence)
            .bind(ms(delay_s.min(MAX_AHEAD_S)))
            .bind(i64::from(cost == AttemptCost::Free))
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Stores the end of a submission: its state, result and callback, all or nothing. False if the lease is lost.
    pub(crate) async fn finish(
        &self,
        lease: Lease,
        result_json: &str,
        outcome: Outcome,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let Some(ended) = end(&mut tx, lease, outcome).await? else { return Ok(false) };
        sqlx::query("INSERT INTO results VALUES ($1, $2, $3)")
            .bind(lease.correlation_id.to_string())
            .bind(result_json)
            .bind(ended.updated_at)
            .execute(&mut *tx)
            .await?;
        if let Some(url) = &ended.callback_url {
            let event = ended.event(lease.correlation_id, outcome);
            outbox::insert(&mut tx, &ended.partner_id, url, &event).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Makes due what a clock that was set back would hold up, and returns how many.
    pub(crate) async fn mend_queue_clock(&self) -> Result<u64, StoreError> {
        let done = sqlx::query(MEND_CLOCK).bind(ms(MAX_AHEAD_S)).execute(&self.write).await?;
        Ok(done.rows_affected())
    }
}

async fn end(
    tx: &mut Transaction<'_, Sqlite>,
    lease: Lease,
    outcome: Outcome,
) -> Result<Option<Ended>, StoreError> {
    let rows: Vec<Ended> = sqlx::query_as(FINISH)
        .bind(lease.correlation_id.to_string())
        .bind(lease.fence)
        .bind(outcome.state().as_str())
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().next())
}

#[derive(sqlx::FromRow)]
struct Ended {
    partner_id: String,
    reference: Option<String>,
    callback_url: Option<String>,
    updated_at: i64,
}

impl Ended {
    fn event(&self, correlation_id: CorrelationId, outcome: Outcome) -> CallbackEvent {
        CallbackEvent {
            event_type: outcome.event_type(),
            timestamp: Timestamp(self.updated_at),
            correlation_id,
            reference: self.reference.clone(),
            state: outcome.state(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct JobRow {
    id: String,
    fence: i64,
    attempts: i64,
    mode: String,
    match_fmr: Option<f64>,
    review_fmr: Option<f64>,
    taken_over: bool,
}

impl JobRow {
    async fn into_job(self, tx: &mut Transaction<'_, Sqlite>) -> Result<Job, StoreError> {
        let id: CorrelationId =
            self.id.parse().map_err(|_| StoreError::Unreadable { what: "id" })?;
        Ok(Job {
            lease: Lease { correlation_id: id, fence: self.fence },
            attempt: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            taken_over: self.taken_over,
            mode: parse("mode", &self.mode)?,
            policy: Policy {
                match_fmr: self.match_fmr.unwrap_or(DEFAULT_MATCH_FMR),
                review_fmr: self.review_fmr.unwrap_or(DEFAULT_REVIEW_FMR),
            },
            images: job_images(tx, id).await?,
        })
    }
}

async fn job_images(
    tx: &mut Transaction<'_, Sqlite>,
    id: CorrelationId,
) -> Result<Vec<JobImage>, StoreError> {
    let rows = image_rows(tx, &id.to_string()).await?;
    rows.into_iter()
        .map(|mut row| {
            let etag = row.etag.take().ok_or(StoreError::Unreadable { what: "etag" })?;
            let declaration = row.into_declaration()?;
            Ok(JobImage { key: engine::object_key(id, declaration.role), declaration, etag })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::searches;

    #[tokio::test]
    async fn the_claim_searches_an_index() {
        searches(CLAIM, "INDEX submissions_due (due_at<?)").await;
    }
}
