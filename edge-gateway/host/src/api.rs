//! Requests from a socket to the gateway component, and to the engine's router.

use crate::edge::{Edge, EdgeBody, EdgeError};
use crate::metrics::Metrics;
use axum::{Router, body::Body};
use bytes::Bytes;
use facematch_contract::{CorrelationId, ErrorCode, Problem, routes::without_subject};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header, uri::PathAndQuery};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use std::{
    pin::Pin,
    time::{Instant, SystemTime},
};
use tower::ServiceExt;

const CORRELATION_ID: &str = "x-correlation-id";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers with the gateway component, and logs one line a request: never a query, a header, a body or a person's name.
pub(crate) fn gateway_answer(
    edge: Edge,
    metrics: Metrics,
) -> impl Fn(Request<Incoming>) -> Pin<Box<dyn Future<Output = Response<EdgeBody>> + Send>>
+ Clone
+ Send
+ 'static {
    move |request| {
        let (edge, metrics) = (edge.clone(), metrics.clone());
        Box::pin(async move {
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let start = Instant::now();
            let request = absolute(request)
                .map(|body| body.map_err(wasmtime_wasi_http::Error::from).boxed_unsync());
            let response = edge.handle(request).await.unwrap_or_else(|error| refusal(&error));
            metrics.answered(&method, &path, response.status().as_u16(), start.elapsed());
            let id = response.headers().get(CORRELATION_ID).and_then(|id| id.to_str().ok());
            tracing::info!(
                %method, path = without_subject(&path), status = response.status().as_u16(),
                ms = start.elapsed().as_millis(), correlation_id = id, "request"
            );
            response
        })
    }
}

/// Answers with the engine's router, for gateways on other machines.
pub(crate) fn engine_answer(
    router: Router,
) -> impl Fn(Request<Incoming>) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>>
+ Clone
+ Send
+ 'static {
    move |request| {
        let router = router.clone();
        Box::pin(
            async move { router.oneshot(request).await.unwrap_or_else(|never| match never {}) },
        )
    }
}

/// Answers with the metrics, to the operator's monitoring.
pub(crate) async fn metrics_answer(
    metrics: Metrics,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let (status, body) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/metrics") => match metrics.render().await {
            Ok(text) => (StatusCode::OK, text),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "no metrics");
                (StatusCode::SERVICE_UNAVAILABLE, String::new())
            }
        },
        _ => (StatusCode::NOT_FOUND, "the metrics are at /metrics\n".to_owned()),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(OPEN_METRICS));
    response
}

/// A guest wants an absolute URI; HTTP/1.1 gives the path alone.
fn absolute(mut request: Request<Incoming>) -> Request<Incoming> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let uri = |host: &str| {
        Uri::builder().scheme("http").authority(host).path_and_query(path).build().ok()
    };
    // A host that is no authority tells nothing that the gateway reads.
    if let Some(uri) = host.and_then(uri).or_else(|| uri("gateway.invalid")) {
        *request.uri_mut() = uri;
    }
    request
}

/// The answer when the gateway gave none.
fn refusal(error: &EdgeError) -> Response<EdgeBody> {
    let code = match error {
        EdgeError::Overloaded => ErrorCode::Overloaded,
        EdgeError::Guest(source) => {
            tracing::error!(error = format!("{source:#}"), "the gateway gave no response");
            ErrorCode::Internal
        }
    };
    let id = fresh_id();
    let problem = Problem { correlation_id: Some(id.clone()), ..Problem::new(code) };
    let body = Full::from(serde_json::to_vec(&problem).unwrap_or_default());
    let mut response = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = http::StatusCode::from_u16(code.status())
        .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.extend(
        HeaderValue::from_str(&id)
            .ok()
            .map(|id| (http::HeaderName::from_static(CORRELATION_ID), id)),
    );
    response
}

fn fresh_id() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut random = [0; 10];
    // Without random numbers the time alone names the request.
    let _ = getrandom::fill(&mut random);
    let ms = u64::try_from(now.as_millis()).unwrap_or_default();
    CorrelationId::from_parts(ms, &random).to_string()
}
