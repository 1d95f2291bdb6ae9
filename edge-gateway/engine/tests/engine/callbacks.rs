use crate::world::{CALLBACK_URL, World, a_result};
use facematch_contract::{
    CallbackEvent, CallbackEventType, CallbackReport, CallbackState, CorrelationId, State,
    limits::CALLBACK_DELAYS_S,
};
use facematch_engine::{Busy, Callback, EngineError, Outcome};

async fn due(world: &World) -> Option<Callback> {
    world.engine.claim_callbacks(10, 60).await.unwrap().pop()
}

async fn report(world: &World, id: CorrelationId) -> CallbackReport {
    let mut log = world.engine.callback_log(&world.partner, id).await.unwrap();
    assert_eq!((log.correlation_id, log.callbacks.len()), (id, 1));
    log.callbacks.remove(0)
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
    let report = report(&world, id).await;
    let delivery = &report.deliveries[0];
    assert_eq!((delivery.attempt, delivery.status, &delivery.error), (1, Some(204), &None));
    assert_eq!((report.state, report.next_attempt_at), (CallbackState::Delivered, None));
    assert_eq!(report.webhook_id, callback.event_id);
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
    let report = report(&world, id).await;
    assert_eq!((report.deliveries.len(), report.state), (last as usize, CallbackState::Dead));
    assert!(report.deliveries.iter().map(|delivery| delivery.attempt).eq(1..=last));
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
    let report = report(&world, id).await;
    assert_eq!(report.deliveries[0].error.as_ref().unwrap().chars().count(), 200);
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

#[tokio::test]
async fn a_redelivery_is_a_new_attempt_with_the_same_id_whatever_became_of_it() {
    let world = World::new().await;
    let id = world.completed().await;
    let first = due(&world).await.unwrap();
    world.engine.callback_delivered(&first, 200).await.unwrap();

    let log = world.engine.redeliver(&world.partner, id).await.unwrap();
    assert_eq!(log.callbacks[0].state, CallbackState::Pending);
    assert!(log.callbacks[0].next_attempt_at.is_some());
    let second = due(&world).await.unwrap();
    assert_eq!((&second.event_id, &second.body), (&first.event_id, &first.body));
    assert_eq!(second.attempt, 2);

    // A dead letter gets one attempt more and is dead again.
    world.sql("UPDATE outbox SET state = 'dead', attempt = 8").await;
    world.engine.redeliver(&world.partner, id).await.unwrap();
    let last = due(&world).await.unwrap();
    let state = world.engine.callback_failed(&last, Some(500), "refused", 0).await.unwrap();
    assert_eq!((last.attempt, state), (9, CallbackState::Dead));
}

#[tokio::test]
async fn only_a_callback_that_is_there_is_redelivered() {
    let world = World::new().await;
    let open = world.uploaded().await;
    let none = world.engine.redeliver(&world.partner, open).await;
    assert!(matches!(none, Err(EngineError::CallbackNotFound)));
    assert!(world.engine.callback_log(&world.partner, open).await.unwrap().callbacks.is_empty());

    let id = world.completed().await;
    let stranger = facematch_contract::PartnerId("pt_other".to_owned());
    for result in [
        world.engine.redeliver(&stranger, id).await,
        world.engine.callback_log(&stranger, id).await,
    ] {
        assert!(matches!(result, Err(EngineError::NotFound)));
    }
    world.engine.erase(&world.partner, id).await.unwrap();
    for result in [
        world.engine.redeliver(&world.partner, id).await,
        world.engine.callback_log(&world.partner, id).await,
    ] {
        assert!(matches!(result, Err(EngineError::Erased)));
    }
}

#[tokio::test]
async fn callbacks_of_the_busy_stay_where_they_are() {
    let world = World::new().await;
    world.completed().await;
    let host = "https://partner.example".to_owned();
    let busy = [
        Busy { receivers: vec![host.clone()], partners: Vec::new() },
        Busy { receivers: Vec::new(), partners: vec![world.partner.clone()] },
    ];
    for busy in busy {
        assert!(world.engine.claim_callbacks_beside(&busy, 10, 60).await.unwrap().is_empty());
    }
    let others = Busy { receivers: vec!["https://other.example".to_owned()], ..Busy::default() };
    let claimed = world.engine.claim_callbacks_beside(&others, 10, 60).await.unwrap();
    assert_eq!(claimed[0].receiver, host);
}

#[tokio::test]
async fn a_410_buries_what_waits_for_the_same_endpoint_until_it_is_switched_on() {
    let world = World::new().await;
    let ids = [world.completed().await, world.completed().await, world.completed().await];
    let at = |id: CorrelationId, query: &str| {
        format!("UPDATE outbox SET url = url || '{query}' WHERE submission_id = '{id}'")
    };
    world.sql(at(ids[1], "?order=2")).await;
    world.sql(at(ids[2], "/other")).await;
    let claimed = world.engine.claim_callbacks(10, 0).await.unwrap();
    let first = claimed.iter().find(|callback| callback.correlation_id == ids[0]).unwrap();
    world.engine.callback_gone(first, 410).await.unwrap();
    let states = [report(&world, ids[0]).await, report(&world, ids[1]).await];
    for dead in &states {
        assert_eq!(dead.state, CallbackState::Dead);
        assert!(dead.deliveries[0].error.as_ref().unwrap().contains("410"));
    }
    assert_eq!((states[0].deliveries[0].status, states[1].deliveries[0].status), (Some(410), None));
    assert_eq!(report(&world, ids[2]).await.state, CallbackState::Pending);
    assert_eq!(world.engine.store().partners().await.unwrap()[0].gone_endpoints, 1);

    let next = world.completed().await;
    assert_eq!(report(&world, next).await.state, CallbackState::Dead, "it is not even tried");
    assert_eq!(world.engine.store().enable_callbacks(&world.partner).await.unwrap(), 1);
    let later = world.completed().await;
    assert_eq!(report(&world, later).await.state, CallbackState::Pending);
}

#[tokio::test]
async fn an_old_secret_signs_during_its_grace_alone() {
    let world = World::new().await;
    let store = world.engine.store();
    let old = world.credentials.callback_secret.clone();
    for (grace_s, want) in [(3600, Some(old)), (0, None)] {
        let fresh = store.rotate_callback_secret(&world.partner, grace_s).await.unwrap();
        world.completed().await;
        let callback = due(&world).await.unwrap();
        assert_eq!((&callback.secret, &callback.old_secret), (&fresh, &want), "{grace_s} s");
    }
    store.rotate_callback_secret(&world.partner, 3600).await.unwrap();
    world.sql("UPDATE partners SET old_callback_secret_until = 1").await;
    world.completed().await;
    assert_eq!(due(&world).await.unwrap().old_secret, None, "its grace is over");
}
