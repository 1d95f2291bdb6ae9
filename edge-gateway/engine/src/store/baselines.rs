use super::{Store, ms};
use crate::{
    AttemptLimits, StoreError, Template,
    vault::{Item, Vault},
};
use facematch_contract::{CorrelationId, Decision, PartnerId, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{Sqlite, SqliteConnection, Transaction};

const ENROL: &str = concat!(
    "INSERT INTO baselines (partner_id, subject_tag, pack, sealed, registered_at) VALUES ($1, $2, $3, $4, ",
    now_ms!(),
    ") ON CONFLICT (partner_id, subject_tag) DO UPDATE SET pack = excluded.pack, \
     sealed = excluded.sealed, registered_at = excluded.registered_at, \
     failures = CASE WHEN $5 THEN 0 ELSE baselines.failures END, \
     delayed_until = CASE WHEN $5 THEN NULL ELSE baselines.delayed_until END"
);
const MATCHED_AT: &str =
    "SELECT completed_at FROM results WHERE submission_id = $1 AND template IS NOT NULL";
const FIND: &str = "SELECT pack, sealed, registered_at, failures, delayed_until FROM baselines \
     WHERE partner_id = $1 AND subject_tag = $2";
const OPEN_ATTEMPTS: &str = concat!(
    "SELECT count(*) FROM submissions WHERE partner_id = $1 AND subject_tag = $2 \
     AND subject_tag IS NOT NULL AND state IN ('awaiting_upload', 'queued', 'processing') \
     AND (state <> 'awaiting_upload' OR expires_at > ",
    now_ms!(),
    ")"
);
/// Seconds until the next attempt, rounded up; 0 or less: now.
const WAIT: &str = concat!(
    "SELECT coalesce((delayed_until - ",
    now_ms!(),
    " + 999) / 1000, 0) FROM baselines WHERE partner_id = $1 AND subject_tag = $2"
);
const SUCCEEDED: &str = "UPDATE baselines SET failures = 0, delayed_until = NULL \
     WHERE partner_id = $1 AND subject_tag = $2";
const FAILED: &str = "UPDATE baselines SET failures = failures + 1 \
     WHERE partner_id = $1 AND subject_tag = $2 RETURNING failures";
const DELAY: &str = concat!(
    "UPDATE baselines SET delayed_until = $3 * 1000 + ",
    now_ms!(),
    " WHERE partner_id = $1 AND subject_tag = $2"
);
const TEMPLATE: &str = "SELECT s.partner_id, r.template FROM results r \
     JOIN submissions s ON s.id = r.submission_id WHERE r.submission_id = $1 AND r.template IS NOT NULL";
/// Time until a retry where attempts are under way, in seconds.
const BUSY_RETRY_S: u32 = 5;

/// A baseline, without its template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enrolled {
    pub(crate) correlation_id: CorrelationId,
    pub(crate) pack: String,
    pub(crate) registered_at: Timestamp,
    pub(crate) failures: u32,
    pub(crate) delayed_until: Option<Timestamp>,
}

/// Whether an attempt at a subject may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Admitted,
    NoBaseline,
    Outdated,
    Delayed { retry_after_s: u32 },
    Locked,
}

/// What is sealed of a baseline.
#[derive(Serialize, Deserialize)]
struct Content {
    subject: String,
    correlation_id: CorrelationId,
    /// The column of this name is for looking up alone.
    pack: String,
    #[serde(with = "base64_text")]
    template: Vec<u8>,
}

/// What is sealed of a template.
#[derive(Serialize, Deserialize)]
struct SealedTemplate {
    pack: String,
    #[serde(with = "base64_text")]
    template: Vec<u8>,
}

mod base64_text {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        BASE64_STANDARD.decode(text).map_err(D::Error::custom)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    pack: String,
    sealed: Vec<u8>,
    registered_at: i64,
    failures: u32,
    delayed_until: Option<i64>,
}

impl Row {
    /// Whether a match at this time proves who failed before it: otherwise whoever registers an old submission once more
    /// would unlock the subject. Fewer failures than delay have no time of their own; there the baseline's counts.
    fn failed_before(&self, matched_at: i64, limits: &AttemptLimits) -> bool {
        match (self.delayed_until, limits.delay_s(self.failures)) {
            (Some(until), Some(delay_s)) => matched_at >= until - ms(delay_s),
            _ => matched_at > self.registered_at,
        }
    }
}

impl Store {
    /// Stores a baseline in the place of an earlier one. Failures are forgotten if the match is younger than they are.
    /// False, and nothing written, if the submission was erased meanwhile.
    pub(crate) async fn enrol(
        &self,
        (partner, subject): (&PartnerId, &str),
        (id, template): (CorrelationId, &Template),
        limits: &AttemptLimits,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let matched_at = sqlx::query_scalar(MATCHED_AT).bind(id.to_string());
        let Some(matched_at) = matched_at.fetch_optional(&mut *tx).await? else { return Ok(false) };
        let tag = subject_tag(&mut tx, &self.vault, &partner.0, subject).await?;
        let content = Content {
            subject: subject.to_owned(),
            correlation_id: id,
            pack: template.pack.clone(),
            template: template.bytes.clone(),
        };
        let item = Item::Baseline(&hex(&tag));
        let sealed = self.vault.seal_json(&mut tx, &partner.0, item, &content).await?;
        let earlier = row(&mut tx, &partner.0, &tag).await?;
        let is_anew = earlier.is_none_or(|row| row.failed_before(matched_at, limits));
        let insert = sqlx::query(ENROL).bind(&partner.0).bind(tag);
        insert.bind(&template.pack).bind(sealed).bind(is_anew).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A partner's baseline of a subject.
    pub(crate) async fn enrolled(
        &self,
        partner: &PartnerId,
        subject: &str,
    ) -> Result<Option<Enrolled>, StoreError> {
        let mut connection = self.read.acquire().await?;
        let tag = subject_tag(&mut connection, &self.vault, &partner.0, subject).await?;
        let row = row(&mut connection, &partner.0, &tag).await?;
        let Some(row) = row else { return Ok(None) };
        let content = content(&mut connection, &self.vault, (&partner.0, &tag), &row).await?;
        Ok(Some(Enrolled {
            correlation_id: content.correlation_id,
            pack: content.pack,
            registered_at: Timestamp(row.registered_at),
            failures: row.failures,
            delayed_until: row.delayed_until.map(Timestamp),
        }))
    }

    /// Destroys a baseline. Says whether there was one, and when this was.
    pub(crate) async fn forget(
        &self,
        partner: &PartnerId,
        subject: &str,
    ) -> Result<(bool, Timestamp), StoreError> {
        let mut tx = self.begin().await?;
        let tag = subject_tag(&mut tx, &self.vault, &partner.0, subject).await?;
        let sql = "DELETE FROM baselines WHERE partner_id = $1 AND subject_tag = $2";
        let done = sqlx::query(sql).bind(&partner.0).bind(tag).execute(&mut *tx).await?;
        let now = sqlx::query_scalar(concat!("SELECT ", now_ms!())).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok((done.rows_affected() > 0, Timestamp(now)))
    }

    /// The template that was stored with a result, if there is one.
    pub(crate) async fn template(&self, id: CorrelationId) -> Result<Option<Template>, StoreError> {
        let id = id.to_string();
        let mut connection = self.read.acquire().await?;
        let row: Option<(String, Vec<u8>)> =
            sqlx::query_as(TEMPLATE).bind(&id).fetch_optional(&mut *connection).await?;
        let Some((partner, sealed)) = row else { return Ok(None) };
        let item = Item::Template(&id);
        let stored: SealedTemplate =
            self.vault.open_json(&mut connection, &partner, item, &sealed).await?;
        Ok(Some(Template { pack: stored.pack, bytes: stored.template }))
    }
}

/// Seals the template of a result.
pub(super) async fn seal_template(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
    (partner, id): (&str, &str),
    template: &Template,
) -> Result<Vec<u8>, StoreError> {
    let stored = SealedTemplate { pack: template.pack.clone(), template: template.bytes.clone() };
    vault.seal_json(tx, partner, Item::Template(id), &stored).await
}

/// What stands for a partner's name of a person.
pub(super) async fn subject_tag(
    connection: &mut SqliteConnection,
    vault: &Vault,
    partner: &str,
    subject: &str,
) -> Result<Vec<u8>, StoreError> {
    vault.tag(connection, partner, "subject", subject).await
}

/// Whether an attempt may begin, within the transaction that begins it.
pub(super) async fn admit(
    tx: &mut Transaction<'_, Sqlite>,
    (partner, tag): (&str, &[u8]),
    limits: &AttemptLimits,
    pack: Option<&str>,
) -> Result<Admission, StoreError> {
    let Some(row) = row(tx, partner, tag).await? else { return Ok(Admission::NoBaseline) };
    if pack.is_some_and(|pack| pack != row.pack) {
        return Ok(Admission::Outdated);
    }
    if limits.is_locked(row.failures) {
        return Ok(Admission::Locked);
    }
    let wait: i64 = sqlx::query_scalar(WAIT).bind(partner).bind(tag).fetch_one(&mut **tx).await?;
    if wait > 0 {
        let retry_after_s = u32::try_from(wait).unwrap_or(u32::MAX);
        return Ok(Admission::Delayed { retry_after_s });
    }
    let open: u32 =
        sqlx::query_scalar(OPEN_ATTEMPTS).bind(partner).bind(tag).fetch_one(&mut **tx).await?;
    if open >= limits.may_be_open(row.failures) {
        return Ok(Admission::Delayed { retry_after_s: BUSY_RETRY_S });
    }
    Ok(Admission::Admitted)
}

/// Counts an attempt that ends in this transaction. A photo that could not carry an answer is no attempt.
pub(super) async fn count(
    tx: &mut Transaction<'_, Sqlite>,
    (partner, tag): (&str, &[u8]),
    limits: &AttemptLimits,
    decision: Decision,
) -> Result<(), StoreError> {
    match decision {
        Decision::Inconclusive => return Ok(()),
        Decision::Match => {
            sqlx::query(SUCCEEDED).bind(partner).bind(tag).execute(&mut **tx).await?;
            return Ok(());
        }
        Decision::Review | Decision::NoMatch => {}
    }
    let failures: Option<u32> =
        sqlx::query_scalar(FAILED).bind(partner).bind(tag).fetch_optional(&mut **tx).await?;
    if let Some(delay_s) = failures.and_then(|failures| limits.delay_s(failures)) {
        let delay = sqlx::query(DELAY).bind(partner).bind(tag).bind(delay_s);
        delay.execute(&mut **tx).await?;
    }
    Ok(())
}

/// The template to compare with; `None` if the baseline was deleted, or cannot be opened any more.
pub(super) async fn template_of(
    connection: &mut SqliteConnection,
    vault: &Vault,
    (partner, tag): (&str, &[u8]),
) -> Result<Option<Template>, StoreError> {
    let Some(row) = row(connection, partner, tag).await? else { return Ok(None) };
    match content(connection, vault, (partner, tag), &row).await {
        Ok(content) => Ok(Some(Template { pack: content.pack, bytes: content.template })),
        Err(error @ StoreError::Sealed { .. }) => {
            tracing::error!(partner, %error, "a baseline is lost");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn row(
    connection: &mut SqliteConnection,
    partner: &str,
    tag: &[u8],
) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as(FIND).bind(partner).bind(tag).fetch_optional(connection).await?)
}

async fn content(
    connection: &mut SqliteConnection,
    vault: &Vault,
    (partner, tag): (&str, &[u8]),
    row: &Row,
) -> Result<Content, StoreError> {
    vault.open_json(connection, partner, Item::Baseline(&hex(tag)), &row.sealed).await
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
