use crate::world::World;
use facematch_contract::{
    Mode, PartnerId, Policy, State, engine::Lookup, limits::UNCONFIRMED_LIFE_S,
};
use facematch_engine::{EngineError, NewPartner};

#[tokio::test]
async fn a_submission_is_stored_as_asked() {
    let world = World::new().await;
    let new = world.request();
    let stored = world.engine.create(&new).await.unwrap();
    let declared: Vec<_> = stored.images.iter().map(|image| image.declaration.clone()).collect();
    assert_eq!(declared, new.request.images);
    assert_eq!(stored.state, State::AwaitingUpload);
    assert_eq!(stored.expires_at, stored.created_at.plus_seconds(UNCONFIRMED_LIFE_S));
    assert_eq!(stored.updated_at, stored.created_at);
    assert!(stored.images.iter().all(|image| !image.pinned));
}

#[tokio::test]
async fn fifty_creates_at_once_with_one_key_make_one_submission() {
    let world = World::new().await;
    let first = world.request();
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            // The gateway makes a fresh id for each request, a replay or not.
            let correlation_id = world.request().correlation_id;
            let new = facematch_contract::engine::NewSubmission { correlation_id, ..first.clone() };
            let engine = world.engine.clone();
            tokio::spawn(async move { engine.create(&new).await })
        })
        .collect();
    let mut ids = Vec::new();
    for task in tasks {
        ids.push(task.await.unwrap().unwrap().correlation_id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(world.number("SELECT count(*) FROM submissions").await, 1);
    assert_eq!(world.number("SELECT count(*) FROM images").await, 2);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_partner() {
    let world = World::new().await;
    let first = world.request();
    world.engine.create(&first).await.unwrap();

    let mut other_body = world.request();
    other_body.idempotency_key = first.idempotency_key.clone();
    let reused = world.engine.create(&other_body).await;
    assert!(matches!(reused, Err(EngineError::IdempotencyKeyReused)));

    let second = world.engine.store().add_partner(&NewPartner::new("Shop")).await.unwrap();
    let mut others = world.request();
    others.idempotency_key = first.idempotency_key.clone();
    others.partner_id = second.partner_id;
    assert_eq!(world.engine.create(&others).await.unwrap().correlation_id, others.correlation_id);
}

#[tokio::test]
async fn a_replay_says_where_the_submission_stands_now() {
    let world = World::new().await;
    let new = world.request();
    let stored = world.engine.create(&new).await.unwrap();
    world.upload(&stored);
    world.engine.confirm(&world.partner, new.correlation_id).await.unwrap();
    assert_eq!(world.engine.create(&new).await.unwrap().state, State::Queued);
}

#[tokio::test]
async fn there_are_no_baselines_yet() {
    let world = World::new().await;
    let mut new = world.request();
    new.request.mode = Mode::SelfieToBaseline;
    assert!(matches!(world.engine.create(&new).await, Err(EngineError::BaselineNotFound)));
}

#[tokio::test]
async fn unknown_and_disabled_partners_create_nothing() {
    let world = World::new().await;
    let mut unknown = world.request();
    unknown.partner_id = PartnerId("pt_unknown".to_owned());
    assert!(matches!(world.engine.create(&unknown).await, Err(EngineError::PartnerDisabled)));

    world.engine.store().set_disabled(&world.partner, true).await.unwrap();
    let disabled = world.engine.create(&world.request()).await;
    assert!(matches!(disabled, Err(EngineError::PartnerDisabled)));
    assert_eq!(world.number("SELECT count(*) FROM submissions").await, 0);
}

#[tokio::test]
async fn another_partners_submission_is_not_found() {
    let world = World::new().await;
    let id = world.created().await.correlation_id;
    let other = world.engine.store().add_partner(&NewPartner::new("Shop")).await.unwrap();
    let (engine, other) = (&world.engine, &other.partner_id);
    let answers = [
        engine.get(other, id).await.err(),
        engine.confirm(other, id).await.err(),
        engine.missing(other, id).await.err(),
        engine.result(other, id).await.err(),
        engine.erase(other, id).await.err(),
        engine.callback_log(other, id).await.err(),
        engine.wait_final(other, id, 1).await.err(),
        engine.get(&world.partner, world.request().correlation_id).await.err(), // No such id.
    ];
    for answer in answers {
        assert!(matches!(answer, Some(EngineError::NotFound)), "{answer:?}");
    }
}

#[tokio::test]
async fn the_policy_reaches_the_job() {
    let world = World::new().await;
    let policy = Policy { match_fmr: 1e-5, review_fmr: 1e-3 };
    let cases = [(Some(policy), policy), (None, Policy { match_fmr: 1e-4, review_fmr: 1e-2 })];
    for (asked, want) in cases {
        let mut new = world.request();
        new.request.policy = asked;
        world.upload(&world.engine.create(&new).await.unwrap());
        world.engine.confirm(&world.partner, new.correlation_id).await.unwrap();
        assert_eq!(world.engine.claim("worker", 60).await.unwrap().unwrap().policy, want);
    }
}

#[tokio::test]
async fn submissions_are_found_by_their_reference_newest_first_and_by_their_partner_alone() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.insert(0, world.created().await.correlation_id);
    }
    let mut other = world.request();
    other.request.reference = Some("another".to_owned());
    world.engine.create(&other).await.unwrap();
    let look_up = async |partner: &PartnerId, after, limit| {
        let lookup = Lookup { reference: "reference-1".to_owned(), after, limit };
        let found = world.engine.look_up(partner, &lookup).await.unwrap();
        let ids: Vec<_> = found.submissions.iter().map(|stored| stored.correlation_id).collect();
        (ids, found.more)
    };
    let mine = &world.partner;
    assert_eq!(look_up(mine, None, 3).await, (ids.clone(), false));
    assert_eq!(look_up(mine, None, 2).await, (ids[..2].to_vec(), true));
    assert_eq!(look_up(mine, Some(ids[1]), 2).await, (ids[2..].to_vec(), false));
    let stranger = world.engine.store().add_partner(&NewPartner::new("Shop")).await.unwrap();
    assert_eq!(look_up(&stranger.partner_id, None, 3).await, (Vec::new(), false));

    world.engine.erase(mine, ids[0]).await.unwrap();
    assert_eq!(look_up(mine, None, 3).await.0, ids[1..], "what is erased has no reference");
}
