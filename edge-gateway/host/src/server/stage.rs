use crate::roles::Stop;
use tokio::{sync::watch, task::JoinSet};

/// Tasks that end together.
#[derive(Default)]
pub(super) struct Stage {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Stage {
    /// Starts a task that ends when it is told to.
    pub(super) fn run<F>(&mut self, task: impl FnOnce(Stop) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(task(self.stop.subscribe()));
    }

    /// Returns when a task has ended without being told to.
    pub(super) async fn broken(&mut self) {
        match self.tasks.join_next().await {
            Some(Err(error)) => tracing::error!(%error, "a role broke"),
            Some(Ok(())) => tracing::error!("a role ended"),
            // No tasks, so none that could break.
            None => std::future::pending().await,
        }
    }

    /// Tells all tasks to end, and waits for them.
    pub(super) async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}
