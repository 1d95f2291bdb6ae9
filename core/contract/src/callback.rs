use crate::{CorrelationId, State, Timestamp};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
pub enum CallbackEventType {
    /// A submission has its decision.
    #[serde(rename = "submission.completed")]
    SubmissionCompleted,
    /// A submission failed, by our fault.
    #[serde(rename = "submission.failed")]
    SubmissionFailed,
}

/// Body of a callback (Standard Webhooks). Thin: it says that the result can be fetched, not what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CallbackEvent {
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: CallbackEventType,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The submission.
    pub correlation_id: CorrelationId,
    /// The partner's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub reference: Option<String>,
    /// Where it stands now.
    pub state: State,
}

/// Where a callback stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CallbackState {
    /// To be sent, or sent again.
    Pending,
    /// Taken by its receiver.
    Delivered,
    /// Given up: after the last attempt, or because the receiver said 410. It can be redelivered.
    Dead,
}

impl CallbackState {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

/// One attempt at a callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Which attempt it was, from 1; 0 where the callback was given up without one.
    pub attempt: u32,
    /// When it ended.
    pub at: Timestamp,
    /// HTTP status of the receiver, if it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub status: Option<u16>,
    /// What went wrong, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub error: Option<String>,
}

/// A callback with the log of its attempts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CallbackReport {
    /// The `webhook-id`: the same in every attempt.
    pub webhook_id: String,
    /// Where it stands.
    pub state: CallbackState,
    /// When the next attempt is due; only while it is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub next_attempt_at: Option<Timestamp>,
    /// Its attempts, oldest first.
    pub deliveries: Vec<Delivery>,
}

/// Answer of `GET /v1/submissions/{id}/callbacks` and of a redelivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CallbackLog {
    /// The submission.
    pub correlation_id: CorrelationId,
    /// Its callbacks; none before it has ended, or without a `callbackUrl`.
    pub callbacks: Vec<CallbackReport>,
}
