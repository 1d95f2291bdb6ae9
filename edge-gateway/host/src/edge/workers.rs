use super::ctx::Ctx;
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::time::Sleep;
use wasmtime::{Store, StoreContextMut, component::GuestTaskId};
use wasmtime_wasi_http::handler::{ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus};

/// Requests that one instance serves before a fresh one takes its place.
const REQUESTS_PER_INSTANCE: usize = 1024;
/// Requests that one instance serves at a time: a trap would take them all.
const CONCURRENT_PER_INSTANCE: usize = 16;
/// How long an instance without requests is kept.
const IDLE_LIFE: Duration = Duration::from_secs(10);
/// How long a request may take: a long poll of 20 s and some room.
pub(super) const REQUEST_LIFE: Duration = Duration::from_secs(30);

/// Ends an instance that idles, or whose newest request has outlived its time.
pub(super) struct Expiration {
    sleep: Pin<Box<Sleep>>,
}

impl Expiration {
    pub(super) fn new() -> Self {
        Self { sleep: Box::pin(tokio::time::sleep(REQUEST_LIFE)) }
    }
}

impl WorkerExpiration for Expiration {
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        status: WorkerStatus,
        start: Instant,
    ) -> Poll<()> {
        let life = match status {
            WorkerStatus::Idle => IDLE_LIFE,
            WorkerStatus::Requests | WorkerStatus::PostReturn => REQUEST_LIFE,
        };
        let deadline = (start + life).into();
        if self.sleep.deadline() != deadline {
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(cx)
    }
}

/// How many requests an instance takes.
pub(super) struct Workload;

impl WorkerState for Workload {
    type StoreData = Ctx;
    type RequestData = ();

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= REQUESTS_PER_INSTANCE {
            ShouldAccept::Never
        } else if concurrent >= CONCURRENT_PER_INSTANCE {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _store: StoreContextMut<'_, Ctx>,
        _data: (),
        _task: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        Box::pin(tokio::time::sleep(REQUEST_LIFE))
    }

    fn drop(&self, _store: Store<Ctx>, result: wasmtime::Result<()>) {
        if let Err(error) = result {
            tracing::error!(error = format!("{error:#}"), "gateway instance trapped");
        }
    }
}
