//! The one cipher of this crate.

use crate::Key;
use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};

/// Length of a nonce, in bytes.
pub const NONCE_BYTES: usize = 12;
/// By how much sealing makes a text longer, in bytes.
pub const TAG_BYTES: usize = 16;

/// Why something sealed cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Another key, another object, or bytes that have changed: which one, nobody can tell.
    #[error("sealed data are damaged, or belong to another object or key")]
    Damaged,
    /// Written by a version that this one does not know.
    #[error("sealed data have format {version}, which this version does not know")]
    UnknownFormat {
        /// The format's number.
        version: u8,
    },
    /// Longer than the cipher takes.
    #[error("too long to be sealed")]
    TooLong,
}

pub(crate) fn cipher(key: &Key) -> Aes256GcmSiv {
    Aes256GcmSiv::new(key.expose().into())
}

pub(crate) fn encrypt(
    key: &Key,
    nonce: &[u8; NONCE_BYTES],
    plain: &[u8],
    aad: &[u8],
) -> Result<Vec<u8>, SealError> {
    let payload = Payload { msg: plain, aad };
    cipher(key).encrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError::TooLong)
}

pub(crate) fn decrypt(
    key: &Key,
    nonce: &[u8; NONCE_BYTES],
    sealed: &[u8],
    aad: &[u8],
) -> Result<Vec<u8>, SealError> {
    let payload = Payload { msg: sealed, aad };
    cipher(key).decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError::Damaged)
}
