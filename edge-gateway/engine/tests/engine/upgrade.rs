//! A database of the first version, with work under way, opened by this one.

use crate::world::{Bucket, CALLBACK_URL, a_result, create_selfie_to_id, master, open};
use facematch_contract::{CorrelationId, PartnerId, Role, State};
use facematch_engine::{Engine, Outcome, Store};
use sqlx::{AssertSqlSafe, SqlitePool, migrate::Migrator, sqlite::SqliteConnectOptions};
use std::{fs, path::Path, sync::Arc};

const PARTNER: &str = "pt_old";
const FIRST: &str = "0001_engine.sql";
/// Of the column, not of a secret that anybody knows.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn id(number: u64) -> CorrelationId {
    CorrelationId::from_parts(number, &[1; 10])
}

/// A file as the first version left it.
async fn first_version(folder: &Path) -> SqlitePool {
    let migrations = folder.join("first");
    fs::create_dir(&migrations).unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(FIRST);
    fs::copy(ours, migrations.join(FIRST)).unwrap();
    let options = SqliteConnectOptions::new().filename(folder.join("engine.db"));
    let pool = SqlitePool::connect_with(options.create_if_missing(true)).await.unwrap();
    Migrator::new(migrations.as_path()).await.unwrap().run(&pool).await.unwrap();
    let partner = format!(
        "INSERT INTO partners VALUES ('{PARTNER}', 'Old', zeroblob(32), \
         '[\"submissions:write\"]', '[]', '{SECRET}', 0, 1, 1)"
    );
    run(&pool, &partner).await;
    pool
}

async fn run(pool: &SqlitePool, sql: &str) {
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(pool).await.unwrap();
}

/// A row of the first version in a state, with its photos declared, and pinned if it is beyond that.
async fn row(pool: &SqlitePool, number: u64, state: State) {
    let (id, name, now) =
        (id(number), state.as_str(), "CAST(unixepoch('subsec') * 1000 AS INTEGER)");
    let due = if state == State::AwaitingUpload { "NULL" } else { now };
    run(pool, &format!(
        "INSERT INTO submissions (id, partner_id, idempotency_key, request_sha256, mode, state, \
         reference, callback_url, created_at, updated_at, expires_at, closed_at, due_at, fence, attempts) \
         VALUES ('{id}', '{PARTNER}', 'key-{number}', '{number:064x}', 'selfie_to_id', '{name}', \
         'reference-{number}', '{CALLBACK_URL}', {now}, {now}, {now} + 3600000, {due}, {due}, 1, 1)"
    ))
    .await;
    for image in create_selfie_to_id().images {
        let (role, hash) = (image.role.as_str(), image.sha256);
        let etag = if state == State::AwaitingUpload { "NULL" } else { "'\"etag\"'" };
        run(
            pool,
            &format!(
                "INSERT INTO images VALUES ('{id}', '{role}', 'image/jpeg', 1000, '{hash}', {etag})"
            ),
        )
        .await;
    }
}

/// What a submission that has ended leaves: its result, and a callback that was not sent yet.
async fn ended(pool: &SqlitePool, number: u64) {
    row(pool, number, State::Completed).await;
    let (id, result) = (id(number), serde_json::to_string(&a_result()).unwrap());
    run(pool, "UPDATE submissions SET due_at = NULL WHERE state = 'completed'").await;
    run(pool, &format!("INSERT INTO results VALUES ('{id}', '{result}', 1700000000000)")).await;
    let body = format!(
        "{{\"type\":\"submission.completed\",\"timestamp\":\"2026-01-01T00:00:00.000Z\",\
         \"correlationId\":\"{id}\",\"state\":\"completed\"}}"
    );
    run(pool, &format!(
        "INSERT INTO outbox VALUES ('msg_old', '{id}', '{PARTNER}', '{CALLBACK_URL}', '{body}', 'pending', 2, 1, 1)"
    ))
    .await;
}

#[tokio::test]
async fn an_upgrade_with_work_under_way_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let pool = first_version(folder.path()).await;
    row(&pool, 1, State::AwaitingUpload).await;
    row(&pool, 2, State::Queued).await;
    row(&pool, 3, State::Processing).await;
    ended(&pool, 4).await;
    pool.close().await;

    let store = open(&folder.path().join("engine.db")).await;
    let bucket = Arc::new(Bucket::default());
    let engine = Engine::new(store, bucket.clone());
    let partner = PartnerId(PARTNER.to_owned());

    // What waited can be uploaded and confirmed.
    for image in create_selfie_to_id().images {
        bucket.put(id(1), &image);
    }
    assert_eq!(engine.confirm(&partner, id(1)).await.unwrap().state, State::Queued);

    // What was queued, and what was being matched, is matched, with its photos pinned.
    let mut claimed = Vec::new();
    while let Some(job) = engine.claim("worker", 60).await.unwrap() {
        assert_eq!(job.images.len(), 2);
        assert_eq!(job.images[0].declaration.role, Role::Selfie);
        engine.complete(job.lease, &a_result(), Outcome::Completed).await.unwrap();
        claimed.push(job.lease.correlation_id);
    }
    claimed.sort();
    assert_eq!(claimed, [id(1), id(2), id(3)]);

    // Results old and new are there, and every callback goes out; the old one with its old id.
    for number in 1..=4 {
        let result = engine.result(&partner, id(number)).await.unwrap();
        assert_eq!(result.comparison, a_result(), "{number}");
        assert_eq!(result.reference, Some(format!("reference-{number}")));
    }
    let mut callbacks = engine.claim_callbacks(10, 60).await.unwrap();
    callbacks.sort_by_key(|callback| callback.correlation_id);
    assert_eq!(callbacks.len(), 4);
    let old = &callbacks[3];
    assert_eq!((&*old.event_id, old.attempt, old.secret.expose()), ("msg_old", 3, SECRET));
    assert!(callbacks.iter().all(|callback| callback.url == CALLBACK_URL));

    // Nothing new came to be, and the old keys still belong to their requests.
    assert_eq!(engine.get(&partner, id(4)).await.unwrap().state, State::Completed);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine.db");
    open(&path).await.close().await;
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path)).await.unwrap();
    run(
        &pool,
        "INSERT INTO _sqlx_migrations SELECT 9999, 'newer', installed_on, success, checksum, \
                execution_time FROM _sqlx_migrations LIMIT 1",
    )
    .await;
    pool.close().await;
    let refused = Store::open(&path, Arc::new(master())).await;
    assert!(matches!(refused, Err(facematch_engine::StoreError::Migrate(_))));
}
