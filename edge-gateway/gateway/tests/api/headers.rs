//! What every response carries, what goes on to the engine, and the pages without a token.

use crate::world::{Api, Script};
use facematch_contract::{CorrelationId, OPENAPI_JSON};
use serde_json::Value;

#[tokio::test]
async fn every_response_carries_a_correlation_id_and_is_not_sniffed() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let path = format!("/v1/submissions/{id}");
    let unknown = "019a0000-0000-7000-8000-000000000001";
    let cases = [
        ("GET /healthz".to_owned(), None),
        ("GET /nothing".to_owned(), None),
        ("POST /v1/token".to_owned(), None),
        ("GET /v1/submissions/x".to_owned(), None),
        (format!("GET {path}"), Some(id.as_str())),
        (format!("GET {path}/result"), Some(&id)),
        (format!("GET /v1/submissions/{unknown}"), Some(unknown)),
    ];
    let mut fresh = Vec::new();
    for (line, want) in cases {
        let answer = api.call(&line, &token).await;
        let got = answer.header("x-correlation-id").to_owned();
        assert!(got.parse::<CorrelationId>().is_ok(), "{line}: {got}");
        match want {
            Some(want) => assert_eq!(got, want, "{line}"),
            None => fresh.push(got.clone()),
        }
        if answer.status >= 400 {
            assert_eq!(answer.text("/correlationId"), got, "{line}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    fresh.sort();
    fresh.dedup();
    assert_eq!(fresh.len(), 4, "fresh ids are all different");
}

#[tokio::test]
async fn pages_may_read_the_browser_routes_and_no_others() {
    let api = Api::new();
    let (token, id, browser) = api.submission().await;
    let at = |method: &str, action: &str| format!("{method} /v1/submissions/{id}{action}");
    let cases = [
        (at("GET", ""), &browser, true),
        (at("POST", "/confirm"), &browser, true),
        (at("POST", "/uploads"), &browser, true),
        ("GET /v1/submissions/x".to_owned(), &browser, true), // Errors are readable too.
        (at("GET", "/result"), &token, false),
        (at("DELETE", ""), &token, false),
        ("GET /healthz".to_owned(), &token, false),
        ("POST /v1/token".to_owned(), &token, false),
        ("POST /v1/submissions".to_owned(), &token, false),
    ];
    for (line, token, readable) in cases {
        let answer = api.call(&line, token).await;
        let origin = answer.header("access-control-allow-origin");
        assert_eq!(origin, if readable { "*" } else { "" }, "{line}");
        let exposed = answer.header("access-control-expose-headers");
        assert_eq!(exposed.contains("retry-after"), readable, "{line}");
    }
}

#[tokio::test]
async fn a_preflight_is_answered_without_a_token() {
    let api = Api::new();
    let headers = [("origin", "https://any.example"), ("access-control-request-method", "POST")];
    let answer = api.send("OPTIONS /v1/submissions/x/confirm", &headers, "").await;
    assert_eq!((answer.status, answer.bytes.len()), (204, 0));
    let allowed = "authorization, content-type, idempotency-key, traceparent";
    for (name, want) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", allowed),
        ("access-control-max-age", "600"),
    ] {
        assert_eq!(answer.header(name), want, "{name}");
    }
    let refused = api.send("OPTIONS /v1/submissions/x/result", &headers, "").await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (405, ""));
}

#[tokio::test]
async fn the_engine_gets_the_trace_the_id_and_the_secret() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let authorization = format!("Bearer {token}");
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (given, want) in [(trace, trace), ("00-evil", ""), ("", "")] {
        let headers = [("authorization", authorization.as_str()), ("traceparent", given)];
        let line = format!("POST /v1/submissions/{id}/confirm");
        assert_eq!(api.send(&line, &headers, "").await.status, 202);
        let (line, sent) = api.last_sent();
        assert!(line.starts_with("POST http://engine.internal/engine/v1/partners/p1/"), "{line}");
        assert_eq!(sent.get("traceparent").map_or("", |v| v.to_str().unwrap()), want);
        assert_eq!(sent["x-correlation-id"], id);
        assert_eq!(sent["x-engine-secret"], "between-us");
        assert!(!sent.contains_key("authorization"), "the caller's token stays here");
    }
}

#[tokio::test]
async fn health_is_ours_and_readiness_is_the_engines() {
    let api = Api::new();
    assert_eq!(api.send("GET /readyz", &[], "").await.json()["status"], "ready");
    assert_eq!(api.last_sent().0, "GET http://engine.internal/engine/v1/ready");
    api.script(Script::Down);
    let ready = api.send("GET /readyz", &[], "").await;
    assert_eq!((ready.status, ready.code()), (503, "engine_unavailable"));
    assert_eq!(api.send("GET /healthz", &[], "").await.json()["status"], "ok");
}

#[tokio::test]
async fn the_openapi_document_is_served_whole() {
    let api = Api::new();
    let answer = api.send("GET /openapi.json", &[], "").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), serde_json::from_str::<Value>(OPENAPI_JSON).unwrap());
    assert!(answer.bytes.len() <= OPENAPI_JSON.len());
}

#[tokio::test]
async fn the_docs_page_loads_and_runs_nothing() {
    let api = Api::new();
    let answer = api.send("GET /docs", &[], "").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("text/html"));
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline';"), "{policy}");
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    for path in ["/healthz", "/docs", &format!("/v1/submissions/{id}")] {
        let get = api.call(&format!("GET {path}"), &token).await;
        let head = api.call(&format!("HEAD {path}"), &token).await;
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{path}");
        assert_eq!(get.header("content-type"), head.header("content-type"));
        assert!(!get.bytes.is_empty());
    }
}
