//! The signature itself.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::encode::{hex, percent, percent_path};
use crate::{Endpoint, timestamp};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A key pair and the region that it signs for. `Debug` leaves the secret out.
#[derive(Clone, PartialEq, Eq)]
pub struct Signer {
    /// Name of the key, which every URL shows.
    pub access_key: String,
    /// The secret, which no URL shows.
    pub secret_key: String,
    /// Region of the bucket, such as `us-east-1`.
    pub region: String,
}

/// What one URL shall allow.
#[derive(Clone, Copy, Debug)]
pub struct PresignRequest<'a> {
    /// HTTP method, in upper case.
    pub method: &'a str,
    /// Server of the bucket.
    pub endpoint: &'a Endpoint,
    /// Path before any encoding, `/bucket/key`. HTTP clients resolve `.` and `..` segments away, so
    /// a key must not have them.
    pub path: &'a str,
    /// Headers that the client must send with exactly these values: names in lower case, each once,
    /// `host` not among them.
    pub headers: &'a [(&'a str, &'a str)],
    /// Further query parameters before any encoding, such as `X-Amz-Security-Token`.
    pub query: &'a [(&'a str, &'a str)],
    /// Time of signing, in seconds since 1970.
    pub now_unix_s: i64,
    /// Life of the URL, in seconds from the time of signing. S3 takes up to 604,800; our own
    /// bucket, up to 3,600.
    pub expires_s: u32,
}

impl Signer {
    /// URL that allows `request` until it expires.
    ///
    /// AWS, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)". The body
    /// is not signed (`UNSIGNED-PAYLOAD`); sign `x-amz-checksum-sha256` to pin it.
    #[must_use]
    pub fn presign(&self, request: &PresignRequest<'_>) -> String {
        let headers = Headers::of(request);
        let path = percent_path(request.path);
        let query = self.canonical_query(request, &headers.names);
        let canonical = format!(
            "{}\n{path}\n{query}\n{}\n{}\nUNSIGNED-PAYLOAD",
            request.method, headers.lines, headers.names
        );
        let signature = self.sign(&canonical, request.now_unix_s);
        format!("{}{path}?{query}&X-Amz-Signature={signature}", request.endpoint.base())
    }

    fn canonical_query(&self, request: &PresignRequest<'_>, header_names: &str) -> String {
        let credential = format!("{}/{}", self.access_key, self.scope(request.now_unix_s));
        let time = timestamp::date_time(request.now_unix_s);
        let expires = request.expires_s.to_string();
        let own = [
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &time),
            ("X-Amz-Expires", &expires),
            ("X-Amz-SignedHeaders", header_names),
        ];
        join_query(own.iter().chain(request.query))
    }

    fn sign(&self, canonical_request: &str, now_unix_s: i64) -> String {
        let text = format!(
            "{ALGORITHM}\n{}\n{}\n{}",
            timestamp::date_time(now_unix_s),
            self.scope(now_unix_s),
            hex(&Sha256::digest(canonical_request)),
        );
        hex(&hmac(&self.signing_key(now_unix_s), &text))
    }

    fn scope(&self, now_unix_s: i64) -> String {
        format!("{}/{}/s3/aws4_request", timestamp::date(now_unix_s), self.region)
    }

    fn signing_key(&self, now_unix_s: i64) -> [u8; 32] {
        let secret = format!("AWS4{}", self.secret_key);
        let day = hmac(secret.as_bytes(), &timestamp::date(now_unix_s));
        ["s3", "aws4_request"]
            .into_iter()
            .fold(hmac(&day, &self.region), |key, part| hmac(&key, part))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("access_key", &self.access_key)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Signed headers in their canonical form: sorted, `host` among them.
struct Headers {
    /// `name:value` and a line feed, for each.
    lines: String,
    /// Names with semicolons between them.
    names: String,
}

impl Headers {
    fn of(request: &PresignRequest<'_>) -> Self {
        let mut pairs = vec![("host", request.endpoint.host())];
        pairs.extend(request.headers);
        pairs.sort_unstable();
        let names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
        let lines = pairs.iter().map(|(name, value)| format!("{name}:{}\n", trim_all(value)));
        Self { lines: lines.collect(), names: names.join(";") }
    }
}

/// `value` without outer spaces and with one space for each inner run of them.
fn trim_all(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Encodes first and sorts by name, then by value: sorting `name=value` texts would put `a-b`
/// before `a`.
fn join_query<'a>(pairs: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (percent(name), percent(value))).collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn hmac(key: &[u8], text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_leaves_the_secret_out() {
        let signer = Signer {
            access_key: "name".into(),
            secret_key: "hunter2".into(),
            region: "us-east-1".into(),
        };
        let text = format!("{signer:?}");
        assert!(text.contains("name") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn query_is_sorted_by_name_before_value() {
        let pairs = [("a-b", "1"), ("a", "2"), ("a", "1")];
        assert_eq!(join_query(pairs.iter()), "a=1&a=2&a-b=1");
    }

    #[test]
    fn header_values_lose_needless_spaces() {
        assert_eq!(trim_all("  a   b "), "a b");
    }
}
