//! The bucket as one service.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use hyper::body::Body;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{HttpResponse, S3Error};
use tracing::Dispatch;
use tracing::instrument::WithSubscriber;

use crate::BucketConfig;
use crate::admission::{AdmissionError, admit};
use crate::cors::Cors;
use crate::guard::Guard;
use crate::keyring::Keyring;
use crate::linger::{BoxError, SharedBody};
use crate::service::{Fault, ObjectService};
use crate::store::Store;

/// Body of a response.
pub type BucketBody = s3s::Body;

/// How far a signer's clock may be ahead of ours, in seconds: a URL dated later than that is
/// refused.
const MAX_CLOCK_SKEW_S: u32 = 300;

/// A bucket that answers HTTP requests. Clones share it.
///
/// ```no_run
/// # use facematch_bucket::Bucket;
/// # async fn serve(bucket: Bucket, request: http::Request<hyper::body::Incoming>) {
/// let service = hyper::service::service_fn(move |request| {
///     let bucket = bucket.clone();
///     async move { Ok::<_, std::convert::Infallible>(bucket.call(request).await) }
/// });
/// # let _ = hyper::service::Service::call(&service, request).await;
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Bucket {
    s3: S3Service,
    cors: Arc<Cors>,
    region: Arc<str>,
}

impl Bucket {
    /// Opens the bucket's directory and removes what interrupted uploads left there. Blocks on the
    /// disk.
    ///
    /// # Errors
    /// Those of the file system; [`io::ErrorKind::WouldBlock`] if another process uses the
    /// directory, and [`io::ErrorKind::InvalidInput`] if the bucket's name is not one that S3
    /// allows, or both keys have one name.
    pub fn open(config: BucketConfig) -> io::Result<Self> {
        check_config(&config)?;
        let store = Arc::new(Store::open(&config.root)?);
        Ok(Self {
            cors: Arc::new(Cors { origins: config.cors_origins.clone() }),
            region: config.region.as_str().into(),
            s3: s3_service(store, config),
        })
    }

    /// Answers one request. Errors are answers too, in the XML of S3.
    pub async fn call<B>(&self, request: Request<B>) -> Response<BucketBody>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        if let Some(answer) = self.cors.preflight(&parts.method, &parts.headers) {
            return answer;
        }
        let log = RequestLog::start(&parts);
        let headers = parts.headers.clone();
        let body = SharedBody::new(body);
        let mut response = self.answer(parts, body.clone(), &log.fault).await;
        if response.status().is_client_error() {
            body.drain().await;
        }
        self.cors.allow(&headers, response.headers_mut());
        log.finish(response.status());
        response
    }

    async fn answer(&self, mut parts: Parts, body: SharedBody, fault: &Fault) -> HttpResponse {
        match admit(&parts, &self.region) {
            Err(error) => {
                fault.note(&error);
                refuse(error)
            }
            Ok(query) => {
                parts.extensions.insert(query);
                parts.extensions.insert(fault.clone());
                self.ask_s3s(Request::from_parts(parts, s3s::Body::http_body(body))).await
            }
        }
    }

    /// s3s logs whole URLs with their signatures, so it gets no log to write to. What the service
    /// has to say goes through [`Fault`].
    async fn ask_s3s(&self, request: Request<s3s::Body>) -> HttpResponse {
        let asked = self.s3.call(request).with_subscriber(Dispatch::none()).await;
        asked.unwrap_or_else(|_| failed())
    }
}

fn check_config(config: &BucketConfig) -> io::Result<()> {
    let wrong = |text| Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    if !s3s::path::check_bucket_name(&config.name) {
        return wrong("the bucket's name is not one that S3 allows");
    }
    if config.upload_key.access_key == config.engine_key.access_key {
        return wrong("the upload key and the engine key have one name");
    }
    Ok(())
}

fn s3_service(store: Arc<Store>, config: BucketConfig) -> S3Service {
    let BucketConfig { name, body_timeouts, upload_key, engine_key, data_keys, .. } = config;
    let service = ObjectService { store, name, body_timeouts, data_keys };
    let mut builder = S3ServiceBuilder::new(service);
    builder.set_access(Guard {
        upload_access_key: upload_key.access_key.clone(),
        engine_access_key: engine_key.access_key.clone(),
    });
    builder.set_auth(Keyring { upload: upload_key, engine: engine_key });
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(s3_config()))));
    builder.build()
}

fn s3_config() -> S3Config {
    let mut config = S3Config::default();
    config.presigned_url_max_skew_time_secs = MAX_CLOCK_SKEW_S;
    config
}

fn refuse(error: AdmissionError) -> HttpResponse {
    S3Error::from(error).to_http_response().unwrap_or_else(|_| failed())
}

fn failed() -> HttpResponse {
    let mut response = Response::new(BucketBody::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// The one line that a request leaves in the log: its path, never its query.
struct RequestLog {
    method: Method,
    path: String,
    started: Instant,
    fault: Fault,
}

impl RequestLog {
    fn start(request: &Parts) -> Self {
        Self {
            method: request.method.clone(),
            path: request.uri.path().to_owned(),
            started: Instant::now(),
            fault: Fault::default(),
        }
    }

    fn finish(&self, status: StatusCode) {
        let Self { method, path, started, fault } = self;
        let (status, millis) = (status.as_u16(), started.elapsed().as_millis());
        match (status, fault.text()) {
            (500.., fault) => tracing::error!(%method, path, status, millis, fault, "object"),
            (400.., fault) => tracing::info!(%method, path, status, millis, fault, "object"),
            _ => tracing::debug!(%method, path, status, millis, "object"),
        }
    }
}
