use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use facematch_bucket::{BodyTimeouts, Bucket, BucketConfig, Credentials, DataKeyError, DataKeys};
use facematch_presign::{Endpoint, PresignRequest, Signer, UploadRequest, object_path};
use facematch_seal::Key;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::block_on;

const BUCKET: &str = "photos";
const REGION: &str = "local";
const KEY: &str = "up/1";
/// How long a signature is used before another is made, in seconds: less than its life.
const REFRESH_S: i64 = 300;
const LIFE_S: u32 = 900;

/// The photo that may be uploaded.
pub const PHOTO: &str = "a photo of nobody";

/// A bucket on the disk, reached without a network, and the requests that are signed for it.
///
/// A request is written as text: its line, its headers, an empty line, its body. `{put}`, `{get}`, `{head}` and
/// `{delete}` stand for the signatures of the known requests, `{date}` and `{day}` for their time, so that a seed of
/// yesterday is good today.
pub struct PhotoBucket {
    bucket: Bucket,
    known: Vec<Known>,
    signed_unix_s: i64,
    _root: TempDir,
}

/// A request that our keys have signed.
pub struct Known {
    name: &'static str,
    pub method: Method,
    url: String,
    /// Headers that are signed.
    pub headers: Vec<(String, String)>,
}

/// A request that was sent, and what the bucket said.
pub struct Sent {
    pub method: Method,
    pub uri: http::Uri,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
    pub status: u16,
    /// S3's code, where there is one.
    pub code: String,
}

impl PhotoBucket {
    /// An empty bucket in a folder of its own.
    pub fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder");
        let bucket = Bucket::open(config(root.path())).expect("a bucket");
        let now = now_unix_s();
        Self { bucket, known: known(now), signed_unix_s: now, _root: root }
    }

    /// The requests that are signed.
    pub fn known(&self) -> &[Known] {
        &self.known
    }

    /// The known requests as text.
    pub fn seeds() -> Vec<String> {
        let now = now_unix_s();
        known(now).iter().map(|known| known.text(&known_time(&known.url))).collect()
    }

    /// Sends a request that is written as text; `None` if it is none.
    pub fn send(&mut self, text: &[u8]) -> Option<Sent> {
        let now = now_unix_s();
        if now > self.signed_unix_s + REFRESH_S {
            (self.known, self.signed_unix_s) = (known(now), now);
        }
        let (head, body) = split(text);
        let head = self.filled(std::str::from_utf8(head).ok()?);
        let mut lines = head.lines();
        let (method, uri) = lines.next()?.split_once(' ')?;
        let mut request = Request::builder().method(method).uri(uri);
        for line in lines {
            let (name, value) = line.split_once(':')?;
            request = request.header(name, value.trim());
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(body))).ok()?;
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let headers = request.headers().clone();
        let answer = block_on(self.bucket.call(request));
        let status = answer.status().as_u16();
        let said = block_on(answer.into_body().collect()).expect("a body").to_bytes();
        let code = code_of(&String::from_utf8_lossy(&said));
        Some(Sent { method, uri, headers, body: body.to_vec(), status, code })
    }

    fn filled(&self, head: &str) -> String {
        let (date, day) = known_time(&self.known[0].url);
        let head = head.replace("{date}", &date).replace("{day}", &day);
        let put = |head: String, known: &Known| {
            head.replace(&format!("{{{}}}", known.name), known.signature())
        };
        self.known.iter().fold(head, put)
    }
}

impl Default for PhotoBucket {
    fn default() -> Self {
        Self::new()
    }
}

impl Known {
    /// Path and query, encoded.
    pub fn uri(&self) -> http::Uri {
        self.url.trim_start_matches("http://bucket.example").parse().expect("a URI")
    }

    fn signature(&self) -> &str {
        self.url.rsplit('=').next().unwrap_or_default()
    }

    fn text(&self, (date, day): &(String, String)) -> String {
        let mark = format!("{{{}}}", self.name);
        let uri = self.uri().to_string().replace(self.signature(), &mark);
        let uri = uri.replace(date, "{date}").replace(day, "{day}");
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        let body = if self.method == Method::PUT { PHOTO } else { "" };
        format!("{} {uri}\n{}\n{body}", self.method, headers.collect::<String>())
    }
}

/// All that the server's own parts would sign.
fn known(now_unix_s: i64) -> Vec<Known> {
    let endpoint = Endpoint::parse("http://bucket.example").expect("an endpoint");
    let upload = signer(upload_key()).upload_url(&UploadRequest {
        endpoint: &endpoint,
        bucket: BUCKET,
        key: KEY,
        content_type: "image/jpeg",
        size_bytes: PHOTO.len() as u64,
        sha256: &Sha256::digest(PHOTO).into(),
        now_unix_s,
        expires_s: LIFE_S,
    });
    let host = ("host".to_owned(), endpoint.host().to_owned());
    let mut headers = vec![host.clone(), ("content-length".to_owned(), PHOTO.len().to_string())];
    headers.extend(upload.headers.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let mut all = vec![Known { name: "put", method: Method::PUT, url: upload.url, headers }];
    for (name, method) in [("get", Method::GET), ("head", Method::HEAD), ("delete", Method::DELETE)]
    {
        let url = signer(engine_key()).presign(&PresignRequest {
            method: method.as_str(),
            endpoint: &endpoint,
            path: &object_path(BUCKET, KEY),
            headers: &[],
            query: &[],
            now_unix_s,
            expires_s: LIFE_S,
        });
        all.push(Known { name, method, url, headers: vec![host.clone()] });
    }
    all
}

/// `YYYYMMDDTHHMMSSZ` and `YYYYMMDD` of a presigned URL.
fn known_time(url: &str) -> (String, String) {
    let date = url.split_once("X-Amz-Date=").expect("a date").1;
    (date[..16].to_owned(), date[..8].to_owned())
}

/// What comes before the first empty line, and what comes after it.
fn split(text: &[u8]) -> (&[u8], &[u8]) {
    match text.windows(2).position(|two| two == b"\n\n") {
        Some(at) => (&text[..at], &text[at + 2..]),
        None => (text, &[]),
    }
}

fn code_of(xml: &str) -> String {
    let code = xml.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map(|(code, _)| code.to_owned()).unwrap_or_default()
}

struct OneKey;

#[async_trait::async_trait]
impl DataKeys for OneKey {
    async fn data_key(&self, _key: &str) -> Result<Option<Key>, DataKeyError> {
        Ok(Some(Key::from_bytes([1; 32])))
    }
}

fn config(root: &Path) -> BucketConfig {
    BucketConfig {
        root: root.to_owned(),
        name: BUCKET.to_owned(),
        region: REGION.to_owned(),
        upload_key: upload_key(),
        engine_key: engine_key(),
        cors_origins: vec!["https://partner.example".to_owned()],
        body_timeouts: BodyTimeouts::default(),
        data_keys: Arc::new(OneKey),
    }
}

fn upload_key() -> Credentials {
    Credentials { access_key: "upload".into(), secret_key: "upload secret".into() }
}

fn engine_key() -> Credentials {
    Credentials { access_key: "engine".into(), secret_key: "engine secret".into() }
}

fn signer(key: Credentials) -> Signer {
    let Credentials { access_key, secret_key } = key;
    Signer { access_key, secret_key, region: REGION.to_owned() }
}

fn now_unix_s() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    now.as_secs().try_into().expect("fits")
}
