use crate::world::{World, a_result, master, open};
use facematch_bucket::DataKeys;
use facematch_contract::{CorrelationId, PartnerId, Role, engine::object_key};
use facematch_engine::{Engine, MasterKeyError, MasterKeyring, Outcome, Store, StoreError};
use facematch_seal::Key;
use std::sync::Arc;

/// Everything of the partner still opens.
async fn all_is_readable(world: &World, engine: &Engine, completed: CorrelationId) {
    let result = engine.result(&world.partner, completed).await.unwrap();
    assert_eq!(result.reference.as_deref(), Some("reference-1"));
    assert_eq!(result.comparison, a_result());
}

async fn generations(world: &World) -> Vec<u32> {
    let keys = world.engine.store().partner_keys().await.unwrap();
    keys.into_iter().map(|key| key.generation).collect()
}

#[tokio::test]
async fn a_partners_key_is_changed_under_all_that_it_has_and_the_old_one_is_destroyed() {
    let world = World::new().await;
    let completed = world.completed().await;
    let waiting = world.uploaded().await;
    let store = world.engine.store();
    let photo = object_key(waiting, Role::Selfie);
    let photo_key = store.data_key(&photo).await.unwrap().unwrap();
    let content = world.bytes("SELECT substr(sealed, 66) FROM results").await;
    let old_key = world.bytes("SELECT wrapped FROM partner_keys").await;
    assert!(world.holds(&old_key));

    let done = store.rotate_partner_key(&world.partner).await.unwrap();
    // Two partner's own, two submissions' details, one result, one callback, four photos.
    assert_eq!((done.generation, done.rewrapped, done.damaged), (2, 10, 0));
    assert_eq!(generations(&world).await, [2]);
    // Another process, which has no key in its memory.
    let engine = Engine::new(open(&world.path()).await, world.bucket.clone());
    all_is_readable(&world, &engine, completed).await;
    let again = engine.store().data_key(&photo).await.unwrap().unwrap();
    assert_eq!(again.expose(), photo_key.expose());
    let callbacks = engine.claim_callbacks(10, 60).await.unwrap();
    assert_eq!(callbacks[0].secret, world.credentials.callback_secret);
    let after = world.bytes("SELECT substr(sealed, 66) FROM results").await;
    assert_eq!(after, content, "only the data key was wrapped again");
    engine.store().close().await;
    world.engine.sweep().await.unwrap();
    assert!(!world.holds(&old_key), "the old key is not in the write-ahead log either");

    assert_eq!(store.rotate_partner_key(&world.partner).await.unwrap().generation, 3);
}

#[tokio::test]
async fn what_another_process_destroys_leaves_the_log_too() {
    let world = World::new().await;
    world.engine.sweep().await.unwrap(); // The server has nothing of its own to clear away.
    let old_key = world.bytes("SELECT wrapped FROM partner_keys").await;
    let command = open(&world.path()).await;
    command.rotate_partner_key(&world.partner).await.unwrap();
    command.close().await;
    assert!(world.holds(&old_key), "the control: the log holds it");
    world.engine.sweep().await.unwrap();
    assert!(!world.holds(&old_key));
}

#[tokio::test]
async fn a_rotation_that_was_cut_off_is_finished_by_the_next() {
    let world = World::new().await;
    let completed = world.completed().await;
    // A row that cannot be opened keeps the rotation from its end, as a crash would.
    let good = world.bytes("SELECT details FROM submissions").await;
    world.sql("UPDATE submissions SET details = CAST(substr(details, 1, 20) || x'00' || substr(details, 22) AS BLOB)").await;
    let store = world.engine.store();
    let cut_off = store.rotate_partner_key(&world.partner).await.unwrap();
    assert_eq!((cut_off.generation, cut_off.damaged), (2, 1));
    assert_eq!(generations(&world).await, [1, 2], "both keys are there");
    let later = world.completed().await; // Sealed by the new key.

    let hex: String = good.iter().map(|byte| format!("{byte:02x}")).collect();
    world.sql(format!("UPDATE submissions SET details = x'{hex}' WHERE id = '{completed}'")).await;
    let finished = store.rotate_partner_key(&world.partner).await.unwrap();
    assert_eq!((finished.generation, finished.rewrapped, finished.damaged), (2, 1, 0));
    assert_eq!(generations(&world).await, [2]);
    for id in [completed, later] {
        all_is_readable(&world, &world.engine, id).await;
    }
}

/// A full disk can end a commit. The next try makes another key of the same number, which must be the one that seals.
#[tokio::test]
async fn a_key_that_was_never_stored_seals_nothing() {
    let world = World::new().await;
    let completed = world.completed().await;
    let store = world.engine.store();
    world.sql("CREATE TABLE never (id INTEGER REFERENCES partners (id) DEFERRABLE INITIALLY DEFERRED)").await;
    world
        .sql("CREATE TRIGGER fail AFTER INSERT ON partner_keys BEGIN INSERT INTO never VALUES (0); END")
        .await;
    let failed = store.rotate_partner_key(&world.partner).await;
    assert!(matches!(failed, Err(StoreError::Sql(_))), "the commit fails");
    assert_eq!(generations(&world).await, [1]);

    world.sql("DROP TRIGGER fail").await;
    assert_eq!(store.rotate_partner_key(&world.partner).await.unwrap().generation, 2);
    // Another process, which has no key in its memory.
    let engine = Engine::new(open(&world.path()).await, world.bucket.clone());
    all_is_readable(&world, &engine, completed).await;
}

#[tokio::test]
async fn submissions_come_and_end_while_a_key_is_changed() {
    let world = World::new().await;
    let store = world.engine.store().clone();
    let partner = world.partner.clone();
    let rotation = tokio::spawn(async move {
        for _ in 0..5 {
            store.rotate_partner_key(&partner).await.unwrap();
        }
    });
    let mut ids = Vec::new();
    while !rotation.is_finished() {
        ids.push(world.completed().await);
    }
    rotation.await.unwrap();
    let engine = Engine::new(open(&world.path()).await, world.bucket.clone());
    for &id in &ids {
        all_is_readable(&world, &engine, id).await;
    }
    assert!(!ids.is_empty());
}

#[tokio::test]
async fn the_master_key_is_changed_for_all_partners_or_none() {
    let world = World::new().await;
    let completed = world.completed().await;
    world.engine.store().close().await;
    let (m1, m2) = (Key::from_bytes([1; 32]), Key::from_bytes([2; 32]));
    let both = MasterKeyring::new("m2", m2.clone()).with_earlier("m1", m1);
    let store = Store::open(&world.path(), Arc::new(both)).await.unwrap();
    assert_eq!(store.rewrap_partner_keys().await.unwrap(), 1);
    assert_eq!(store.partner_keys().await.unwrap()[0].master_id, "m2");
    store.close().await;

    let new = Arc::new(MasterKeyring::new("m2", m2));
    let engine = Engine::new(Store::open(&world.path(), new).await.unwrap(), world.bucket.clone());
    all_is_readable(&world, &engine, completed).await;
    let old = Store::open(&world.path(), Arc::new(master())).await;
    let missing = MasterKeyError::Missing { id: "m2".to_owned() };
    let Err(StoreError::MasterKey(error)) = old else { panic!("the old master key opens") };
    assert_eq!(error.to_string(), missing.to_string());
}

#[tokio::test]
async fn another_master_key_of_the_same_name_is_refused_at_the_start() {
    let world = World::new().await;
    let impostor = MasterKeyring::new("m1", Key::from_bytes([9; 32]));
    let opened = Store::open(&world.path(), Arc::new(impostor)).await;
    assert!(matches!(opened, Err(StoreError::MasterKey(MasterKeyError::Damaged))));
}

#[tokio::test]
async fn an_unknown_partner_has_no_key_to_change() {
    let world = World::new().await;
    let nobody = PartnerId("pt_nobody".to_owned());
    let answer = world.engine.store().rotate_partner_key(&nobody).await;
    assert!(matches!(answer, Err(StoreError::UnknownPartner(id)) if id == nobody));
    let job = world.claimed().await;
    world.engine.complete(job.lease, &a_result(), Outcome::Failed).await.unwrap();
}
