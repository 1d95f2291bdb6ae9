//! Who may do what, asked once the signature has been found good.

use http::HeaderMap;
use http::header::IF_NONE_MATCH;
use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Result, s3_error};

use crate::presigned::PresignedQuery;

/// Keys that partners upload to begin with this; the upload key can do nothing elsewhere.
pub const UPLOAD_PREFIX: &str = "up/";

const OPERATIONS: [&str; 4] = ["PutObject", "GetObject", "HeadObject", "DeleteObject"];

/// What an upload key's signature must cover, so that one URL takes exactly one file, once.
const UPLOAD_HEADERS: [&str; 4] =
    ["content-length", "content-type", "if-none-match", "x-amz-checksum-sha256"];

/// Lets the engine's key put, get, head and delete, and the upload key upload.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) upload_access_key: String,
    pub(crate) engine_access_key: String,
}

#[async_trait::async_trait]
impl S3Access for Guard {
    async fn check(&self, request: &mut S3AccessContext<'_>) -> S3Result<()> {
        let operation = request.s3_op().name();
        if !OPERATIONS.contains(&operation) {
            return Err(s3_error!(AccessDenied, "only single objects are served"));
        }
        let Some(caller) = request.credentials().map(|key| key.access_key.clone()) else {
            return Err(s3_error!(AccessDenied, "a signature is required"));
        };
        if caller == self.engine_access_key {
            return Ok(());
        }
        if caller == self.upload_access_key && is_upload(request) {
            return Ok(());
        }
        Err(s3_error!(AccessDenied, "this key may not do that"))
    }
}

fn is_upload(request: &mut S3AccessContext<'_>) -> bool {
    let is_below = request.s3_path().get_object_key().is_some_and(|k| k.starts_with(UPLOAD_PREFIX));
    let is_put = request.s3_op().name() == "PutObject";
    let is_once = says_any(request.headers());
    let query = request.extensions_mut().get::<PresignedQuery>();
    is_put && is_below && is_once && query.is_some_and(signs_upload)
}

fn signs_upload(query: &PresignedQuery) -> bool {
    UPLOAD_HEADERS.iter().all(|name| query.signs(name))
}

fn says_any(headers: &HeaderMap) -> bool {
    headers.get(IF_NONE_MATCH).is_some_and(|value| value == "*")
}
