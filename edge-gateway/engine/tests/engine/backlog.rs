use crate::world::World;
use facematch_contract::limits::MAX_MATCH_ATTEMPTS;
use facematch_engine::{AttemptCost, Backlog};

async fn backlog(world: &World) -> Backlog {
    world.engine.store().backlog().await.unwrap()
}

#[tokio::test]
async fn the_backlog_says_what_waits_and_for_how_long() {
    let world = World::new().await;
    assert_eq!(backlog(&world).await, Backlog::default());

    world.queued().await;
    world.queued().await;
    world.engine.claim("worker", 60).await.unwrap();
    world.sql("UPDATE submissions SET due_at = due_at - 5000 WHERE state = 'queued'").await;
    let seen = backlog(&world).await;
    assert_eq!((seen.queued, seen.processing), (1, 1));
    assert!((5000..15_000).contains(&seen.queue_age_ms), "{seen:?}");

    world.engine.claim("worker", 60).await.unwrap();
    world.completed().await;
    world.sql("UPDATE outbox SET next_at = next_at - 7000").await;
    world
        .sql("UPDATE submissions SET purge_due = purge_due - 9000 WHERE purge_due IS NOT NULL")
        .await;
    let seen = backlog(&world).await;
    assert_eq!((seen.queued, seen.callbacks, seen.purges), (0, 1, 1));
    assert_eq!(seen.queue_age_ms, 0, "nothing waits");
    assert!((7000..17_000).contains(&seen.outbox_age_ms), "{seen:?}");
    assert!((9000..19_000).contains(&seen.retention_lag_ms), "{seen:?}");
}

#[tokio::test]
async fn a_lease_that_ran_out_is_counted_and_one_that_was_given_back_is_not() {
    let world = World::new().await;
    world.queued().await;
    let first = world.engine.claim("worker", 60).await.unwrap().unwrap();
    world.engine.release(first.lease, 0, AttemptCost::Counted).await.unwrap();
    let second = world.engine.claim("worker", 60).await.unwrap().unwrap();
    assert!(!first.taken_over && !second.taken_over);
    assert_eq!(world.engine.counts().lease_expiries(), 0);

    world
        .sql("UPDATE submissions SET due_at = due_at - 61000, updated_at = updated_at - 61000")
        .await;
    assert!(world.engine.claim("worker", 60).await.unwrap().unwrap().taken_over);
    assert_eq!(world.engine.counts().lease_expiries(), 1);
}

#[tokio::test]
async fn dead_letters_are_counted() {
    let world = World::new().await;
    world.queued().await;
    world.sql(format!("UPDATE submissions SET attempts = {MAX_MATCH_ATTEMPTS}")).await;
    assert!(world.engine.claim("worker", 60).await.unwrap().is_none());
    assert_eq!(world.engine.counts().dead_letters(), 1);
}
