use std::time::Duration;
use tokio::{sync::watch, time::timeout};

/// Wakes those who wait for something to do. It carries no data: whoever hears it looks into the database.
///
/// A lost ring costs a delay, never work, because every listener looks again after its own patience.
#[derive(Debug, Default)]
pub struct Bell(watch::Sender<()>);

impl Bell {
    /// Wakes every listener, and those that are busy as soon as they listen again.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// A listener that hears every ring from now on.
    pub fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

/// Hears one [`Bell`].
#[derive(Debug)]
pub struct Listener(watch::Receiver<()>);

impl Listener {
    /// Returns at the next ring, at once if it rang since the last call, or after `patience`.
    pub async fn heard_or_after(&mut self, patience: Duration) {
        let rung = async {
            if self.0.changed().await.is_err() {
                // The engine is gone; there is nothing to hear any more.
                std::future::pending::<()>().await;
            }
        };
        timeout(patience, rung).await.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test]
    async fn a_ring_while_busy_is_heard_later() {
        let bell = Bell::default();
        let mut listener = bell.listen();
        bell.ring();
        let start = Instant::now();
        listener.heard_or_after(Duration::from_secs(60)).await;
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[tokio::test]
    async fn patience_ends_without_a_ring() {
        Bell::default().listen().heard_or_after(Duration::from_millis(1)).await;
    }
}
