//! Typed calls through the [`Engine`](crate::ports::Engine) port.

use crate::call::Call;
use crate::domain::is_traceparent;
use crate::ports::{EngineDown, Ports};
use crate::refusal::Refusal;
use crate::reply::{self, CORRELATION_ID, Reply, to_json};
use facematch_contract::engine::SECRET_HEADER;
use facematch_contract::{CorrelationId, ErrorCode, FieldError, Problem};
use http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What the engine says of the caller's quota; it counts, because nothing here outlives a request.
const QUOTA: [HeaderName; 2] =
    [HeaderName::from_static("ratelimit"), HeaderName::from_static("ratelimit-policy")];
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What went wrong between us and the engine. The log gets it, the caller a code.
#[derive(Debug, thiserror::Error)]
enum EngineFault {
    #[error(transparent)]
    Down(#[from] EngineDown),
    #[error("a request to the engine could not be built: {0}")]
    Request(#[from] http::Error),
    #[error("something before the engine answered {status}")]
    Unavailable { status: u16 },
    #[error("the engine answered {status} without a problem document")]
    NoProblem { status: u16 },
    #[error("the engine refused our own request: {code:?}, {detail:?}")]
    Refused { code: ErrorCode, detail: Option<String> },
    #[error("the engine answered about another submission")]
    OtherSubmission,
    #[error("the engine answered something other than the contract says: {0}")]
    Garbage(#[from] serde_json::Error),
}

/// What the gateway reads of a problem; all else follows from the code.
#[derive(Deserialize)]
struct TheirProblem {
    code: ErrorCode,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    errors: Vec<FieldError>,
}

/// What the gateway reads of a document that it passes on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    correlation_id: CorrelationId,
}

/// Gets a `T` from a path of the engine.
///
/// # Errors
/// A [`Refusal`]: the engine's own if it is about the caller's request, else
/// [`ErrorCode::EngineUnavailable`] or [`ErrorCode::Internal`].
pub(crate) async fn get<T: DeserializeOwned>(
    call: &Call<'_, impl Ports>,
    path: &str,
) -> Result<T, Refusal> {
    decode(call, &exchange(call, Method::GET, path, Vec::new()).await?)
}

/// Posts `body` to a path of the engine and gets a `T`.
///
/// # Errors
/// As [`get`].
pub(crate) async fn post<T: DeserializeOwned>(
    call: &Call<'_, impl Ports>,
    path: &str,
    body: &impl Serialize,
) -> Result<T, Refusal> {
    decode(call, &exchange(call, Method::POST, path, to_json(body)).await?)
}

/// Posts nothing to a path of the engine, which says what to do, and gets a `T`.
///
/// # Errors
/// As [`get`].
pub(crate) async fn command<T: DeserializeOwned>(
    call: &Call<'_, impl Ports>,
    path: &str,
) -> Result<T, Refusal> {
    decode(call, &exchange(call, Method::POST, path, Vec::new()).await?)
}

/// Gets or posts for a document of the engine that its reader knows how to read: it is passed on as
/// it is, with the route's status, once it is seen to be about `id`.
///
/// # Errors
/// As [`get`].
pub(crate) async fn document(
    call: &Call<'_, impl Ports>,
    method: Method,
    path: &str,
    id: CorrelationId,
) -> Result<Reply, Refusal> {
    let status = StatusCode::from_u16(call.route.success).unwrap_or_default();
    let body = exchange(call, method, path, Vec::new()).await?;
    let about: About = decode(call, &body)?;
    if about.correlation_id != id {
        return Err(refuse(call, &EngineFault::OtherSubmission));
    }
    Ok(reply::with_body(status, "application/json", body))
}

/// Asks for a path of the engine and passes over what it answers, as long as it is a success.
///
/// # Errors
/// As [`get`].
pub(crate) async fn ping(call: &Call<'_, impl Ports>, path: &str) -> Result<(), Refusal> {
    exchange(call, Method::GET, path, Vec::new()).await.map(drop)
}

/// Notes a fault of ours and gives the refusal that tells nothing of it.
pub(crate) fn internal(call: &Call<'_, impl Ports>, fault: &dyn std::error::Error) -> Refusal {
    call.ports.fault(call.correlation_id, fault);
    ErrorCode::Internal.into()
}

async fn exchange(
    call: &Call<'_, impl Ports>,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> Result<Vec<u8>, Refusal> {
    let request = build(call, method, path, body).map_err(|error| refuse(call, &error.into()))?;
    let response = call.ports.send(request).await.map_err(|error| refuse(call, &error.into()))?;
    note_quota(call, response.headers());
    if response.status().is_success() {
        return Ok(response.into_body());
    }
    let after_s = retry_after_s(response.headers());
    let problem = read_problem(&response).map_err(|fault| refuse(call, &fault))?;
    Err(Refusal::from(problem).retry_after(after_s))
}

fn build(
    call: &Call<'_, impl Ports>,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> Result<Request<Vec<u8>>, http::Error> {
    let engine = &call.config.engine;
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", engine.endpoint.base()))
        .header(CORRELATION_ID, call.correlation_id.to_string());
    if !body.is_empty() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    if let Some(secret) = &engine.secret {
        request = request.header(SECRET_HEADER, secret);
    }
    if let Some(trace) = call.header(TRACEPARENT).filter(|trace| is_traceparent(trace)) {
        request = request.header(TRACEPARENT, trace);
    }
    request.body(body)
}

fn decode<T: DeserializeOwned>(call: &Call<'_, impl Ports>, body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| refuse(call, &error.into()))
}

/// The engine's problem in our words. A 404 says nothing more, so that it is the same for every id.
fn read_problem(response: &Response<Vec<u8>>) -> Result<Problem, EngineFault> {
    let status = response.status().as_u16();
    let Ok(theirs) = serde_json::from_slice::<TheirProblem>(response.body()) else {
        let is_proxy = matches!(status, 502..=504);
        let fault = if is_proxy {
            EngineFault::Unavailable { status }
        } else {
            EngineFault::NoProblem { status }
        };
        return Err(fault);
    };
    let code = theirs.code;
    if is_about_us(code) {
        return Err(EngineFault::Refused { code, detail: theirs.detail });
    }
    let detail = theirs.detail.filter(|_| code.status() != 404 && code != ErrorCode::Internal);
    Ok(Problem { detail, errors: theirs.errors, ..Problem::new(code) })
}

/// Whether a code is about what we sent to the engine, and not about what our caller sent to us: a
/// wrong secret, a path or a body that this engine does not know.
fn is_about_us(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::RouteNotFound
            | ErrorCode::MethodNotAllowed
            | ErrorCode::UnsupportedMediaType
            | ErrorCode::MalformedBody
            | ErrorCode::BodyTooLarge
    )
}

fn note_quota(call: &Call<'_, impl Ports>, headers: &HeaderMap) {
    let mut quota = call.quota.borrow_mut();
    for name in QUOTA {
        quota.extend(headers.get(&name).cloned().map(|value| (name, value)));
    }
}

fn retry_after_s(headers: &HeaderMap) -> Option<u32> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()
}

fn refuse(call: &Call<'_, impl Ports>, fault: &EngineFault) -> Refusal {
    call.ports.fault(call.correlation_id, fault);
    match fault {
        EngineFault::Down(_) | EngineFault::Unavailable { .. } => {
            ErrorCode::EngineUnavailable.into()
        }
        _ => ErrorCode::Internal.into(),
    }
}
