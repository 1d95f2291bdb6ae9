//! Baselines, and how many attempts at one subject may fail.

use crate::world::{World, a_result};
use facematch_contract::{
    CorrelationId, Decision, LockReason, MatchResult, Mode, PartnerId, engine::NewSubmission,
};
use facematch_engine::{
    AttemptLimits, Engine, EngineError, Job, NewPartner, Outcome, StoreError, Template,
};

const SUBJECT: &str = "siti";

fn template() -> Template {
    Template { pack: "standard@1".to_owned(), bytes: vec![0xa5; 512] }
}

fn decided(decision: Decision) -> MatchResult {
    MatchResult { decision, ..a_result() }
}

/// A submission of the subject that ended with this decision, of two photos.
async fn ended(world: &World, engine: &Engine, decision: Decision) -> CorrelationId {
    let mut new = world.request();
    new.request.subject = Some(SUBJECT.to_owned());
    finish(world, engine, &new, decision).await
}

fn attempt_at(world: &World, subject: &str) -> NewSubmission {
    let mut new = world.request();
    new.request.mode = Mode::SelfieToBaseline;
    new.request.images.truncate(1);
    new.request.subject = Some(subject.to_owned());
    new
}

async fn claim(world: &World, engine: &Engine, new: &NewSubmission) -> Result<Job, EngineError> {
    let stored = engine.create(new).await?;
    world.upload(&stored);
    engine.confirm(&new.partner_id, stored.correlation_id).await?;
    Ok(engine.claim("worker", 60).await?.unwrap())
}

async fn finish(
    world: &World,
    engine: &Engine,
    new: &NewSubmission,
    decision: Decision,
) -> CorrelationId {
    let job = claim(world, engine, new).await.unwrap();
    let (result, template) = (decided(decision), template());
    engine.complete_with_template(job.lease, &result, Some(&template)).await.unwrap();
    job.lease.correlation_id
}

/// An attempt at the baseline that ends with this decision.
async fn attempt(world: &World, decision: Decision) {
    let new = attempt_at(world, SUBJECT);
    finish(world, &world.engine, &new, decision).await;
}

async fn refused(world: &World) -> EngineError {
    world.engine.create(&attempt_at(world, SUBJECT)).await.unwrap_err()
}

async fn registered() -> World {
    let world = World::new().await;
    register(&world).await;
    world
}

async fn register(world: &World) {
    let id = ended(world, &world.engine, Decision::Match).await;
    world.engine.register_baseline(&world.partner, SUBJECT, id).await.unwrap();
}

async fn wait_s(world: &World, seconds: u32) {
    world
        .sql(format!("UPDATE baselines SET delayed_until = delayed_until - {seconds} * 1000"))
        .await;
}

#[tokio::test]
async fn a_matched_selfie_becomes_the_baseline_that_attempts_are_compared_with() {
    let world = World::new().await;
    let id = ended(&world, &world.engine, Decision::Match).await;
    let made = world.engine.register_baseline(&world.partner, SUBJECT, id).await.unwrap();
    assert_eq!((made.subject.as_str(), made.correlation_id), (SUBJECT, id));
    assert_eq!((made.pack.as_str(), made.failures, made.locked), ("standard@1", 0, None));
    assert_eq!(world.engine.baseline(&world.partner, SUBJECT).await.unwrap(), made);

    // It outlives the submission.
    world.engine.erase(&world.partner, id).await.unwrap();
    let job = claim(&world, &world.engine, &attempt_at(&world, SUBJECT)).await.unwrap();
    assert_eq!((job.mode, job.images.len()), (Mode::SelfieToBaseline, 1));
    assert_eq!(job.baseline, Some(template()));
    assert!(!format!("{job:?}").contains("165"), "a template is never printed");
}

#[tokio::test]
async fn only_a_match_of_the_same_subject_becomes_a_baseline() {
    let world = World::new().await;
    let engine = &world.engine;
    for decision in [Decision::NoMatch, Decision::Review, Decision::Inconclusive] {
        let id = ended(&world, engine, decision).await;
        let answer = engine.register_baseline(&world.partner, SUBJECT, id).await;
        assert!(matches!(answer, Err(EngineError::BaselineUnfit(_))), "{decision:?}");
    }
    let templates = "SELECT count(*) FROM results WHERE template IS NOT NULL";
    assert_eq!(world.number(templates).await, 0, "what cannot become one is not kept");
    let id = ended(&world, engine, Decision::Match).await;
    assert_eq!(world.number(templates).await, 1);
    let other = engine.register_baseline(&world.partner, "budi", id).await;
    assert!(matches!(other, Err(EngineError::BaselineUnfit("it is of another subject"))));
    let waiting = world.queued().await;
    let early = engine.register_baseline(&world.partner, SUBJECT, waiting).await;
    assert!(matches!(early, Err(EngineError::ResultNotReady(_))));
    engine.erase(&world.partner, id).await.unwrap();
    let erased = engine.register_baseline(&world.partner, SUBJECT, id).await;
    assert!(matches!(erased, Err(EngineError::Erased)));
    assert_eq!(world.number(templates).await, 0, "erasure takes the template");
}

#[tokio::test]
async fn a_baseline_is_sealed_and_one_partners_own() {
    let world = registered().await;
    for needle in [SUBJECT.as_bytes(), &[0xa5; 16], b"paWlpaWl"] {
        assert!(!world.holds(needle), "{needle:?}");
    }
    let shop = world.engine.store().add_partner(&NewPartner::new("Shop")).await.unwrap();
    let other = world.engine.baseline(&shop.partner_id, SUBJECT).await;
    assert!(matches!(other, Err(EngineError::SubjectNotFound)));
    let id = ended(&world, &world.engine, Decision::Match).await;
    let foreign = world.engine.register_baseline(&shop.partner_id, SUBJECT, id).await;
    assert!(matches!(foreign, Err(EngineError::NotFound)));

    // The same person at another partner: nothing in the two rows is the same.
    let mut new = world.request();
    new.partner_id = shop.partner_id.clone();
    new.request.subject = Some(SUBJECT.to_owned());
    let id = finish(&world, &world.engine, &new, Decision::Match).await;
    world.engine.register_baseline(&shop.partner_id, SUBJECT, id).await.unwrap();
    assert_eq!(world.number("SELECT count(DISTINCT subject_tag) FROM baselines").await, 2);
    let moved = format!(
        "UPDATE baselines SET sealed = (SELECT sealed FROM baselines WHERE partner_id = '{}') \
         WHERE partner_id = '{}'",
        world.partner, shop.partner_id
    );
    world.sql(moved).await;
    let answer = world.engine.baseline(&shop.partner_id, SUBJECT).await;
    assert!(matches!(answer, Err(EngineError::Store(StoreError::Sealed { .. }))));
}

#[tokio::test]
async fn a_deleted_baseline_is_gone_with_its_key() {
    let world = registered().await;
    let sealed = world.bytes("SELECT sealed FROM baselines").await;
    assert!(world.holds(&sealed[5..65]));
    let job = claim(&world, &world.engine, &attempt_at(&world, SUBJECT)).await.unwrap();
    world.engine.release(job.lease, 0, facematch_engine::AttemptCost::Free).await.unwrap();

    let receipt = world.engine.delete_baseline(&world.partner, SUBJECT).await.unwrap();
    assert!(receipt.deleted);
    world.engine.sweep().await.unwrap();
    assert!(!world.holds(&sealed[5..65]));
    let again = world.engine.delete_baseline(&world.partner, SUBJECT).await.unwrap();
    assert!(!again.deleted);
    let gone = world.engine.baseline(&world.partner, SUBJECT).await;
    assert!(matches!(gone, Err(EngineError::SubjectNotFound)));
    assert!(matches!(refused(&world).await, EngineError::BaselineNotFound));
    let job = world.engine.claim("worker", 60).await.unwrap().unwrap();
    assert_eq!(job.baseline, None, "an attempt under way finds nothing to compare with");
}

#[tokio::test]
async fn five_failures_delay_each_further_one_doubles_and_ten_lock_until_registered_again() {
    let world = registered().await;
    for _ in 0..5 {
        attempt(&world, Decision::NoMatch).await;
    }
    for (failures, delay_s) in [(5, 30), (6, 60), (7, 120), (8, 240), (9, 480)] {
        let EngineError::SubjectDelayed { retry_after_s } = refused(&world).await else {
            panic!("{failures} failures delay");
        };
        assert!((delay_s - 5..=delay_s).contains(&retry_after_s), "{retry_after_s}");
        let baseline = world.engine.baseline(&world.partner, SUBJECT).await.unwrap();
        assert_eq!(baseline.failures, failures);
        assert!(baseline.delayed_until.is_some() && baseline.locked.is_none());
        wait_s(&world, delay_s).await;
        attempt(&world, Decision::NoMatch).await;
    }
    assert!(matches!(refused(&world).await, EngineError::SubjectLocked));
    wait_s(&world, 1_000_000).await;
    assert!(matches!(refused(&world).await, EngineError::SubjectLocked), "time does not unlock");
    let baseline = world.engine.baseline(&world.partner, SUBJECT).await.unwrap();
    assert_eq!(
        (baseline.locked, baseline.delayed_until),
        (Some(LockReason::TooManyFailures), None)
    );

    register(&world).await;
    attempt(&world, Decision::Match).await;
}

#[tokio::test]
async fn only_a_match_after_the_failures_unlocks() {
    let world = World::new().await;
    let first = ended(&world, &world.engine, Decision::Match).await;
    let register = async |id| {
        world.engine.register_baseline(&world.partner, SUBJECT, id).await.unwrap().failures
    };
    register(first).await;
    attempt(&world, Decision::NoMatch).await;
    assert_eq!(register(first).await, 1, "a replay of the registration");
    let between = ended(&world, &world.engine, Decision::Match).await;
    for _ in 1..10 {
        attempt(&world, Decision::NoMatch).await;
        // As time passes for all of them.
        wait_s(&world, 1000).await;
        world.sql("UPDATE results SET completed_at = completed_at - 1000000").await;
    }
    for old in [first, between] {
        assert_eq!(register(old).await, 10);
        assert!(matches!(refused(&world).await, EngineError::SubjectLocked));
    }
    let proof = ended(&world, &world.engine, Decision::Match).await;
    assert_eq!(register(proof).await, 0);
    attempt(&world, Decision::Match).await;
}

#[tokio::test]
async fn a_match_forgets_failures_and_what_was_no_attempt_does_not_count() {
    let world = registered().await;
    let failures = async || world.engine.baseline(&world.partner, SUBJECT).await.unwrap().failures;
    let cases = [
        (Decision::NoMatch, 1),
        (Decision::Review, 2),       // Not let in.
        (Decision::Inconclusive, 2), // A bad photo tells nothing about who it shows.
        (Decision::NoMatch, 3),
        (Decision::Match, 0),
        (Decision::NoMatch, 1),
    ];
    for (decision, want) in cases {
        attempt(&world, decision).await;
        assert_eq!(failures().await, want, "{decision:?}");
    }
    let job = claim(&world, &world.engine, &attempt_at(&world, SUBJECT)).await.unwrap();
    world.engine.complete(job.lease, &a_result(), Outcome::Failed).await.unwrap();
    assert_eq!(failures().await, 1, "our fault is not the person's");
}

#[tokio::test]
async fn no_more_attempts_are_under_way_than_may_still_fail() {
    let world = registered().await;
    attempt(&world, Decision::NoMatch).await;
    let tries: Vec<_> = (0..20).map(|_| attempt_at(&world, SUBJECT)).collect();
    let answers =
        futures_util::future::join_all(tries.iter().map(|new| world.engine.create(new))).await;
    let admitted = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(admitted, 4, "one of five has failed");
    let delayed = |answer: &Result<_, EngineError>| {
        matches!(answer, Err(EngineError::SubjectDelayed { retry_after_s: 5 }))
    };
    assert_eq!(answers.iter().filter(|answer| delayed(answer)).count(), 16);
    // A replay of one that was admitted is no new attempt.
    let known = answers.iter().position(Result::is_ok).unwrap();
    assert!(world.engine.create(&tries[known]).await.is_ok());
    // What was never confirmed stops counting when it expires.
    world.expire_all().await;
    assert!(world.engine.create(&attempt_at(&world, SUBJECT)).await.is_ok());
    // Another subject is another matter.
    assert!(matches!(
        world.engine.create(&attempt_at(&world, "budi")).await,
        Err(EngineError::BaselineNotFound)
    ));
}

#[tokio::test]
async fn limits_can_be_set() {
    let world = registered().await;
    let store = world.engine.store().clone();
    let limits = AttemptLimits { before_delay: 1, delay_s: 300, before_lock: 2 };
    let engine = Engine::new(store, world.bucket.clone()).with_attempt_limits(limits);
    finish(&world, &engine, &attempt_at(&world, SUBJECT), Decision::NoMatch).await;
    let delayed = engine.create(&attempt_at(&world, SUBJECT)).await.unwrap_err();
    assert!(matches!(delayed, EngineError::SubjectDelayed { retry_after_s: 290.. }), "{delayed}");
    wait_s(&world, 300).await;
    finish(&world, &engine, &attempt_at(&world, SUBJECT), Decision::NoMatch).await;
    let locked = engine.create(&attempt_at(&world, SUBJECT)).await;
    assert!(matches!(locked, Err(EngineError::SubjectLocked)));
}

#[tokio::test]
async fn a_baseline_of_another_pack_is_refused_and_can_be_made_anew() {
    let world = registered().await;
    let store = world.engine.store().clone();
    let newer = Engine::new(store, world.bucket.clone()).with_pack("standard@3");
    let outdated = newer.create(&attempt_at(&world, SUBJECT)).await;
    assert!(matches!(outdated, Err(EngineError::BaselineOutdated)));
    let same =
        Engine::new(world.engine.store().clone(), world.bucket.clone()).with_pack("standard@1");
    assert!(same.create(&attempt_at(&world, SUBJECT)).await.is_ok());
}

#[tokio::test]
async fn baselines_survive_a_change_of_the_partners_key() {
    let world = registered().await;
    let before = world.engine.baseline(&world.partner, SUBJECT).await.unwrap();
    world.engine.store().rotate_partner_key(&world.partner).await.unwrap();
    assert_eq!(world.engine.baseline(&world.partner, SUBJECT).await.unwrap(), before);
    let job = claim(&world, &world.engine, &attempt_at(&world, SUBJECT)).await.unwrap();
    assert_eq!(job.baseline, Some(template()));
}

#[tokio::test]
async fn a_damaged_baseline_is_nothing_to_compare_with() {
    let world = registered().await;
    world.damage("baselines", "sealed").await;
    let job = claim(&world, &world.engine, &attempt_at(&world, SUBJECT)).await.unwrap();
    assert_eq!(job.baseline, None);
}

#[tokio::test]
async fn a_disabled_or_unknown_partner_has_no_baselines() {
    let world = registered().await;
    world.engine.store().set_disabled(&world.partner, true).await.unwrap();
    let nobody = PartnerId("pt_nobody".to_owned());
    for partner in [&world.partner, &nobody] {
        let answer = world.engine.baseline(partner, SUBJECT).await;
        assert!(matches!(answer, Err(EngineError::PartnerDisabled)));
        let answer = world.engine.delete_baseline(partner, SUBJECT).await;
        assert!(matches!(answer, Err(EngineError::PartnerDisabled)));
    }
    assert_eq!(world.number("SELECT count(*) FROM baselines").await, 1);
}
