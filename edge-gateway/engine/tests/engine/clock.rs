//! The wall clock is set by an hour, forward and back: nothing is lost, and nothing waits for it.

use crate::world::{World, a_result};
use facematch_contract::State;
use facematch_engine::{EngineError, Outcome};

const HOUR_S: i64 = 3600;

#[tokio::test]
async fn an_hour_ahead_for_a_while_deletes_nothing() {
    let world = World::new().await;
    let waiting = world.uploaded().await;
    let queued = world.queued().await;
    world.set_clock(HOUR_S).await;
    assert_eq!(world.engine.sweep().await.unwrap().purged, 0);
    assert_eq!(world.bucket.len(), 4);
    // It is over while the clock says so, and goes on when the clock is right again.
    let over = world.engine.confirm(&world.partner, waiting).await;
    assert!(matches!(over, Err(EngineError::Expired)));
    world.set_clock(-HOUR_S).await;
    world.engine.sweep().await.unwrap();
    let confirmed = world.engine.confirm(&world.partner, waiting).await.unwrap();
    assert_eq!(confirmed.state, State::Queued);
    for id in [queued, waiting] {
        let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
        assert_eq!(job.lease.correlation_id, id);
    }
}

#[tokio::test]
async fn an_hour_ahead_ends_leases_and_the_fence_holds() {
    let world = World::new().await;
    let held = world.claimed().await;
    world.set_clock(HOUR_S).await;
    let taken_over = world.engine.claim("another", 60).await.unwrap().unwrap();
    assert_eq!(taken_over.lease.correlation_id, held.lease.correlation_id);
    let late = world.engine.complete(held.lease, &a_result(), Outcome::Completed).await;
    assert!(matches!(late, Err(EngineError::LostLease)));
    world.engine.complete(taken_over.lease, &a_result(), Outcome::Completed).await.unwrap();
    assert_eq!(world.number("SELECT count(*) FROM results").await, 1);
}

#[tokio::test]
async fn a_clock_set_back_holds_up_no_job_and_no_callback_and_no_deletion() {
    for back_s in [2, 60, 500, HOUR_S, 24 * HOUR_S] {
        let world = World::new().await;
        let completed = world.completed().await;
        let queued = world.queued().await;
        world.set_clock(-back_s).await;
        world.engine.sweep().await.unwrap();
        let job = world.engine.claim("worker", 60).await.unwrap().expect("a job");
        assert_eq!(job.lease.correlation_id, queued, "{back_s} s");
        assert_eq!(world.engine.claim_callbacks(10, 60).await.unwrap().len(), 1, "{back_s} s");
        let purged = world.number(format!(
            "SELECT purge_due <= {} FROM submissions WHERE id = '{completed}'",
            "CAST(unixepoch('subsec') * 1000 AS INTEGER) + 1200000"
        ));
        assert_eq!(purged.await, 1, "{back_s} s");
    }
}

#[tokio::test]
async fn a_lease_of_a_dead_worker_ends_though_the_clock_is_set_back() {
    let world = World::new().await;
    let dead = world.claimed().await;
    world.set_clock(-HOUR_S).await;
    assert!(world.engine.claim("another", 60).await.unwrap().is_none());
    assert_eq!(world.engine.sweep().await.unwrap().mended, 1);
    let job = world.engine.claim("another", 60).await.unwrap().unwrap();
    assert_eq!(job.lease.correlation_id, dead.lease.correlation_id);
}

#[tokio::test]
async fn a_wait_that_was_asked_for_stays_when_the_clock_is_set_back() {
    let world = World::new().await;
    let job = world.claimed().await;
    let free = facematch_engine::AttemptCost::Free;
    world.engine.release(job.lease, 60, free).await.unwrap();
    world.set_clock(-HOUR_S).await;
    world.engine.sweep().await.unwrap();
    assert!(world.engine.claim("worker", 60).await.unwrap().is_none());
    world.set_clock(60).await;
    assert!(world.engine.claim("worker", 60).await.unwrap().is_some());
}
