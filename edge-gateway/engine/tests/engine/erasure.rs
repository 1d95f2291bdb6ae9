//! What is kept for how long, and that destroyed keys are nowhere any more.

use crate::world::World;
use facematch_contract::{CorrelationId, State};
use facematch_engine::{EngineError, Retention, Swept};
use std::sync::atomic::Ordering::SeqCst;

const DAY_MS: i64 = 86_400_000;

async fn keep(world: &World, photos_days: u32, results_days: Option<u32>) {
    let retention = Retention { photos_days, results_days };
    world.engine.store().set_retention(&world.partner, retention).await.unwrap();
    assert_eq!(world.engine.store().partners().await.unwrap()[0].retention, retention);
}

/// Moves every row into the past.
async fn wait_days(world: &World, days: i64) {
    let times = ["purge_due", "erase_due", "closed_at", "created_at", "updated_at", "expires_at"];
    let set = times.map(|time| format!("{time} = {time} - {}", days * DAY_MS)).join(", ");
    world.sql(format!("UPDATE submissions SET {set}")).await;
}

async fn state(world: &World, id: CorrelationId) -> State {
    world.engine.get(&world.partner, id).await.unwrap().state
}

#[tokio::test]
async fn photos_are_kept_for_as_many_days_as_the_partner_says() {
    let world = World::new().await;
    keep(&world, 3, None).await;
    let id = world.completed().await;
    world.engine.purge_images(id).await.unwrap();
    assert_eq!(world.engine.sweep().await.unwrap().purged, 0);
    assert_eq!(world.bucket.len(), 2);
    wait_days(&world, 2).await;
    assert_eq!(world.engine.sweep().await.unwrap().purged, 0);
    wait_days(&world, 1).await;
    assert_eq!(world.engine.sweep().await.unwrap().purged, 1);
    assert_eq!(world.bucket.len(), 0);
    assert!(world.engine.result(&world.partner, id).await.is_ok(), "the result is kept");
}

#[tokio::test]
async fn a_submission_is_erased_when_its_days_are_over_and_leaves_the_same_receipt() {
    let world = World::new().await;
    keep(&world, 1, Some(7)).await;
    let completed = world.completed().await;
    let expired = world.uploaded().await;
    world.expire_all().await;
    world.engine.sweep().await.unwrap();
    wait_days(&world, 6).await;
    assert_eq!(world.engine.sweep().await.unwrap().erased, 0);
    assert!(world.engine.result(&world.partner, completed).await.is_ok());

    wait_days(&world, 1).await;
    assert_eq!(world.engine.sweep().await.unwrap().erased, 2);
    for id in [completed, expired] {
        assert_eq!(state(&world, id).await, State::Erased);
    }
    let gone = world.engine.result(&world.partner, completed).await;
    assert!(matches!(gone, Err(EngineError::Erased)));
    let receipt = world.engine.erase(&world.partner, completed).await.unwrap();
    assert!(receipt.result && receipt.images.len() == 2);
    assert_eq!(world.engine.erase(&world.partner, completed).await.unwrap(), receipt);
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default());
}

#[tokio::test]
async fn an_erasure_does_not_wait_for_the_days_that_photos_are_kept() {
    let world = World::new().await;
    keep(&world, 30, Some(90)).await;
    let id = world.completed().await;
    let receipt = world.engine.erase(&world.partner, id).await.unwrap();
    assert_eq!(world.bucket.len(), 0);
    assert_eq!(receipt.images_deleted_at, receipt.erased_at);
    assert!(receipt.result_deleted_at.unwrap() <= receipt.erased_at);
}

#[tokio::test]
async fn the_receipt_says_when_the_photos_went_and_when_the_result() {
    let world = World::new().await;
    let id = world.completed().await;
    world.engine.purge_images(id).await.unwrap();
    world.sql(format!("UPDATE submissions SET purged_at = purged_at - {DAY_MS}")).await;
    let receipt = world.engine.erase(&world.partner, id).await.unwrap();
    assert!(receipt.images_deleted_at.0 <= receipt.erased_at.0 - DAY_MS);
    assert!(receipt.result_deleted_at.unwrap().0 > receipt.images_deleted_at.0);
    let without_result = world.uploaded().await;
    let receipt = world.engine.erase(&world.partner, without_result).await.unwrap();
    assert_eq!((receipt.result, receipt.result_deleted_at), (false, None));
}

#[tokio::test]
async fn destroyed_data_keys_are_neither_in_the_file_nor_in_its_log() {
    let world = World::new().await;
    let id = world.completed().await;
    let photo = world.bytes("SELECT data_key FROM images LIMIT 1").await;
    let result = world.bytes("SELECT sealed FROM results").await;
    let details = world.bytes("SELECT details FROM submissions").await;
    // The wrapped data key of each.
    let needles = [&photo[5..65], &result[5..65], &details[5..65]];
    for needle in needles {
        assert!(world.holds(needle), "the control: it is there before");
    }
    world.engine.erase(&world.partner, id).await.unwrap();
    world.engine.sweep().await.unwrap();
    for needle in needles {
        assert!(!world.holds(needle));
    }
}

#[tokio::test]
async fn keys_go_first_and_a_crash_before_the_photos_are_deleted_is_made_good() {
    let world = World::new().await;
    let id = world.completed().await;
    // The bucket is away between the two steps, and then the process dies.
    world.bucket.is_away.store(true, SeqCst);
    assert!(world.engine.purge_images(id).await.is_err());
    world.engine.store().close().await;
    world.bucket.is_away.store(false, SeqCst);
    assert_eq!(world.bucket.len(), 2);
    let keys = "SELECT count(*) FROM images WHERE data_key IS NOT NULL";
    assert_eq!(world.number(keys).await, 0, "nobody can read them");

    let store = crate::world::open(&world.path()).await;
    let engine = facematch_engine::Engine::new(store, world.bucket.clone());
    assert_eq!(engine.sweep().await.unwrap().purged, 1);
    assert_eq!(world.bucket.len(), 0);
}
