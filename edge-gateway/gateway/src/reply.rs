use facematch_contract::Problem;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

/// A response with its whole body.
pub(crate) type Reply = Response<Vec<u8>>;

/// The header that names the submission or, where there is none, the request.
pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// A JSON response.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Reply {
    with_body(status, "application/json", to_json(body))
}

/// A problem document (RFC 9457) with its own status.
pub(crate) fn problem(problem: &Problem) -> Reply {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_body(status, "application/problem+json", to_json(problem))
}

/// A response with a body of that type.
pub(crate) fn with_body(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// Sets a header from text; a text that no header can carry is left out.
pub(crate) fn set_header(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Adds what every response carries, where a handler has not said otherwise.
pub(crate) fn add_common_headers(headers: &mut HeaderMap, correlation_id: &str) {
    if !headers.contains_key(CORRELATION_ID) {
        set_header(headers, CORRELATION_ID, correlation_id);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// The contract's types as JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("the contract's types have no map with keys other than texts")
}
