//! [`ObjectStore`] over any S3, and the keys to our own bucket.

use crate::{ObjectError, ObjectHead, ObjectStore, Store, StoreError};
use async_trait::async_trait;
use facematch_bucket::{DataKeyError, DataKeys, ObjectInfo, Objects, ObjectsError};
use facematch_contract::engine::photo_of;
use facematch_seal::Key;

#[async_trait]
impl ObjectStore for Objects {
    async fn head(&self, key: &str) -> Result<Option<ObjectHead>, ObjectError> {
        Ok(Objects::head(self, key).await?.map(ObjectHead::from))
    }

    async fn delete(&self, key: &str) -> Result<(), ObjectError> {
        Ok(Objects::delete(self, key).await?)
    }
}

/// The bucket holds the photos of submissions alone, each for as long as its row has a data key.
#[async_trait]
impl DataKeys for Store {
    async fn data_key(&self, key: &str) -> Result<Option<Key>, DataKeyError> {
        let Some((id, role)) = photo_of(key) else { return Ok(None) };
        self.photo_key(id, role).await.map_err(|error| match error {
            StoreError::Sealed { .. } => DataKeyError::Damaged(Box::new(error)),
            other => DataKeyError::Unavailable(Box::new(other)),
        })
    }
}

impl From<ObjectInfo> for ObjectHead {
    fn from(info: ObjectInfo) -> Self {
        Self {
            size_bytes: info.size_bytes,
            content_type: info.content_type.unwrap_or_default(),
            sha256: info.sha256.map(|hash| hex(&hash)),
            etag: info.etag,
        }
    }
}

impl From<ObjectsError> for ObjectError {
    fn from(error: ObjectsError) -> Self {
        Self(Box::new(error))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_written_as_they_are_declared() {
        let info = ObjectInfo {
            etag: "\"1\"".to_owned(),
            size_bytes: 3,
            content_type: None,
            sha256: Some([0x0f; 32]),
        };
        let head = ObjectHead::from(info);
        assert_eq!(head.sha256, Some("0f".repeat(32)));
        assert_eq!(head.content_type, "");
    }
}
