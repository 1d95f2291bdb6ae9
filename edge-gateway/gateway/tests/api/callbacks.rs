//! Where callbacks may go, their log, and looking up submissions.

use crate::world::{Api, submission_body};
use http::HeaderMap;
use serde_json::{Value, json};

const HOSTILE: &str = include_str!("../../../hostile-callback-urls.txt");

fn body(name: &str, value: &str) -> String {
    let mut body: Value = serde_json::from_str(&submission_body()).unwrap();
    body[name] = json!(value);
    body.to_string()
}

/// The same table is tried again at the moment of sending: `edge-gateway/host/src/roles/callbacks/tests.rs`.
#[tokio::test]
async fn no_hostile_callback_url_is_taken() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    let urls: Vec<_> = HOSTILE.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(urls.len() >= 25);
    for url in urls {
        // On the usual port, so that the host alone decides, and on another.
        for port in ["", ":443", ":6379"] {
            let url = url.replace("{port}", port);
            let answer = api.create(&token, "key", &body("callbackUrl", &url)).await;
            assert_eq!((answer.status, answer.code()), (422, "invalid_request"), "{url}");
            assert_eq!(answer.problem().errors[0].field, "callbackUrl", "{url}");
        }
    }
    let good = body("callbackUrl", "https://hooks.example.com/x");
    assert_eq!(api.create(&token, "key", &good).await.status, 201, "the control");
}

#[tokio::test]
async fn the_log_and_a_redelivery_are_the_partners_alone() {
    let api = Api::new();
    let (token, id, browser) = api.submission().await;
    let path = format!("/v1/submissions/{id}/callbacks");
    for (line, action, status) in
        [(format!("GET {path}"), "GET", 200), (format!("POST {path}/redeliver"), "POST", 202)]
    {
        let answer = api.call(&line, &token).await;
        assert_eq!((answer.status, answer.text("/correlationId")), (status, id.clone()));
        assert!(api.last_sent().0.starts_with(action), "{line}");
        assert_eq!(api.call(&line, &browser).await.code(), "insufficient_scope");
        let other = api.token("p2", "").await;
        assert_ne!(api.call(&line, &other).await.status, status, "{line}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "no page may read it");
    }
}

#[tokio::test]
async fn a_look_up_finds_the_partners_own_newest_first_page_by_page() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    let mut made = Vec::new();
    for n in 0..5 {
        api.later(1);
        let created = api.create(&token, &format!("k{n}"), &body("reference", "order 1")).await;
        made.insert(0, created.text("/correlationId"));
    }
    api.create(&token, "other", &body("reference", "order 2")).await;
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let line = format!("GET /v1/submissions?reference=order+1&limit=2{cursor}");
        let page = api.call(&line, &token).await.json();
        let ids = page["submissions"].as_array().unwrap().iter();
        found.extend(ids.map(|status| status["correlationId"].as_str().unwrap().to_owned()));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, made);
    let others = api.token("p2", "").await;
    let page = api.call("GET /v1/submissions?reference=order+1", &others).await.json();
    assert_eq!(page, json!({ "submissions": [] }));
}

#[tokio::test]
async fn a_look_up_names_the_parameter_that_is_wrong() {
    let api = Api::new();
    let (token, id, browser) = api.submission().await;
    let long = "x".repeat(129);
    let cases = [
        ("", "reference"),
        ("?reference=", "reference"),
        ("?reference=a%00b", "reference"),
        ("?reference=a&reference=b", "reference"),
        ("?reference=%ff", "reference"),
        (&format!("?reference={long}"), "reference"),
        ("?reference=a&limit=0", "limit"),
        ("?reference=a&limit=101", "limit"),
        ("?reference=a&limit=-1", "limit"),
        ("?reference=a&cursor=x", "cursor"),
        (&format!("?reference=a&cursor={}", id.to_uppercase()), "cursor"),
    ];
    for (query, field) in cases {
        let answer = api.call(&format!("GET /v1/submissions{query}"), &token).await;
        assert_eq!((answer.status, answer.code()), (422, "invalid_request"), "{query}");
        assert_eq!(answer.problem().errors[0].field, field, "{query}");
    }
    let refused = api.call("GET /v1/submissions?reference=a", &browser).await;
    assert_eq!(refused.code(), "insufficient_scope");
}

#[tokio::test]
async fn what_the_engine_says_of_the_quota_goes_on_every_answer() {
    use crate::world::Script;
    let api = Api::new();
    let (token, id, browser) = api.submission().await;
    let mut quota = HeaderMap::new();
    quota.insert("ratelimit", r#""partner";r=0;t=60"#.parse().unwrap());
    quota.insert("ratelimit-policy", r#""partner";q=600;w=60"#.parse().unwrap());
    quota.insert("retry-after", "7".parse().unwrap());
    quota.insert("x-of-the-engine", "ours alone".parse().unwrap());
    let line = format!("GET /v1/submissions/{id}");
    let problem = json!({ "code": "rate_limited" }).to_string();
    api.script(Script::Answer(429, quota, problem));
    for (token, kind) in [(&token, "partner"), (&browser, "browser")] {
        let answer = api.call(&line, token).await;
        assert_eq!((answer.status, answer.code()), (429, "rate_limited"));
        assert!(answer.problem().retryable);
        assert_eq!(answer.header("ratelimit"), r#""partner";r=0;t=60"#);
        assert_eq!(answer.header("ratelimit-policy"), r#""partner";q=600;w=60"#);
        assert_eq!((answer.header("retry-after"), answer.header("x-of-the-engine")), ("7", ""));
        assert!(answer.header("access-control-expose-headers").contains("ratelimit"));
        assert!(api.last_sent().0.contains(&format!("?caller={kind}&")), "counted for the {kind}");
    }
    assert_eq!(api.send("GET /healthz", &[], "").await.header("ratelimit"), "");
}
