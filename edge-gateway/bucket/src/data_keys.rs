//! Where the keys come from that objects are sealed with.

use std::error::Error;

use facematch_seal::Key;

/// Gives each object the data key that it is sealed with on the disk.
///
/// The bucket asks at every put, head and get, and keeps none: whoever holds the keys decides which objects there may
/// be, and by forgetting a key makes its object unreadable at once. The bucket itself knows of no partner and no other
/// key.
#[async_trait::async_trait]
pub trait DataKeys: Send + Sync {
    /// The data key of the object under `key`: the same one every time. `None` where no object may be, or where the key
    /// was destroyed and the object with it.
    ///
    /// # Errors
    /// [`DataKeyError`].
    async fn data_key(&self, key: &str) -> Result<Option<Key>, DataKeyError>;
}

/// Why there is no data key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataKeyError {
    /// It cannot be had now.
    #[error("the data key cannot be had")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// It is there and cannot be opened.
    #[error("the data key is damaged")]
    Damaged(#[source] Box<dyn Error + Send + Sync>),
}
