//! The engine's client.

use facematch_bucket::{Credentials, Objects, ObjectsConfig, ObjectsError};
use facematch_presign::Endpoint;

use crate::server::{BUCKET, Server, engine_key};

#[tokio::test]
async fn absent_objects_are_none_or_not_found() {
    let server = Server::start().await;
    let objects = server.objects();
    assert_eq!(objects.head("up/1").await.expect("an answer"), None);
    assert!(matches!(objects.get("up/1", "\"e\"", 9).await, Err(ObjectsError::NotFound)));
    objects.delete("up/1").await.expect("deleted, as it were");
}

#[tokio::test]
async fn get_takes_only_the_pinned_version_and_size() {
    let server = Server::start().await;
    server.put("up/1", b"photo").await;
    let objects = server.objects();
    let etag = objects.head("up/1").await.expect("an answer").expect("an object").etag;
    assert_eq!(objects.get("up/1", &etag, 5).await.expect("an object"), b"photo");
    let small = objects.get("up/1", &etag, 4).await;
    assert!(matches!(small, Err(ObjectsError::TooLarge { max_bytes: 4 })), "{small:?}");
    let other = objects.get("up/1", "\"00000000000000000000000000000000\"", 5).await;
    assert!(matches!(other, Err(ObjectsError::PreconditionFailed)), "{other:?}");
}

#[tokio::test]
async fn deleted_object_is_gone_and_its_key_is_free() {
    let server = Server::start().await;
    server.put("up/1", b"photo").await;
    let objects = server.objects();
    objects.delete("up/1").await.expect("deleted");
    assert_eq!(objects.head("up/1").await.expect("an answer"), None);
    assert_eq!(server.files(), 0);
    assert_eq!(server.put("up/1", b"photo").await.status(), 200);
}

#[tokio::test]
async fn errors_say_what_to_do_and_never_the_url() {
    let server = Server::start().await;
    let wrong_key = Credentials { secret_key: "guess".into(), ..engine_key() };
    let denied = client(server.endpoint.clone(), wrong_key).head("up/1").await;
    let denied = denied.expect_err("a refusal");
    assert!(matches!(denied, ObjectsError::Denied { status: 403 }), "{denied:?}");
    assert!(!denied.is_retryable());

    let nobody = Endpoint::parse("http://127.0.0.1:9").expect("an endpoint");
    let lost = client(nobody, engine_key()).head("up/1").await.expect_err("nobody there");
    assert!(lost.is_retryable());
    assert!(!format!("{lost} {lost:?}").contains("X-Amz"), "{lost:?}");
}

fn client(endpoint: Endpoint, key: Credentials) -> Objects {
    let (bucket, region) = (BUCKET.to_owned(), "local".to_owned());
    Objects::new(ObjectsConfig { endpoint, bucket, region, key }).expect("a client")
}
