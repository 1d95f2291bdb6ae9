//! The Spin shell around the gateway: it reads a request, hands it over and sends the response.
//!
//! Its only imports are outbound HTTP and variables, beside what Rust's standard library takes from
//! WASI. Nothing runs after a response, and nothing is kept but the configuration.

mod body;
mod clock;
mod engine;
mod log;
mod random;
mod variables;

use body::BodyError;
use bytes::Bytes;
use facematch_contract::{ErrorCode, limits::MAX_BODY_BYTES};
use facematch_gateway::{Gateway, unconfigured};
use spin_sdk::http::{FullBody, Request, Response, Result};
use spin_sdk::http_service;
use std::sync::OnceLock;

/// The ports, each in its own file.
#[derive(Debug)]
struct Adapters;

static GATEWAY: OnceLock<Gateway<Adapters>> = OnceLock::new();

#[http_service]
async fn handle(request: Request) -> Result<Response<FullBody<Bytes>>> {
    let response = match gateway().await {
        Some(gateway) => answer(gateway, request).await,
        None => unconfigured(),
    };
    Ok(response.map(|body| FullBody::new(Bytes::from(body))))
}

async fn answer(gateway: &Gateway<Adapters>, request: Request) -> http::Response<Vec<u8>> {
    let (head, body) = request.into_parts();
    match body::read(body, MAX_BODY_BYTES).await {
        Ok(body) => gateway.handle(http::Request::from_parts(head, body)).await,
        Err(BodyError::TooLong) => gateway.refuse(&head, ErrorCode::BodyTooLarge),
        Err(BodyError::Broken(_)) => gateway.refuse(&head, ErrorCode::MalformedBody),
    }
}

/// The gateway of this instance. Variables are read once for the many requests that it answers.
async fn gateway() -> Option<&'static Gateway<Adapters>> {
    if GATEWAY.get().is_none() {
        let config = variables::config().await.inspect_err(|error| log::write(error)).ok()?;
        return Some(GATEWAY.get_or_init(|| Gateway::new(config, Adapters)));
    }
    GATEWAY.get()
}
