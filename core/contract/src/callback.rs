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
