//! The body of an upload, from the network into a draft.

use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use super::ObjectService;
use super::refusal::Refusal;
use crate::BodyTimeouts;
use crate::store::Draft;

/// Bytes that are gathered before a blocking thread writes them: enough to make the change of
/// threads cheap.
const BLOCK_BYTES: usize = 256 * 1024;

impl ObjectService {
    /// Writes `body` into `draft` and checks that it is as long as declared.
    ///
    /// # Errors
    /// [`Refusal::Incomplete`] for another length, [`Refusal::Slow`] for a body that stalls, and
    /// those of the store. The draft is gone then.
    pub(super) async fn receive<S, B, E>(
        &self,
        mut draft: Draft,
        mut body: S,
        declared_bytes: u64,
    ) -> Result<Draft, Refusal>
    where
        S: Stream<Item = Result<B, E>> + Unpin,
        B: AsRef<[u8]>,
    {
        let mut clock = BodyClock::start(self.body_timeouts);
        let mut block = Vec::new();
        let mut received_bytes = 0;
        while let Some(bytes) = clock.next(&mut body).await? {
            received_bytes += bytes.as_ref().len() as u64;
            if received_bytes > declared_bytes {
                return Err(Refusal::Incomplete);
            }
            block.extend_from_slice(bytes.as_ref());
            if block.len() >= BLOCK_BYTES {
                draft = self.write(draft, std::mem::take(&mut block)).await?;
            }
        }
        if received_bytes != declared_bytes {
            return Err(Refusal::Incomplete);
        }
        self.write(draft, block).await
    }

    async fn write(&self, mut draft: Draft, block: Vec<u8>) -> Result<Draft, Refusal> {
        Ok(self.on_store(move |_| draft.write(&block).map(|()| draft)).await?)
    }
}

/// Waits for the parts of a body, each and all for a limited time.
struct BodyClock {
    timeouts: BodyTimeouts,
    deadline: Instant,
}

impl BodyClock {
    fn start(timeouts: BodyTimeouts) -> Self {
        Self { timeouts, deadline: Instant::now() + timeouts.total }
    }

    async fn next<S, B, E>(&mut self, body: &mut S) -> Result<Option<B>, Refusal>
    where
        S: Stream<Item = Result<B, E>> + Unpin,
    {
        let until = self.deadline.min(Instant::now() + self.timeouts.idle);
        let part = timeout_at(until, body.next()).await.map_err(|_| Refusal::Slow)?;
        part.transpose().map_err(|_| Refusal::Incomplete)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use futures_util::stream;

    use super::*;
    use crate::store::{ObjectKey, Store};
    use crate::{DataKeyError, DataKeys};
    use facematch_seal::Key;

    type Part = Result<&'static [u8], ()>;

    struct OneKey;

    #[async_trait::async_trait]
    impl DataKeys for OneKey {
        async fn data_key(&self, _: &str) -> Result<Option<Key>, DataKeyError> {
            Ok(Some(Key::from_bytes([1; 32])))
        }
    }

    impl ObjectService {
        async fn fresh_draft(&self) -> Draft {
            let key = ObjectKey::parse("up/1").expect("a key");
            self.draft(&key, Key::from_bytes([1; 32])).await.expect("a draft")
        }
    }

    fn service(root: &std::path::Path) -> ObjectService {
        let store = Arc::new(Store::open(root).expect("a store"));
        let idle = Duration::from_millis(50);
        let body_timeouts = BodyTimeouts { idle, total: 3 * idle };
        let data_keys = Arc::new(OneKey);
        ObjectService { store, name: "photos".to_owned(), body_timeouts, data_keys }
    }

    #[tokio::test]
    async fn body_is_exactly_as_long_as_declared() {
        let root = tempfile::tempdir().expect("a folder");
        let service = service(root.path());
        type Case = (&'static [Part], u64, bool);
        let cases: [Case; 6] = [
            (&[], 0, true),
            (&[Ok(b"ab"), Ok(b""), Ok(b"c")], 3, true),
            (&[Ok(b"ab")], 3, false),
            (&[Ok(b"ab"), Ok(b"cd")], 3, false),
            (&[Ok(b"abc"), Err(())], 3, false),
            (&[], 1, false),
        ];
        for (parts, declared_bytes, want) in cases {
            let body = stream::iter(parts.to_vec());
            let draft = service.receive(service.fresh_draft().await, body, declared_bytes).await;
            match (want, draft) {
                (true, Ok(draft)) => assert_eq!(draft.digests().size_bytes, declared_bytes),
                (false, Err(Refusal::Incomplete)) => {}
                (_, draft) => panic!("{parts:?} of {declared_bytes}: {}", draft.is_ok()),
            }
        }
    }

    #[tokio::test]
    async fn body_that_stalls_or_trickles_is_given_up() {
        let root = tempfile::tempdir().expect("a folder");
        let service = service(root.path());
        let stalled = stream::pending::<Part>();
        let draft = service.fresh_draft().await;
        assert!(matches!(service.receive(draft, stalled, 9).await, Err(Refusal::Slow)));
        let trickle = Box::pin(stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Part::Ok(b"x"), ()))
        }));
        let draft = service.fresh_draft().await;
        assert!(matches!(service.receive(draft, trickle, 1000).await, Err(Refusal::Slow)));
    }
}
