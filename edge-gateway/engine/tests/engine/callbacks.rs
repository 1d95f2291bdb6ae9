use crate::world::{CALLBACK_URL, World, a_result};
use facematch_contract::{CallbackEvent, CallbackEventType, State, limits::CALLBACK_DELAYS_S};
use facematch_engine::{Callback, CallbackState, Outcome};

async fn due(world: &World) -> Option<Callback> {
    world.engine.claim_callbacks(10, 60).await.unwrap().pop()
}

#[tokio::test]
async fn the_callback_says_what_happened_and_no_more() {
    let world = World::new().await;
    let id = world.completed().await;
    let callback = due(&world).await.unwrap();
    assert_eq!((&*callback.url, callback.correlation_id), (CALLBACK_URL, id));
    assert_eq!(callback.secret, world.credentials.callback_secret);
    assert!(callback.event_id.starts_with("msg_"));
    let event: CallbackEvent = serde_json::from_str(&callback.body).unwrap();
    assert_eq!(event.event_type, CallbackEventType::SubmissionCompleted);
    assert_eq!((event.correlation_id, event.state), (id, State::Completed));
    assert_eq!(event.reference.as_deref(), Some("reference-1"));
    let completed_at = world.engine.result(&world.partner, id).await.unwrap().completed_at;
    assert_eq!(event.timestamp, completed_at);
}

#[tokio::test]
async fn without_a_callback_url_there_is_none() {
    let world = World::new().await;
    let mut new = world.request();
    new.request.callback_url = None;
    world.upload(&world.engine.create(&new).await.unwrap());
    world.engine.confirm(&world.partner, new.correlation_id).await.unwrap();
    let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
    world.engine.complete(job.lease, &a_result(), Outcome::Completed).await.unwrap();
    assert!(due(&world).await.is_none());
}

#[tokio::test]
async fn a_claimed_callback_is_taken_again_after_its_lease_with_the_same_id() {
    let world = World::new().await;
    world.completed().await;
    let first = world.engine.claim_callbacks(10, 0).await.unwrap().pop().unwrap();
    let second = due(&world).await.unwrap();
    assert_eq!((&first.event_id, &first.body), (&second.event_id, &second.body));
    assert_eq!((first.attempt, second.attempt), (1, 2));
    assert!(due(&world).await.is_none());
}

#[tokio::test]
async fn a_delivered_callback_is_done() {
    let world = World::new().await;
    let id = world.completed().await;
    let callback = due(&world).await.unwrap();
    world.engine.callback_delivered(&callback, 204).await.unwrap();
    world.sql("UPDATE outbox SET next_at = 0").await;
    assert!(due(&world).await.is_none());
    let log = world.engine.deliveries(&world.partner, id).await.unwrap();
    assert_eq!(
        (log[0].attempt, log[0].status, log[0].state),
        (1, Some(204), CallbackState::Delivered)
    );
}

#[tokio::test]
async fn failures_are_retried_by_the_schedule_and_then_given_up() {
    let world = World::new().await;
    let id = world.completed().await;
    let last = CALLBACK_DELAYS_S.len() as u32;
    for attempt in 1..=last {
        let callback = due(&world).await.unwrap();
        assert_eq!(callback.attempt, attempt);
        let state = world.engine.callback_failed(&callback, Some(500), "500", 250).await.unwrap();
        if attempt == last {
            assert_eq!(state, CallbackState::Dead);
            break;
        }
        let wait = world.number("SELECT next_at - scheduled_at FROM outbox").await;
        assert_eq!(wait, i64::from(CALLBACK_DELAYS_S[attempt as usize]) * 1000 + 250);
        assert!(due(&world).await.is_none());
        world.sql("UPDATE outbox SET next_at = 0").await;
    }
    world.sql("UPDATE outbox SET next_at = 0").await;
    assert!(due(&world).await.is_none());
    let log = world.engine.deliveries(&world.partner, id).await.unwrap();
    assert_eq!(log.len(), last as usize);
    assert!(log.iter().all(|line| line.state == CallbackState::Dead));
}

#[tokio::test]
async fn a_sender_that_lost_its_lease_puts_nothing_off() {
    let world = World::new().await;
    world.completed().await;
    let slow = world.engine.claim_callbacks(10, 0).await.unwrap().pop().unwrap();
    let fresh = due(&world).await.unwrap();
    let before = world.number("SELECT next_at FROM outbox").await;
    world.engine.callback_failed(&slow, None, "timeout", 0).await.unwrap();
    assert_eq!(world.number("SELECT next_at FROM outbox").await, before);
    world.engine.callback_delivered(&fresh, 200).await.unwrap();
}

#[tokio::test]
async fn long_errors_are_cut() {
    let world = World::new().await;
    let id = world.completed().await;
    let callback = due(&world).await.unwrap();
    world.engine.callback_failed(&callback, None, &"é".repeat(1000), 0).await.unwrap();
    let log = world.engine.deliveries(&world.partner, id).await.unwrap();
    assert_eq!(log[0].error.as_ref().unwrap().chars().count(), 200);
}

#[tokio::test]
async fn a_clock_set_back_an_hour_delays_no_callback() {
    let world = World::new().await;
    world.completed().await;
    let ahead = "next_at = next_at + 3600000, scheduled_at = scheduled_at + 3600000";
    world.sql(format!("UPDATE outbox SET {ahead}")).await;
    assert!(due(&world).await.is_none());
    assert_eq!(world.engine.sweep().await.unwrap().mended, 1);
    assert!(due(&world).await.is_some());
}
