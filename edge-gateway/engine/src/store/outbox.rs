use super::{Store, ms, parse};
use crate::{Secret, StoreError, secret};
use facematch_contract::{
    CallbackEvent, CorrelationId, PartnerId, Timestamp, limits::CALLBACK_DELAYS_S,
};
use serde::Deserialize;
use sqlx::{Sqlite, Transaction};

const INSERT: &str = concat!(
    "INSERT INTO outbox (event_id, submission_id, partner_id, url, body, state, next_at, scheduled_at) \
     VALUES ($1, $2, $3, $4, $5, 'pending', $6 + ",
    now_ms!(),
    ", ",
    now_ms!(),
    ")"
);
const CLAIM: &str = concat!(
    "UPDATE outbox SET attempt = attempt + 1, next_at = $2 + ",
    now_ms!(),
    ", scheduled_at = ",
    now_ms!(),
    " WHERE event_id IN (SELECT event_id FROM outbox WHERE state = 'pending' AND next_at <= ",
    now_ms!(),
    " ORDER BY next_at LIMIT $1) RETURNING event_id, submission_id, partner_id, url, body, attempt, \
     (SELECT callback_secret FROM partners WHERE id = partner_id) AS secret"
);
/// Without a fence: that a receiver took it is true whoever says so.
const DELIVERED: &str =
    "UPDATE outbox SET state = 'delivered' WHERE event_id = $1 AND state = 'pending'";
/// The attempt is the fence: a sender that lost its lease does not put off the next attempt.
const FAILED: &str = concat!(
    "UPDATE outbox SET state = $3, next_at = $4 + ",
    now_ms!(),
    ", scheduled_at = ",
    now_ms!(),
    " WHERE event_id = $1 AND attempt = $2 AND state = 'pending'"
);
const LOG: &str = concat!(
    "INSERT INTO deliveries (event_id, attempt, at, status, error) \
     SELECT event_id, $2, ",
    now_ms!(),
    ", $3, $4 FROM outbox WHERE event_id = $1"
);
const DELIVERIES: &str = "SELECT d.event_id, d.attempt, d.at, d.status, d.error, o.state \
     FROM deliveries d JOIN outbox o ON o.event_id = d.event_id \
     WHERE o.partner_id = $1 AND o.submission_id = $2 ORDER BY d.id";
/// Takes back as much of the wait as the clock was set back.
const MEND_CLOCK: &str = concat!(
    "UPDATE outbox SET next_at = next_at - (scheduled_at - ",
    now_ms!(),
    "), scheduled_at = ",
    now_ms!(),
    " WHERE state = 'pending' AND scheduled_at > 1000 + ",
    now_ms!()
);
/// Longest error text in the delivery log, in characters.
const MAX_ERROR_CHARS: usize = 200;

/// A callback to send now.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The `webhook-id`: the same in every attempt.
    pub event_id: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The submission it is about.
    pub correlation_id: CorrelationId,
    /// Whose it is.
    pub partner_id: PartnerId,
    /// Where it goes.
    pub url: String,
    /// Exactly the text to sign and send: JSON.
    pub body: String,
    /// Signs it (Standard Webhooks, `whsec_…`).
    pub secret: Secret,
}

/// Where a callback stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackState {
    /// To be sent, or sent again.
    Pending,
    /// Taken by its receiver.
    Delivered,
    /// Given up.
    Dead,
}

impl CallbackState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

/// One line of the delivery log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// The `webhook-id`.
    pub event_id: String,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// When it ended.
    pub at: Timestamp,
    /// HTTP status of the receiver, if it answered.
    pub status: Option<u16>,
    /// What went wrong, in a few words.
    pub error: Option<String>,
    /// Where the callback stands now.
    pub state: CallbackState,
}

impl Store {
    /// Takes up to `limit` callbacks that are due, not to be taken again for `lease_s` seconds.
    pub(crate) async fn claim_callbacks(
        &self,
        limit: u32,
        lease_s: u32,
    ) -> Result<Vec<Callback>, StoreError> {
        let mut tx = self.begin().await?;
        let rows: Vec<Row> =
            sqlx::query_as(CLAIM).bind(limit).bind(ms(lease_s)).fetch_all(&mut *tx).await?;
        tx.commit().await?;
        rows.into_iter().map(Row::into_callback).collect()
    }

    /// Ends a callback that its receiver took with `status`.
    pub(crate) async fn callback_delivered(
        &self,
        event_id: &str,
        attempt: u32,
        status: u16,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(DELIVERED).bind(event_id).execute(&mut *tx).await?;
        log(&mut tx, (event_id, attempt), Some(status), None).await?;
        Ok(tx.commit().await?)
    }

    /// Notes that an attempt failed and schedules the next one, or gives up after the last.
    pub(crate) async fn callback_failed(
        &self,
        (event_id, attempt): (&str, u32),
        status: Option<u16>,
        error: &str,
        jitter_ms: u32,
    ) -> Result<CallbackState, StoreError> {
        let delay_s = CALLBACK_DELAYS_S.get(attempt as usize);
        let state = delay_s.map_or(CallbackState::Dead, |_| CallbackState::Pending);
        let delay_ms = ms(delay_s.copied().unwrap_or_default()) + i64::from(jitter_ms);
        let mut tx = self.begin().await?;
        let update = sqlx::query(FAILED).bind(event_id).bind(attempt);
        update.bind(state.as_str()).bind(delay_ms).execute(&mut *tx).await?;
        log(&mut tx, (event_id, attempt), status, Some(error)).await?;
        tx.commit().await?;
        Ok(state)
    }

    /// The delivery log of a partner's submission, oldest first.
    pub(crate) async fn deliveries(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<Vec<DeliveryRecord>, StoreError> {
        let select = sqlx::query_as(DELIVERIES).bind(&partner.0).bind(id.to_string());
        let rows: Vec<DeliveryRow> = select.fetch_all(&self.read).await?;
        rows.into_iter().map(DeliveryRow::into_record).collect()
    }

    /// Brings forward what a clock that was set back would hold up, and returns how many.
    pub(crate) async fn mend_outbox_clock(&self) -> Result<u64, StoreError> {
        Ok(sqlx::query(MEND_CLOCK).execute(&self.write).await?.rows_affected())
    }
}

/// Adds the callback of a submission that ends in this transaction.
pub(super) async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    partner_id: &str,
    url: &str,
    event: &CallbackEvent,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(event)
        .map_err(|_| StoreError::OutOfRange { what: "callback body" })?;
    sqlx::query(INSERT)
        .bind(secret::random_id("msg_")?)
        .bind(event.correlation_id.to_string())
        .bind(partner_id)
        .bind(url)
        .bind(body)
        .bind(ms(CALLBACK_DELAYS_S[0]))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn log(
    tx: &mut Transaction<'_, Sqlite>,
    (event_id, attempt): (&str, u32),
    status: Option<u16>,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let error = error.map(|text| text.chars().take(MAX_ERROR_CHARS).collect::<String>());
    let insert = sqlx::query(LOG).bind(event_id).bind(attempt).bind(status).bind(error);
    insert.execute(&mut **tx).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    event_id: String,
    submission_id: String,
    partner_id: String,
    url: String,
    body: String,
    attempt: u32,
    secret: String,
}

impl Row {
    fn into_callback(self) -> Result<Callback, StoreError> {
        let id = self.submission_id.parse().map_err(|_| StoreError::Unreadable { what: "id" })?;
        Ok(Callback {
            event_id: self.event_id,
            attempt: self.attempt,
            correlation_id: id,
            partner_id: PartnerId(self.partner_id),
            url: self.url,
            body: self.body,
            secret: Secret::new(self.secret),
        })
    }
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    event_id: String,
    attempt: u32,
    at: i64,
    status: Option<u16>,
    error: Option<String>,
    state: String,
}

impl DeliveryRow {
    fn into_record(self) -> Result<DeliveryRecord, StoreError> {
        Ok(DeliveryRecord {
            event_id: self.event_id,
            attempt: self.attempt,
            at: Timestamp(self.at),
            status: self.status,
            error: self.error,
            state: parse("callback state", &self.state)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::searches;

    #[tokio::test]
    async fn the_claim_searches_an_index() {
        searches(CLAIM, "INDEX outbox_due (next_at<?)").await;
    }
}
