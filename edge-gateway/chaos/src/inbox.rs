use anyhow::Result;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use facematch_contract::CorrelationId;
use facematch_partner::{Credentials, WebhookSecret};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{net::TcpListener, sync::watch};

/// The `webhook-id`s under which one submission's callback came, with how often each did.
pub(crate) type Arrivals = BTreeMap<String, usize>;

/// The receiver of all callbacks: it takes every signed one, however late, and remembers its id.
#[derive(Clone)]
pub(crate) struct Inbox {
    url: String,
    received: Arc<Received>,
}

struct Received {
    secret: WebhookSecret,
    arrivals: Mutex<BTreeMap<CorrelationId, Arrivals>>,
    refused: Mutex<usize>,
    /// While true, no answer is given.
    stalls: watch::Sender<bool>,
}

impl Inbox {
    /// Listens on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port can be had, or the secret is none.
    pub(crate) async fn start(credentials: &Credentials) -> Result<Self> {
        let secret = WebhookSecret::parse(&credentials.webhook_secret)?;
        let (arrivals, refused, stalls) = Default::default();
        let received = Arc::new(Received { secret, arrivals, refused, stalls });
        let app = Router::new().route("/callback", post(receive)).with_state(received.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}/callback", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { url, received })
    }

    /// What to give as `callbackUrl`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Lets every callback hang, or answers again.
    pub(crate) fn stall(&self, stalls: bool) {
        self.received.stalls.send_replace(stalls);
    }

    /// What arrived about one submission.
    pub(crate) fn of(&self, id: CorrelationId) -> Arrivals {
        self.received.arrivals().get(&id).cloned().unwrap_or_default()
    }

    /// Submissions of which a callback arrived.
    pub(crate) fn submissions(&self) -> usize {
        self.received.arrivals().len()
    }

    /// Callbacks that arrived, each time counted.
    pub(crate) fn callbacks(&self) -> usize {
        self.received.arrivals().values().flat_map(BTreeMap::values).sum()
    }

    /// Requests whose signature was wrong.
    pub(crate) fn refused(&self) -> usize {
        *self.received.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Received {
    fn arrivals(&self) -> MutexGuard<'_, BTreeMap<CorrelationId, Arrivals>> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn receive(
    State(received): State<Arc<Received>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    // The sender is still there.
    let _ = received.stalls.subscribe().wait_for(|stalls| !stalls).await;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // The server's clock may be wrong by intent: any time is near enough.
    let sent_at = header("webhook-timestamp").and_then(|time| time.parse().ok()).unwrap_or(0);
    let (Ok(event), Some(id)) =
        (received.secret.verify(header, &body, sent_at), header("webhook-id"))
    else {
        *received.refused.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        return StatusCode::BAD_REQUEST;
    };
    let mut arrivals = received.arrivals();
    *arrivals.entry(event.correlation_id).or_default().entry(id.to_owned()).or_default() += 1;
    StatusCode::NO_CONTENT
}
