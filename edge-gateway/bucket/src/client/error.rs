//! What can go wrong between the engine and a bucket.

use http::{HeaderMap, StatusCode};

/// Header in which our bucket says more about a failure than S3 has words for.
pub(crate) const ERROR_HEADER: &str = "x-facematch-error";
/// What it says of an object that cannot be read any more.
pub(crate) const DAMAGED: &str = "object-damaged";

/// Failure of a request to a bucket. No text of it has a URL's query, which is a credential.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectsError {
    /// There is no object under the key.
    #[error("no such object")]
    NotFound,
    /// The object is another version than the one asked for.
    #[error("the object has changed")]
    PreconditionFailed,
    /// The server refuses: a wrong key, a wrong clock, a wrong bucket.
    #[error("the bucket refused with status {status}")]
    Denied {
        /// HTTP status of the answer.
        status: u16,
    },
    /// The server cannot answer now.
    #[error("the bucket is unavailable, status {status}")]
    Unavailable {
        /// HTTP status of the answer.
        status: u16,
    },
    /// The object is there and cannot be read: it was changed on the disk, or its key was.
    #[error("the object is damaged")]
    Damaged,
    /// The object is longer than the caller takes.
    #[error("the object is larger than {max_bytes} bytes")]
    TooLarge {
        /// Most bytes that the caller takes.
        max_bytes: u64,
    },
    /// The answer lacks a header, or has one that cannot be read.
    #[error("the bucket's answer has no usable {0}")]
    Malformed(&'static str),
    /// No answer: connection, TLS or time.
    #[error("the bucket cannot be reached")]
    Transport(#[source] reqwest::Error),
}

impl ObjectsError {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Transport(_))
    }

    /// `Ok` for an answer of success.
    pub(super) fn check(status: StatusCode, headers: &HeaderMap) -> Result<(), Self> {
        let code = status.as_u16();
        match code {
            500 if headers.get(ERROR_HEADER).is_some_and(|word| word == DAMAGED) => {
                Err(Self::Damaged)
            }
            200..300 => Ok(()),
            404 => Err(Self::NotFound),
            412 => Err(Self::PreconditionFailed),
            408 | 429 | 500.. => Err(Self::Unavailable { status: code }),
            _ => Err(Self::Denied { status: code }),
        }
    }
}

impl From<reqwest::Error> for ObjectsError {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(error.without_url())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_time_may_mend_is_retryable() {
        let cases = [
            (301, false),
            (400, false),
            (403, false),
            (404, false),
            (408, true),
            (412, false),
            (429, true),
            (500, true),
            (503, true),
        ];
        for (status, want) in cases {
            let status = StatusCode::from_u16(status).expect("a status");
            let error = ObjectsError::check(status, &HeaderMap::new()).expect_err("no success");
            assert_eq!(error.is_retryable(), want, "{status}");
        }
        assert!(ObjectsError::check(StatusCode::NO_CONTENT, &HeaderMap::new()).is_ok());
        let damaged = HeaderMap::from_iter([(
            http::HeaderName::from_static(ERROR_HEADER),
            http::HeaderValue::from_static(DAMAGED),
        )]);
        let error = ObjectsError::check(StatusCode::INTERNAL_SERVER_ERROR, &damaged);
        assert!(!error.expect_err("no success").is_retryable());
    }
}
