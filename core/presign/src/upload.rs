//! Upload of one declared file, once.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Endpoint, PresignRequest, Signer};

/// The file that may be uploaded, and where to.
#[derive(Clone, Copy, Debug)]
pub struct UploadRequest<'a> {
    /// Server of the bucket.
    pub endpoint: &'a Endpoint,
    /// Name of the bucket.
    pub bucket: &'a str,
    /// Key of the object.
    pub key: &'a str,
    /// Media type of the file.
    pub content_type: &'a str,
    /// Length of the file.
    pub size_bytes: u64,
    /// SHA-256 of the file.
    pub sha256: &'a [u8; 32],
    /// Time of signing, in seconds since 1970.
    pub now_unix_s: i64,
    /// Life of the URL, in seconds.
    pub expires_s: u32,
}

/// What a client needs for its PUT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadUrl {
    /// URL to put the file to.
    pub url: String,
    /// Headers that the client has to set. `content-length` is signed too but not among them: every
    /// HTTP client sets it from the body itself, and browsers and several libraries refuse to have
    /// it set by hand.
    pub headers: Vec<(&'static str, String)>,
}

impl Signer {
    /// URL that takes exactly the declared file, and only while nothing is stored under the key.
    ///
    /// Type, length, SHA-256 and `if-none-match: *` are signed, so that whoever holds the URL can
    /// change none of them.
    #[must_use]
    pub fn upload_url(&self, upload: &UploadRequest<'_>) -> UploadUrl {
        let size = upload.size_bytes.to_string();
        let headers = headers_to_send(upload);
        let mut signed = vec![("content-length", size.as_str())];
        signed.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
        let url = self.presign(&PresignRequest {
            method: "PUT",
            endpoint: upload.endpoint,
            path: &object_path(upload.bucket, upload.key),
            headers: &signed,
            query: &[],
            now_unix_s: upload.now_unix_s,
            expires_s: upload.expires_s,
        });
        UploadUrl { url, headers }
    }
}

/// Path-style path of an object, before any encoding.
#[must_use]
pub fn object_path(bucket: &str, key: &str) -> String {
    format!("/{bucket}/{key}")
}

fn headers_to_send(upload: &UploadRequest<'_>) -> Vec<(&'static str, String)> {
    vec![
        ("content-type", upload.content_type.to_owned()),
        ("if-none-match", "*".to_owned()),
        ("x-amz-checksum-sha256", STANDARD.encode(upload.sha256)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(endpoint: &Endpoint) -> UploadUrl {
        let signer = Signer { access_key: "up".into(), secret_key: "s".into(), region: "r".into() };
        signer.upload_url(&UploadRequest {
            endpoint,
            bucket: "photos",
            key: "up/1",
            content_type: "image/jpeg",
            size_bytes: 3,
            sha256: &[0; 32],
            now_unix_s: 0,
            expires_s: 900,
        })
    }

    #[test]
    fn upload_url_signs_all_that_is_declared() {
        let endpoint = Endpoint::parse("http://h").expect("an endpoint");
        let signed = "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match\
                      %3Bx-amz-checksum-sha256&";
        let UploadUrl { url, .. } = upload(&endpoint);
        assert!(url.starts_with("http://h/photos/up/1?"), "{url}");
        assert!(url.contains(signed) && url.contains("X-Amz-Expires=900&"), "{url}");
    }

    #[test]
    fn upload_names_the_headers_that_no_client_sets_itself() {
        let endpoint = Endpoint::parse("http://h").expect("an endpoint");
        let want = [
            ("content-type", "image/jpeg".to_owned()),
            ("if-none-match", "*".to_owned()),
            ("x-amz-checksum-sha256", format!("{}=", "A".repeat(43))),
        ];
        assert_eq!(upload(&endpoint).headers, want);
    }
}
