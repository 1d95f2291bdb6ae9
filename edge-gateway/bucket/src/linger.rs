//! Reading on after a refusal.
//!
//! A server that answers and closes while the client still sends makes the client's system drop the
//! answer: the page of a partner would see a broken connection in place of the 403 or 412 that says
//! what is wrong. So the rest of a refused body is read and thrown away, as far as that stays
//! cheap.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use facematch_contract::limits::MAX_IMAGE_BYTES;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Frame, SizeHint};

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

const MAX_LINGER: Duration = Duration::from_secs(5);
const MAX_IDLE: Duration = Duration::from_secs(1);

/// A request's body that two may hold: s3s reads it, and the rest of it can be thrown away after
/// s3s let go.
#[derive(Clone, Debug)]
pub(crate) struct SharedBody(Arc<Mutex<UnsyncBoxBody<Bytes, BoxError>>>);

impl SharedBody {
    pub(crate) fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Arc::new(Mutex::new(body.map_err(Into::into).boxed_unsync())))
    }

    /// Reads the rest of the body and forgets it: for 5 s, while it flows, and no more than the
    /// largest photo has.
    pub(crate) async fn drain(mut self) {
        let may_be_cheap = self.size_hint().lower() <= MAX_IMAGE_BYTES;
        if may_be_cheap && !self.is_end_stream() {
            // Whatever is left after that is the client's loss.
            let _ = tokio::time::timeout(MAX_LINGER, self.skip_bytes(MAX_IMAGE_BYTES)).await;
        }
    }

    async fn skip_bytes(&mut self, max_bytes: u64) {
        let mut skipped_bytes = 0;
        while skipped_bytes <= max_bytes {
            let next = tokio::time::timeout(MAX_IDLE, self.frame()).await;
            let Ok(Some(Ok(frame))) = next else { return };
            skipped_bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
    }

    fn with<T>(&self, work: impl FnOnce(Pin<&mut UnsyncBoxBody<Bytes, BoxError>>) -> T) -> T {
        work(Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Body for SharedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.with(|body| body.poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|body| body.size_hint())
    }
}
