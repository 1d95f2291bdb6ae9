//! The demo partner's website: its pages, and the few calls that they make.
//!
//! The pages never see the client secret, the partner token or another visitor's submissions.

mod app;
mod assets;
mod customers;
mod fault;
mod guard;
mod onboarding;
mod results;
mod step_up;
mod visits;

use crate::{ClientError, Credentials, WebhookError};
use app::App;
use assets::Assets;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// Largest JSON body of a page's call, in bytes.
const MAX_JSON_BYTES: usize = 16 * 1024;

/// Where a website finds what it needs.
pub struct SiteOptions {
    /// Base URL of the API, such as `http://127.0.0.1:8080`.
    pub api: String,
    /// Base URL of the bucket as browsers see it: their uploads go there.
    pub bucket: String,
    /// Folder with the built pages.
    pub folder: PathBuf,
    /// Address to listen on.
    pub listen: SocketAddr,
}

/// Why a website cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// The pages cannot be read.
    #[error("cannot read the pages in {}", folder.display())]
    Pages {
        /// The folder.
        folder: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The API's or the bucket's address is none.
    #[error("`{0}` is no http(s) address")]
    Address(String),
    /// The webhook secret cannot be read.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// No HTTP client can be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What went wrong.
        source: io::Error,
    },
}

/// A running website. It ends with the process, or when this is dropped.
pub struct Site {
    address: SocketAddr,
    server: JoinHandle<io::Result<()>>,
}

impl Site {
    /// Reads the pages and listens.
    ///
    /// # Errors
    /// [`SiteError`].
    pub async fn start(options: SiteOptions, credentials: Credentials) -> Result<Self, SiteError> {
        let assets = Assets::read(&options.folder)
            .map_err(|source| SiteError::Pages { folder: options.folder.clone(), source })?;
        let headers = guard::security_headers(&options.api, &options.bucket)?;
        let listen = |source| SiteError::Listen { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let app = Arc::new(App::new(&options.api, reachable(address), credentials)?);
        let router = router(&app, assets)
            .layer(middleware::from_fn(guard::same_origin))
            .layer(middleware::from_fn_with_state(headers, guard::add_headers));
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, server })
    }

    /// Address of the first page.
    pub fn url(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// Waits until the server ends, which it does not by itself.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn wait(mut self) -> io::Result<()> {
        (&mut self.server).await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn router(app: &Arc<App>, assets: Assets) -> Router {
    let selfies = post(customers::enroll).layer(DefaultBodyLimit::max(customers::MAX_SELFIE_BYTES));
    let calls = Router::new()
        .route("/api/onboarding", post(onboarding::start))
        .route("/api/step-up", post(step_up::start))
        .route("/api/results/{id}", get(results::show))
        .route("/api/customers", selfies)
        .route("/api/customers/current", get(customers::current))
        .route("/api/customers/{id}/selfie", get(customers::selfie))
        .route("/readyz", get(|| async { "ready" }))
        .layer(DefaultBodyLimit::max(MAX_JSON_BYTES))
        .with_state(app.clone());
    calls.merge(app.inbox.router()).merge(assets.into_router())
}

/// The address that this machine reaches itself at: a server that listens everywhere is on loopback too.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::from((Ipv4Addr::LOCALHOST, address.port())),
        false => address,
    }
}
