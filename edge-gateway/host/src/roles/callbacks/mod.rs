//! Sends what is in the outbox: signed, retried, to addresses on the public internet alone.

mod address;
mod lanes;
mod signature;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use target::Reach;

use super::{PATIENCE, Stop, unless_stopped};
use crate::metrics::Metrics;
use anyhow::{Context, Result};
use facematch_contract::{CallbackState, limits::CALLBACK_TIMEOUT_S};
use facematch_engine::{Callback, Engine, EngineError};
use lanes::{Lanes, Limits, Place};
use reqwest::{StatusCode, header};
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::task::JoinSet;

/// A callback that was claimed and not reported is claimed again after this.
const LEASE_S: u32 = 2 * CALLBACK_TIMEOUT_S;
const MAX_JITTER_MS: u32 = 2_000;

/// Sends callbacks.
#[derive(Clone)]
pub(crate) struct Sender {
    engine: Arc<Engine>,
    http: reqwest::Client,
    reach: Reach,
    limits: Limits,
    lanes: Lanes,
    metrics: Metrics,
}

impl Sender {
    /// A sender that goes where `reach` says.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub(crate) fn new(engine: Arc<Engine>, reach: Reach, metrics: Metrics) -> Result<Self> {
        let http = client(&reach, Duration::from_secs(CALLBACK_TIMEOUT_S.into()))?;
        let (limits, lanes) = (Limits::default(), Lanes::default());
        Ok(Self { engine, http, reach, limits, lanes, metrics })
    }

    /// Sends what is due, until the server stops; then lets what is on its way arrive.
    pub(crate) async fn run(self, mut stop: Stop) {
        let mut bell = self.engine.callbacks_due().listen();
        let mut in_flight = JoinSet::new();
        while !*stop.borrow() {
            self.send_due(&mut in_flight).await;
            let wait = async {
                tokio::select! {
                    () = bell.heard_or_after(PATIENCE) => (),
                    Some(_) = in_flight.join_next(), if !in_flight.is_empty() => (),
                }
            };
            unless_stopped(&mut stop, wait).await;
        }
        in_flight.join_all().await;
    }

    /// Starts all that is due and has room.
    async fn send_due(&self, in_flight: &mut JoinSet<()>) {
        while in_flight.try_join_next().is_some() {}
        loop {
            let (room, busy) = self.lanes.room(self.limits);
            if room == 0 {
                return;
            }
            let limit = u32::try_from(room).unwrap_or(u32::MAX);
            let due = self.engine.claim_callbacks_beside(&busy, limit, LEASE_S).await;
            let due = due.unwrap_or_else(|error| {
                tracing::error!(%error, "cannot read the outbox");
                Vec::new()
            });
            let more = due.len() == room;
            for callback in due {
                let (sender, place) = (self.clone(), self.lanes.enter(&callback));
                in_flight.spawn(async move { sender.send(&callback, place).await });
            }
            if !more {
                return;
            }
        }
    }

    /// Sends one callback and notes how it went, all in its place.
    async fn send(&self, callback: &Callback, _place: Place) {
        let outcome = self.post(callback).await;
        let noted = match &outcome {
            Ok(status) if status.is_success() => {
                let delivered = self.engine.callback_delivered(callback, status.as_u16()).await;
                delivered.map(|()| CallbackState::Delivered)
            }
            Ok(status) if *status == StatusCode::GONE => {
                self.engine.callback_gone(callback, status.as_u16()).await
            }
            Ok(status) => self.note_failure(callback, Some(*status), "refused").await,
            Err(fault) => self.note_failure(callback, None, fault).await,
        };
        if let Ok(state) = &noted {
            self.metrics.called_back(outcome_name(*state));
        }
        log(callback, &outcome, noted);
    }

    async fn post(&self, callback: &Callback) -> Result<StatusCode, String> {
        self.reach.check(&callback.url).map_err(str::to_owned)?;
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

/// A client that resolves names as `reach` says, and follows neither redirects nor proxies.
fn client(reach: &Reach, timeout: Duration) -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .dns_resolver(reach.resolver())
        // Every attempt resolves the name and looks at its addresses anew.
        .pool_max_idle_per_host(0)
        .user_agent(concat!("facematch/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("cannot make the callbacks' HTTP client")
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

/// How an attempt ended, for monitoring.
fn outcome_name(state: CallbackState) -> &'static str {
    match state {
        CallbackState::Delivered => "delivered",
        CallbackState::Pending => "retried",
        CallbackState::Dead => "dead",
    }
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
