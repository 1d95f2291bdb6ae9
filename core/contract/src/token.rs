use serde::{Deserialize, Serialize};

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
pub enum Scope {
    /// Create and confirm submissions, fetch upload URLs.
    #[serde(rename = "submissions:write")]
    SubmissionsWrite,
    /// Read the status of submissions.
    #[serde(rename = "submissions:read")]
    SubmissionsRead,
    /// Read results.
    #[serde(rename = "results:read")]
    ResultsRead,
    /// Erase submissions.
    #[serde(rename = "submissions:erase")]
    SubmissionsErase,
    /// Upload, confirm and poll one submission: the browser's token.
    #[serde(rename = "capture")]
    Capture,
}

impl Scope {
    /// Every scope that a partner's token may have.
    pub const PARTNER: [Self; 4] =
        [Self::SubmissionsWrite, Self::SubmissionsRead, Self::ResultsRead, Self::SubmissionsErase];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SubmissionsWrite => "submissions:write",
            Self::SubmissionsRead => "submissions:read",
            Self::ResultsRead => "results:read",
            Self::SubmissionsErase => "submissions:erase",
            Self::Capture => "capture",
        }
    }
}

/// Form of `POST /v1/token` (RFC 6749, client credentials). The credentials come by HTTP Basic or in the form.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TokenRequest {
    /// Always `client_credentials`.
    #[cfg_attr(feature = "schema", schemars(extend("const" = "client_credentials")))]
    pub grant_type: String,
    /// The partner's id, unless HTTP Basic gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub client_id: Option<String>,
    /// The partner's secret, unless HTTP Basic gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub client_secret: Option<String>,
    /// Scopes wanted, separated by spaces; all that the partner has when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub scope: Option<String>,
}

/// Answer of `POST /v1/token`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TokenResponse {
    /// A JWT (RFC 9068). Opaque to its holder.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Life of the token, in seconds. Cache it until shortly before its end.
    pub expires_in: u32,
    /// Scopes granted, separated by spaces.
    pub scope: String,
}

/// Error member that RFC 6749 section 5.2 asks of a token endpoint; it stands in the problem document too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TokenError {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// Unknown client or wrong secret.
    InvalidClient,
    /// Another grant than client credentials.
    UnsupportedGrantType,
    /// A scope that this partner does not have.
    InvalidScope,
}
