use bytes::Bytes;
use http_body_util::BodyExt;
use spin_sdk::wasip3::http::types::ErrorCode;
use spin_sdk::wasip3::http_compat::{IncomingBody, IncomingMessage};
use std::fmt;

/// Why a body was not read to its end.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It is longer than it may be.
    TooLong,
    /// It broke off.
    Broken(ErrorCode),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the body is too long"),
            Self::Broken(error) => write!(f, "the body broke off: {error}"),
        }
    }
}

/// Reads a body and stops as soon as it is longer than `max_bytes`.
///
/// # Errors
/// [`BodyError`] if it is too long, or broke off.
pub(crate) async fn read<T: IncomingMessage>(
    mut body: IncomingBody<T>,
    max_bytes: usize,
) -> Result<Vec<u8>, BodyError> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let data: Bytes = frame.map_err(BodyError::Broken)?.into_data().unwrap_or_default();
        if read.len() + data.len() > max_bytes {
            return Err(BodyError::TooLong);
        }
        read.extend_from_slice(&data);
    }
    Ok(read)
}
