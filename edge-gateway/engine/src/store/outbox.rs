use super::{Store, details::Letter, ms, parse, to_json};
use crate::{
    Secret, StoreError, secret,
    vault::{Item, Vault},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use facematch_contract::{
    CallbackEvent, CallbackReport, CallbackState, CorrelationId, Delivery, PartnerId, Timestamp,
    limits::CALLBACK_DELAYS_S,
};
use sqlx::{Sqlite, SqliteConnection, Transaction};

/// Kinds of tags: where callbacks go is told to nobody who reads the database.
const ENDPOINT: &str = "endpoint";
const RECEIVER: &str = "receiver";
const INSERT: &str = concat!(
    "INSERT INTO outbox (event_id, submission_id, partner_id, sealed, endpoint, receiver, state, \
     next_at, scheduled_at) VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN EXISTS (SELECT 1 \
     FROM gone_endpoints g WHERE g.partner_id = $3 AND g.endpoint = $5) \
     THEN 'dead' ELSE 'pending' END, $7 + ",
    now_ms!(),
    ", ",
    now_ms!(),
    ") RETURNING state"
);
const CLAIM: &str = concat!(
    "UPDATE outbox SET attempt = attempt + 1, next_at = $2 + ",
    now_ms!(),
    ", scheduled_at = ",
    now_ms!(),
    " WHERE event_id IN (SELECT event_id FROM outbox WHERE state = 'pending' AND next_at <= ",
    now_ms!(),
    " AND receiver NOT IN (SELECT value FROM json_each($3)) \
     AND partner_id NOT IN (SELECT value FROM json_each($4)) \
     ORDER BY next_at LIMIT $1) \
     RETURNING event_id, submission_id, partner_id, sealed, attempt, receiver, \
     (SELECT callback_secret FROM partners WHERE id = partner_id) AS secret, \
     (SELECT old_callback_secret FROM partners WHERE id = partner_id \
      AND old_callback_secret_until > ",
    now_ms!(),
    ") AS old_secret"
);
/// What cannot be opened cannot be sent, however often it is tried.
const GIVE_UP: &str = "UPDATE outbox SET state = 'dead' WHERE event_id = $1";
/// Without a fence: that a receiver took it is true whoever says so.
const DELIVERED: &str = "UPDATE outbox SET state = 'delivered' WHERE event_id = $1";
/// A receiver that takes a callback is there again.
const BACK: &str = "DELETE FROM gone_endpoints WHERE partner_id = $1 AND endpoint = $2";
/// The attempt is the fence: a sender that lost its lease does not put off the next attempt.
const FAILED: &str = concat!(
    "UPDATE outbox SET state = $3, next_at = $4 + ",
    now_ms!(),
    ", scheduled_at = ",
    now_ms!(),
    " WHERE event_id = $1 AND attempt = $2 AND state = 'pending'"
);
const GONE: &str = concat!(
    "INSERT INTO gone_endpoints (partner_id, endpoint, since) VALUES ($1, $2, ",
    now_ms!(),
    ") ON CONFLICT DO NOTHING"
);
/// All that waits for the endpoint of one callback, and that one, whose row may be older than the tags.
const BURY: &str = "UPDATE outbox SET state = 'dead' WHERE state = 'pending' AND partner_id = $1 \
     AND (endpoint = $2 OR event_id = $3) RETURNING event_id, attempt";
const AGAIN: &str = concat!(
    "UPDATE outbox SET state = 'pending', next_at = ",
    now_ms!(),
    ", scheduled_at = ",
    now_ms!(),
    " WHERE partner_id = $1 AND submission_id = $2"
);
const LOG: &str = concat!(
    "INSERT INTO deliveries (event_id, attempt, at, status, error) \
     SELECT event_id, $2, ",
    now_ms!(),
    ", $3, $4 FROM outbox WHERE event_id = $1"
);
const CALLBACKS: &str = "SELECT event_id, state, next_at FROM outbox \
     WHERE partner_id = $1 AND submission_id = $2";
const DELIVERIES: &str =
    "SELECT attempt, at, status, error FROM deliveries WHERE event_id = $1 ORDER BY id";
/// Takes back as much of the wait as the clock was set back.
const MEND_CLOCK: &str = concat!(
    "UPDATE outbox SET next_at = next_at - (scheduled_at - ",
    now_ms!(),
    "), scheduled_at = ",
    now_ms!(),
    " WHERE state = 'pending' AND scheduled_at > 1000 + ",
    now_ms!()
);
/// What the delivery log says of a callback whose receiver answered 410, now or earlier.
const GONE_TEXT: &str = "the receiver said 410: callbacks to this URL are off until one is taken";
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
    /// Stands for scheme, host and port of the URL, and for the partner: a keyed hash.
    pub receiver: String,
    /// Signs it (Standard Webhooks, `whsec_…`).
    pub secret: Secret,
    /// Signs it too, while the partner changes from this secret to the other.
    pub old_secret: Option<Secret>,
}

impl Callback {
    fn attempt(&self) -> (&str, u32) {
        (&self.event_id, self.attempt)
    }

    /// What stands for its endpoint in the database.
    async fn endpoint(
        &self,
        connection: &mut SqliteConnection,
        vault: &Vault,
    ) -> Result<Vec<u8>, StoreError> {
        vault.tag(connection, &self.partner_id.0, ENDPOINT, endpoint_of(&self.url)).await
    }
}

/// Whose callbacks are to be left alone for now.
#[derive(Clone, Debug, Default)]
pub struct Busy {
    /// Receivers: [`Callback::receiver`].
    pub receivers: Vec<String>,
    /// Partners.
    pub partners: Vec<PartnerId>,
}

impl Store {
    /// Takes up to `limit` callbacks that are due and not of the `busy` ones, not to be taken again for `lease_s`
    /// seconds.
    pub(crate) async fn claim_callbacks(
        &self,
        limit: u32,
        lease_s: u32,
        busy: &Busy,
    ) -> Result<Vec<Callback>, StoreError> {
        let mut tx = self.begin().await?;
        let rows: Vec<Row> = sqlx::query_as(CLAIM)
            .bind(limit)
            .bind(ms(lease_s))
            .bind(to_json("receivers", &busy.receivers)?)
            .bind(to_json("partners", &busy.partners)?)
            .fetch_all(&mut *tx)
            .await?;
        let mut callbacks = Vec::with_capacity(rows.len());
        for row in rows {
            match row.open(&mut tx, &self.vault).await {
                Ok(callback) => callbacks.push(callback),
                Err(error @ StoreError::Sealed { .. }) => give_up(&mut tx, &row, &error).await?,
                Err(error) => return Err(error),
            }
        }
        tx.commit().await?;
        Ok(callbacks)
    }

    /// Ends a callback that its receiver took with `status`.
    pub(crate) async fn callback_delivered(
        &self,
        callback: &Callback,
        status: u16,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(DELIVERED).bind(&callback.event_id).execute(&mut *tx).await?;
        let endpoint = callback.endpoint(&mut tx, &self.vault).await?;
        let partner = &callback.partner_id.0;
        sqlx::query(BACK).bind(partner).bind(endpoint).execute(&mut *tx).await?;
        log(&mut tx, callback.attempt(), Some(status), None).await?;
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

    /// Gives up a callback whose receiver answered 410, with all others that wait for the same endpoint.
    pub(crate) async fn callback_gone(
        &self,
        callback: &Callback,
        status: u16,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let endpoint = callback.endpoint(&mut tx, &self.vault).await?;
        let (partner, event_id) = (&callback.partner_id.0, &callback.event_id);
        sqlx::query(GONE).bind(partner).bind(&endpoint).execute(&mut *tx).await?;
        let bury = sqlx::query_as(BURY).bind(partner).bind(&endpoint).bind(event_id);
        let buried: Vec<(String, u32)> = bury.fetch_all(&mut *tx).await?;
        log(&mut tx, callback.attempt(), Some(status), Some(GONE_TEXT)).await?;
        for (other, attempt) in buried.iter().filter(|(other, _)| other != event_id) {
            log(&mut tx, (other, *attempt), None, Some(GONE_TEXT)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes a submission's callback due now, whatever became of it. False if it has none.
    pub(crate) async fn redeliver(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<bool, StoreError> {
        let update = sqlx::query(AGAIN).bind(&partner.0).bind(id.to_string());
        Ok(update.execute(&self.write).await?.rows_affected() > 0)
    }

    /// The callbacks of a partner's submission with their delivery logs.
    pub(crate) async fn callbacks(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<Vec<CallbackReport>, StoreError> {
        // One snapshot: else a state of before an attempt could come with the attempt in the log.
        let mut snapshot = self.read.begin().await?;
        let select = sqlx::query_as(CALLBACKS).bind(&partner.0).bind(id.to_string());
        let rows: Vec<(String, String, i64)> = select.fetch_all(&mut *snapshot).await?;
        let mut reports = Vec::new();
        for (event_id, state, next_at) in rows {
            let select = sqlx::query_as(DELIVERIES).bind(&event_id);
            let log: Vec<DeliveryRow> = select.fetch_all(&mut *snapshot).await?;
            let state: CallbackState = parse("callback state", &state)?;
            reports.push(CallbackReport {
                webhook_id: event_id,
                state,
                next_attempt_at: (state == CallbackState::Pending).then_some(Timestamp(next_at)),
                deliveries: log.into_iter().map(Delivery::from).collect(),
            });
        }
        Ok(reports)
    }

    /// Sends callbacks of a partner again to every endpoint that said 410. Says how many there were.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub async fn enable_callbacks(&self, partner: &PartnerId) -> Result<u64, StoreError> {
        let delete = sqlx::query("DELETE FROM gone_endpoints WHERE partner_id = $1");
        Ok(delete.bind(&partner.0).execute(&self.write).await?.rows_affected())
    }

    /// Brings forward what a clock that was set back would hold up, and returns how many.
    pub(crate) async fn mend_outbox_clock(&self) -> Result<u64, StoreError> {
        Ok(sqlx::query(MEND_CLOCK).execute(&self.write).await?.rows_affected())
    }
}

/// Gives up a callback that was changed on the disk, so that the others go on.
async fn give_up(
    tx: &mut Transaction<'_, Sqlite>,
    row: &Row,
    error: &StoreError,
) -> Result<(), StoreError> {
    tracing::error!(correlation_id = row.submission_id, %error, "a callback is lost");
    sqlx::query(GIVE_UP).bind(&row.event_id).execute(&mut **tx).await?;
    log(tx, (&row.event_id, row.attempt), None, Some("the stored callback is damaged")).await
}

/// Adds the callback of a submission that ends in this transaction.
pub(super) async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
    partner_id: &str,
    (url, event): (String, &CallbackEvent),
) -> Result<(), StoreError> {
    let id = event.correlation_id.to_string();
    let body = serde_json::to_string(event)
        .map_err(|_| StoreError::OutOfRange { what: "callback body" })?;
    let event_id = secret::random_id("msg_")?;
    let endpoint = vault.tag(tx, partner_id, ENDPOINT, endpoint_of(&url)).await?;
    let receiver = vault.tag(tx, partner_id, RECEIVER, &receiver_of(&url)).await?;
    let sealed =
        vault.seal_json(tx, partner_id, Item::Callback(&id), &Letter { url, body }).await?;
    let state: String = sqlx::query_scalar(INSERT)
        .bind(&event_id)
        .bind(id)
        .bind(partner_id)
        .bind(sealed)
        .bind(endpoint)
        .bind(STANDARD_NO_PAD.encode(receiver))
        .bind(ms(CALLBACK_DELAYS_S[0]))
        .fetch_one(&mut **tx)
        .await?;
    if state == CallbackState::Dead.as_str() {
        log(tx, (&event_id, 0), None, Some(GONE_TEXT)).await?;
    }
    Ok(())
}

/// What a 410 switches off: the URL without its query, which may be about one submission.
fn endpoint_of(url: &str) -> &str {
    url.split('?').next().unwrap_or(url)
}

/// Scheme, host and port of a URL, in lower case.
fn receiver_of(url: &str) -> String {
    let from_host = url.find("://").map_or(0, |at| at + 3);
    let length = url[from_host..].find(['/', '?']).unwrap_or(url.len() - from_host);
    url[..from_host + length].to_ascii_lowercase()
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
    sealed: Vec<u8>,
    attempt: u32,
    receiver: String,
    secret: Vec<u8>,
    old_secret: Option<Vec<u8>>,
}

impl Row {
    async fn open(
        &self,
        connection: &mut SqliteConnection,
        vault: &Vault,
    ) -> Result<Callback, StoreError> {
        let (partner, id) = (&self.partner_id, &self.submission_id);
        let item = Item::Callback(id);
        let letter: Letter = vault.open_json(connection, partner, item, &self.sealed).await?;
        let secret = open_secret(connection, vault, partner, &self.secret).await?;
        let old_secret = match &self.old_secret {
            Some(sealed) => Some(open_secret(connection, vault, partner, sealed).await?),
            None => None,
        };
        Ok(Callback {
            event_id: self.event_id.clone(),
            attempt: self.attempt,
            correlation_id: id.parse().map_err(|_| StoreError::Unreadable { what: "id" })?,
            partner_id: PartnerId(partner.clone()),
            url: letter.url,
            body: letter.body,
            receiver: self.receiver.clone(),
            secret,
            old_secret,
        })
    }
}

async fn open_secret(
    connection: &mut SqliteConnection,
    vault: &Vault,
    partner: &str,
    sealed: &[u8],
) -> Result<Secret, StoreError> {
    let plain = vault.open(connection, partner, Item::CallbackSecret, sealed).await?;
    let text = String::from_utf8(plain);
    text.map(Secret::new).map_err(|_| StoreError::Unreadable { what: "callback secret" })
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    attempt: u32,
    at: i64,
    status: Option<u16>,
    error: Option<String>,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        let DeliveryRow { attempt, at, status, error } = row;
        Self { attempt, at: Timestamp(at), status, error }
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

    #[test]
    fn a_receiver_is_scheme_host_and_port() {
        let cases = [
            ("https://Hooks.Example.com/x?y=https://z", "https://hooks.example.com"),
            ("https://a.example:8443?x", "https://a.example:8443"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9"),
            ("no url", "no url"),
            ("", ""),
        ];
        for (url, want) in cases {
            assert_eq!(receiver_of(url), want, "{url}");
        }
    }
}
