//! Why the store cannot do what it was asked.

use std::io::{self, ErrorKind};

/// Failure of a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum StoreError {
    #[error("no such object")]
    NotFound,
    #[error("an object is there already")]
    Exists,
    #[error("the disk is full")]
    Full(#[source] io::Error),
    #[error("stored object is damaged: {0}")]
    Damaged(&'static str),
    #[error("file system failed")]
    Io(#[source] io::Error),
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::AlreadyExists => Self::Exists,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full(error),
            _ => Self::Io(error),
        }
    }
}
