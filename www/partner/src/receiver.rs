use crate::{
    WebhookSecret,
    inbox::{CALLBACK_PATH, Inbox},
};
use facematch_contract::{CallbackEvent, CorrelationId};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// Receives callbacks on this machine and keeps those whose signature is right.
#[derive(Clone)]
pub struct Receiver {
    address: SocketAddr,
    inbox: Arc<Inbox>,
}

impl Receiver {
    /// Listens on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(secret: WebhookSecret) -> io::Result<Self> {
        let inbox = Inbox::new(secret);
        let app = inbox.router();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, inbox })
    }

    /// The URL to give as `callbackUrl`.
    pub fn url(&self) -> String {
        format!("http://{}{CALLBACK_PATH}", self.address)
    }

    /// Waits for the callback of one submission.
    pub async fn wait(&self, id: CorrelationId, patience: Duration) -> Option<CallbackEvent> {
        self.inbox.wait(id, patience).await
    }
}
