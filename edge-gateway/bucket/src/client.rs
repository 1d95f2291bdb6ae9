//! Objects of any S3, as the engine sees them.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facematch_presign::{Endpoint, PresignRequest, Signer, object_path};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use http::{HeaderMap, Method};
use reqwest::Response;

use crate::Credentials;

mod error;

pub use error::ObjectsError;
pub(crate) use error::{DAMAGED, ERROR_HEADER};

/// Life of a URL that the client makes for its own next request.
const URL_LIFE_S: u32 = 60;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the objects are, and with which key to ask.
#[derive(Clone, Debug)]
pub struct ObjectsConfig {
    /// Server of the bucket: ours, S3, or Ceph.
    pub endpoint: Endpoint,
    /// Name of the bucket.
    pub bucket: String,
    /// Region of the bucket.
    pub region: String,
    /// Key that may get, head and delete.
    pub key: Credentials,
}

/// Client of one bucket. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Objects {
    http: reqwest::Client,
    endpoint: Endpoint,
    bucket: String,
    signer: Signer,
}

/// Description of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// ETag with its quotes, as the server said it: opaque, but the same as long as the object is.
    pub etag: String,
    /// Length of the object.
    pub size_bytes: u64,
    /// Media type that the object was put with.
    pub content_type: Option<String>,
    /// SHA-256 of the object, if the server keeps it.
    pub sha256: Option<[u8; 32]>,
}

impl Objects {
    /// Makes a client. Redirects and proxies are not followed.
    ///
    /// # Errors
    /// [`ObjectsError::Transport`] if TLS cannot be set up.
    ///
    /// # Panics
    /// If the process has not installed a rustls provider.
    pub fn new(config: ObjectsConfig) -> Result<Self, ObjectsError> {
        let ObjectsConfig { endpoint, bucket, region, key } = config;
        let Credentials { access_key, secret_key } = key;
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { http, endpoint, bucket, signer: Signer { access_key, secret_key, region } })
    }

    /// Describes the object of `key`; `None` if there is none.
    ///
    /// # Errors
    /// [`ObjectsError`], of which [`ObjectsError::is_retryable`] says whether a later try may do
    /// better.
    pub async fn head(&self, key: &str) -> Result<Option<ObjectInfo>, ObjectsError> {
        let headers = [("x-amz-checksum-mode", "ENABLED")];
        match self.send(Method::HEAD, key, &headers).await {
            Ok(response) => ObjectInfo::read(response.headers()).map(Some),
            Err(ObjectsError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads the object of `key`, if its ETag still is `if_match`.
    ///
    /// # Errors
    /// [`ObjectsError::NotFound`], [`ObjectsError::PreconditionFailed`] for another ETag, and
    /// [`ObjectsError::TooLarge`] before more than `max_bytes` are held.
    pub async fn get(
        &self,
        key: &str,
        if_match: &str,
        max_bytes: u64,
    ) -> Result<Vec<u8>, ObjectsError> {
        let mut response = self.send(Method::GET, key, &[("if-match", if_match)]).await?;
        if response.content_length().is_some_and(|length| length > max_bytes) {
            return Err(ObjectsError::TooLarge { max_bytes });
        }
        let mut content = Vec::new();
        while let Some(part) = response.chunk().await? {
            content.extend_from_slice(&part);
            if content.len() as u64 > max_bytes {
                return Err(ObjectsError::TooLarge { max_bytes });
            }
        }
        Ok(content)
    }

    /// Removes the object of `key`. A key without an object is no error.
    ///
    /// # Errors
    /// [`ObjectsError`], after which the object may be there still.
    pub async fn delete(&self, key: &str) -> Result<(), ObjectsError> {
        match self.send(Method::DELETE, key, &[]).await {
            Ok(_) | Err(ObjectsError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn send(
        &self,
        method: Method,
        key: &str,
        headers: &[(&str, &str)],
    ) -> Result<Response, ObjectsError> {
        let url = self.url(&method, key, headers);
        let mut request = self.http.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?;
        ObjectsError::check(response.status(), response.headers())?;
        Ok(response)
    }

    fn url(&self, method: &Method, key: &str, headers: &[(&str, &str)]) -> String {
        self.signer.presign(&PresignRequest {
            method: method.as_str(),
            endpoint: &self.endpoint,
            path: &object_path(&self.bucket, key),
            headers,
            query: &[],
            now_unix_s: now_unix_s(),
            expires_s: URL_LIFE_S,
        })
    }
}

impl ObjectInfo {
    /// From the headers of an answer: for `HEAD`, the length is in no body.
    fn read(headers: &HeaderMap) -> Result<Self, ObjectsError> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let length = text(CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok());
        Ok(Self {
            etag: text(ETAG.as_str()).ok_or(ObjectsError::Malformed("etag"))?.to_owned(),
            size_bytes: length.ok_or(ObjectsError::Malformed("content-length"))?,
            content_type: text(CONTENT_TYPE.as_str()).map(str::to_owned),
            sha256: text("x-amz-checksum-sha256").and_then(sha256_from_base64),
        })
    }
}

/// `None` for what is no plain hash, such as the hash of hashes that S3 keeps for an upload in
/// parts.
fn sha256_from_base64(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn now_unix_s() -> i64 {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<ObjectInfo, ObjectsError> {
        let pairs = pairs.iter().map(|(name, value)| {
            let name = http::HeaderName::from_static(name);
            (name, http::HeaderValue::from_static(value))
        });
        ObjectInfo::read(&pairs.collect())
    }

    #[test]
    fn info_needs_etag_and_length_and_takes_the_rest_if_it_is_there() {
        let (etag, length) = (("etag", "\"e\""), ("content-length", "7"));
        let plain = read(&[etag, length]).expect("an object");
        assert_eq!((plain.etag.as_str(), plain.size_bytes), ("\"e\"", 7));
        assert_eq!((plain.content_type, plain.sha256), (None, None));

        let sum = ("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        let full = read(&[etag, length, sum, ("content-type", "image/png")]).expect("an object");
        assert_eq!(full.sha256, Some([0; 32]));
        assert_eq!(full.content_type.as_deref(), Some("image/png"));

        let parts = ("x-amz-checksum-sha256", "AAAA-3");
        assert_eq!(read(&[etag, length, parts]).expect("an object").sha256, None);
        assert!(matches!(read(&[length]), Err(ObjectsError::Malformed("etag"))));
        assert!(matches!(read(&[etag]), Err(ObjectsError::Malformed("content-length"))));
    }
}
