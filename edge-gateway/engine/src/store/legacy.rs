//! Seals the rows of versions before sealing, once, at the first start of this one.

use super::{
    Store,
    details::{Details, Letter},
    keys::give_key,
    submissions::request_tag,
};
use crate::{
    StoreError,
    vault::{Item, Vault},
};
use facematch_contract::Role;
use sqlx::{Sqlite, Transaction};

/// Rows of one transaction.
const BATCH: u32 = 200;
const HAS_CLEAR: &str =
    "SELECT EXISTS (SELECT 1 FROM pragma_table_info('outbox') WHERE name = 'body')";
const PARTNERS: &str =
    "SELECT id, callback_secret FROM partners WHERE callback_secret_sealed IS NULL LIMIT $1";
const SUBMISSIONS: &str = "SELECT id, partner_id, subject, reference, consent_ref, callback_url \
     FROM submissions WHERE details IS NULL AND state <> 'erased' LIMIT $1";
const RESULTS: &str = "SELECT r.submission_id, s.partner_id, r.result_json FROM results r \
     JOIN submissions s ON s.id = r.submission_id WHERE r.sealed IS NULL LIMIT $1";
const OUTBOX: &str =
    "SELECT submission_id, partner_id, url, body FROM outbox WHERE sealed IS NULL LIMIT $1";
/// Those of erased submissions too. A tag has another length.
const REQUESTS: &str = "SELECT id, partner_id, request_sha256 FROM submissions \
     WHERE length(request_sha256) = 64 LIMIT $1";
/// Photos that may still come; those that are there are in the bucket in clear until they are purged.
const PHOTOS: &str = "SELECT i.submission_id, s.partner_id, i.role FROM images i \
     JOIN submissions s ON s.id = i.submission_id \
     WHERE i.data_key IS NULL AND s.state = 'awaiting_upload' LIMIT $1";

impl Store {
    /// Seals every row that is in clear. A crash in between costs nothing: the next start goes on.
    pub(super) async fn seal_clear_rows(&self) -> Result<(), StoreError> {
        if !sqlx::query_scalar(HAS_CLEAR).fetch_one(&self.write).await? {
            return Ok(());
        }
        let mut sealed = 0;
        loop {
            let mut tx = self.begin().await?;
            let partners = seal_partners(&mut tx, &self.vault).await?;
            // Nothing of a partner is sealed before the partner has a key.
            let rows = match partners {
                0 => seal_rows(&mut tx, &self.vault).await?,
                some => some,
            };
            tx.commit().await?;
            sealed += rows;
            if rows == 0 {
                break;
            }
        }
        if sealed > 0 {
            tracing::info!(rows = sealed, "what an earlier version stored in clear is sealed now");
        }
        Ok(())
    }
}

async fn seal_rows(tx: &mut Transaction<'_, Sqlite>, vault: &Vault) -> Result<usize, StoreError> {
    Ok(seal_submissions(tx, vault).await?
        + seal_results(tx, vault).await?
        + seal_outbox(tx, vault).await?
        + tag_requests(tx, vault).await?
        + key_photos(tx, vault).await?)
}

async fn seal_partners(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
) -> Result<usize, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as(PARTNERS).bind(BATCH).fetch_all(&mut **tx).await?;
    for (partner, secret) in &rows {
        give_key(tx, vault, partner).await?;
        let sealed = vault.seal(tx, partner, Item::CallbackSecret, secret.as_bytes()).await?;
        let sql =
            "UPDATE partners SET callback_secret_sealed = $2, callback_secret = '' WHERE id = $1";
        sqlx::query(sql).bind(partner).bind(sealed).execute(&mut **tx).await?;
    }
    Ok(rows.len())
}

async fn seal_submissions(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
) -> Result<usize, StoreError> {
    type Row = (String, String, Option<String>, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(SUBMISSIONS).bind(BATCH).fetch_all(&mut **tx).await?;
    let count = rows.len();
    for (id, partner, subject, reference, consent_ref, callback_url) in rows {
        let tag = match &reference {
            Some(reference) => Some(vault.tag(tx, &partner, "reference", reference).await?),
            None => None,
        };
        let details = Details { subject, reference, consent_ref, callback_url };
        let sealed = vault.seal_json(tx, &partner, Item::Details(&id), &details).await?;
        let sql = "UPDATE submissions SET details = $2, reference_tag = $3, subject = NULL, \
                   reference = NULL, consent_ref = NULL, callback_url = NULL WHERE id = $1";
        sqlx::query(sql).bind(&id).bind(sealed).bind(tag).execute(&mut **tx).await?;
    }
    Ok(count)
}

async fn seal_results(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
) -> Result<usize, StoreError> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as(RESULTS).bind(BATCH).fetch_all(&mut **tx).await?;
    for (id, partner, json) in &rows {
        let sealed = vault.seal(tx, partner, Item::Result(id), json.as_bytes()).await?;
        let sql = "UPDATE results SET sealed = $2, result_json = '' WHERE submission_id = $1";
        sqlx::query(sql).bind(id).bind(sealed).execute(&mut **tx).await?;
    }
    Ok(rows.len())
}

async fn seal_outbox(tx: &mut Transaction<'_, Sqlite>, vault: &Vault) -> Result<usize, StoreError> {
    let rows: Vec<(String, String, String, String)> =
        sqlx::query_as(OUTBOX).bind(BATCH).fetch_all(&mut **tx).await?;
    let count = rows.len();
    for (id, partner, url, body) in rows {
        let letter = Letter { url, body };
        let sealed = vault.seal_json(tx, &partner, Item::Callback(&id), &letter).await?;
        let sql = "UPDATE outbox SET sealed = $2, url = '', body = '' WHERE submission_id = $1";
        sqlx::query(sql).bind(&id).bind(sealed).execute(&mut **tx).await?;
    }
    Ok(count)
}

async fn tag_requests(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
) -> Result<usize, StoreError> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as(REQUESTS).bind(BATCH).fetch_all(&mut **tx).await?;
    for (id, partner, request_sha256) in &rows {
        let tag = request_tag(tx, vault, partner, request_sha256).await?;
        let sql = "UPDATE submissions SET request_sha256 = $2 WHERE id = $1";
        sqlx::query(sql).bind(id).bind(tag).execute(&mut **tx).await?;
    }
    Ok(rows.len())
}

async fn key_photos(tx: &mut Transaction<'_, Sqlite>, vault: &Vault) -> Result<usize, StoreError> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as(PHOTOS).bind(BATCH).fetch_all(&mut **tx).await?;
    for (id, partner, role) in &rows {
        let role: Role = super::parse("role", role)?;
        let key = vault.seal_photo_key(tx, partner, (id, role)).await?;
        let sql = "UPDATE images SET data_key = $3 WHERE submission_id = $1 AND role = $2";
        let update = sqlx::query(sql).bind(id).bind(role.as_str()).bind(key);
        update.execute(&mut **tx).await?;
    }
    Ok(rows.len())
}
