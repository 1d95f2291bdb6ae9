use crate::world::World;
use facematch_contract::{Role, State};
use facematch_engine::{EngineError, ObjectHead, Outcome};
use std::sync::atomic::Ordering::SeqCst;

#[tokio::test]
async fn confirm_pins_and_queues() {
    let world = World::new().await;
    let id = world.uploaded().await;
    let stored = world.engine.confirm(&world.partner, id).await.unwrap();
    assert_eq!(stored.state, State::Queued);
    assert!(stored.images.iter().all(|image| image.pinned));

    let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
    let pinned: Vec<_> = job.images.iter().map(|image| (&*image.etag, &*image.key)).collect();
    let key = |role: &str| format!("up/{id}/{role}");
    let (selfie, portrait) = (key("selfie"), key("id_portrait"));
    assert_eq!(pinned, [("\"selfie\"", &*selfie), ("\"id_portrait\"", &*portrait)]);
}

#[tokio::test]
async fn confirm_names_what_is_missing() {
    let world = World::new().await;
    let stored = world.created().await;
    let id = stored.correlation_id;
    let both = world.engine.confirm(&world.partner, id).await;
    assert!(matches!(both, Err(EngineError::UploadMissing(roles)) if roles.len() == 2));

    world.bucket.put(id, &stored.images[0].declaration);
    let missing = world.engine.missing(&world.partner, id).await.unwrap().missing;
    assert_eq!(missing, [Role::IdPortrait]);
    let one = world.engine.confirm(&world.partner, id).await;
    assert!(matches!(one, Err(EngineError::UploadMissing(roles)) if roles == [Role::IdPortrait]));

    world.upload(&stored);
    assert_eq!(world.engine.confirm(&world.partner, id).await.unwrap().state, State::Queued);
}

#[tokio::test]
async fn confirm_refuses_what_was_not_declared() {
    let world = World::new().await;
    let id = world.uploaded().await;
    let head = ObjectHead {
        size_bytes: 1001,
        content_type: "image/jpeg".to_owned(),
        sha256: None,
        etag: "\"x\"".to_owned(),
    };
    world.bucket.put_as(id, Role::Selfie, head);
    let answer = world.engine.confirm(&world.partner, id).await;
    assert!(matches!(answer, Err(EngineError::UploadMismatch(roles)) if roles == [Role::Selfie]));
    assert_eq!(world.engine.get(&world.partner, id).await.unwrap().state, State::AwaitingUpload);
}

#[tokio::test]
async fn confirms_at_once_make_one_job() {
    let world = World::new().await;
    let id = world.uploaded().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (engine, partner) = (world.engine.clone(), world.partner.clone());
            tokio::spawn(async move { engine.confirm(&partner, id).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().state, State::Queued);
    }
    assert!(world.engine.claim("worker", 60).await.unwrap().is_some());
    assert!(world.engine.claim("worker", 60).await.unwrap().is_none());
}

#[tokio::test]
async fn a_repeated_confirm_says_where_it_stands_and_asks_no_bucket() {
    let world = World::new().await;
    let id = world.queued().await;
    let heads = world.bucket.heads.load(SeqCst);
    let confirm = async || world.engine.confirm(&world.partner, id).await.unwrap().state;
    assert_eq!(confirm().await, State::Queued);
    let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
    assert_eq!(confirm().await, State::Processing);
    let result = crate::world::a_result();
    world.engine.complete(job.lease, &result, Outcome::Completed).await.unwrap();
    assert_eq!(confirm().await, State::Completed);
    assert_eq!(world.bucket.heads.load(SeqCst), heads);
}

#[tokio::test]
async fn what_ended_is_not_confirmed() {
    let world = World::new().await;
    let expired = world.uploaded().await;
    world.expire_all().await;
    let answer = world.engine.confirm(&world.partner, expired).await;
    assert!(matches!(answer, Err(EngineError::Expired)));

    let erased = world.uploaded().await;
    world.engine.erase(&world.partner, erased).await.unwrap();
    let answer = world.engine.confirm(&world.partner, erased).await;
    assert!(matches!(answer, Err(EngineError::Erased)));
    assert!(world.engine.claim("worker", 60).await.unwrap().is_none());
}

#[tokio::test]
async fn a_bucket_that_is_away_changes_nothing() {
    let world = World::new().await;
    let id = world.uploaded().await;
    world.bucket.is_away.store(true, SeqCst);
    let answer = world.engine.confirm(&world.partner, id).await;
    assert!(matches!(answer, Err(EngineError::Objects(_))));
    world.bucket.is_away.store(false, SeqCst);
    assert_eq!(world.engine.confirm(&world.partner, id).await.unwrap().state, State::Queued);
}
