use crate::world::{World, a_result};
use facematch_contract::{Decision, ReasonCode, State, limits::MAX_MATCH_ATTEMPTS};
use facematch_engine::{AttemptCost, Engine, EngineError, Outcome};
use std::{collections::BTreeSet, time::Duration};

#[tokio::test]
async fn the_oldest_is_claimed_first_and_only_once() {
    let world = World::new().await;
    let mut queued = Vec::new();
    for _ in 0..3 {
        queued.push(world.queued().await);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut claimed = Vec::new();
    while let Some(job) = world.engine.claim("worker", 60).await.unwrap() {
        claimed.push(job.lease.correlation_id);
    }
    assert_eq!(claimed, queued);
}

#[tokio::test]
async fn workers_at_once_never_share_a_job() {
    let world = World::new().await;
    let mut queued = BTreeSet::new();
    for _ in 0..20 {
        queued.insert(world.queued().await);
    }
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let engine = world.engine.clone();
            tokio::spawn(async move { engine.claim("worker", 60).await.unwrap() })
        })
        .collect();
    let mut claimed = Vec::new();
    for task in tasks {
        claimed.extend(task.await.unwrap().map(|job| job.lease.correlation_id));
    }
    assert_eq!(claimed.len(), 20);
    assert_eq!(BTreeSet::from_iter(claimed), queued);
}

#[tokio::test]
async fn a_worker_that_slept_beyond_its_lease_cannot_write() {
    let world = World::new().await;
    let id = world.queued().await;
    let slept = world.engine.claim("one", 0).await.unwrap().unwrap();
    let awake = world.engine.claim("two", 60).await.unwrap().unwrap();
    assert_eq!(awake.lease.correlation_id, id);
    assert_eq!((slept.attempt, awake.attempt), (1, 2));
    assert!(awake.lease.fence > slept.lease.fence);

    let stale = [
        world.engine.complete(slept.lease, &a_result(), Outcome::Completed).await,
        world.engine.renew(slept.lease, 60).await,
        world.engine.release(slept.lease, 0, AttemptCost::Free).await,
    ];
    for answer in stale {
        assert!(matches!(answer, Err(EngineError::LostLease)), "{answer:?}");
    }
    assert_eq!(world.engine.get(&world.partner, id).await.unwrap().state, State::Processing);
    world.engine.complete(awake.lease, &a_result(), Outcome::Completed).await.unwrap();
}

#[tokio::test]
async fn a_late_worker_may_write_while_nobody_else_claimed() {
    let world = World::new().await;
    world.queued().await;
    let late = world.engine.claim("one", 0).await.unwrap().unwrap();
    world.engine.complete(late.lease, &a_result(), Outcome::Completed).await.unwrap();
}

#[tokio::test]
async fn a_renewed_lease_holds() {
    let world = World::new().await;
    world.queued().await;
    let job = world.engine.claim("one", 0).await.unwrap().unwrap();
    world.engine.renew(job.lease, 60).await.unwrap();
    assert!(world.engine.claim("two", 60).await.unwrap().is_none());
}

#[tokio::test]
async fn a_result_is_stored_with_its_state_and_its_callback() {
    let world = World::new().await;
    let id = world.completed().await;
    let result = world.engine.result(&world.partner, id).await.unwrap();
    assert_eq!(result.comparison, a_result());
    assert_eq!((result.state, result.correlation_id), (State::Completed, id));
    assert_eq!(result.subject.as_deref(), Some("subject-1"));
    assert_eq!(result.reference.as_deref(), Some("reference-1"));
    assert_eq!(result.consent_ref.as_deref(), Some("consent-1"));
    assert_eq!(world.number("SELECT count(*) FROM outbox").await, 1);
}

#[tokio::test]
async fn complete_writes_all_or_nothing() {
    for table in ["results", "outbox"] {
        let world = World::new().await;
        let job = world.claimed().await;
        let fail = "BEGIN SELECT raise(ABORT, 'disk'); END";
        world.sql(format!("CREATE TRIGGER t BEFORE INSERT ON {table} {fail}")).await;
        let answer = world.engine.complete(job.lease, &a_result(), Outcome::Completed).await;
        assert!(matches!(answer, Err(EngineError::Store(_))), "{table}");

        let id = job.lease.correlation_id;
        let state = world.engine.get(&world.partner, id).await.unwrap().state;
        assert_eq!(state, State::Processing, "{table}");
        for table in ["results", "outbox"] {
            assert_eq!(world.number(format!("SELECT count(*) FROM {table}")).await, 0);
        }
        world.sql("DROP TRIGGER t").await;
        world.engine.complete(job.lease, &a_result(), Outcome::Completed).await.unwrap();
    }
}

#[tokio::test]
async fn a_second_complete_is_refused() {
    let world = World::new().await;
    let job = world.claimed().await;
    world.engine.complete(job.lease, &a_result(), Outcome::Completed).await.unwrap();
    let again = world.engine.complete(job.lease, &a_result(), Outcome::Failed).await;
    assert!(matches!(again, Err(EngineError::LostLease)));
}

#[tokio::test]
async fn a_poison_job_ends_after_five_attempts_and_the_queue_moves_on() {
    let world = World::new().await;
    let poison = world.queued().await;
    for attempt in 1..=MAX_MATCH_ATTEMPTS {
        let job = world.engine.claim("worker", 0).await.unwrap().unwrap();
        assert_eq!((job.lease.correlation_id, job.attempt), (poison, attempt));
    }
    let next = world.queued().await;
    let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
    assert_eq!(job.lease.correlation_id, next);

    let result = world.engine.result(&world.partner, poison).await.unwrap();
    assert_eq!(result.state, State::Failed);
    assert_eq!(result.comparison.decision, Decision::Inconclusive);
    assert_eq!(result.comparison.reasons[0].code, ReasonCode::ProcessingFailed);
    let callbacks = world.engine.claim_callbacks(10, 60).await.unwrap();
    assert_eq!(callbacks.len(), 1);
    assert!(callbacks[0].body.contains("submission.failed"));
}

#[tokio::test]
async fn a_dead_letter_reports_what_the_host_says() {
    let world = World::new().await;
    let (policy, versions) = (a_result().policy, a_result().versions);
    let report = versions.clone();
    let store = world.engine.store().clone();
    let engine = Engine::new(store, world.bucket.clone())
        .with_failed_report(Box::new(move |_, _| (policy, report.clone())));
    let id = world.queued().await;
    world.sql(format!("UPDATE submissions SET attempts = {MAX_MATCH_ATTEMPTS}")).await;
    assert!(engine.claim("worker", 60).await.unwrap().is_none());
    let result = engine.result(&world.partner, id).await.unwrap();
    assert_eq!(result.comparison.versions, versions);
}

#[tokio::test]
async fn only_a_counted_release_costs_an_attempt() {
    let world = World::new().await;
    world.queued().await;
    for (cost, want) in [(AttemptCost::Free, 1), (AttemptCost::Counted, 2)] {
        let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
        assert_eq!(job.attempt, 1);
        world.engine.release(job.lease, 0, cost).await.unwrap();
        let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
        assert_eq!(job.attempt, want, "{cost:?}");
        world.engine.release(job.lease, 0, AttemptCost::Free).await.unwrap();
    }
}

#[tokio::test]
async fn a_released_job_waits_for_its_time() {
    let world = World::new().await;
    let id = world.queued().await;
    let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
    world.engine.release(job.lease, 60, AttemptCost::Free).await.unwrap();
    assert_eq!(world.engine.get(&world.partner, id).await.unwrap().state, State::Queued);
    assert!(world.engine.claim("worker", 60).await.unwrap().is_none());
    world.sql("UPDATE submissions SET due_at = due_at - 60000").await;
    assert!(world.engine.claim("worker", 60).await.unwrap().is_some());
}

#[tokio::test]
async fn a_clock_set_back_an_hour_holds_nothing_up() {
    let world = World::new().await;
    let id = world.queued().await;
    // Seen from a clock that was set back, what was written before lies in the future.
    world.sql("UPDATE submissions SET due_at = due_at + 3600000").await;
    assert!(world.engine.claim("worker", 60).await.unwrap().is_none());
    assert_eq!(world.engine.sweep().await.unwrap().mended, 1);
    let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
    assert_eq!(job.lease.correlation_id, id);
    assert_eq!(world.engine.sweep().await.unwrap().mended, 0);
}

#[tokio::test]
async fn queueing_rings() {
    let world = World::new().await;
    let mut listener = world.engine.queued().listen();
    world.queued().await;
    let patience = Duration::from_secs(60);
    let heard = tokio::time::timeout(patience / 2, listener.heard_or_after(patience)).await;
    assert!(heard.is_ok());
}
