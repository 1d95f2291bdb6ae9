use super::{
    Store,
    baselines::{Admission, admit, subject_tag},
    details::Details,
    ms, parse, parse_json,
};
use crate::{
    AttemptLimits, StoreError,
    vault::{Item, Vault},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use facematch_contract::{
    CorrelationId, ImageDeclaration, MatchResult, Mode, PartnerId, Role, Timestamp,
    engine::{NewSubmission, StoredImage, StoredSubmission},
    limits::UNCONFIRMED_LIFE_S,
};
use sqlx::{Sqlite, SqliteConnection, Transaction};

const INSERT: &str = concat!(
    "INSERT INTO submissions (id, partner_id, idempotency_key, request_sha256, mode, state, details, \
     reference_tag, subject_tag, match_fmr, review_fmr, created_at, updated_at, expires_at) \
     VALUES ($1, $2, $3, $4, $5, 'awaiting_upload', $6, $7, $8, $9, $10, ",
    now_ms!(),
    ", ",
    now_ms!(),
    ", $11 + ",
    now_ms!(),
    ") ON CONFLICT (partner_id, idempotency_key) DO NOTHING"
);
/// A submission past its end is expired even before the sweeper says so.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT s.id, s.partner_id, s.request_sha256, s.mode, s.details, s.created_at, s.updated_at, s.expires_at, p.allowed_origins, p.disabled, \
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
const RESULT: &str = "SELECT s.partner_id, r.sealed, r.completed_at FROM results r \
     JOIN submissions s ON s.id = r.submission_id WHERE r.submission_id = $1";
const PIN: &str = "UPDATE images SET etag = $3 WHERE submission_id = $1 AND role = $2";

/// A submission with what the contract's [`StoredSubmission`] leaves out.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) stored: StoredSubmission,
    /// Tells a replay from a reuse of the key.
    request_tag: String,
    pub(crate) partner_disabled: bool,
    /// Opened by [`Store::details`] alone: where a submission stands can be told even if they are damaged.
    sealed_details: Option<Vec<u8>>,
}

/// What came of storing a submission.
pub(crate) enum Inserted {
    /// It, or what was stored under its key before.
    Stored(Box<Record>),
    /// Nothing: the partner is unknown or disabled.
    Disabled,
    /// Nothing: the key belongs to another request.
    KeyReused,
    /// Nothing: the attempt may not begin.
    Refused(Admission),
}

impl Store {
    /// Stores a submission unless its partner has used its key, and returns what is stored under that key. An attempt at
    /// a baseline must be admitted first, in the same transaction, so that no two can pass where one may.
    pub(crate) async fn insert(
        &self,
        new: &NewSubmission,
        limits: &AttemptLimits,
        pack: Option<&str>,
    ) -> Result<Inserted, StoreError> {
        let mut tx = self.begin().await?;
        if !is_enabled(&mut tx, &new.partner_id).await? {
            return Ok(Inserted::Disabled);
        }
        let request_tag =
            request_tag(&mut tx, &self.vault, &new.partner_id.0, &new.request_sha256).await?;
        if let Some(known) = find(&mut tx, BY_KEY, &new.partner_id, &new.idempotency_key).await? {
            let is_replay = known.request_tag == request_tag;
            return Ok(if is_replay {
                Inserted::Stored(Box::new(known))
            } else {
                Inserted::KeyReused
            });
        }
        let tag = attempt_tag(&mut tx, &self.vault, new).await?;
        if let Some(tag) = &tag {
            let admission = admit(&mut tx, (&new.partner_id.0, tag), limits, pack).await?;
            if admission != Admission::Admitted {
                return Ok(Inserted::Refused(admission));
            }
        }
        if insert_row(&mut tx, &self.vault, new, (request_tag, tag)).await? {
            for image in &new.request.images {
                insert_image(&mut tx, &self.vault, new, image).await?;
            }
        }
        let stored = find(&mut tx, BY_KEY, &new.partner_id, &new.idempotency_key).await?;
        tx.commit().await?;
        Ok(stored.map_or(Inserted::Disabled, |record| Inserted::Stored(Box::new(record))))
    }

    /// Whether a partner is known and not disabled.
    pub(crate) async fn is_enabled(&self, partner: &PartnerId) -> Result<bool, StoreError> {
        is_enabled(&mut *self.read.acquire().await?, partner).await
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
        let id = id.to_string();
        let mut connection = self.read.acquire().await?;
        let row: Option<(String, Vec<u8>, i64)> =
            sqlx::query_as(RESULT).bind(&id).fetch_optional(&mut *connection).await?;
        let Some((partner, sealed, at)) = row else { return Ok(None) };
        let item = Item::Result(&id);
        let result = self.vault.open_json(&mut connection, &partner, item, &sealed).await?;
        Ok(Some((result, Timestamp(at))))
    }

    /// What the partner said of a submission; nothing of one that was erased.
    pub(crate) async fn details(&self, record: &Record) -> Result<Details, StoreError> {
        let Some(sealed) = &record.sealed_details else { return Ok(Details::default()) };
        let id = record.stored.correlation_id.to_string();
        let mut connection = self.read.acquire().await?;
        let partner = &record.stored.partner_id.0;
        self.vault.open_json(&mut connection, partner, Item::Details(&id), sealed).await
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
    connection: &mut SqliteConnection,
    partner: &PartnerId,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM partners WHERE id = $1 AND disabled = 0)";
    Ok(sqlx::query_scalar(sql).bind(&partner.0).fetch_one(connection).await?)
}

/// False if the key was used.
async fn insert_row(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
    new: &NewSubmission,
    (request_tag, subject_tag): (String, Option<Vec<u8>>),
) -> Result<bool, StoreError> {
    let (request, partner) = (&new.request, &new.partner_id.0);
    let item = Item::Details(&new.correlation_id.to_string());
    let details = vault.seal_json(tx, partner, item, &details(new)).await?;
    let reference_tag = match &request.reference {
        Some(reference) => Some(vault.tag(tx, partner, "reference", reference).await?),
        None => None,
    };
    let done = sqlx::query(INSERT)
        .bind(new.correlation_id.to_string())
        .bind(&new.partner_id.0)
        .bind(&new.idempotency_key)
        .bind(request_tag)
        .bind(request.mode.as_str())
        .bind(details)
        .bind(reference_tag)
        .bind(subject_tag)
        .bind(request.policy.map(|policy| policy.match_fmr))
        .bind(request.policy.map(|policy| policy.review_fmr))
        .bind(ms(UNCONFIRMED_LIFE_S))
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// What stands for a request in the column `request_sha256`. The hash itself would tell the request's subject and reference
/// to whoever guesses them: they are short, and all else in it is known.
pub(super) async fn request_tag(
    connection: &mut SqliteConnection,
    vault: &Vault,
    partner: &str,
    request_sha256: &str,
) -> Result<String, StoreError> {
    let tag = vault.tag(connection, partner, "request", request_sha256).await?;
    Ok(STANDARD_NO_PAD.encode(tag))
}

/// What stands for the subject of an attempt at a baseline; `None` in the other modes.
async fn attempt_tag(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
    new: &NewSubmission,
) -> Result<Option<Vec<u8>>, StoreError> {
    match (&new.request.subject, new.request.mode) {
        (Some(subject), Mode::SelfieToBaseline) => {
            subject_tag(tx, vault, &new.partner_id.0, subject).await.map(Some)
        }
        _ => Ok(None),
    }
}

fn details(new: &NewSubmission) -> Details {
    let request = &new.request;
    Details {
        subject: request.subject.clone(),
        reference: request.reference.clone(),
        consent_ref: request.consent_ref.clone(),
        callback_url: request.callback_url.clone(),
    }
}

/// The photo's data key is made with its row, so that the bucket has nothing to decide.
async fn insert_image(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
    new: &NewSubmission,
    image: &ImageDeclaration,
) -> Result<(), StoreError> {
    let id = new.correlation_id.to_string();
    let data_key = vault.seal_photo_key(tx, &new.partner_id.0, (&id, image.role)).await?;
    let size = i64::try_from(image.size_bytes)
        .map_err(|_| StoreError::OutOfRange { what: "size_bytes" })?;
    let sql = "INSERT INTO images (submission_id, role, content_type, size_bytes, sha256, data_key) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(sql)
        .bind(id)
        .bind(image.role.as_str())
        .bind(&image.content_type)
        .bind(size)
        .bind(&image.sha256)
        .bind(data_key)
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
    details: Option<Vec<u8>>,
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
            request_tag: self.request_sha256,
            partner_disabled: self.disabled,
            sealed_details: self.details,
        })
    }
}
