//! The life of a submission, as a caller sees it.

use crate::world::{Api, NOW_MS, Script, submission_body};
use facematch_contract::{CreatedSubmission, State};
use http::HeaderMap;
use serde_json::{Value, json};

#[tokio::test]
async fn a_created_submission_says_all_that_comes_next() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    let answer = api.create(&token, "key-1", &submission_body()).await;
    assert_eq!(answer.status, 201);
    let created: CreatedSubmission = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(answer.header("x-correlation-id"), created.correlation_id.to_string());
    assert_eq!(created.state, State::AwaitingUpload);
    assert_eq!(created.expires_at.0, NOW_MS + 3_600_000);
    assert_eq!(created.uploads.len(), 2);
    for upload in &created.uploads {
        let key = format!("/photos/up/{}/{}?", created.correlation_id, upload.role.as_str());
        assert!(upload.url.contains(&key), "{}", upload.url);
        assert!(upload.url.contains("X-Amz-Expires=900"));
        assert!(!upload.url.contains("hunter2"));
        assert_eq!(upload.headers["if-none-match"], "*");
        assert!(!upload.headers.contains_key("content-length"), "browsers forbid it");
    }
    let engine = api.world.engine.borrow();
    let stored = engine.last_request();
    assert_eq!((stored.partner_id.0.as_str(), stored.idempotency_key.as_str()), ("p1", "key-1"));
    assert_eq!(stored.request_sha256.len(), 64);
}

#[tokio::test]
async fn a_replayed_request_gets_the_same_answer_to_the_byte() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    let first = api.create(&token, "key-1", &submission_body()).await;
    api.later(600);
    let second = api.create(&token, "key-1", &submission_body()).await;
    assert_eq!((first.status, first.bytes), (second.status, second.bytes));
    assert_eq!(first.headers, second.headers);
    assert_eq!(api.world.engine.borrow().count(), 1);

    let reused = api.create(&token, "key-1", &format!("{} ", submission_body())).await;
    assert_eq!((reused.status, reused.code()), (422, "idempotency_key_reused"));
    assert_eq!(api.create(&token, "key-2", &submission_body()).await.status, 201);
}

#[tokio::test]
async fn a_replayed_request_for_what_is_erased_gets_nothing_to_upload() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    api.create(&token, "key-1", &submission_body()).await;
    {
        let mut engine = api.world.engine.borrow_mut();
        engine.last().state = State::Erased;
        engine.last().images.iter_mut().for_each(|image| image.declaration.sha256.clear());
    }
    let replayed = api.create(&token, "key-1", &submission_body()).await;
    let replayed: CreatedSubmission = serde_json::from_slice(&replayed.bytes).unwrap();
    assert_eq!((replayed.state, replayed.uploads), (State::Erased, vec![]));
}

#[tokio::test]
async fn the_idempotency_key_is_one_to_128_visible_characters() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    let cases = [("k".repeat(128), 201), ("k".repeat(129), 400), (String::new(), 400)];
    for (key, status) in cases.into_iter().chain([("a b".to_owned(), 400)]) {
        let answer = api.create(&token, &key, &submission_body()).await;
        assert_eq!(answer.status, status, "{key}");
        if status == 400 {
            assert_eq!(answer.code(), "idempotency_key_required");
        }
    }
    let authorization = format!("Bearer {token}");
    let mut headers = vec![("authorization", authorization.as_str())];
    headers.push(("content-type", "application/json"));
    let line = "POST /v1/submissions";
    let none = api.send(line, &headers, &submission_body()).await;
    assert_eq!(none.code(), "idempotency_key_required");
    headers.extend([("idempotency-key", "a"), ("idempotency-key", "b")]);
    let twice = api.send(line, &headers, &submission_body()).await;
    assert_eq!(twice.code(), "idempotency_key_required");
}

#[tokio::test]
async fn a_wrong_body_never_reaches_the_engine() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    let body: Value = serde_json::from_str(&submission_body()).unwrap();
    let with = |name: &str, value: Value| {
        let mut body = body.clone();
        body[name] = value;
        body.to_string()
    };
    let cases = [
        (String::new(), 400, "malformed_body"),
        ("{".to_owned(), 400, "malformed_body"),
        ("\u{0}".to_owned(), 400, "malformed_body"),
        ("[".repeat(16_000), 400, "malformed_body"),
        (with("mode", json!("hunter2")), 400, "malformed_body"),
        (with("hunter2", json!(1)), 400, "malformed_body"),
        (with("images", json!("hunter2")), 400, "malformed_body"),
        (with("images", json!([])), 422, "invalid_request"),
        (with("callbackUrl", json!("http://10.0.0.1/")), 422, "invalid_request"),
        (with("callbackUrl", json!("http://127.0.0.1:9000/")), 422, "invalid_request"),
        (with("mode", json!("selfie_to_baseline")), 422, "invalid_request"),
        ("x".repeat(16 * 1024 + 1), 413, "body_too_large"),
    ];
    for (body, status, code) in cases {
        let answer = api.create(&token, "key", &body).await;
        let problem = answer.problem();
        assert_eq!((answer.status, answer.code()), (status, code), "{body}");
        assert!(!problem.detail.unwrap_or_default().contains("hunter2"), "{body}");
        assert_eq!(problem.errors.is_empty(), code != "invalid_request", "{body}");
    }
    assert_eq!(api.world.engine.borrow().count(), 0);
}

#[tokio::test]
async fn fresh_urls_are_for_what_is_missing_and_end_with_the_submission() {
    let api = Api::new();
    let (_, id, browser) = api.submission().await;
    let line = format!("POST /v1/submissions/{id}/uploads");
    api.later(3590);
    let answer = api.call(&line, &browser).await;
    assert_eq!(answer.status, 200);
    let uploads = answer.json()["uploads"].clone();
    assert_eq!(uploads.as_array().unwrap().len(), 1);
    assert_eq!(uploads[0]["role"], "selfie");
    assert!(answer.text("/uploads/0/url").contains("X-Amz-Expires=10&"), "{uploads}");

    api.world.engine.borrow_mut().last().expires_at.0 = NOW_MS;
    assert_eq!(api.call(&line, &browser).await.code(), "submission_expired");
}

#[tokio::test]
async fn confirm_and_status_say_when_to_poll_until_the_state_is_final() {
    let api = Api::new();
    let (_, id, browser) = api.submission().await;
    let confirmed = api.call(&format!("POST /v1/submissions/{id}/confirm"), &browser).await;
    assert_eq!((confirmed.status, confirmed.header("retry-after")), (202, "1"));
    assert_eq!(confirmed.text("/state"), "queued");
    assert!(confirmed.json().get("expiresAt").is_none());
    let line = format!("GET /v1/submissions/{id}");
    assert_eq!(api.call(&line, &browser).await.header("retry-after"), "1");
    api.world.engine.borrow_mut().last().state = State::Completed;
    let done = api.call(&line, &browser).await;
    assert_eq!((done.status, done.header("retry-after")), (200, ""));
    for secret in ["partnerId", "allowedOrigins", "decision", "sha256"] {
        assert!(done.json().get(secret).is_none(), "{secret}");
    }
}

#[tokio::test]
async fn wait_is_a_whole_number_up_to_twenty() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let cases = [
        ("", Some("0")),
        ("?", Some("0")),
        ("?wait=0", Some("0")),
        ("?other=1&wait=20", Some("20")),
        ("?wait=21", None),
        ("?wait=-1", None),
        ("?wait=+1", None),
        ("?wait=1.5", None),
        ("?wait=99999999999999999999", None),
        ("?wait=1&wait=1", None),
        ("?wait=%zz", None),
    ];
    for (query, want) in cases {
        let answer = api.call(&format!("GET /v1/submissions/{id}{query}"), &token).await;
        if let Some(wait) = want {
            assert_eq!(answer.status, 200, "{query}");
            assert!(
                api.last_sent().0.ends_with(&format!("/status?caller=partner&wait={wait}")),
                "{query}"
            );
        } else {
            assert_eq!((answer.status, answer.code()), (422, "invalid_request"), "{query}");
            assert_eq!(answer.problem().errors[0].field, "wait");
        }
    }
}

#[tokio::test]
async fn the_result_is_the_engines_word_for_word() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let line = format!("GET /v1/submissions/{id}/result");
    let pending = api.call(&line, &token).await;
    assert_eq!((pending.status, pending.code()), (409, "result_not_ready"));
    assert_eq!(pending.header("retry-after"), "1");

    let body = format!(r#"{{"correlationId":"{id}","score":{{"cosine":0.41}},"new":true}}"#);
    api.script(Script::Answer(200, HeaderMap::new(), body.clone()));
    let answer = api.call(&line, &token).await;
    assert_eq!((answer.status, answer.bytes), (200, body.into_bytes()));
    assert_eq!(answer.headers["content-type"], "application/json");

    let other = r#"{"correlationId":"019a0000-0000-7000-8000-000000000001"}"#;
    for body in [other, "{}", "null", "", "<html>"] {
        api.script(Script::Answer(200, HeaderMap::new(), body.to_owned()));
        assert_eq!(api.call(&line, &token).await.code(), "internal", "{body}");
    }
}

#[tokio::test]
async fn erasing_gives_the_engines_receipt() {
    let api = Api::new();
    let (token, id, _) = api.submission().await;
    let answer = api.call(&format!("DELETE /v1/submissions/{id}"), &token).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text("/correlationId"), id);
    let want = format!(
        "POST http://engine.internal/engine/v1/partners/p1/submissions/{id}/erase?caller=partner"
    );
    assert_eq!(api.last_sent().0, want);
}
