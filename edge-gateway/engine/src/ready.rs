use crate::{Engine, EngineError};
use std::time::Duration;
use tokio::{sync::Mutex, time::Instant};

/// Asked more often, it says yes again without a look: anybody may ask, and a write to the disk is not free.
const ANSWER_LIFE: Duration = Duration::from_secs(1);
/// An object that nobody can put: whether it is there shows whether the bucket answers.
const PROBE: &str = "up/ready";

/// When all was well the last time.
#[derive(Debug, Default)]
pub(crate) struct LastLook(Mutex<Option<Instant>>);

impl Engine {
    /// Whether work can be done: the database takes a write, and the bucket answers. Looks once a second at most.
    ///
    /// # Errors
    /// [`EngineError::Store`], [`EngineError::Objects`].
    pub async fn ready(&self) -> Result<(), EngineError> {
        // Whoever comes while one looks gets what that one sees.
        let mut well = self.last_look.0.lock().await;
        if well.is_none_or(|at| at.elapsed() >= ANSWER_LIFE) {
            *well = None;
            self.look().await?;
            *well = Some(Instant::now());
        }
        Ok(())
    }

    async fn look(&self) -> Result<(), EngineError> {
        self.store.ready().await?;
        self.objects.head(PROBE).await?;
        Ok(())
    }
}
