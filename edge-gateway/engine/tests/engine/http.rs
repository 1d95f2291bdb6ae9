use crate::world::World;
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header::CONTENT_TYPE},
};
use facematch_contract::{
    CorrelationId, ErrorCode, Mode, Problem,
    engine::{
        AUTHENTICATE_PATH, Action, READY_PATH, SECRET_HEADER, SUBMISSIONS_PATH, StoredSubmission,
        submission_path,
    },
};
use facematch_engine::router;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use std::sync::atomic::Ordering::SeqCst;
use tower::ServiceExt;

const SECRET: &str = "engine-secret";

fn app(world: &World) -> Router {
    router(world.engine.clone(), SECRET)
}

fn request(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    let builder = Request::builder().method(method).uri(path).header(SECRET_HEADER, SECRET);
    builder.header(CONTENT_TYPE, "application/json").body(body.into()).unwrap()
}

async fn send(world: &World, request: Request<Body>) -> Response<Body> {
    app(world).oneshot(request).await.unwrap()
}

async fn json<T: DeserializeOwned>(response: Response<Body>) -> T {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

fn path(world: &World, id: CorrelationId, action: Action) -> String {
    submission_path(&world.partner, id, action)
}

async fn is_problem(world: &World, request: Request<Body>, want: ErrorCode) {
    let uri = request.uri().clone();
    let response = send(world, request).await;
    assert_eq!(response.status().as_u16(), want.status(), "{uri}");
    assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json", "{uri}");
    let problem: Problem = json(response).await;
    assert_eq!(problem.code, want, "{uri}");
    assert_eq!(problem.status, want.status());
}

#[tokio::test]
async fn the_whole_way_over_http() {
    let world = World::new().await;
    let new = world.request();
    let body = serde_json::to_vec(&new).unwrap();
    let created = send(&world, request("POST", SUBMISSIONS_PATH, body)).await;
    assert_eq!(created.status(), StatusCode::OK);
    let stored: StoredSubmission = json(created).await;
    let id = stored.correlation_id;
    world.upload(&stored);
    let steps = [
        ("GET", Action::Missing),
        ("POST", Action::Confirm),
        ("GET", Action::Status),
        ("POST", Action::Erase),
        ("POST", Action::Erase),
    ];
    for (method, action) in steps {
        let answer = send(&world, request(method, &path(&world, id, action), "")).await;
        assert_eq!(answer.status(), StatusCode::OK, "{action:?}");
    }
}

#[tokio::test]
async fn a_result_is_served() {
    let world = World::new().await;
    let id = world.completed().await;
    let answer = send(&world, request("GET", &path(&world, id, Action::Result), "")).await;
    let result: facematch_contract::SubmissionResult = json(answer).await;
    assert_eq!(result.correlation_id, id);
}

#[tokio::test]
async fn credentials_are_checked() {
    let world = World::new().await;
    let body = |secret: &str| {
        serde_json::json!({ "client_id": world.partner, "client_secret": secret }).to_string()
    };
    let right = body(world.credentials.client_secret.expose());
    let answer = send(&world, request("POST", AUTHENTICATE_PATH, right)).await;
    let who: facematch_contract::engine::Authenticated = json(answer).await;
    assert_eq!(who.partner_id, world.partner);
    is_problem(&world, request("POST", AUTHENTICATE_PATH, body("x")), ErrorCode::InvalidClient)
        .await;
}

#[tokio::test]
async fn without_the_secret_there_is_nothing() {
    let world = World::new().await;
    for secret in [None, Some(""), Some("engine-secreT"), Some("engine-secret2")] {
        let mut request = request("GET", READY_PATH, "");
        request.headers_mut().remove(SECRET_HEADER);
        if let Some(secret) = secret {
            request.headers_mut().insert(SECRET_HEADER, secret.parse().unwrap());
        }
        is_problem(&world, request, ErrorCode::RouteNotFound).await;
    }
    let ready = send(&world, request("GET", READY_PATH, "")).await;
    assert_eq!(ready.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn bad_requests_get_their_codes() {
    let world = World::new().await;
    let id = world.created().await.correlation_id;
    let status = path(&world, id, Action::Status);
    let no_uuid = format!("/engine/v1/partners/{}/submissions/x/status", world.partner);
    let bad_utf8 = "/engine/v1/partners/%ff/submissions/%ff/status";
    let huge = format!("{{\"client_id\":\"{}\"}}", "x".repeat(70_000));
    let mut text = request("POST", AUTHENTICATE_PATH, "{}");
    text.headers_mut().insert(CONTENT_TYPE, "text/plain".parse().unwrap());
    let cases = [
        (request("GET", "/engine/v1/nothing", ""), ErrorCode::RouteNotFound),
        (request("GET", "/", ""), ErrorCode::RouteNotFound),
        (request("DELETE", &status, ""), ErrorCode::MethodNotAllowed),
        (request("POST", AUTHENTICATE_PATH, "{"), ErrorCode::MalformedBody),
        (request("POST", AUTHENTICATE_PATH, "{}"), ErrorCode::MalformedBody),
        (request("POST", SUBMISSIONS_PATH, "[]"), ErrorCode::MalformedBody),
        (request("POST", AUTHENTICATE_PATH, huge), ErrorCode::BodyTooLarge),
        (text, ErrorCode::UnsupportedMediaType),
        (request("GET", &no_uuid, ""), ErrorCode::SubmissionNotFound),
        (request("GET", bad_utf8, ""), ErrorCode::SubmissionNotFound),
        (request("GET", &format!("{status}?wait=x"), ""), ErrorCode::InvalidRequest),
        (request("GET", &format!("{status}?wait=-1"), ""), ErrorCode::InvalidRequest),
    ];
    for (request, want) in cases {
        is_problem(&world, request, want).await;
    }
}

#[tokio::test]
async fn every_refusal_has_its_code() {
    let world = World::new().await;
    let awaiting = world.created().await.correlation_id;
    let queued = world.queued().await;
    let (erased, mismatch) = (world.created().await.correlation_id, world.uploaded().await);
    world.engine.erase(&world.partner, erased).await.unwrap();
    let head = facematch_engine::ObjectHead {
        size_bytes: 1,
        content_type: "image/jpeg".to_owned(),
        sha256: None,
        etag: "\"x\"".to_owned(),
    };
    world.bucket.put_as(mismatch, facematch_contract::Role::Selfie, head);
    let unknown = world.request().correlation_id;
    let cases = [
        ("GET", unknown, Action::Status, ErrorCode::SubmissionNotFound),
        ("POST", awaiting, Action::Confirm, ErrorCode::UploadMissing),
        ("POST", mismatch, Action::Confirm, ErrorCode::UploadMismatch),
        ("GET", awaiting, Action::Result, ErrorCode::ResultNotReady),
        ("GET", queued, Action::Result, ErrorCode::ResultNotReady),
        ("GET", queued, Action::Missing, ErrorCode::WrongState),
        ("GET", erased, Action::Result, ErrorCode::SubmissionErased),
        ("POST", erased, Action::Confirm, ErrorCode::SubmissionErased),
        ("GET", erased, Action::Missing, ErrorCode::SubmissionErased),
    ];
    for (method, id, action, want) in cases {
        is_problem(&world, request(method, &path(&world, id, action), ""), want).await;
    }
    world.bucket.is_away.store(true, SeqCst);
    let away = request("POST", &path(&world, awaiting, Action::Confirm), "");
    is_problem(&world, away, ErrorCode::StorageUnavailable).await;
    world.expire_all().await;
    for (method, action) in
        [("POST", Action::Confirm), ("GET", Action::Result), ("GET", Action::Missing)]
    {
        let request = request(method, &path(&world, awaiting, action), "");
        is_problem(&world, request, ErrorCode::SubmissionExpired).await;
    }
}

#[tokio::test]
async fn refused_creates_have_their_codes() {
    let world = World::new().await;
    let first = world.request();
    world.engine.create(&first).await.unwrap();
    let mut reused = world.request();
    reused.idempotency_key = first.idempotency_key;
    let mut baseline = world.request();
    baseline.request.mode = Mode::SelfieToBaseline;
    let mut endless = world.request();
    endless.request.images[0].size_bytes = u64::MAX;
    let mut stranger = world.request();
    stranger.partner_id.0 = "pt_stranger".to_owned();
    let cases = [
        (reused, ErrorCode::IdempotencyKeyReused),
        (baseline, ErrorCode::BaselineNotFound),
        (endless, ErrorCode::InvalidRequest),
        (stranger, ErrorCode::TokenInvalid),
    ];
    for (new, want) in cases {
        let body = serde_json::to_vec(&new).unwrap();
        is_problem(&world, request("POST", SUBMISSIONS_PATH, body), want).await;
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_503() {
    let world = World::new().await;
    let id = world.created().await.correlation_id;
    world.engine.store().close().await;
    let status = request("GET", &path(&world, id, Action::Status), "");
    is_problem(&world, status, ErrorCode::EngineUnavailable).await;
    is_problem(&world, request("GET", READY_PATH, ""), ErrorCode::EngineUnavailable).await;
}
