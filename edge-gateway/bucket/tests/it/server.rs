//! A bucket on a loopback socket, and what a test needs to talk to it.

use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Once};
use std::time::{Duration, SystemTime};

use facematch_bucket::{BodyTimeouts, Bucket, BucketConfig, Credentials, Objects, ObjectsConfig};
use facematch_presign::{Endpoint, PresignRequest, Signer, UploadRequest, UploadUrl, object_path};
use hyper_util::rt::TokioIo;
use reqwest::{Client, Method, Response};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::log;

pub(crate) const BUCKET: &str = "photos";
const REGION: &str = "local";

/// A running bucket. Its directory outlives it, so that it can be started again.
pub(crate) struct Server {
    pub(crate) endpoint: Endpoint,
    pub(crate) http: Client,
    root: Arc<TempDir>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().expect("a folder"))).await
    }

    pub(crate) async fn start_in(root: Arc<TempDir>) -> Self {
        set_up_process();
        let bucket = Bucket::open(config(root.path())).expect("a bucket");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = listener.local_addr().expect("an address");
        Self {
            endpoint: Endpoint::parse(&format!("http://{address}")).expect("an endpoint"),
            http: Client::builder().no_proxy().build().expect("a client"),
            root,
            accepting: tokio::spawn(accept(listener, bucket)),
        }
    }

    /// Ends the server with all of its connections; its directory stays.
    pub(crate) async fn stop(self) -> Arc<TempDir> {
        self.accepting.abort();
        let _ = self.accepting.await;
        self.root
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn objects(&self) -> Objects {
        let (endpoint, key) = (self.endpoint.clone(), engine_key());
        let (bucket, region) = (BUCKET.to_owned(), REGION.to_owned());
        Objects::new(ObjectsConfig { endpoint, bucket, region, key }).expect("a client")
    }

    /// What the gateway hands out for `photo`.
    pub(crate) fn upload_url(&self, key: &str, photo: &[u8]) -> UploadUrl {
        signer(upload_key()).upload_url(&UploadRequest {
            endpoint: &self.endpoint,
            bucket: BUCKET,
            key,
            content_type: "image/jpeg",
            size_bytes: photo.len() as u64,
            sha256: &Sha256::digest(photo).into(),
            now_unix_s: now_unix_s(),
            expires_s: 900,
        })
    }

    /// A good upload.
    pub(crate) async fn put(&self, key: &str, photo: &[u8]) -> Response {
        let upload = self.upload_url(key, photo);
        self.send(Method::PUT, &upload.url, &upload.headers, photo).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Response {
        let mut request = self.http.request(method, url).body(body.to_vec());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.send().await.expect("an answer")
    }

    /// A URL of the test's own making.
    pub(crate) fn presign(&self, key: Credentials, method: &str, ask: &Ask<'_>) -> String {
        signer(key).presign(&PresignRequest {
            method,
            endpoint: &self.endpoint,
            path: ask.path,
            headers: ask.headers,
            query: ask.query,
            now_unix_s: now_unix_s() + ask.clock_offset_s,
            expires_s: ask.expires_s,
        })
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.endpoint.host()).await.expect("a connection")
    }

    /// Files below the bucket's directory, but for its lock.
    pub(crate) fn files(&self) -> usize {
        count_files(self.root()) - 1
    }
}

/// What a URL shall be signed for.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) clock_offset_s: i64,
    pub(crate) expires_s: u32,
}

impl<'a> Ask<'a> {
    pub(crate) fn of(path: &'a str) -> Self {
        Self { path, headers: &[], query: &[], clock_offset_s: 0, expires_s: 60 }
    }
}

pub(crate) fn upload_key() -> Credentials {
    Credentials { access_key: "upload".into(), secret_key: "upload secret".into() }
}

pub(crate) fn engine_key() -> Credentials {
    Credentials { access_key: "engine".into(), secret_key: "engine secret".into() }
}

pub(crate) fn path_of(key: &str) -> String {
    object_path(BUCKET, key)
}

/// Status and the code in the XML of an answer.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = response.text().await.expect("a body");
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    (status, code.map_or(body.clone(), |(code, _)| code.to_owned()))
}

pub(crate) fn count_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("one"));
    entries
        .map(|entry| match entry.file_type().expect("a type").is_dir() {
            true => count_files(&entry.path()),
            false => 1,
        })
        .sum()
}

async fn accept(listener: TcpListener, bucket: Bucket) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let bucket = bucket.clone();
        connections.spawn(async move {
            let service = hyper::service::service_fn(move |request| {
                let bucket = bucket.clone();
                async move { Ok::<_, Infallible>(bucket.call(request).await) }
            });
            let http = hyper::server::conn::http1::Builder::new();
            // A client that hangs up is the client's affair.
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
        });
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
        body_timeouts: BodyTimeouts {
            idle: Duration::from_secs(1),
            total: Duration::from_secs(20),
        },
    }
}

fn signer(key: Credentials) -> Signer {
    let Credentials { access_key, secret_key } = key;
    Signer { access_key, secret_key, region: REGION.to_owned() }
}

fn now_unix_s() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    now.as_secs().try_into().expect("fits")
}

fn set_up_process() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::install();
        rustls::crypto::ring::default_provider().install_default().expect("the first");
    });
}
