use super::workers::REQUEST_LIFE;
use anyhow::{Context, Result, ensure};
use axum::{Router, body::Body};
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;

/// How the gateway reaches the engine: in this process without a socket, or over HTTP on another machine.
#[derive(Clone)]
pub enum EngineLink {
    /// The engine's own router.
    InProcess(Router),
    /// An engine elsewhere.
    Remote {
        /// Client to reach it with.
        client: reqwest::Client,
        /// Scheme, host and port that the guest may call.
        base: Uri,
    },
}

/// The engine did not answer.
#[derive(Debug)]
pub(super) struct EngineDown;

impl EngineLink {
    /// Host name of the engine in this process.
    const IN_PROCESS_HOST: &str = "engine.internal";

    /// An engine on another machine, at a URL such as `http://10.0.0.5:8081`.
    ///
    /// # Errors
    /// When the URL has no host, or no HTTP client can be made.
    pub fn remote(url: &str) -> Result<Self> {
        let uri: Uri = url.parse().context("the engine's URL cannot be used")?;
        ensure!(
            uri.authority().is_some() && uri.scheme().is_some(),
            "--engine-url needs http://host"
        );
        let client = reqwest::Client::builder()
            .timeout(REQUEST_LIFE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self::Remote { client, base: uri })
    }

    /// What the guest is told as the engine's address.
    pub(crate) fn base_url(&self) -> String {
        match self {
            Self::InProcess(_) => format!("http://{}", Self::IN_PROCESS_HOST),
            Self::Remote { base, .. } => base.to_string().trim_end_matches('/').to_owned(),
        }
    }

    /// Whether a request of the guest is for the engine. Anything else is refused.
    pub(super) fn serves(&self, uri: &Uri) -> bool {
        match self {
            Self::InProcess(_) => uri.host() == Some(Self::IN_PROCESS_HOST),
            Self::Remote { base, .. } => {
                uri.scheme() == base.scheme() && uri.authority() == base.authority()
            }
        }
    }

    pub(super) async fn send(
        &self,
        request: Request<Bytes>,
    ) -> std::result::Result<Response<Full<Bytes>>, EngineDown> {
        match self {
            Self::InProcess(router) => call_router(router.clone(), request).await,
            Self::Remote { client, .. } => call_remote(client, request).await,
        }
    }
}

async fn call_router(
    router: Router,
    request: Request<Bytes>,
) -> std::result::Result<Response<Full<Bytes>>, EngineDown> {
    let response = router.oneshot(request.map(Body::from)).await.map_err(|never| match never {})?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|_| EngineDown)?.to_bytes();
    Ok(Response::from_parts(parts, Full::new(body)))
}

async fn call_remote(
    client: &reqwest::Client,
    request: Request<Bytes>,
) -> std::result::Result<Response<Full<Bytes>>, EngineDown> {
    let request = request.try_into().map_err(|_| EngineDown)?;
    let answer = client.execute(request).await.map_err(down)?;
    let mut response = Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.extend(answer.headers().clone());
    }
    let body = answer.bytes().await.map_err(down)?;
    response.body(Full::new(body)).map_err(|_| EngineDown)
}

/// The guest is told no more than that the engine is down; the operator is.
fn down(error: reqwest::Error) -> EngineDown {
    tracing::warn!(
        error = format!("{:#}", anyhow::Error::from(error.without_url())),
        "the engine gives no answer"
    );
    EngineDown
}
