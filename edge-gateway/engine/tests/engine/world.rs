//! A database in a folder of its own, a bucket in memory, one partner.

use async_trait::async_trait;
use facematch_contract::{
    CorrelationId, CreateSubmission, ImageDeclaration, MatchResult, Mode, PartnerId, Role,
    engine::{NewSubmission, StoredSubmission, object_key},
};
use facematch_engine::{
    Engine, Job, NewPartner, ObjectError, ObjectHead, ObjectStore, PartnerCredentials, Store,
    failed_result,
};
use sqlx::{AssertSqlSafe, SqlitePool, sqlite::SqliteConnectOptions};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

pub(crate) const CALLBACK_URL: &str = "https://partner.example/callbacks";

/// A bucket in memory.
#[derive(Default)]
pub(crate) struct Bucket {
    objects: Mutex<BTreeMap<String, ObjectHead>>,
    pub(crate) is_away: AtomicBool,
    pub(crate) heads: AtomicU64,
}

impl Bucket {
    pub(crate) fn put(&self, id: CorrelationId, image: &ImageDeclaration) {
        let head = ObjectHead {
            size_bytes: image.size_bytes,
            content_type: image.content_type.clone(),
            sha256: Some(image.sha256.clone()),
            etag: format!("\"{}\"", image.role.as_str()),
        };
        self.put_as(id, image.role, head);
    }

    pub(crate) fn put_as(&self, id: CorrelationId, role: Role, head: ObjectHead) {
        self.objects.lock().unwrap().insert(object_key(id, role), head);
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.lock().unwrap().len()
    }

    fn reach(&self) -> Result<(), ObjectError> {
        if self.is_away.load(SeqCst) { Err(ObjectError("away".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl ObjectStore for Bucket {
    async fn head(&self, key: &str) -> Result<Option<ObjectHead>, ObjectError> {
        self.reach()?;
        self.heads.fetch_add(1, SeqCst);
        Ok(self.objects.lock().unwrap().get(key).cloned())
    }

    async fn delete(&self, key: &str) -> Result<(), ObjectError> {
        self.reach()?;
        self.objects.lock().unwrap().remove(key);
        Ok(())
    }
}

pub(crate) struct World {
    pub(crate) engine: Arc<Engine>,
    pub(crate) bucket: Arc<Bucket>,
    pub(crate) credentials: PartnerCredentials,
    pub(crate) partner: PartnerId,
    dir: TempDir,
    ids: AtomicU64,
    beside: OnceCell<SqlitePool>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("engine.db")).await.unwrap();
        let credentials = store.add_partner(&NewPartner::new("Bank")).await.unwrap();
        let bucket = Arc::new(Bucket::default());
        let engine = Arc::new(Engine::new(store, bucket.clone()));
        let partner = credentials.partner_id.clone();
        Self {
            engine,
            bucket,
            credentials,
            partner,
            dir,
            ids: AtomicU64::new(1),
            beside: OnceCell::new(),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("engine.db")
    }

    /// A request that was never sent before, with a key of its own.
    pub(crate) fn request(&self) -> NewSubmission {
        let number = self.ids.fetch_add(1, SeqCst);
        NewSubmission {
            correlation_id: CorrelationId::from_parts(number, &[7; 10]),
            partner_id: self.partner.clone(),
            idempotency_key: format!("key-{number}"),
            request_sha256: format!("{number:064x}"),
            request: create_selfie_to_id(),
        }
    }

    pub(crate) async fn created(&self) -> StoredSubmission {
        self.engine.create(&self.request()).await.unwrap()
    }

    pub(crate) fn upload(&self, stored: &StoredSubmission) {
        for image in &stored.images {
            self.bucket.put(stored.correlation_id, &image.declaration);
        }
    }

    pub(crate) async fn uploaded(&self) -> CorrelationId {
        let stored = self.created().await;
        self.upload(&stored);
        stored.correlation_id
    }

    pub(crate) async fn queued(&self) -> CorrelationId {
        let id = self.uploaded().await;
        self.engine.confirm(&self.partner, id).await.unwrap();
        id
    }

    pub(crate) async fn claimed(&self) -> Job {
        self.queued().await;
        self.engine.claim("worker", 60).await.unwrap().unwrap()
    }

    pub(crate) async fn completed(&self) -> CorrelationId {
        let job = self.claimed().await;
        let outcome = facematch_engine::Outcome::Completed;
        self.engine.complete(job.lease, &a_result(), outcome).await.unwrap();
        job.lease.correlation_id
    }

    /// Runs a statement beside the engine, such as one that moves a row in time.
    pub(crate) async fn sql(&self, sql: impl Into<String>) -> u64 {
        let done = sqlx::query(AssertSqlSafe(sql.into())).execute(self.pool().await).await.unwrap();
        done.rows_affected()
    }

    /// Reads one number beside the engine.
    pub(crate) async fn number(&self, sql: impl Into<String>) -> i64 {
        let pool = self.pool().await;
        sqlx::query_scalar(AssertSqlSafe(sql.into())).fetch_one(pool).await.unwrap()
    }

    /// Lets everything run out so long ago that the sweeper ends it.
    pub(crate) async fn expire_all(&self) {
        self.sql("UPDATE submissions SET expires_at = created_at - 7200000").await;
    }

    /// Sets the clock, as far as the database can tell: forward, or back with a negative number. What lies in the future
    /// or the past of its rows is all that it knows of time.
    pub(crate) async fn set_clock(&self, forward_s: i64) {
        let ms = forward_s * 1000;
        let back = |column: &&str| format!("{column} = {column} - ({ms})");
        let set = |columns: &[&str]| columns.iter().map(back).collect::<Vec<_>>().join(", ");
        let submissions =
            ["created_at", "updated_at", "expires_at", "closed_at", "due_at", "purge_due"];
        self.sql(format!("UPDATE submissions SET {}", set(&submissions))).await;
        self.sql(format!("UPDATE outbox SET {}", set(&["next_at", "scheduled_at"]))).await;
    }

    async fn pool(&self) -> &SqlitePool {
        let options = SqliteConnectOptions::new().filename(self.path());
        let connect = async || SqlitePool::connect_with(options).await.unwrap();
        self.beside.get_or_init(connect).await
    }
}

pub(crate) fn create_selfie_to_id() -> CreateSubmission {
    let image = |role| ImageDeclaration {
        role,
        content_type: "image/jpeg".to_owned(),
        size_bytes: 1000,
        sha256: "ab".repeat(32),
    };
    CreateSubmission {
        mode: Mode::SelfieToId,
        images: vec![image(Role::Selfie), image(Role::IdPortrait)],
        subject: Some("subject-1".to_owned()),
        reference: Some("reference-1".to_owned()),
        consent_ref: Some("consent-1".to_owned()),
        callback_url: Some(CALLBACK_URL.to_owned()),
        policy: None,
    }
}

/// Any result: the engine does not look into it.
pub(crate) fn a_result() -> MatchResult {
    let report = serde_json::json!({
        "matchFmr": 1e-4, "reviewFmr": 1e-2, "matchThreshold": 0.4, "reviewThreshold": 0.3
    });
    let versions = serde_json::json!({
        "facematch": "0", "pack": "p", "detector": "d", "embedder": "e", "calibration": "c"
    });
    failed_result(
        serde_json::from_value(report).unwrap(),
        serde_json::from_value(versions).unwrap(),
    )
}
