use super::compact::{compact, compact_len};
use crate::call::Call;
use crate::engine;
use crate::ports::Ports;
use crate::refusal::Outcome;
use crate::reply::{self, Reply};
use facematch_contract::engine::READY_PATH;
use facematch_contract::{DOCS_HTML, Health, HealthStatus, OPENAPI_JSON};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use http::{HeaderValue, StatusCode};

static OPEN_API: [u8; compact_len(OPENAPI_JSON)] = compact(OPENAPI_JSON);

/// `GET /healthz`: this answer is the proof.
pub(crate) fn health() -> Reply {
    status(HealthStatus::Ok)
}

/// `GET /readyz`: whether the engine behind the gateway can work.
pub(crate) async fn ready<P: Ports>(call: &Call<'_, P>) -> Outcome {
    engine::ping(call, READY_PATH).await?;
    Ok(status(HealthStatus::Ready))
}

/// `GET /openapi.json`.
pub(crate) fn open_api() -> Reply {
    page("application/json", &OPEN_API)
}

/// `GET /docs`: a page with its styles in it and nothing else to load.
pub(crate) fn docs() -> Reply {
    let mut reply = page("text/html; charset=utf-8", DOCS_HTML.as_bytes());
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                  form-action 'none'; frame-ancestors 'none'";
    reply.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    reply
}

fn status(status: HealthStatus) -> Reply {
    reply::json(StatusCode::OK, &Health { status })
}

fn page(content_type: &'static str, text: &[u8]) -> Reply {
    let mut reply = reply::with_body(StatusCode::OK, content_type, text.to_vec());
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    reply
}
