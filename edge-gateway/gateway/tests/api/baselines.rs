//! Baselines, as a caller sees them.

use crate::world::Api;

const ID: &str = "019a0000-0000-7000-8000-00000000000a";

#[tokio::test]
async fn a_subject_is_any_name_that_a_path_can_carry() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    let cases = [
        ("known", Some("known")),
        ("siti%20rahayu%2F42", Some("siti rahayu/42")),
        ("a+b", Some("a+b")),
        ("%C3%A9", Some("é")),
        ("%00", None),
        ("%ff", None),
        ("%", None),
    ];
    let long = "x".repeat(129);
    for (written, subject) in cases.into_iter().chain([(long.as_str(), None)]) {
        let answer = api.call(&format!("DELETE /v1/baselines/{written}"), &token).await;
        match subject {
            Some(subject) => assert_eq!(answer.json()["subject"], subject),
            None => {
                assert_eq!((answer.status, answer.code()), (422, "invalid_request"), "{written}");
            }
        }
    }
}

#[tokio::test]
async fn a_baseline_is_registered_shown_and_deleted() {
    let api = Api::new();
    let token = api.token("p1", "").await;
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = format!("{{\"correlationId\": \"{ID}\"}}");
    let made = api.send("PUT /v1/baselines/known", &headers, &body).await;
    assert_eq!((made.status, made.json()["correlationId"].as_str()), (200, Some(ID)));
    assert_eq!(api.call("GET /v1/baselines/known", &token).await.status, 200);
    let unknown = api.call("GET /v1/baselines/unknown", &token).await;
    assert_eq!((unknown.status, unknown.code()), (404, "subject_not_found"));
    let deleted = api.call("DELETE /v1/baselines/known", &token).await;
    assert_eq!(deleted.json()["deleted"], true);

    for (body, code) in [("{", "malformed_body"), ("{\"id\": 1}", "malformed_body")] {
        let answer = api.send("PUT /v1/baselines/known", &headers, body).await;
        assert_eq!(answer.code(), code, "{body}");
    }
    let untyped = api.send("PUT /v1/baselines/known", &headers[..1], &body).await;
    assert_eq!(untyped.code(), "unsupported_media_type");
}

#[tokio::test]
async fn a_token_needs_the_scope_of_each_method() {
    let api = Api::new();
    let reader = api.token("p2", "").await;
    assert_eq!(api.call("GET /v1/baselines/known", &reader).await.status, 404);
    for line in ["PUT /v1/baselines/known", "DELETE /v1/baselines/known"] {
        let answer = api.call(line, &reader).await;
        assert_eq!((answer.status, answer.code()), (403, "insufficient_scope"), "{line}");
    }
    let nobody = api.send("GET /v1/baselines/known", &[], "").await;
    assert_eq!(nobody.code(), "token_missing");
}
