use crate::world::{World, a_result};
use facematch_bucket::{DataKeyError, DataKeys};
use facematch_contract::{CallbackState, Decision, Role, State, engine::object_key};
use facematch_engine::{EngineError, NewPartner, Outcome, StoreError};
use facematch_seal::SealError;

#[tokio::test]
async fn nothing_that_a_partner_said_or_got_is_in_the_file() {
    let world = World::new().await;
    let id = world.completed().await;
    let result = serde_json::to_string(&a_result()).unwrap();
    let secret = world.credentials.callback_secret.expose();
    let needles = [
        "subject-1",
        "reference-1",
        "consent-1",
        "partner.example",
        "submission.completed",
        "processing_failed",
        &result[..40],
        secret,
    ];
    for needle in needles {
        assert!(!world.holds(needle.as_bytes()), "{needle}");
    }
    assert!(world.holds(id.to_string().as_bytes()), "the search finds what is there");
    let new = world.request();
    world.engine.create(&new).await.unwrap();
    assert!(world.holds(new.idempotency_key.as_bytes()), "the request is stored");
    assert!(!world.holds(new.request_sha256.as_bytes()), "a request can be guessed by its hash");
    let read = world.engine.result(&world.partner, id).await.unwrap();
    assert_eq!(read.reference.as_deref(), Some("reference-1"));
    assert_eq!(read.subject.as_deref(), Some("subject-1"));
    assert_eq!(read.comparison, a_result());
}

#[tokio::test]
async fn a_flipped_bit_in_a_result_is_an_error_and_never_a_decision() {
    let world = World::new().await;
    let id = world.completed().await;
    world.damage("results", "sealed").await;
    let answer = world.engine.result(&world.partner, id).await;
    let Err(EngineError::Store(error @ StoreError::Sealed { what: "result", .. })) = answer else {
        panic!("{answer:?}");
    };
    assert!(!error.is_transient());
}

#[tokio::test]
async fn a_row_in_anothers_place_is_an_error() {
    let world = World::new().await;
    let (one, other) = (world.completed().await, world.completed().await);
    world
        .sql(format!(
            "UPDATE results SET sealed = (SELECT sealed FROM results WHERE submission_id = '{one}')"
        ))
        .await;
    assert!(world.engine.result(&world.partner, one).await.is_ok());
    let answer = world.engine.result(&world.partner, other).await;
    assert!(matches!(answer, Err(EngineError::Store(StoreError::Sealed { .. }))));
}

#[tokio::test]
async fn damaged_details_cost_the_callback_and_not_the_queue() {
    let world = World::new().await;
    let job = world.claimed().await;
    let id = job.lease.correlation_id;
    world.damage("submissions", "details").await;
    assert_eq!(world.engine.get(&world.partner, id).await.unwrap().state, State::Processing);
    world.engine.complete(job.lease, &a_result(), Outcome::Completed).await.unwrap();
    assert_eq!(world.number("SELECT count(*) FROM outbox").await, 0);
    assert_eq!(world.engine.get(&world.partner, id).await.unwrap().state, State::Completed);
}

#[tokio::test]
async fn a_damaged_callback_is_given_up_and_the_others_are_sent() {
    let world = World::new().await;
    let damaged = world.completed().await;
    world.damage("outbox", "sealed").await;
    let good = world.completed().await;
    let claimed = world.engine.claim_callbacks(10, 60).await.unwrap();
    let ids: Vec<_> = claimed.iter().map(|callback| callback.correlation_id).collect();
    assert_eq!(ids, [good]);
    let log = world.engine.callback_log(&world.partner, damaged).await.unwrap();
    assert_eq!(log.callbacks[0].state, CallbackState::Dead);
    let error = log.callbacks[0].deliveries[0].error.as_deref();
    assert_eq!(error, Some("the stored callback is damaged"));
}

#[tokio::test]
async fn each_photo_has_a_data_key_of_its_own_until_it_is_purged() {
    let world = World::new().await;
    let job = world.claimed().await;
    let id = job.lease.correlation_id;
    let store = world.engine.store();
    let key = async |role| store.data_key(&object_key(id, role)).await.unwrap();
    let (selfie, card) = (key(Role::Selfie).await.unwrap(), key(Role::IdPortrait).await.unwrap());
    assert_ne!(selfie.expose(), card.expose());
    assert_eq!(selfie.expose(), key(Role::Selfie).await.unwrap().expose());
    assert!(key(Role::ReferenceSelfie).await.is_none(), "not declared");
    for other in ["up/1/selfie", "", "down/1"] {
        assert!(store.data_key(other).await.unwrap().is_none(), "{other}");
    }
    for raw in [selfie.expose(), card.expose()] {
        assert!(!world.holds(raw));
    }

    world.engine.complete(job.lease, &a_result(), Outcome::Completed).await.unwrap();
    assert!(key(Role::Selfie).await.is_some());
    world.engine.purge_images(id).await.unwrap();
    assert!(key(Role::Selfie).await.is_none() && key(Role::IdPortrait).await.is_none());
}

#[tokio::test]
async fn a_damaged_photo_key_is_told_apart_from_one_that_is_gone() {
    let world = World::new().await;
    let id = world.uploaded().await;
    world.damage("images", "data_key").await;
    let answer = world.engine.store().data_key(&object_key(id, Role::Selfie)).await;
    assert!(matches!(answer, Err(DataKeyError::Damaged(_))));
}

#[tokio::test]
async fn partners_share_no_key_and_no_tag() {
    let world = World::new().await;
    let mine = world.completed().await;
    let shop = world.engine.store().add_partner(&NewPartner::new("Shop")).await.unwrap();
    let mut request = world.request();
    request.partner_id = shop.partner_id.clone();
    world.engine.create(&request).await.unwrap();
    let tags = "SELECT count(DISTINCT reference_tag) FROM submissions";
    assert_eq!(world.number(tags).await, 2, "the same reference of two partners looks different");

    world.created().await;
    assert_eq!(world.number(tags).await, 2, "one partner's looks the same");
    // The row of one partner, claimed to be the other's.
    world.sql(format!("UPDATE submissions SET partner_id = '{}'", shop.partner_id)).await;
    let answer = world.engine.result(&shop.partner_id, mine).await;
    let Err(EngineError::Store(StoreError::Sealed { source, .. })) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(source, SealError::Damaged);
}

#[tokio::test]
async fn what_is_damaged_never_makes_a_match() {
    let world = World::new().await;
    let id = world.completed().await;
    for (table, column) in [("results", "sealed"), ("partners", "tag_key")] {
        world.damage(table, column).await;
    }
    let answer = world.engine.result(&world.partner, id).await;
    let decision = answer.map(|result| result.comparison.decision);
    assert!(!matches!(decision, Ok(Decision::Match)), "{decision:?}");
}
