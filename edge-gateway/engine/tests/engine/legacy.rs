//! A database of the version before sealing.

use crate::world::{CALLBACK_URL, World, a_result, open};
use facematch_bucket::DataKeys;
use facematch_contract::{CorrelationId, PartnerId, Role, engine::object_key};
use facematch_engine::Engine;
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};
use std::path::Path;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// SHA-256 of the request that made both.
const REQUEST: &str = "5f7c0ab2d9e14836a1c4d27be8f093655f7c0ab2d9e14836a1c4d27be8f09365";

/// What that version would have written: one submission that has ended, one that awaits its photos.
async fn old_database(path: &Path, completed: CorrelationId, waiting: CorrelationId) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let options = options.journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::migrate!("./migrations").run_to(1, &pool).await.unwrap();
    let result = serde_json::to_string(&a_result()).unwrap();
    let submission = |id, state| {
        format!(
            "INSERT INTO submissions (id, partner_id, idempotency_key, request_sha256, mode, state, subject, \
             reference, consent_ref, callback_url, created_at, updated_at, expires_at) VALUES ('{id}', 'pt_1', \
             '{id}', '{REQUEST}', 'selfie_to_id', '{state}', 'subject-1', 'reference-1', 'consent-1', '{CALLBACK_URL}', \
             1, 1, 9999999999999)"
        )
    };
    let statements = [
        format!(
            "INSERT INTO partners (id, name, secret_sha256, scopes, allowed_origins, callback_secret, created_at, \
             rotated_at) VALUES ('pt_1', 'Bank', zeroblob(32), '[]', '[]', '{SECRET}', 1, 1)"
        ),
        submission(completed, "completed"),
        submission(waiting, "awaiting_upload"),
        format!("INSERT INTO results VALUES ('{completed}', '{result}', 1)"),
        format!(
            "INSERT INTO outbox (event_id, submission_id, partner_id, url, body, state, next_at, scheduled_at) \
             VALUES ('msg_1', '{completed}', 'pt_1', '{CALLBACK_URL}', '{{\"type\":\"submission.completed\"}}', \
             'pending', 1, 1)"
        ),
        format!(
            "INSERT INTO images (submission_id, role, content_type, size_bytes, sha256) \
             VALUES ('{waiting}', 'selfie', 'image/jpeg', 10, 'ab')"
        ),
    ];
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

fn holds(dir: &Path, needle: &str) -> bool {
    std::fs::read_dir(dir).unwrap().flatten().any(|file| {
        let content = std::fs::read(file.path()).unwrap();
        content.windows(needle.len()).any(|bytes| bytes == needle.as_bytes())
    })
}

#[tokio::test]
async fn rows_of_the_version_before_sealing_are_sealed_at_the_first_start() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("engine.db");
    let [completed, waiting] = [1, 2].map(|number| CorrelationId::from_parts(number, &[7; 10]));
    old_database(&path, completed, waiting).await;
    let needles = [
        "subject-1",
        "reference-1",
        "consent-1",
        CALLBACK_URL,
        "processing_failed",
        "submission.completed",
        SECRET,
        REQUEST,
    ];
    for needle in needles {
        assert!(holds(dir.path(), needle), "the control: {needle} was in clear");
    }

    let world = World::new().await;
    let engine = Engine::new(open(&path).await, world.bucket.clone());
    let partner = PartnerId("pt_1".to_owned());
    let result = engine.result(&partner, completed).await.unwrap();
    assert_eq!(result.comparison, a_result());
    assert_eq!(
        [result.subject, result.reference, result.consent_ref].map(Option::unwrap),
        ["subject-1", "reference-1", "consent-1"]
    );
    let callbacks = engine.claim_callbacks(10, 60).await.unwrap();
    assert_eq!((callbacks[0].url.as_str(), callbacks[0].secret.expose()), (CALLBACK_URL, SECRET));
    let photo = object_key(waiting, Role::Selfie);
    assert!(engine.store().data_key(&photo).await.unwrap().is_some(), "its photo may still come");

    let mut replay = world.request();
    (replay.partner_id, replay.request_sha256) = (partner, REQUEST.to_owned());
    replay.idempotency_key = waiting.to_string();
    assert_eq!(engine.create(&replay).await.unwrap().correlation_id, waiting);

    engine.sweep().await.unwrap(); // Empties the write-ahead log.
    for needle in needles {
        assert!(!holds(dir.path(), needle), "{needle}");
    }
    engine.store().close().await;
    open(&path).await; // A second start finds nothing to do.
}
