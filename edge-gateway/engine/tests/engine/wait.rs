use crate::world::{World, a_result};
use facematch_contract::State;
use facematch_engine::Outcome;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

#[tokio::test]
async fn a_long_poll_ends_with_the_submission() {
    let world = World::new().await;
    let job = world.claimed().await;
    let (engine, partner) = (world.engine.clone(), world.partner.clone());
    let id = job.lease.correlation_id;
    let start = Instant::now();
    let poll = tokio::spawn(async move { engine.wait_final(&partner, id, 20).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    world.engine.complete(job.lease, &a_result(), Outcome::Completed).await.unwrap();
    assert_eq!(poll.await.unwrap().state, State::Completed);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_long_poll_sees_what_another_process_did() {
    let world = World::new().await;
    let id = world.queued().await;
    let (engine, partner) = (world.engine.clone(), world.partner.clone());
    let poll = tokio::spawn(async move { engine.wait_final(&partner, id, 20).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    world.sql("UPDATE submissions SET state = 'failed'").await;
    assert_eq!(poll.await.unwrap().state, State::Failed);
}

#[tokio::test]
async fn a_long_poll_ends_in_time() {
    let world = World::new().await;
    let id = world.queued().await;
    for (wait_s, at_least) in [(0, Duration::ZERO), (1, Duration::from_secs(1))] {
        let start = Instant::now();
        let stored = world.engine.wait_final(&world.partner, id, wait_s).await.unwrap();
        assert_eq!(stored.state, State::Queued);
        assert!(
            start.elapsed() >= at_least && start.elapsed() < at_least + Duration::from_secs(10)
        );
    }
}

#[tokio::test]
async fn polls_beyond_the_limit_are_answered_at_once() {
    let world = World::new().await;
    let id = world.queued().await;
    let mut polls = JoinSet::new();
    for _ in 0..512 + 6 {
        let (engine, partner) = (world.engine.clone(), world.partner.clone());
        polls.spawn(async move { engine.wait_final(&partner, id, 20).await });
    }
    let start = Instant::now();
    for _ in 0..6 {
        assert_eq!(polls.join_next().await.unwrap().unwrap().unwrap().state, State::Queued);
    }
    assert!(start.elapsed() < Duration::from_secs(15));
    assert_eq!(polls.len(), 512);
    assert!(polls.try_join_next().is_none());
}

#[tokio::test]
async fn a_server_that_stops_answers_its_polls() {
    let world = World::new().await;
    let id = world.queued().await;
    let (engine, partner) = (world.engine.clone(), world.partner.clone());
    let start = Instant::now();
    let poll = tokio::spawn(async move { engine.wait_final(&partner, id, 20).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    world.engine.end_waits();
    assert_eq!(poll.await.unwrap().state, State::Queued);
    assert!(start.elapsed() < Duration::from_secs(10));
}
