//! Why an operation is refused, and what S3 calls it.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use s3s::{S3Error, S3ErrorCode};

use crate::DataKeyError;
use crate::client::{DAMAGED, ERROR_HEADER};
use crate::store::{BadKey, StoreError};

/// Why an operation is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("there is no such bucket")]
    OtherBucket,
    #[error(transparent)]
    Key(#[from] BadKey),
    #[error("content-length is missing or malformed")]
    NoLength,
    #[error("the object is too large")]
    TooLarge,
    #[error("the body is not as long as content-length says")]
    Incomplete,
    #[error("the body did not come in time")]
    Slow,
    #[error("the body is not what its digest says")]
    OtherDigest,
    #[error("the object is another version")]
    OtherVersion,
    #[error("only if-none-match: * is known for uploads")]
    Condition,
    #[error("no object may be stored here, or not any more")]
    NoDataKey,
    #[error(transparent)]
    DataKey(#[from] DataKeyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::OtherBucket => S3ErrorCode::NoSuchBucket,
            Self::Key(_) | Self::Condition => S3ErrorCode::InvalidArgument,
            Self::NoLength => S3ErrorCode::MissingContentLength,
            Self::TooLarge => S3ErrorCode::EntityTooLarge,
            Self::Incomplete => S3ErrorCode::IncompleteBody,
            Self::Slow => S3ErrorCode::RequestTimeout,
            Self::OtherDigest => S3ErrorCode::BadDigest,
            Self::OtherVersion => S3ErrorCode::PreconditionFailed,
            Self::Store(StoreError::Exists) => S3ErrorCode::PreconditionFailed,
            Self::Store(StoreError::NotFound) => S3ErrorCode::NoSuchKey,
            Self::Store(StoreError::Full(_)) => S3ErrorCode::SlowDown,
            Self::NoDataKey => S3ErrorCode::AccessDenied,
            Self::DataKey(DataKeyError::Unavailable(_)) => S3ErrorCode::SlowDown,
            Self::DataKey(DataKeyError::Damaged(_)) | Self::Store(_) => S3ErrorCode::InternalError,
        }
    }

    /// Whether the object is lost: asking again does not help.
    fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Damaged(_)) | Self::DataKey(DataKeyError::Damaged(_))
        )
    }
}

impl From<Refusal> for S3Error {
    fn from(refusal: Refusal) -> Self {
        let mut error = Self::with_message(refusal.code(), refusal.to_string());
        if refusal.is_damage() {
            // S3 has no word for it, and an answer to HEAD has no body to say it in.
            let mut headers = HeaderMap::new();
            headers.insert(ERROR_HEADER, HeaderValue::from_static(DAMAGED));
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
            error.set_headers(headers);
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_the_status_that_s3_gives_them() {
        let io = || std::io::Error::other("x");
        let cases = [
            (Refusal::OtherBucket, 404),
            (Refusal::Key(BadKey), 400),
            (Refusal::NoLength, 411),
            (Refusal::TooLarge, 400),
            (Refusal::Incomplete, 400),
            (Refusal::Slow, 400),
            (Refusal::OtherDigest, 400),
            (Refusal::OtherVersion, 412),
            (Refusal::Condition, 400),
            (Refusal::NoDataKey, 403),
            (Refusal::DataKey(DataKeyError::Unavailable("x".into())), 503),
            (Refusal::DataKey(DataKeyError::Damaged("x".into())), 500),
            (Refusal::Store(StoreError::Exists), 412),
            (Refusal::Store(StoreError::NotFound), 404),
            (Refusal::Store(StoreError::Full(io())), 503),
            (Refusal::Store(StoreError::Damaged("x")), 500),
            (Refusal::Store(StoreError::Io(io())), 500),
        ];
        for (refusal, want) in cases {
            let text = refusal.to_string();
            let status = S3Error::from(refusal).status_code().map(|status| status.as_u16());
            assert_eq!(status, Some(want), "{text}");
        }
    }
}
