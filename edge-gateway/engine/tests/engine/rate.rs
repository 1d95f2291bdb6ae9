//! Counting requests over HTTP, and readiness.

use crate::world::World;
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use facematch_contract::engine::{
    AUTHENTICATE_PATH, Action, READY_PATH, SECRET_HEADER, SUBMISSIONS_PATH, submission_path,
};
use facematch_engine::router;
use std::sync::atomic::Ordering::SeqCst;
use tower::ServiceExt;

async fn send(app: &Router, method: &str, path: &str, body: String) -> Response<Body> {
    let request = Request::builder().method(method).uri(path).header(SECRET_HEADER, "s");
    let request =
        request.header("content-type", "application/json").body(Body::from(body)).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

fn header<'r>(response: &'r Response<Body>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_partner_past_its_rate_waits_and_no_one_else_does() {
    let world = World::new().await;
    world.engine.store().set_rate(&world.partner, Some(3)).await.unwrap();
    let app = router(world.engine.clone(), "s");
    let credentials = |secret: &str| {
        let id = &world.partner.0;
        format!(r#"{{"client_id":"{id}","client_secret":"{secret}"}}"#)
    };
    // Whoever does not know the secret uses nothing up.
    for _ in 0..5 {
        let refused = send(&app, "POST", AUTHENTICATE_PATH, credentials("wrong")).await;
        assert_eq!(
            (refused.status(), header(&refused, "ratelimit")),
            (StatusCode::UNAUTHORIZED, "")
        );
    }
    let new = world.request();
    let path = submission_path(&world.partner, new.correlation_id, Action::Status);
    let calls = [
        ("POST", AUTHENTICATE_PATH, credentials(world.credentials.client_secret.expose())),
        ("POST", SUBMISSIONS_PATH, serde_json::to_string(&new).unwrap()),
        ("GET", &path, String::new()),
    ];
    for (left, (method, path, body)) in [2, 1, 0].into_iter().zip(&calls) {
        let answer = send(&app, method, path, body.clone()).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&answer, "ratelimit-policy"), r#""partner";q=3;w=60"#);
        let told = header(&answer, "ratelimit");
        assert!(told.starts_with(&format!(r#""partner";r={left};t="#)), "{told}");
    }
    for (method, path, body) in calls {
        let answer = send(&app, method, path, body).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        let wait_s: u32 = header(&answer, "retry-after").parse().unwrap();
        assert!((19..=20).contains(&wait_s), "{wait_s}");
        assert!(header(&answer, "ratelimit").contains(";r=0;"));
    }
    // Its applicants are counted apart, each by the submission.
    let browser = send(&app, "GET", &format!("{path}?caller=browser"), String::new()).await;
    assert_eq!(browser.status(), StatusCode::OK);
    assert_eq!(header(&browser, "ratelimit-policy"), r#""browser";q=120;w=60"#);
}

#[tokio::test]
async fn without_a_rate_nothing_is_counted() {
    let world = World::new().await;
    let store = world.engine.store().clone();
    let engine = facematch_engine::Engine::new(store, world.bucket.clone());
    let app = router(std::sync::Arc::new(engine.with_partner_rate(None)), "s");
    let path =
        submission_path(&world.partner, world.created().await.correlation_id, Action::Status);
    let answer = send(&app, "GET", &path, String::new()).await;
    assert_eq!((answer.status(), header(&answer, "ratelimit")), (StatusCode::OK, ""));
}

#[tokio::test]
async fn ready_means_that_the_database_takes_a_write_and_the_bucket_answers() {
    let ready = async |world: &World| {
        let app = router(world.engine.clone(), "s");
        send(&app, "GET", READY_PATH, String::new()).await.status()
    };
    let world = World::new().await;
    assert_eq!(ready(&world).await, StatusCode::NO_CONTENT);

    let world = World::new().await;
    world.bucket.is_away.store(true, SeqCst);
    assert_eq!(ready(&world).await, StatusCode::SERVICE_UNAVAILABLE);
    world.bucket.is_away.store(false, SeqCst);
    assert_eq!(ready(&world).await, StatusCode::NO_CONTENT, "a failure is not remembered");

    // It can still be read; it cannot be written.
    let world = World::new().await;
    world.sql("DROP TABLE heartbeat").await;
    assert!(ready(&world).await.is_server_error());
}
