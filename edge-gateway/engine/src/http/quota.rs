//! Counting requests, and telling callers what is left (draft-ietf-httpapi-ratelimit-headers-10).

use super::problem::Failure;
use crate::{
    Engine,
    rate::{Caller, Quota},
};
use axum::{
    extract::{Query, RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderName, HeaderValue, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse, Response},
};
use facematch_contract::{ErrorCode, PartnerId, engine::CallerKind, limits::RATE_WINDOW_S};
use serde::Deserialize;
use std::sync::Arc;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

#[derive(Deserialize)]
pub(super) struct CallerQuery {
    caller: Option<CallerKind>,
}

/// Counts a request below a partner's path.
pub(super) async fn guard(
    State(engine): State<Arc<Engine>>,
    path: Result<RawPathParams, RawPathParamsRejection>,
    Query(query): Query<CallerQuery>,
    request: Request,
    next: Next,
) -> Response {
    // What is no text names no partner; the handler says so.
    let Ok(path) = path else { return next.run(request).await };
    let value = |name| path.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    let partner = PartnerId(value("partner").unwrap_or_default().to_owned());
    let id = value("id").and_then(|id| id.parse().ok());
    let caller = Caller::new(query.caller.unwrap_or(CallerKind::Partner), partner, id);
    within(&engine, caller, next.run(request)).await
}

/// The answer, if the caller's quota allows it.
pub(super) async fn within(
    engine: &Engine,
    caller: Caller,
    answer: impl Future<Output = Response>,
) -> Response {
    let policy = caller.policy();
    let quota = match engine.count(caller).await {
        Ok(Some(quota)) => quota,
        Ok(None) => return answer.await,
        Err(error) => return Failure::from(error).into_response(),
    };
    let mut response = match quota.wait_s {
        None => answer.await,
        Some(wait_s) => {
            let mut refusal = Failure::from(ErrorCode::RateLimited).into_response();
            refusal.headers_mut().insert(RETRY_AFTER, wait_s.into());
            refusal
        }
    };
    tell(response.headers_mut(), policy, quota);
    response
}

fn tell(headers: &mut HeaderMap, policy: &str, Quota { rate, left, full_in_s, .. }: Quota) {
    let told = [
        (POLICY, format!(r#""{policy}";q={rate};w={RATE_WINDOW_S}"#)),
        (RATE_LIMIT, format!(r#""{policy}";r={left};t={full_in_s}"#)),
    ];
    for (name, value) in told {
        headers.extend(HeaderValue::from_str(&value).ok().map(|value| (name, value)));
    }
}
