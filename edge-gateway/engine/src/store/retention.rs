use super::{Store, ms, parse, submissions::image_rows};
use crate::StoreError;
use facematch_contract::{
    CorrelationId, PartnerId, Role, State, Timestamp, limits::UPLOAD_URL_LIFE_S,
};

const EXPIRE: &str = concat!(
    "UPDATE submissions SET state = 'expired', closed_at = expires_at, updated_at = ",
    now_ms!(),
    ", purge_due = ",
    now_ms!(),
    ", erase_due = ",
    now_ms!(),
    " + 86400000 * (SELECT keep_results_days FROM partners p WHERE p.id = partner_id) \
     WHERE id IN (SELECT id FROM submissions WHERE state = 'awaiting_upload' AND expires_at <= ",
    now_ms!(),
    " - $2 ORDER BY expires_at LIMIT $1) RETURNING id"
);
/// The fence moves on: a worker that holds the submission cannot write its result any more.
const ERASE: &str = concat!(
    "UPDATE submissions SET state = 'erased', fence = fence + 1, worker = NULL, due_at = NULL, \
     details = NULL, reference_tag = NULL, subject_tag = NULL, erase_due = NULL, erased_result = EXISTS (SELECT 1 FROM results WHERE submission_id = id), updated_at = ",
    now_ms!(),
    ", forgotten_at = ",
    now_ms!(),
    ", closed_at = coalesce(closed_at, ",
    now_ms!(),
    "), purge_due = ",
    now_ms!(),
    " WHERE partner_id = $1 AND id = $2 AND state <> 'erased'"
);
const ERASE_MORE: [&str; 3] = [
    "DELETE FROM results WHERE submission_id = $1",
    "DELETE FROM outbox WHERE submission_id = $1",
    "UPDATE images SET sha256 = '', etag = NULL, data_key = NULL WHERE submission_id = $1",
];
const ERASE_DUE: &str = concat!(
    "SELECT partner_id, id FROM submissions WHERE erase_due <= ",
    now_ms!(),
    " ORDER BY erase_due LIMIT $1"
);
/// An erasure does not wait for a clock that was set back.
const IS_PURGE_DUE: &str = concat!(
    "SELECT EXISTS (SELECT 1 FROM submissions WHERE id = $1 AND purge_due IS NOT NULL \
     AND (state = 'erased' OR purge_due <= ",
    now_ms!(),
    "))"
);
const SHRED: &str = "UPDATE images SET data_key = NULL WHERE submission_id = $1";
const PURGE_DUE: &str = concat!(
    "SELECT id FROM submissions WHERE purge_due <= ",
    now_ms!(),
    " ORDER BY purge_due LIMIT $1"
);
/// An upload URL may outlive the purge, so photos are deleted once more when the last one has ended. A submission that was
/// closed in the future, by a clock that was set back since, is taken to be closed now.
const PURGED: &str = concat!(
    "UPDATE submissions SET purge_due = CASE WHEN closed_at + $2 > ",
    now_ms!(),
    " THEN min(closed_at, ",
    now_ms!(),
    ") + $2 END, purged_at = coalesce(purged_at, ",
    now_ms!(),
    "), erased_at = CASE state WHEN 'erased' THEN coalesce(erased_at, ",
    now_ms!(),
    ") END WHERE id = $1 AND purge_due IS NOT NULL"
);
const POSTPONE: &str = concat!(
    "UPDATE submissions SET purge_due = $2 + ",
    now_ms!(),
    " WHERE id = $1 AND purge_due IS NOT NULL"
);
/// A clock that was set back leaves photos to be deleted in a future that no purge reaches: they wait no longer than their
/// partner's days from now.
const MEND_CLOCK: &str = concat!(
    "UPDATE submissions SET purge_due = kept.until FROM (SELECT s.id AS late_id, ",
    now_ms!(),
    " + 86400000 * p.keep_photos_days AS until FROM submissions s JOIN partners p ON p.id = s.partner_id \
     WHERE s.purge_due > 1000 + $1 + ",
    now_ms!(),
    ") AS kept WHERE id = kept.late_id AND purge_due > 1000 + $1 + kept.until"
);
const ERASED: &str = "SELECT state, erased_at, purged_at, forgotten_at, \
     coalesce(erased_result, 0) AS erased_result FROM submissions WHERE partner_id = $1 AND id = $2";
/// How long after its end a submission that was never confirmed is kept, in seconds. It is over at its end; but a clock
/// that is an hour ahead for a moment must not delete what is not an hour old.
const EXPIRED_KEPT_S: u32 = 3900;
/// By how much the clocks of gateway, bucket and database may differ, in seconds.
const CLOCK_SKEW_S: u32 = 300;
/// When photos are deleted once more, after the last moment at which a URL was made, in seconds.
const PURGE_AGAIN_S: u32 = UPLOAD_URL_LIFE_S + CLOCK_SKEW_S;

/// How far an erasure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Erased {
    /// When the last photo was deleted; `None` while photos may be left.
    pub(crate) at: Option<Timestamp>,
    /// When the photos were deleted.
    pub(crate) photos_at: Option<Timestamp>,
    /// When the result was deleted, if there was one.
    pub(crate) result_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct ErasedRow {
    state: String,
    erased_at: Option<i64>,
    purged_at: Option<i64>,
    forgotten_at: Option<i64>,
    erased_result: bool,
}

impl Store {
    /// Marks up to `limit` submissions that were not confirmed in time, some time after their end, and returns their ids.
    pub(crate) async fn expire(&self, limit: u32) -> Result<Vec<CorrelationId>, StoreError> {
        let mut tx = self.begin().await?;
        let expire = sqlx::query_scalar(EXPIRE).bind(limit).bind(ms(EXPIRED_KEPT_S));
        let ids = expire.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        ids.into_iter().map(to_id).collect()
    }

    /// Deletes all of a submission that the database has and marks its photos for deletion. Nothing the second time.
    pub(crate) async fn erase(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let id = id.to_string();
        let done = sqlx::query(ERASE).bind(&partner.0).bind(&id).execute(&mut *tx).await?;
        if done.rows_affected() == 1 {
            for sql in ERASE_MORE {
                sqlx::query(sql).bind(&id).execute(&mut *tx).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Up to `limit` submissions that their partners keep no longer.
    pub(crate) async fn erase_due(
        &self,
        limit: u32,
    ) -> Result<Vec<(PartnerId, CorrelationId)>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as(ERASE_DUE).bind(limit).fetch_all(&self.read).await?;
        rows.into_iter().map(|(partner, id)| Ok((PartnerId(partner), to_id(id)?))).collect()
    }

    /// How far the erasure of a partner's submission has come; `None` if it is not erased or not there.
    pub(crate) async fn erased(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<Option<Erased>, StoreError> {
        let select = sqlx::query_as(ERASED).bind(&partner.0).bind(id.to_string());
        let row: Option<ErasedRow> = select.fetch_optional(&self.read).await?;
        let Some(row) = row else { return Ok(None) };
        let erased = Erased {
            at: row.erased_at.map(Timestamp),
            photos_at: row.purged_at.map(Timestamp),
            // Versions before sealing did not note the time apart.
            result_at: row
                .forgotten_at
                .or(row.erased_at)
                .map(Timestamp)
                .filter(|_| row.erased_result),
        };
        Ok((parse::<State>("state", &row.state)? == State::Erased).then_some(erased))
    }

    /// Up to `limit` submissions whose photos are to be deleted now.
    pub(crate) async fn purge_due(&self, limit: u32) -> Result<Vec<CorrelationId>, StoreError> {
        let ids = sqlx::query_scalar(PURGE_DUE).bind(limit).fetch_all(&self.read).await?;
        ids.into_iter().map(to_id).collect()
    }

    /// Destroys the data keys of the photos of a submission that has ended, and returns their roles; nothing and none
    /// while they are still needed or kept. From here on nobody can read them, wherever copies may be.
    pub(crate) async fn shred_photos(&self, id: CorrelationId) -> Result<Vec<Role>, StoreError> {
        let id = id.to_string();
        let mut tx = self.begin().await?;
        if !sqlx::query_scalar(IS_PURGE_DUE).bind(&id).fetch_one(&mut *tx).await? {
            return Ok(Vec::new());
        }
        sqlx::query(SHRED).bind(&id).execute(&mut *tx).await?;
        let rows = image_rows(&mut tx, &id).await?;
        tx.commit().await?;
        rows.into_iter().map(|row| Ok(row.into_declaration()?.role)).collect()
    }

    /// Notes that a submission's photos are deleted.
    pub(crate) async fn purged(&self, id: CorrelationId) -> Result<(), StoreError> {
        let margin = ms(PURGE_AGAIN_S);
        sqlx::query(PURGED).bind(id.to_string()).bind(margin).execute(&self.write).await?;
        Ok(())
    }

    /// Makes due the deletions that a clock that was set back would hold up, and returns how many.
    pub(crate) async fn mend_purge_clock(&self) -> Result<u64, StoreError> {
        let mend = sqlx::query(MEND_CLOCK).bind(ms(PURGE_AGAIN_S));
        Ok(mend.execute(&self.write).await?.rows_affected())
    }

    /// Puts off the deletion of photos that the bucket refused.
    pub(crate) async fn postpone_purge(
        &self,
        id: CorrelationId,
        delay_s: u32,
    ) -> Result<(), StoreError> {
        sqlx::query(POSTPONE).bind(id.to_string()).bind(ms(delay_s)).execute(&self.write).await?;
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "maps rows that are owned")]
fn to_id(text: String) -> Result<CorrelationId, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable { what: "id" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::searches;

    #[tokio::test]
    async fn the_sweeper_searches_indexes() {
        searches(EXPIRE, "INDEX submissions_unconfirmed (expires_at<?)").await;
        searches(PURGE_DUE, "INDEX submissions_purge (purge_due<?)").await;
        searches(ERASE_DUE, "INDEX submissions_erase (erase_due<?)").await;
    }
}
