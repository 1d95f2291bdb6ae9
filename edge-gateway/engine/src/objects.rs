use async_trait::async_trait;
use std::error::Error;

/// What the bucket says of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectHead {
    /// Size, in bytes.
    pub size_bytes: u64,
    /// Content type, as stored with it.
    pub content_type: String,
    /// SHA-256, 64 lower-case hexadecimal digits; absent where the bucket does not keep it. The worker hashes again.
    pub sha256: Option<String>,
    /// Changes when the content does.
    pub etag: String,
}

/// The bucket did not answer, or not as it should.
#[derive(Debug, thiserror::Error)]
#[error("bucket request failed")]
pub struct ObjectError(#[source] pub Box<dyn Error + Send + Sync>);

/// What the engine needs of the bucket.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// The object under `key`, or `None` if there is none.
    ///
    /// # Errors
    /// [`ObjectError`] if the bucket cannot be reached or refuses.
    async fn head(&self, key: &str) -> Result<Option<ObjectHead>, ObjectError>;

    /// Deletes the object under `key`; that there is none is no error.
    ///
    /// # Errors
    /// [`ObjectError`] if the bucket cannot be reached or refuses.
    async fn delete(&self, key: &str) -> Result<(), ObjectError>;
}
