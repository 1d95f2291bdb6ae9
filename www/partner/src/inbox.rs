use crate::WebhookSecret;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use facematch_contract::{CallbackEvent, CorrelationId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};
use tokio::sync::Notify;

/// Where callbacks are received.
pub(crate) const CALLBACK_PATH: &str = "/callback";
/// Events that are kept; the oldest submission's goes first.
const MAX_EVENTS: usize = 10_000;

/// Callbacks that arrived with a right signature. They are in memory: a real partner stores them before it answers.
pub(crate) struct Inbox {
    secret: WebhookSecret,
    events: Mutex<BTreeMap<CorrelationId, CallbackEvent>>,
    arrived: Notify,
}

impl Inbox {
    /// An empty inbox that takes what is signed with `secret`.
    pub(crate) fn new(secret: WebhookSecret) -> Arc<Self> {
        Arc::new(Self { secret, events: Mutex::default(), arrived: Notify::new() })
    }

    /// The route that receives callbacks.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        Router::new().route(CALLBACK_PATH, post(receive)).with_state(self.clone())
    }

    /// The callback of one submission, if it is here.
    pub(crate) fn get(&self, id: CorrelationId) -> Option<CallbackEvent> {
        self.events().get(&id).cloned()
    }

    /// Waits for the callback of one submission.
    pub(crate) async fn wait(
        &self,
        id: CorrelationId,
        patience: Duration,
    ) -> Option<CallbackEvent> {
        let arrival = async {
            loop {
                let arrived = self.arrived.notified();
                if let Some(event) = self.get(id) {
                    return event;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(patience, arrival).await.ok()
    }

    fn put(&self, event: CallbackEvent) {
        let mut events = self.events();
        // The same callback may come more than once: it says the same.
        events.insert(event.correlation_id, event);
        if events.len() > MAX_EVENTS {
            events.pop_first();
        }
        drop(events);
        self.arrived.notify_waiters();
    }

    fn events(&self) -> MutexGuard<'_, BTreeMap<CorrelationId, CallbackEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match inbox.secret.verify(header, &body, now.as_secs().cast_signed()) {
        Ok(event) => {
            inbox.put(event);
            StatusCode::NO_CONTENT
        }
        Err(_) => StatusCode::BAD_REQUEST,
    }
}
