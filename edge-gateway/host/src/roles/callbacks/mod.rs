//! Sends what is in the outbox: signed, retried, to addresses on the public internet alone.

mod address;
mod signature;
mod target;

use super::{PATIENCE, Stop, unless_stopped};
use anyhow::{Context, Result};
use facematch_contract::limits::CALLBACK_TIMEOUT_S;
use facematch_engine::{Callback, CallbackState, Engine, EngineError};
use reqwest::{StatusCode, header};
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};
use target::{PublicResolver, check_url};
use tokio::task::JoinSet;

/// Callbacks on their way at a time: one slow receiver must not hold up the others.
const MAX_IN_FLIGHT: usize = 64;
/// A callback that was claimed and not reported is claimed again after this.
const LEASE_S: u32 = 2 * CALLBACK_TIMEOUT_S;
const MAX_JITTER_MS: u32 = 2_000;

/// Sends callbacks.
#[derive(Clone)]
pub(crate) struct Sender {
    engine: Arc<Engine>,
    http: reqwest::Client,
    loopback: bool,
}

impl Sender {
    /// A sender; `loopback` lets it reach this machine, over http too.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub(crate) fn new(engine: Arc<Engine>, loopback: bool) -> Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(CALLBACK_TIMEOUT_S.into()))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(PublicResolver { loopback })
            .user_agent(concat!("facematch/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("cannot make the callbacks' HTTP client")?;
        Ok(Self { engine, http, loopback })
    }

    /// Sends what is due, until the server stops; then lets what is on its way arrive.
    pub(crate) async fn run(self, mut stop: Stop) {
        let mut bell = self.engine.callbacks_due().listen();
        let mut in_flight = JoinSet::new();
        loop {
            let sent = self.send_due(&mut in_flight).await;
            let wait = async {
                tokio::select! {
                    () = bell.heard_or_after(PATIENCE) => (),
                    Some(_) = in_flight.join_next(), if !in_flight.is_empty() => (),
                }
            };
            if !sent && unless_stopped(&mut stop, wait).await.is_none() {
                break;
            }
            if *stop.borrow() {
                break;
            }
        }
        in_flight.join_all().await;
    }

    /// Starts what is due and says whether there may be more.
    async fn send_due(&self, in_flight: &mut JoinSet<()>) -> bool {
        while in_flight.try_join_next().is_some() {}
        let room = u32::try_from(MAX_IN_FLIGHT - in_flight.len()).unwrap_or(0);
        if room == 0 {
            return false;
        }
        let due = self.engine.claim_callbacks(room, LEASE_S).await.unwrap_or_else(|error| {
            tracing::error!(%error, "cannot read the outbox");
            Vec::new()
        });
        let more = due.len() == room as usize;
        for callback in due {
            let sender = self.clone();
            in_flight.spawn(async move { sender.send(&callback).await });
        }
        more
    }

    async fn send(&self, callback: &Callback) {
        let outcome = self.post(callback).await;
        let noted = match &outcome {
            Ok(status) if status.is_success() => {
                let delivered = self.engine.callback_delivered(callback, status.as_u16()).await;
                delivered.map(|()| CallbackState::Delivered)
            }
            Ok(status) => self.note_failure(callback, Some(*status), "refused").await,
            Err(fault) => self.note_failure(callback, None, fault).await,
        };
        log(callback, &outcome, noted);
    }

    async fn post(&self, callback: &Callback) -> Result<StatusCode, String> {
        check_url(&callback.url, self.loopback).map_err(str::to_owned)?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let time = now.as_secs().to_string();
        let signature = signature::sign(callback, &time).map_err(str::to_owned)?;
        let request = self
            .http
            .post(&callback.url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", &callback.event_id)
            .header("webhook-timestamp", time)
            .header("webhook-signature", signature)
            .body(callback.body.clone());
        // The body of the answer is not read: only its status counts.
        request.send().await.map(|response| response.status()).map_err(|error| reason(&error))
    }

    async fn note_failure(
        &self,
        callback: &Callback,
        status: Option<StatusCode>,
        fault: &str,
    ) -> Result<CallbackState, EngineError> {
        let status = status.map(|status| status.as_u16());
        self.engine.callback_failed(callback, status, fault, jitter_ms()).await
    }
}

/// A few words without the URL, which may hold a secret of the partner's.
fn reason(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "cannot connect"
    } else {
        "the connection broke"
    };
    kind.to_owned()
}

fn jitter_ms() -> u32 {
    let random = getrandom::u32().unwrap_or_default();
    random % MAX_JITTER_MS
}

fn log(
    callback: &Callback,
    outcome: &Result<StatusCode, String>,
    noted: Result<CallbackState, EngineError>,
) {
    let (id, attempt) = (callback.correlation_id, callback.attempt);
    match noted {
        Ok(CallbackState::Delivered) => {
            tracing::info!(correlation_id = %id, attempt, "callback delivered");
        }
        Ok(state) => {
            tracing::warn!(correlation_id = %id, attempt, ?outcome, ?state, "callback failed");
        }
        Err(error) => tracing::error!(correlation_id = %id, %error, "callback not noted"),
    }
}
