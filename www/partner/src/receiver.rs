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
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};
use tokio::{net::TcpListener, sync::Notify};

/// Receives callbacks on this machine and keeps those whose signature is right.
#[derive(Clone)]
pub struct Receiver {
    address: SocketAddr,
    inbox: Arc<Inbox>,
}

struct Inbox {
    secret: WebhookSecret,
    events: Mutex<HashMap<CorrelationId, CallbackEvent>>,
    arrived: Notify,
}

impl Receiver {
    /// Listens on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(secret: WebhookSecret) -> io::Result<Self> {
        let inbox = Arc::new(Inbox { secret, events: Mutex::default(), arrived: Notify::new() });
        let app = Router::new().route("/callback", post(receive)).with_state(inbox.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, inbox })
    }

    /// The URL to give as `callbackUrl`.
    pub fn url(&self) -> String {
        format!("http://{}/callback", self.address)
    }

    /// Waits for the callback of one submission.
    pub async fn wait(&self, id: CorrelationId, patience: Duration) -> Option<CallbackEvent> {
        let arrival = async {
            loop {
                let arrived = self.inbox.arrived.notified();
                if let Some(event) = self.inbox.take(id) {
                    return event;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(patience, arrival).await.ok()
    }
}

impl Inbox {
    fn take(&self, id: CorrelationId) -> Option<CallbackEvent> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
    }

    fn put(&self, event: CallbackEvent) {
        let id = event.correlation_id;
        self.events.lock().unwrap_or_else(PoisonError::into_inner).insert(id, event);
        self.arrived.notify_waiters();
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
