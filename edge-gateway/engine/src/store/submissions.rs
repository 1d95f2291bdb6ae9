use super::{Store, ms, parse, parse_json};
use crate::StoreError;
use facematch_contract::{
    CorrelationId, ImageDeclaration, MatchResult, PartnerId, Role, Timestamp,
    engine::{NewSubmission, StoredImage, StoredSubmission},
    limits::UNCONFIRMED_LIFE_S,
};
use sqlx::{Sqlite, SqliteConnection, Transaction};

const INSERT: &str = concat!(
    "INSERT INTO submissions (id, partner_id, idempotency_key, request_sha256, mode, state, subject, \
     reference, consent_ref, callback_url, match_fmr, review_fmr, created_at, updated_at, \
     expires_at) VALUES ($1, $2, $3, $4, $5, 'awaiting_upload', $6, $7, $8, $9, $10, $11, ",
    now_ms!(),
    ", ",
    now_ms!(),
    ", $12 + ",
    now_ms!(),
    ") ON CONFLICT (partner_id, idempotency_key) DO NOTHING"
);
/// A submission past its end is expired even before the sweeper says so.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT s.id, s.partner_id, s.request_sha256, s.mode, s.subject, s.reference, \
             s.consent_ref, s.created_at, s.updated_at, s.expires_at, p.allowed_origins, p.disabled, \
             CASE WHEN s.state = 'awaiting_upload' AND s.expires_at <= ",
            now_ms!(),
            " THEN 'expired' ELSE s.state END AS state \
             FROM submissions s JOIN partners p ON p.id = s.partner_id WHERE ",
            $condition
        )
    };
}
const BY_ID: &str = select!("s.partner_id = $1 AND s.id = $2");
const BY_KEY: &str = select!("s.partner_id = $1 AND s.idempotency_key = $2");
const QUEUE: &str = concat!(
    "UPDATE submissions SET state = 'queued', due_at = ",
    now_ms!(),
    ", closed_at = ",
    now_ms!(),
    ", updated_at = ",
    now_ms!(),
    " WHERE partner_id = $1 AND id = $2 AND state = 'awaiting_upload' AND expires_at > ",
    now_ms!()
);
const PIN: &str = "UPDATE images SET etag = $3 WHERE submission_id = $1 AND role = $2";

/// A submission with what the contract's [`StoredSubmission`] leaves out.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) stored: StoredSubmission,
    pub(crate) request_sha256: String,
    pub(crate) subject: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) consent_ref: Option<String>,
    pub(crate) partner_disabled: bool,
}

impl Store {
    /// Stores a submission unless its partner has used its key, and returns what is stored under that key. `None`, and
    /// nothing written, if the partner is unknown or disabled.
    pub(crate) async fn insert(&self, new: &NewSubmission) -> Result<Option<Record>, StoreError> {
        let mut tx = self.begin().await?;
        if !is_enabled(&mut tx, &new.partner_id).await? {
            return Ok(None);
        }
        if insert_row(&mut tx, new).await? {
            for image in &new.request.images {
                insert_image(&mut tx, new.correlation_id, image).await?;
            }
        }
        let stored = find(&mut tx, BY_KEY, &new.partner_id, &new.idempotency_key).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// A partner's submission.
    pub(crate) async fn find(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<Option<Record>, StoreError> {
        let mut connection = self.read.acquire().await?;
        by_id(&mut connection, partner, id).await
    }

    /// Queues a submission with its photos pinned. False, and nothing written, unless it awaits uploads.
    pub(crate) async fn queue(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
        pins: &[(Role, String)],
    ) -> Result<bool, StoreError> {
        let id = id.to_string();
        let mut tx = self.begin().await?;
        let done = sqlx::query(QUEUE).bind(&partner.0).bind(&id).execute(&mut *tx).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        for (role, etag) in pins {
            sqlx::query(PIN).bind(&id).bind(role.as_str()).bind(etag).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// A submission's result and when it was stored.
    pub(crate) async fn result(
        &self,
        id: CorrelationId,
    ) -> Result<Option<(MatchResult, Timestamp)>, StoreError> {
        let sql = "SELECT result_json, completed_at FROM results WHERE submission_id = $1";
        let row: Option<(String, i64)> =
            sqlx::query_as(sql).bind(id.to_string()).fetch_optional(&self.read).await?;
        row.map(|(json, at)| Ok((parse_json("result", &json)?, Timestamp(at)))).transpose()
    }
}

/// A partner's submission.
pub(super) async fn by_id(
    connection: &mut SqliteConnection,
    partner: &PartnerId,
    id: CorrelationId,
) -> Result<Option<Record>, StoreError> {
    find(connection, BY_ID, partner, &id.to_string()).await
}

async fn is_enabled(
    tx: &mut Transaction<'_, Sqlite>,
    partner: &PartnerId,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM partners WHERE id = $1 AND disabled = 0)";
    Ok(sqlx::query_scalar(sql).bind(&partner.0).fetch_one(&mut **tx).await?)
}

/// False if the key was used.
async fn insert_row(
    tx: &mut Transaction<'_, Sqlite>,
    new: &NewSubmission,
) -> Result<bool, StoreError> {
    let request = &new.request;
    let done = sqlx::query(INSERT)
        .bind(new.correlation_id.to_string())
        .bind(&new.partner_id.0)
        .bind(&new.idempotency_key)
        .bind(&new.request_sha256)
        .bind(request.mode.as_str())
        .bind(&request.subject)
        .bind(&request.reference)
        .bind(&request.consent_ref)
        .bind(&request.callback_url)
        .bind(request.policy.map(|policy| policy.match_fmr))
        .bind(request.policy.map(|policy| policy.review_fmr))
        .bind(ms(UNCONFIRMED_LIFE_S))
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

async fn insert_image(
    tx: &mut Transaction<'_, Sqlite>,
    id: CorrelationId,
    image: &ImageDeclaration,
) -> Result<(), StoreError> {
    let size = i64::try_from(image.size_bytes)
        .map_err(|_| StoreError::OutOfRange { what: "size_bytes" })?;
    let sql = "INSERT INTO images (submission_id, role, content_type, size_bytes, sha256) \
               VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(id.to_string())
        .bind(image.role.as_str())
        .bind(&image.content_type)
        .bind(size)
        .bind(&image.sha256)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn find(
    connection: &mut SqliteConnection,
    sql: &'static str,
    partner: &PartnerId,
    key: &str,
) -> Result<Option<Record>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as(sql).bind(&partner.0).bind(key).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let images = images(connection, &row.id).await?;
    row.into_record(images).map(Some)
}

/// A submission's photos, the selfie first.
async fn images(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Vec<StoredImage>, StoreError> {
    let rows = image_rows(connection, id).await?;
    rows.into_iter()
        .map(|row| {
            let pinned = row.etag.is_some();
            Ok(StoredImage { declaration: row.into_declaration()?, pinned })
        })
        .collect()
}

pub(super) async fn image_rows(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Vec<ImageRow>, StoreError> {
    let sql = "SELECT role, content_type, size_bytes, sha256, etag FROM images \
               WHERE submission_id = $1 ORDER BY role DESC";
    Ok(sqlx::query_as(sql).bind(id).fetch_all(connection).await?)
}

#[derive(sqlx::FromRow)]
pub(super) struct ImageRow {
    role: String,
    content_type: String,
    size_bytes: i64,
    sha256: String,
    pub(super) etag: Option<String>,
}

impl ImageRow {
    pub(super) fn into_declaration(self) -> Result<ImageDeclaration, StoreError> {
        Ok(ImageDeclaration {
            role: parse("role", &self.role)?,
            content_type: self.content_type,
            size_bytes: self.size_bytes.unsigned_abs(),
            sha256: self.sha256,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    partner_id: String,
    request_sha256: String,
    mode: String,
    state: String,
    subject: Option<String>,
    reference: Option<String>,
    consent_ref: Option<String>,
    created_at: i64,
    updated_at: i64,
    expires_at: i64,
    allowed_origins: String,
    disabled: bool,
}

impl Row {
    fn into_record(self, images: Vec<StoredImage>) -> Result<Record, StoreError> {
        let stored = StoredSubmission {
            correlation_id: self.id.parse().map_err(|_| StoreError::Unreadable { what: "id" })?,
            partner_id: PartnerId(self.partner_id),
            allowed_origins: parse_json("allowed_origins", &self.allowed_origins)?,
            mode: parse("mode", &self.mode)?,
            state: parse("state", &self.state)?,
            images,
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
            expires_at: Timestamp(self.expires_at),
        };
        Ok(Record {
            stored,
            request_sha256: self.request_sha256,
            subject: self.subject,
            reference: self.reference,
            consent_ref: self.consent_ref,
            partner_disabled: self.disabled,
        })
    }
}
