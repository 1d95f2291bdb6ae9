use crate::{Engine, EngineError};
use facematch_contract::{CorrelationId, PartnerId, engine::StoredSubmission, limits::MAX_WAIT_S};
use std::time::Duration;
use tokio::{
    sync::broadcast,
    time::{Instant, timeout_at},
};

/// Long polls at the same time; one more is answered at once. Well below what a gateway lets in, so that they cannot fill it.
pub(crate) const MAX_WAITERS: usize = 512;
/// Changes that a slow listener may be behind before it looks into the database instead.
const BACKLOG: usize = 256;
/// How long a change by another process may go unnoticed.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Tells long polls which submissions have ended.
#[derive(Debug)]
pub(crate) struct Changes(broadcast::Sender<CorrelationId>);

impl Default for Changes {
    fn default() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }
}

impl Changes {
    /// A submission has ended.
    pub(crate) fn announce(&self, id: CorrelationId) {
        self.0.send(id).ok(); // Nobody listening is no fault.
    }
}

impl Engine {
    /// A partner's submission as soon as it has ended, or as it is after `wait_s` seconds (at most [`MAX_WAIT_S`]).
    ///
    /// # Errors
    /// As [`Engine::get`].
    pub async fn wait_final(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
        wait_s: u32,
    ) -> Result<StoredSubmission, EngineError> {
        let end = Instant::now() + Duration::from_secs(wait_s.min(MAX_WAIT_S).into());
        let mut changes = self.changes.0.subscribe();
        let mut stored = self.get(partner, id).await?;
        let Ok(_place) = self.waiters.try_acquire() else { return Ok(stored) };
        while !stored.state.is_final() && Instant::now() < end && !self.waiters.is_closed() {
            ended(&mut changes, id, end.min(Instant::now() + LOOK_AGAIN)).await;
            stored = self.get(partner, id).await?;
        }
        Ok(stored)
    }

    /// Answers all long polls within a second, and new ones at once: the server stops.
    pub fn end_waits(&self) {
        self.waiters.close();
    }
}

/// Returns when `id` may have ended, or at `end`.
async fn ended(changes: &mut broadcast::Receiver<CorrelationId>, id: CorrelationId, end: Instant) {
    let heard = async { while matches!(changes.recv().await, Ok(other) if other != id) {} };
    timeout_at(end, heard).await.ok();
}
