//! The loops that work without being asked: matcher, callbacks, sweeper.

pub(crate) mod callbacks;
pub(crate) mod matcher;
pub(crate) mod sweeper;

use std::time::Duration;
use tokio::sync::watch;

/// Tells every loop to end.
pub(crate) type Stop = watch::Receiver<bool>;

/// How long a loop waits without being rung, and after a fault.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits for `work`, or returns `None` when the server stops.
pub(crate) async fn unless_stopped<T>(stop: &mut Stop, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => None,
        value = work => Some(value),
    }
}
