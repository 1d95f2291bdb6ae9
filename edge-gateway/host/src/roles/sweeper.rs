use super::{Stop, unless_stopped};
use facematch_engine::{Engine, Swept};
use std::{sync::Arc, time::Duration};

const EVERY: Duration = Duration::from_secs(30);

/// Ends what was never confirmed and deletes what a crash left behind, until the server stops.
pub(crate) async fn run(engine: Arc<Engine>, mut stop: Stop) {
    loop {
        match engine.sweep().await {
            Ok(swept) if swept != Swept::default() => tracing::info!(?swept, "swept"),
            Ok(_) => (),
            Err(error) => tracing::error!(%error, "sweep failed"),
        }
        if unless_stopped(&mut stop, tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}
