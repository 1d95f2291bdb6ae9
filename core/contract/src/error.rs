use crate::TokenError;
use serde::{Deserialize, Serialize};

/// Declares [`ErrorCode`] and its table in one place: code, HTTP status, retryable, title, hint.
macro_rules! error_codes {
    ($($variant:ident, $code:literal, $status:literal, $retryable:literal, $title:literal, $hint:literal;)*) => {
        /// Why a request was refused. Stable: a client may branch on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
        pub enum ErrorCode {
            $(#[doc = $title] #[serde(rename = $code)] $variant,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// Whether the same request, sent again after `Retry-After` or a moment, can succeed.
            pub fn retryable(self) -> bool {
                match self { $(Self::$variant => $retryable,)* }
            }

            /// One line, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What the caller can do about it.
            pub fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)* }
            }
        }
    };
}

error_codes! {
    MalformedBody, "malformed_body", 400, false,
        "The body is not valid JSON of the expected shape",
        "Compare the body with the OpenAPI document; `detail` names the place.";
    InvalidRequest, "invalid_request", 422, false,
        "A field or parameter has a value that is not allowed",
        "`errors` lists each field and what it must be.";
    UnsupportedMediaType, "unsupported_media_type", 415, false,
        "The content-type of the request is not taken here",
        "Send application/json, or application/x-www-form-urlencoded to the token endpoint.";
    BodyTooLarge, "body_too_large", 413, false,
        "The request body is too large",
        "Photos go to the presigned URLs, not to the API. Bodies are at most 16 KiB.";
    IdempotencyKeyRequired, "idempotency_key_required", 400, false,
        "The Idempotency-Key header is missing or malformed",
        "Send a fresh random key of 1 to 128 visible ASCII characters, and the same one when you retry.";
    IdempotencyKeyReused, "idempotency_key_reused", 422, false,
        "This Idempotency-Key was used with another body",
        "Use a fresh key for a new submission; repeat the body exactly when you retry.";
    UnsupportedGrantType, "unsupported_grant_type", 400, false,
        "The token endpoint takes client credentials only",
        "Send grant_type=client_credentials.";
    InvalidClient, "invalid_client", 401, false,
        "Unknown client or wrong secret",
        "Check client_id and client_secret; the old one ends some time after a rotation.";
    InvalidScope, "invalid_scope", 400, false,
        "A scope was asked for that this client does not have",
        "Leave `scope` out to get all that you have.";
    TokenMissing, "token_missing", 401, false,
        "The request carries no bearer token",
        "Send Authorization: Bearer with a token from POST /v1/token.";
    TokenInvalid, "token_invalid", 401, false,
        "The token is not one of ours, or is not for this API",
        "Fetch a new token from POST /v1/token.";
    TokenExpired, "token_expired", 401, false,
        "The token has expired",
        "Fetch a new token from POST /v1/token and send the request again.";
    InsufficientScope, "insufficient_scope", 403, false,
        "The token does not allow this",
        "Use a partner token with the scope in `detail`; a browser token covers one submission's upload only.";
    OriginNotAllowed, "origin_not_allowed", 403, false,
        "This web origin is not on the partner's list",
        "Call from a listed page, or ask the operator to list this origin.";
    RouteNotFound, "route_not_found", 404, false,
        "There is nothing at this path",
        "See /openapi.json for the paths.";
    MethodNotAllowed, "method_not_allowed", 405, false,
        "This path does not take this method",
        "See the Allow header.";
    SubmissionNotFound, "submission_not_found", 404, false,
        "There is no such submission",
        "Check the correlation id, and that it was created with the same partner's credentials.";
    BaselineNotFound, "baseline_not_found", 409, false,
        "This subject has no registered baseline",
        "Register a baseline first, or compare two photos with selfie_to_selfie.";
    WrongState, "wrong_state", 409, false,
        "The submission is not in a state that allows this",
        "`detail` says where it stands. Create a new submission to upload again.";
    UploadMissing, "upload_missing", 409, false,
        "A declared photo has not been uploaded",
        "PUT the photos named in `detail`, then confirm again.";
    UploadMismatch, "upload_mismatch", 409, false,
        "What is in the bucket is not what was declared",
        "Create a new submission with the true size, type and hash.";
    SubmissionExpired, "submission_expired", 410, false,
        "The submission was not confirmed in time",
        "Create a new submission.";
    SubmissionErased, "submission_erased", 410, false,
        "The submission has been erased",
        "Nothing is left of it but the receipt.";
    ResultNotReady, "result_not_ready", 409, true,
        "There is no result yet",
        "Poll the status until it is `completed` or `failed`; `Retry-After` says when.";
    CallbackNotFound, "callback_not_found", 409, false,
        "This submission has no callback",
        "There is one once a submission with a `callbackUrl` is `completed` or `failed`.";
    RateLimited, "rate_limited", 429, true,
        "Too many requests in a short time",
        "Retry after `Retry-After`; the `RateLimit` header tells what is left.";
    Overloaded, "overloaded", 503, true,
        "Too many requests at once",
        "Retry after `Retry-After`, with jitter.";
    EngineUnavailable, "engine_unavailable", 503, true,
        "The engine cannot be reached",
        "Retry after `Retry-After`. With the same Idempotency-Key nothing is created twice.";
    StorageUnavailable, "storage_unavailable", 503, true,
        "The bucket cannot be reached",
        "Retry after `Retry-After`.";
    Internal, "internal", 500, true,
        "An error on our side",
        "Retry; if it stays, give support the x-correlation-id.";
}

impl ErrorCode {
    /// The member that RFC 6749 asks of a token endpoint's error, where this code can occur there.
    pub fn token_error(self) -> Option<TokenError> {
        match self {
            Self::InvalidClient => Some(TokenError::InvalidClient),
            Self::UnsupportedGrantType => Some(TokenError::UnsupportedGrantType),
            Self::InvalidScope => Some(TokenError::InvalidScope),
            Self::MalformedBody | Self::UnsupportedMediaType => Some(TokenError::InvalidRequest),
            _ => None,
        }
    }
}

/// One field that has a value that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// JSON path of the field, such as `images[0].sizeBytes`, or the name of a header or parameter.
    pub field: String,
    /// What it must be.
    pub message: String,
}

/// Body of every error (RFC 9457, `application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `urn:facematch:error:` and the code.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// One line, the same for every occurrence of the code.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable code: branch on this.
    pub code: ErrorCode,
    /// What is particular to this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub detail: Option<String>,
    /// Whether the same request can succeed later.
    pub retryable: bool,
    /// What the caller can do about it.
    pub hint: String,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", ts(optional, as = "Option<Vec<FieldError>>"))]
    pub errors: Vec<FieldError>,
    /// The same as the `x-correlation-id` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub correlation_id: Option<String>,
    /// RFC 6749 error name, at the token endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub error: Option<TokenError>,
}

impl Problem {
    /// A problem with its standard texts.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            problem_type: format!("urn:facematch:error:{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: None,
            retryable: code.retryable(),
            hint: code.hint().to_owned(),
            errors: Vec::new(),
            correlation_id: None,
            error: None,
        }
    }

    /// The same with what is particular to this occurrence.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// An [`ErrorCode::InvalidRequest`] about these fields.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(ErrorCode::InvalidRequest) }
    }
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_go_over_the_wire_by_name() {
        let names: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn only_our_own_faults_are_5xx_and_they_are_retryable() {
        for code in ErrorCode::ALL.iter().filter(|code| code.status() >= 500) {
            assert!(code.retryable(), "{code:?}");
        }
    }
}
