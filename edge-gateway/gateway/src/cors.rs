//! Cross-origin rules. Tokens come in a header and never in a cookie, so any origin may ask.

use crate::reply::{Reply, set_header};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

/// Answer to the question which of `methods` a page may use.
pub(crate) fn preflight(methods: &str) -> Reply {
    let mut reply = Response::new(Vec::new());
    *reply.status_mut() = StatusCode::NO_CONTENT;
    let headers = reply.headers_mut();
    set_header(headers, ACCESS_CONTROL_ALLOW_METHODS, methods);
    let fixed = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, idempotency-key, traceparent"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    set_all(headers, fixed);
    reply
}

/// Lets a page of any origin read a response.
pub(crate) fn expose(headers: &mut HeaderMap) {
    let fixed = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            ACCESS_CONTROL_EXPOSE_HEADERS,
            "x-correlation-id, retry-after, ratelimit, ratelimit-policy",
        ),
    ];
    set_all(headers, fixed);
}

fn set_all<const N: usize>(headers: &mut HeaderMap, fixed: [(HeaderName, &'static str); N]) {
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
