use crate::{EngineError, StoreError};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use facematch_contract::{ErrorCode, Problem};
use std::error::Error;

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Failure(Box<Problem>);

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Problem::new(code).into()
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let code = code(&error);
        if code.status() >= 500 {
            tracing::error!(code = code.as_str(), error = %chain(&error), "engine request failed");
            return code.into();
        }
        match detail(&error) {
            Some(detail) => Problem::new(code).with_detail(detail).into(),
            None => code.into(),
        }
    }
}

/// What is particular to this occurrence; the other codes' titles say all there is to say.
fn detail(error: &EngineError) -> Option<String> {
    use EngineError::{PartnerDisabled, ResultNotReady, UploadMismatch, UploadMissing, WrongState};
    let particular = matches!(
        error,
        PartnerDisabled | ResultNotReady(_) | UploadMismatch(_) | UploadMissing(_) | WrongState(_)
    );
    particular.then(|| error.to_string())
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status);
        let mut response =
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(self.0)).into_response();
        let problem = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, problem);
        response
    }
}

/// The code of every error on the wire.
fn code(error: &EngineError) -> ErrorCode {
    match error {
        EngineError::InvalidClient => ErrorCode::InvalidClient,
        // A token that outlived its partner.
        EngineError::PartnerDisabled => ErrorCode::TokenInvalid,
        EngineError::NotFound => ErrorCode::SubmissionNotFound,
        EngineError::IdempotencyKeyReused => ErrorCode::IdempotencyKeyReused,
        EngineError::BaselineNotFound => ErrorCode::BaselineNotFound,
        EngineError::CallbackNotFound => ErrorCode::CallbackNotFound,
        EngineError::WrongState(_) | EngineError::LostLease => ErrorCode::WrongState,
        EngineError::ResultNotReady(_) => ErrorCode::ResultNotReady,
        EngineError::Expired => ErrorCode::SubmissionExpired,
        EngineError::Erased => ErrorCode::SubmissionErased,
        EngineError::UploadMissing(_) => ErrorCode::UploadMissing,
        EngineError::UploadMismatch(_) => ErrorCode::UploadMismatch,
        EngineError::Objects(_) => ErrorCode::StorageUnavailable,
        EngineError::Store(error) if error.is_transient() => ErrorCode::EngineUnavailable,
        EngineError::Store(StoreError::OutOfRange { .. }) => ErrorCode::InvalidRequest,
        EngineError::Store(_) | EngineError::Result(_) => ErrorCode::Internal,
    }
}

/// The error and its causes in one line. None of ours carries a secret, a URL or a value from a row.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}
