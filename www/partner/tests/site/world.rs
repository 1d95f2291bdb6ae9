//! A website, its API, and visitors with their cookies.

use crate::fake_api::FakeApi;
use facematch_contract::Role;
use facematch_partner::{Credentials, PhotoFile, Site, SiteOptions};
use reqwest::{Client, Method, RequestBuilder, Response, header};
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

pub(crate) const WEBHOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Where uploads go, as the pages see it.
pub(crate) const BUCKET: &str = "http://bucket.example:9000";

pub(crate) struct World {
    pub(crate) api: Arc<FakeApi>,
    pub(crate) site: Site,
    _folder: Folder,
}

/// A visitor's browser: it keeps the cookie.
pub(crate) struct Visitor<'a> {
    world: &'a World,
    http: Client,
    cookie: Mutex<Option<String>>,
}

struct Folder(PathBuf);

impl World {
    pub(crate) async fn start() -> Self {
        let folder = Folder::with_pages();
        let api = FakeApi::start().await;
        let credentials = Credentials {
            client_id: "partner".to_owned(),
            client_secret: "the-client-secret".to_owned(),
            webhook_secret: WEBHOOK_SECRET.to_owned(),
        };
        let options = SiteOptions {
            api: api.url(),
            bucket: BUCKET.to_owned(),
            folder: folder.0.clone(),
            listen: "127.0.0.1:0".parse().unwrap(),
        };
        let site = Site::start(options, credentials).await.unwrap();
        Self { api, site, _folder: folder }
    }

    pub(crate) fn visitor(&self) -> Visitor<'_> {
        let http = Client::builder().no_proxy().build().unwrap();
        Visitor { world: self, http, cookie: Mutex::default() }
    }
}

impl Visitor<'_> {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.world.site.url()));
        match &*self.cookie.lock().unwrap() {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Response {
        let response = request.send().await.unwrap();
        if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
            let pair = cookie.split(';').next().unwrap().to_owned();
            *self.cookie.lock().unwrap() = Some(pair);
        }
        response
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn post_photo(&self, path: &str, bytes: Vec<u8>) -> Response {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, "image/jpeg");
        self.send(request.body(bytes)).await
    }

    /// Begins an onboarding with this selfie and gives its correlation id.
    pub(crate) async fn onboard(&self, selfie: &[u8]) -> String {
        let body = begin(&[(Role::Selfie, selfie), (Role::IdPortrait, b"card")]);
        let response = self.post("/api/onboarding", &body).await;
        assert_eq!(response.status(), 201);
        let answer: Value = response.json().await.unwrap();
        answer["correlationId"].as_str().unwrap().to_owned()
    }

    /// Onboards, and keeps the selfie; gives the customer's id.
    pub(crate) async fn enrol(&self, selfie: &[u8]) -> String {
        let id = self.onboard(selfie).await;
        let path = format!("/api/customers?correlationId={id}");
        let response = self.post_photo(&path, selfie.to_vec()).await;
        assert_eq!(response.status(), 201);
        let answer: Value = response.json().await.unwrap();
        answer["customer"].as_str().unwrap().to_owned()
    }
}

/// What a page sends to begin.
pub(crate) fn begin(photos: &[(Role, &[u8])]) -> Value {
    let declare = |(role, bytes): &(Role, &[u8])| {
        PhotoFile::from_bytes("photo.jpg", bytes.to_vec()).declare(*role)
    };
    json!({ "consent": true, "images": photos.iter().map(declare).collect::<Vec<_>>() })
}

/// Status and code of a refusal.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    assert_eq!(kind, "application/problem+json");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status);
    (status, problem["code"].as_str().unwrap().to_owned())
}

impl Folder {
    fn with_pages() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("facematch-site-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(folder.join("assets")).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        write("index.html", "<!doctype html><title>index</title>");
        write("onboarding.html", "<!doctype html><title>onboarding</title>");
        write("404.html", "<!doctype html><title>nothing here</title>");
        write("assets/site-1.js", "export {}");
        write("assets/engine-1.wasm", "\0asm");
        write("assets/detector-1.fmnn", "network");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
