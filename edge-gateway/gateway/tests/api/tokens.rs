//! `POST /v1/token`, and what its tokens open.

use crate::world::{Api, ORIGIN, submission_body};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Request;

const GRANT: &str = "grant_type=client_credentials";

fn basic(text: &str) -> String {
    format!("Basic {}", STANDARD.encode(text))
}

#[tokio::test]
async fn a_token_is_issued_for_basic_and_for_form_credentials() {
    let api = Api::new();
    let by_basic = api.post_form(&[("authorization", &basic("p1:s-p1"))], GRANT).await;
    let form = format!("{GRANT}&client_id=p1&client_secret=s-p1&scope=results%3Aread");
    let by_form = api.post_form(&[], &form).await;
    for (answer, scope) in [
        (&by_basic, "submissions:write submissions:read results:read submissions:erase"),
        (&by_form, "results:read"),
    ] {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.text("/token_type"), "Bearer");
        assert_eq!(answer.text("/scope"), scope);
        assert_eq!(answer.json()["expires_in"], 1800);
    }
    let (line, headers) = api.last_sent();
    assert_eq!(line, "POST http://engine.internal/engine/v1/authenticate");
    assert_eq!(headers["x-engine-secret"], "between-us");
}

#[tokio::test]
async fn every_wrong_token_request_has_its_code() {
    let api = Api::new();
    let header = basic("p1:s-p1");
    let good = ("authorization", header.as_str());
    let form = |rest: &str| format!("{GRANT}&client_id=p1&client_secret=s-p1{rest}");
    type Case<'a> = (&'a [(&'a str, &'a str)], String, u16, &'a str, &'a str);
    let cases: [Case<'_>; 14] = [
        (&[], String::new(), 400, "malformed_body", "invalid_request"),
        (&[], "grant_type=".to_owned(), 400, "malformed_body", "invalid_request"),
        (&[], "grant_type=password".to_owned(), 400, "unsupported_grant_type", ""),
        (&[], "grant_type=%ff".to_owned(), 400, "malformed_body", "invalid_request"),
        (&[], GRANT.to_owned(), 401, "invalid_client", ""),
        (&[], format!("{GRANT}&client_id=p1&client_secret=x"), 401, "invalid_client", ""),
        (&[], format!("{GRANT}&client_id=p9&client_secret=x"), 401, "invalid_client", ""),
        (&[("authorization", "Basic !")], GRANT.to_owned(), 401, "invalid_client", ""),
        (&[("authorization", "Bearer x")], form(""), 400, "malformed_body", "invalid_request"),
        (&[good], form(""), 400, "malformed_body", "invalid_request"),
        (&[good, good], GRANT.to_owned(), 401, "invalid_client", ""),
        (&[], form("&client_id=p1"), 400, "malformed_body", "invalid_request"),
        (&[], form("&scope=admin"), 400, "invalid_scope", ""),
        (&[], form("&scope=results:read+capture"), 400, "invalid_scope", ""),
    ];
    for (headers, form, status, code, error) in cases {
        let answer = api.post_form(headers, &form).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{form}");
        let error = if error.is_empty() { code } else { error };
        assert_eq!(answer.text("/error"), error, "{form}");
        assert_eq!(answer.json()["status"], status);
        let challenge = answer.header("www-authenticate");
        assert_eq!(challenge.starts_with("Basic"), status == 401, "{form}: {challenge}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn the_token_endpoint_takes_forms_alone() {
    let api = Api::new();
    for content_type in ["application/json", "", "text/plain; x=application/x-www-form-urlencoded"]
    {
        let headers = [("content-type", content_type)];
        let answer = api.send("POST /v1/token", &headers, GRANT).await;
        assert_eq!(answer.code(), "unsupported_media_type", "{content_type}");
    }
    let headers = [("content-type", "Application/X-WWW-Form-Urlencoded ; charset=utf-8")];
    let answer = api.send("POST /v1/token", &headers, GRANT).await;
    assert_eq!(answer.code(), "invalid_client");
}

#[tokio::test]
async fn a_request_without_a_good_token_is_told_how_to_get_in() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let path = format!("GET /v1/submissions/{id}");
    let cases = [
        (String::new(), "token_missing"),
        ("Basic cDE6cw==".to_owned(), "token_missing"),
        (token.clone(), "token_missing"),
        ("Bearer".to_owned(), "token_invalid"),
        ("Bearer x.y.z".to_owned(), "token_invalid"),
        (format!("Bearer {token}x"), "token_invalid"),
    ];
    for (authorization, code) in cases {
        let header = [("authorization", authorization.as_str())];
        let headers = if authorization.is_empty() { &[][..] } else { &header };
        let answer = api.send(&path, headers, "").await;
        assert_eq!((answer.status, answer.code()), (401, code), "{authorization}");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        assert_eq!(challenge.contains("invalid_token"), code == "token_invalid");
    }
    let lower = [("authorization", format!("bearer {token}"))];
    assert_eq!(api.send(&path, &[(lower[0].0, &lower[0].1)], "").await.status, 200);
}

#[tokio::test]
async fn a_token_ends_after_its_life() {
    let api = Api::new();
    let (token, id, browser) = api.submission().await;
    let path = format!("GET /v1/submissions/{id}");
    api.later(1799);
    assert_eq!(api.call(&path, &token).await.status, 200);
    api.later(1);
    let answer = api.call(&path, &token).await;
    assert_eq!((answer.status, answer.code()), (401, "token_expired"));
    assert!(answer.header("www-authenticate").contains("expired"));
    assert_eq!(api.call(&path, &browser).await.status, 200);
    api.later(1800);
    assert_eq!(api.call(&path, &browser).await.code(), "token_expired");
}

#[tokio::test]
async fn each_route_needs_one_of_its_scopes() {
    let api = Api::new();
    let (_, id, browser) = api.submission().await;
    let at = |method: &str, action: &str| format!("{method} /v1/submissions/{id}{action}");
    let cases = [
        (at("GET", ""), "submissions:read", true),
        (at("POST", "/uploads"), "submissions:write", true),
        (at("POST", "/confirm"), "submissions:write", true),
        (at("GET", "/result"), "results:read", false),
        (at("DELETE", ""), "submissions:erase", false),
        (at("GET", "/callbacks"), "submissions:read", false),
        (at("POST", "/callbacks/redeliver"), "submissions:write", false),
    ];
    for (line, scope, for_browsers) in cases {
        let right = api.token("p1", scope).await;
        assert_ne!(api.call(&line, &right).await.status, 403, "{line}");
        let scopes = ["submissions:write", "submissions:read", "results:read", "submissions:erase"];
        for other in scopes.into_iter().filter(|other| *other != scope) {
            let answer = api.call(&line, &api.token("p1", other).await).await;
            assert_eq!(
                (answer.status, answer.code()),
                (403, "insufficient_scope"),
                "{line} {other}"
            );
            assert!(answer.header("www-authenticate").contains("insufficient_scope"));
            assert!(answer.text("/detail").contains(scope));
        }
        assert_eq!(api.call(&line, &browser).await.status != 403, for_browsers, "{line}");
    }
    let created = api.create(&browser, "k", &submission_body()).await;
    assert_eq!(created.code(), "insufficient_scope");
}

#[tokio::test]
async fn ids_of_others_unknown_ids_and_no_ids_are_answered_alike() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let (_, _, other_browser) = api.submission().await;
    let other_partner = api.token("p2", "").await;
    let unknown = "019a0000-0000-7000-8000-000000000001";
    let mut answers = Vec::new();
    for (id, token) in [
        (id.as_str(), &other_partner),
        (&id, &other_browser),
        (unknown, &token),
        ("x", &token),
        ("%00", &token),
        (&id.to_uppercase(), &token),
    ] {
        let answer = api.call(&format!("GET /v1/submissions/{id}"), token).await;
        assert_eq!((answer.status, answer.code()), (404, "submission_not_found"), "{id}");
        let mut body = answer.json();
        body["correlationId"] = "".into();
        answers.push(body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_browser_token_may_be_used_by_listed_pages_alone() {
    let api = Api::new();
    let (token, id, browser) = api.submission().await;
    let cases = [
        (&browser, Some(ORIGIN), 200),
        (&browser, None, 200),
        (&browser, Some("https://evil.example"), 403),
        (&browser, Some("null"), 403),
        (&browser, Some(""), 403),
        (&token, Some("https://evil.example"), 200),
    ];
    for (token, origin, status) in cases {
        let authorization = format!("Bearer {token}");
        let mut headers = vec![("authorization", authorization.as_str())];
        headers.extend(origin.map(|origin| ("origin", origin)));
        let answer = api.send(&format!("GET /v1/submissions/{id}"), &headers, "").await;
        assert_eq!(answer.status, status, "{origin:?}");
        if status == 403 {
            assert_eq!(answer.code(), "origin_not_allowed");
        }
    }
}

#[tokio::test]
async fn a_header_that_is_no_text_is_a_wrong_header() {
    let api = Api::new();
    let request = Request::get("/v1/submissions/x").header("authorization", &b"Bearer \xff"[..]);
    let answer = api.gateway.handle(request.body(Vec::new()).unwrap()).await;
    assert_eq!(answer.status(), 401);
}
