//! The engine's HTTP API, as [`facematch_contract::engine`] says it.
//!
//! The gateway calls it in process through [`tower::Service`](https://docs.rs/tower) on the router, or over a socket.

mod handlers;
mod json;
mod problem;
mod quota;

use crate::{Engine, secret};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use facematch_contract::{
    ErrorCode,
    engine::{AUTHENTICATE_PATH, READY_PATH, SECRET_HEADER, SUBMISSIONS_PATH},
    limits::MAX_BODY_BYTES,
};
use problem::Failure;
use std::sync::Arc;

/// Largest body: a partner's request with what the gateway adds, and room for JSON's escapes.
const BODY_LIMIT: usize = 4 * MAX_BODY_BYTES;

/// The engine's API. Requests without `secret` in their [`SECRET_HEADER`] are answered as if nothing were there.
pub fn router(engine: Arc<Engine>, secret: &str) -> Router {
    let secret = secret::digest(secret);
    let partner = "/engine/v1/partners/{partner}";
    let at = |action: &str| format!("{partner}/submissions/{{id}}/{action}");
    let of_partners = Router::new()
        .route(&format!("{partner}/lookup"), post(handlers::look_up))
        .route(&at("status"), get(handlers::status))
        .route(&at("missing"), get(handlers::missing))
        .route(&at("confirm"), post(handlers::confirm))
        .route(&at("result"), get(handlers::result))
        .route(&at("erase"), post(handlers::erase))
        .route(&at("callbacks"), get(handlers::callbacks))
        .route(&at("redeliver"), post(handlers::redeliver))
        .route_layer(middleware::from_fn_with_state(engine.clone(), quota::guard));
    Router::new()
        .route(AUTHENTICATE_PATH, post(handlers::authenticate))
        .route(SUBMISSIONS_PATH, post(handlers::create))
        .route(READY_PATH, get(handlers::ready))
        .merge(of_partners)
        .fallback(async || Failure::from(ErrorCode::RouteNotFound))
        .method_not_allowed_fallback(async || Failure::from(ErrorCode::MethodNotAllowed))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(secret, guard))
        .with_state(engine)
}

/// Lets through who knows the secret. Digests are compared, so that not even its length shows in the time.
async fn guard(State(secret): State<[u8; 32]>, request: Request, next: Next) -> Response {
    let given = request.headers().get(SECRET_HEADER).and_then(|value| value.to_str().ok());
    if secret::same(&secret, &secret::digest(given.unwrap_or_default())) {
        return next.run(request).await;
    }
    tracing::warn!("engine request without the shared secret");
    Failure::from(ErrorCode::RouteNotFound).into_response()
}
