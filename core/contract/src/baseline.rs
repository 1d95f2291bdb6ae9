use crate::{CorrelationId, Timestamp};
use serde::{Deserialize, Serialize};

/// `PUT /v1/baselines/{subject}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterBaseline {
    /// A completed submission with the decision `match`: its selfie becomes the baseline.
    pub correlation_id: CorrelationId,
}

/// Why a subject is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LockReason {
    /// Too many attempts failed one after the other.
    TooManyFailures,
}

/// Answer of `PUT` and `GET /v1/baselines/{subject}`. The template itself is never given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    /// The partner's own name for the person.
    pub subject: String,
    /// The submission whose selfie it was made from.
    pub correlation_id: CorrelationId,
    /// The model pack that made the template; with another one the subject has to be registered again.
    pub pack: String,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Attempts that failed since the last match or registration.
    pub failures: u32,
    /// When the next attempt may be made, after too many failures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub delayed_until: Option<Timestamp>,
    /// Why no attempt may be made until the subject is registered again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub locked: Option<LockReason>,
}

/// Answer of `DELETE /v1/baselines/{subject}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BaselineReceipt {
    /// The partner's own name for the person.
    pub subject: String,
    /// When template and key were destroyed, or it was seen that there are none.
    pub deleted_at: Timestamp,
    /// Whether there was a baseline.
    pub deleted: bool,
}
