//! The two keys of a bucket.

use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Result, s3_error};

use crate::Credentials;

/// Looks up secrets by the name of their key.
#[derive(Clone, Debug)]
pub(crate) struct Keyring {
    pub(crate) upload: Credentials,
    pub(crate) engine: Credentials,
}

#[async_trait::async_trait]
impl S3Auth for Keyring {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        [&self.upload, &self.engine]
            .into_iter()
            .find(|key| key.access_key == access_key)
            .map(|key| SecretKey::from(key.secret_key.as_str()))
            .ok_or_else(|| s3_error!(InvalidAccessKeyId))
    }
}
