//! What comes of an engine that refuses, fails or talks nonsense, and that every code is covered.

use crate::world::{Api, Script};
use facematch_contract::{ErrorCode, Problem};
use http::{HeaderMap, HeaderValue};

fn engine_says(code: ErrorCode, retry_after: &'static str) -> Script {
    let mut headers = HeaderMap::new();
    if !retry_after.is_empty() {
        headers.insert("retry-after", HeaderValue::from_static(retry_after));
    }
    let problem = Problem { title: "theirs".into(), ..Problem::new(code) }.with_detail("detail");
    Script::Answer(code.status(), headers, serde_json::to_string(&problem).unwrap())
}

/// Codes that the gateway makes itself; the other test files have a case for each.
const OWN: &[ErrorCode] = &[
    ErrorCode::IdempotencyKeyRequired,
    ErrorCode::InsufficientScope,
    ErrorCode::InvalidScope,
    ErrorCode::OriginNotAllowed,
    ErrorCode::TokenExpired,
    ErrorCode::TokenMissing,
    ErrorCode::UnsupportedGrantType,
];

/// Codes that the engine can only mean for us.
const ABOUT_US: &[ErrorCode] = &[
    ErrorCode::BodyTooLarge,
    ErrorCode::MalformedBody,
    ErrorCode::MethodNotAllowed,
    ErrorCode::RouteNotFound,
    ErrorCode::UnsupportedMediaType,
];

#[tokio::test]
async fn the_engines_codes_are_passed_on_in_our_words() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let line = format!("POST /v1/submissions/{id}/confirm");
    let passed = ErrorCode::ALL.iter().filter(|code| !OWN.contains(code));
    for code in passed.filter(|code| !ABOUT_US.contains(code)).copied() {
        api.script(engine_says(code, ""));
        let answer = api.call(&line, &token).await;
        let problem = answer.problem();
        assert_eq!((answer.status, problem.code), (code.status(), code));
        assert_eq!(problem.title, code.title());
        assert_eq!(problem.correlation_id.as_deref(), Some(id.as_str()));
        assert_eq!(answer.header("retry-after").is_empty(), !code.retryable(), "{code:?}");
        let has_detail = code.status() != 404 && code != ErrorCode::Internal;
        assert_eq!(problem.detail.is_some(), has_detail, "{code:?}");
        assert_eq!(problem.error, None, "only the token endpoint has it");
    }
}

#[tokio::test]
async fn what_the_engine_says_about_us_is_our_fault() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    for code in ABOUT_US {
        api.script(engine_says(*code, ""));
        let answer = api.call(&format!("GET /v1/submissions/{id}"), &token).await;
        assert_eq!((answer.status, answer.code()), (500, "internal"), "{code:?}");
        let fault = api.world.faults.borrow_mut().pop().unwrap();
        assert!(fault.contains(&format!("{code:?}")) && fault.starts_with(&id), "{fault}");
    }
}

#[tokio::test]
async fn the_engines_retry_after_is_kept() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let line = format!("GET /v1/submissions/{id}/result");
    for (code, theirs, want) in [
        (ErrorCode::Overloaded, "7", "7"),
        (ErrorCode::Overloaded, "soon", "2"),
        (ErrorCode::Overloaded, "", "2"),
        (ErrorCode::ResultNotReady, "", "1"),
        (ErrorCode::SubmissionErased, "7", ""),
    ] {
        api.script(engine_says(code, theirs));
        assert_eq!(api.call(&line, &token).await.header("retry-after"), want, "{code:?} {theirs}");
    }
}

#[tokio::test]
async fn an_engine_that_fails_is_unavailable_or_our_fault() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let answer = |status: u16, body: &str| Script::Answer(status, HeaderMap::new(), body.into());
    let cases = [
        (Script::Down, 503, "engine_unavailable"),
        (answer(502, "<html>"), 503, "engine_unavailable"),
        (answer(503, ""), 503, "engine_unavailable"),
        (answer(504, "{}"), 503, "engine_unavailable"),
        (answer(500, "{}"), 500, "internal"),
        (answer(404, ""), 500, "internal"),
        (answer(302, ""), 500, "internal"),
        (answer(200, ""), 500, "internal"),
        (answer(200, "{}"), 500, "internal"),
        (answer(200, "[[[[[["), 500, "internal"),
        (answer(418, r#"{"code":"teapot"}"#), 500, "internal"),
    ];
    for (script, status, code) in cases {
        api.script(script);
        for line in [
            format!("POST /v1/submissions/{id}/uploads"),
            format!("POST /v1/submissions/{id}/confirm"),
            format!("GET /v1/submissions/{id}"),
            format!("DELETE /v1/submissions/{id}"),
        ] {
            let answer = api.call(&line, &token).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{line}");
            assert!(!answer.header("retry-after").is_empty(), "{line}");
        }
        assert!(!api.world.faults.borrow().is_empty());
    }
}

#[tokio::test]
async fn a_failing_engine_has_no_oauth_error_at_the_token_endpoint() {
    let api = Api::new();
    api.script(Script::Down);
    let form = "grant_type=client_credentials&client_id=p1&client_secret=s-p1";
    let answer = api.post_form(&[], form).await;
    assert_eq!((answer.status, answer.code()), (503, "engine_unavailable"));
    assert!(answer.json().get("error").is_none());
}

#[tokio::test]
async fn paths_and_methods_that_nothing_has() {
    let api = Api::new();
    let cases = [
        ("GET /", 404, "route_not_found", ""),
        ("GET /v1", 404, "route_not_found", ""),
        ("POST /v1/submissions/", 404, "route_not_found", ""),
        ("GET /../healthz", 404, "route_not_found", ""),
        ("PUT /v1/submissions", 405, "method_not_allowed", "POST, GET, HEAD"),
        ("BREW /healthz", 405, "method_not_allowed", "GET, HEAD"),
        ("OPTIONS /v1/token", 405, "method_not_allowed", "POST"),
    ];
    for (line, status, code, allow) in cases {
        let answer = api.send(line, &[], "").await;
        assert_eq!((answer.status, answer.code()), (status, code), "{line}");
        assert_eq!(answer.header("allow"), allow, "{line}");
    }
}

#[tokio::test]
async fn a_body_that_could_not_be_read_is_refused_like_any_other_request() {
    let api = Api::new();
    let (head, ()) = http::Request::post("/v1/token").body(()).unwrap().into_parts();
    for code in [ErrorCode::BodyTooLarge, ErrorCode::MalformedBody] {
        let answer = api.gateway.refuse(&head, code);
        assert_eq!(answer.status(), code.status());
        assert!(answer.headers().contains_key("x-correlation-id"));
    }
    let answer = facematch_gateway::unconfigured();
    assert_eq!(answer.status(), 500);
}
