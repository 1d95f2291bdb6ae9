use crate::world::{World, open};
use facematch_contract::State;
use facematch_engine::Engine;

#[tokio::test]
async fn reopening_keeps_everything() {
    let world = World::new().await;
    let completed = world.completed().await;
    let queued = world.queued().await;
    let request = world.request();
    let awaiting = world.engine.create(&request).await.unwrap().correlation_id;
    world.engine.store().close().await;

    let store = open(&world.path()).await;
    let engine = Engine::new(store, world.bucket.clone());
    let secret = world.credentials.client_secret.expose();
    assert!(engine.authenticate(&world.partner.0, secret).await.is_ok());
    let cases =
        [(completed, State::Completed), (queued, State::Queued), (awaiting, State::AwaitingUpload)];
    for (id, want) in cases {
        assert_eq!(engine.get(&world.partner, id).await.unwrap().state, want);
    }
    assert!(engine.result(&world.partner, completed).await.is_ok());
    assert_eq!(engine.create(&request).await.unwrap().correlation_id, awaiting);
    assert_eq!(engine.claim_callbacks(10, 60).await.unwrap().len(), 1);
    assert_eq!(engine.claim("worker", 60).await.unwrap().unwrap().lease.correlation_id, queued);
}

#[tokio::test]
async fn a_job_held_by_a_process_that_died_is_claimed_again() {
    let world = World::new().await;
    let id = world.queued().await;
    world.engine.claim("dead", 0).await.unwrap().unwrap();
    world.engine.store().close().await;
    let store = open(&world.path()).await;
    let engine = Engine::new(store, world.bucket.clone());
    let job = engine.claim("alive", 60).await.unwrap().unwrap();
    assert_eq!((job.lease.correlation_id, job.attempt), (id, 2));
}

#[tokio::test]
async fn two_processes_may_share_the_file() {
    let world = World::new().await;
    let store = open(&world.path()).await;
    let other = Engine::new(store, world.bucket.clone());
    let (new, again) = (world.request(), world.request());
    let (a, b) = tokio::join!(world.engine.create(&new), other.create(&again));
    for id in [a.unwrap().correlation_id, b.unwrap().correlation_id] {
        assert_eq!(other.get(&world.partner, id).await.unwrap().correlation_id, id);
    }
}
