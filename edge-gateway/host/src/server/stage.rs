use crate::roles::Stop;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout_at},
};

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

    /// Tells all tasks to end, and waits for them until `deadline`; then they are cut off.
    pub(super) async fn stop(mut self, deadline: Instant) {
        self.stop.send_replace(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if timeout_at(deadline, ended).await.is_err() {
            tracing::warn!(
                "not all work ended in time: what is cut off is taken up after the next start"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_task_that_does_not_end_is_cut_off() {
        let mut stage = Stage::default();
        stage.run(|_| std::future::pending());
        stage.run(|mut stop| async move { drop(stop.wait_for(|stop| *stop).await) });
        let start = Instant::now();
        stage.stop(start + Duration::from_millis(50)).await;
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
