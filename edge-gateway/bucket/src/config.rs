//! What a bucket is made from.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::DataKeys;

/// Settings of a [`Bucket`](crate::Bucket).
#[derive(Clone)]
pub struct BucketConfig {
    /// Directory of the objects; made if it is missing, and used by one process at a time.
    pub root: PathBuf,
    /// Name of the one bucket, by the rules of S3: 3 to 63 of `a-z`, `0-9`, `-` and `.`.
    pub name: String,
    /// Region that signatures have to name.
    pub region: String,
    /// Key that may only upload below [`UPLOAD_PREFIX`](crate::UPLOAD_PREFIX). URLs for partners
    /// are signed with it.
    pub upload_key: Credentials,
    /// Key that may put, get, head and delete. It never leaves the engine.
    pub engine_key: Credentials,
    /// Origins whose pages may upload, as browsers say them, or `*` for all.
    pub cors_origins: Vec<String>,
    /// How long an upload may take.
    pub body_timeouts: BodyTimeouts,
    /// Keys that the objects are sealed with.
    pub data_keys: Arc<dyn DataKeys>,
}

/// How long the bucket waits for the body of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyTimeouts {
    /// Longest wait for the next bytes.
    pub idle: Duration,
    /// Longest time from the first byte to the last.
    pub total: Duration,
}

impl Default for BodyTimeouts {
    /// 10 s and 5 min: the largest photo passes at 40 kB/s, a photo from our SDK at the pace of a
    /// modem.
    fn default() -> Self {
        Self { idle: Duration::from_secs(10), total: Duration::from_secs(300) }
    }
}

/// A key pair of S3. `Debug` leaves the secret out.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Name of the key, which every URL shows.
    pub access_key: String,
    /// The secret, which no URL shows.
    pub secret_key: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_leaves_the_secret_out() {
        let key = Credentials { access_key: "name".into(), secret_key: "hunter2".into() };
        let text = format!("{key:?}");
        assert!(text.contains("name") && !text.contains("hunter2"), "{text}");
    }
}
