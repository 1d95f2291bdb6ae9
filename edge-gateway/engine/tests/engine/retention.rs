use crate::world::{World, a_result};
use facematch_contract::{CorrelationId, Role, State};
use facematch_engine::{EngineError, Outcome, Swept};
use std::sync::atomic::Ordering::SeqCst;

async fn state(world: &World, id: CorrelationId) -> State {
    world.engine.get(&world.partner, id).await.unwrap().state
}

#[tokio::test]
async fn a_submission_expires_by_the_clock_even_without_a_sweeper() {
    let world = World::new().await;
    let id = world.uploaded().await;
    world.expire_all().await;
    assert_eq!(state(&world, id).await, State::Expired);
    let (result, missing) = (
        world.engine.result(&world.partner, id).await,
        world.engine.missing(&world.partner, id).await,
    );
    assert!(matches!(result, Err(EngineError::Expired)));
    assert!(matches!(missing, Err(EngineError::Expired)));
}

#[tokio::test]
async fn the_sweeper_ends_what_was_not_confirmed_and_deletes_its_photos() {
    let world = World::new().await;
    let expired = world.uploaded().await;
    world.expire_all().await;
    let waiting = world.uploaded().await;
    let swept = world.engine.sweep().await.unwrap();
    assert_eq!(swept, Swept { expired: 1, purged: 1, ..Swept::default() });
    assert_eq!(world.bucket.len(), 2);
    assert_eq!(state(&world, expired).await, State::Expired);
    assert_eq!(state(&world, waiting).await, State::AwaitingUpload);
    assert_eq!(world.number("SELECT count(*) FROM submissions WHERE state = 'expired'").await, 1);
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default());
}

#[tokio::test]
async fn photos_go_as_soon_as_the_result_is_there_and_not_before() {
    let world = World::new().await;
    let job = world.claimed().await;
    let id = job.lease.correlation_id;
    world.engine.purge_images(id).await.unwrap();
    assert_eq!(world.bucket.len(), 2);
    world.engine.complete(job.lease, &a_result(), Outcome::Completed).await.unwrap();
    world.engine.purge_images(id).await.unwrap();
    assert_eq!(world.bucket.len(), 0);
    assert!(world.engine.result(&world.partner, id).await.is_ok());
}

#[tokio::test]
async fn the_sweeper_finishes_a_purge_that_a_crash_cut_off() {
    let world = World::new().await;
    world.completed().await;
    assert_eq!(world.engine.sweep().await.unwrap().purged, 1);
    assert_eq!(world.bucket.len(), 0);
}

#[tokio::test]
async fn an_upload_after_the_purge_is_deleted_when_its_url_has_ended() {
    let world = World::new().await;
    let id = world.completed().await;
    world.engine.purge_images(id).await.unwrap();
    let stored = world.engine.get(&world.partner, id).await.unwrap();
    world.upload(&stored); // The presigned URLs still live.
    assert_eq!(world.engine.sweep().await.unwrap().purged, 0);

    world.sql("UPDATE submissions SET purge_due = purge_due - 1200000, closed_at = closed_at - 1200000").await;
    assert_eq!(world.engine.sweep().await.unwrap().purged, 1);
    assert_eq!(world.bucket.len(), 0);
    assert_eq!(
        world.number("SELECT count(*) FROM submissions WHERE purge_due IS NOT NULL").await,
        0
    );
}

#[tokio::test]
async fn a_bucket_that_is_away_is_asked_again_later() {
    let world = World::new().await;
    for _ in 0..5 {
        world.completed().await;
    }
    world.bucket.is_away.store(true, SeqCst);
    let swept = world.engine.sweep().await.unwrap();
    assert_eq!((swept.purged, swept.postponed), (0, 3));
    world.bucket.is_away.store(false, SeqCst);
    assert_eq!(world.engine.sweep().await.unwrap().purged, 2);
    world.sql("UPDATE submissions SET purge_due = purge_due - 60000").await;
    assert_eq!(world.engine.sweep().await.unwrap().purged, 3);
    assert_eq!(world.bucket.len(), 0);
}

#[tokio::test]
async fn erasure_leaves_nothing_personal_and_one_receipt() {
    let world = World::new().await;
    let id = world.completed().await;
    let receipt = world.engine.erase(&world.partner, id).await.unwrap();
    assert_eq!((receipt.correlation_id, receipt.result), (id, true));
    assert_eq!(receipt.images, [Role::Selfie, Role::IdPortrait]);
    assert_eq!(world.engine.erase(&world.partner, id).await.unwrap(), receipt);

    assert_eq!(world.bucket.len(), 0);
    assert_eq!(state(&world, id).await, State::Erased);
    let result = world.engine.result(&world.partner, id).await;
    assert!(matches!(result, Err(EngineError::Erased)));
    for table in ["results", "outbox", "deliveries"] {
        assert_eq!(world.number(format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    let personal = "details IS NOT NULL OR reference_tag IS NOT NULL";
    assert_eq!(world.number(format!("SELECT count(*) FROM submissions WHERE {personal}")).await, 0);
    let kept = "SELECT count(*) FROM images WHERE sha256 <> '' OR data_key IS NOT NULL";
    assert_eq!(world.number(kept).await, 0);
}

#[tokio::test]
async fn every_state_can_be_erased() {
    let world = World::new().await;
    let erased = async |id| world.engine.erase(&world.partner, id).await.unwrap().result;
    assert!(!erased(world.created().await.correlation_id).await);
    assert!(!erased(world.queued().await).await);
    assert!(!erased(world.claimed().await.lease.correlation_id).await);
    assert!(erased(world.completed().await).await);
    let expired = world.uploaded().await;
    world.expire_all().await;
    assert!(!erased(expired).await);
    assert!(world.engine.claim("worker", 60).await.unwrap().is_none());
    assert_eq!(world.bucket.len(), 0);
}

#[tokio::test]
async fn a_worker_cannot_write_what_was_erased_under_it() {
    let world = World::new().await;
    let job = world.claimed().await;
    world.engine.erase(&world.partner, job.lease.correlation_id).await.unwrap();
    let answer = world.engine.complete(job.lease, &a_result(), Outcome::Completed).await;
    assert!(matches!(answer, Err(EngineError::LostLease)));
    assert_eq!(world.number("SELECT count(*) FROM results").await, 0);
}

#[tokio::test]
async fn an_erasure_that_the_bucket_cuts_off_is_finished_later() {
    for by_sweeper in [false, true] {
        let world = World::new().await;
        let id = world.completed().await;
        world.bucket.is_away.store(true, SeqCst);
        let answer = world.engine.erase(&world.partner, id).await;
        assert!(matches!(answer, Err(EngineError::Objects(_))));
        assert_eq!(state(&world, id).await, State::Erased);
        world.bucket.is_away.store(false, SeqCst);
        if by_sweeper {
            assert_eq!(world.engine.sweep().await.unwrap().purged, 1);
        }
        let receipt = world.engine.erase(&world.partner, id).await.unwrap();
        assert!(receipt.result);
        assert_eq!(world.bucket.len(), 0);
    }
}
