//! Presigned S3 URLs: AWS Signature Version 4 in the query string.
//!
//! Pure and small, because it runs in the gateway's WebAssembly: the time comes in as a value,
//! nothing is read or sent. This crate does not know of submissions, of HTTP clients, or of what a
//! bucket answers.
//!
//! ```
//! use facematch_presign::{Endpoint, PresignRequest, Signer};
//!
//! let signer = Signer {
//!     access_key: "upload".into(),
//!     secret_key: "a secret".into(),
//!     region: "us-east-1".into(),
//! };
//! let endpoint = Endpoint::parse("http://127.0.0.1:9000")?;
//! let url = signer.presign(&PresignRequest {
//!     method: "GET",
//!     endpoint: &endpoint,
//!     path: "/photos/up/1",
//!     headers: &[],
//!     query: &[],
//!     now_unix_s: 1_800_000_000,
//!     expires_s: 60,
//! });
//! assert!(url.starts_with("http://127.0.0.1:9000/photos/up/1?X-Amz-Algorithm=AWS4-HMAC-SHA256&"));
//! # Ok::<(), facematch_presign::EndpointError>(())
//! ```

mod encode;
mod endpoint;
mod signer;
mod timestamp;
mod upload;

pub use endpoint::{Endpoint, EndpointError};
pub use signer::{PresignRequest, Signer};
pub use upload::{UploadRequest, UploadUrl, object_path};
