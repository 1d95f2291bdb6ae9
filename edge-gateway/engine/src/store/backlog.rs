use super::Store;
use crate::StoreError;

/// The first condition is the index's own, which the planner asks for to the letter.
const BACKLOG: &str = concat!(
    "SELECT (SELECT count(*) FROM submissions WHERE state IN ('queued', 'processing') \
     AND state = 'queued') AS queued, \
     (SELECT count(*) FROM submissions WHERE state IN ('queued', 'processing') \
     AND state = 'processing') AS processing, \
     (SELECT count(*) FROM outbox WHERE state = 'pending') AS callbacks, \
     (SELECT count(*) FROM submissions WHERE purge_due <= ",
    now_ms!(),
    ") AS purges, coalesce(",
    now_ms!(),
    " - (SELECT min(due_at) FROM submissions WHERE state IN ('queued', 'processing') \
     AND state = 'queued'), 0) AS queue_age_ms, coalesce(",
    now_ms!(),
    " - (SELECT min(next_at) FROM outbox WHERE state = 'pending'), 0) AS outbox_age_ms, coalesce(",
    now_ms!(),
    " - (SELECT min(purge_due) FROM submissions WHERE purge_due IS NOT NULL), 0) \
     AS retention_lag_ms"
);

/// What waits, and for how long past its time. Ages below zero are of what is not due yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Backlog {
    /// Submissions that wait for a matcher.
    pub queued: i64,
    /// Submissions that a matcher holds.
    pub processing: i64,
    /// Callbacks that are not delivered yet and not given up.
    pub callbacks: i64,
    /// Submissions whose photos should be deleted by now.
    pub purges: i64,
    /// Time since the submission that waits longest was due, in milliseconds.
    pub queue_age_ms: i64,
    /// Time since the callback that waits longest was due, in milliseconds.
    pub outbox_age_ms: i64,
    /// Time since the photos that wait longest should have been deleted, in milliseconds.
    pub retention_lag_ms: i64,
}

impl Store {
    /// What waits now.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub async fn backlog(&self) -> Result<Backlog, StoreError> {
        Ok(sqlx::query_as(BACKLOG).fetch_one(&self.read).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::plan;

    #[tokio::test]
    async fn the_backlog_is_counted_in_the_indexes_of_what_is_open() {
        let steps = plan(BACKLOG).await;
        let reads = |step: &&String| step.contains("submissions") || step.contains("outbox");
        for step in steps.iter().filter(reads) {
            let of_open = ["submissions_due", "outbox_due", "submissions_purge"];
            assert!(of_open.iter().any(|index| step.contains(index)), "{step}");
        }
        assert!(steps.iter().filter(reads).count() >= 7, "{steps:?}");
    }
}
