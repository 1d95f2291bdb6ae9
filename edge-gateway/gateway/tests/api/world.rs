//! A gateway with a fixed clock, counted random and an engine in memory.

use crate::engine::MemoryEngine;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use facematch_contract::{CorrelationId, Problem};
use facematch_gateway::ports::{Clock, Engine, EngineDown, Log, Random};
use facematch_gateway::{Config, Gateway};
use http::{HeaderMap, Request, Response, StatusCode};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

pub(crate) const NOW_MS: i64 = 1_795_414_436_789;
pub(crate) const ORIGIN: &str = "https://shop.example";

/// What the engine answers instead of what is in its memory.
pub(crate) enum Script {
    Down,
    Answer(u16, HeaderMap, String),
}

/// All that is around the gateway.
pub(crate) struct World {
    pub(crate) now_ms: Cell<i64>,
    pub(crate) engine: RefCell<MemoryEngine>,
    pub(crate) script: RefCell<Option<Script>>,
    pub(crate) sent: RefCell<Vec<Request<Vec<u8>>>>,
    pub(crate) faults: RefCell<Vec<String>>,
    count: Cell<u8>,
}

pub(crate) struct Ports(Rc<World>);

impl Clock for Ports {
    fn now_unix_ms(&self) -> i64 {
        self.0.now_ms.get()
    }
}

impl Random for Ports {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.count.set(self.0.count.get().wrapping_add(1));
        bytes.fill(self.0.count.get());
    }
}

impl Log for Ports {
    fn fault(&self, id: CorrelationId, fault: &dyn std::error::Error) {
        self.0.faults.borrow_mut().push(format!("{id}: {fault}"));
    }
}

impl Engine for Ports {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, EngineDown> {
        tokio::task::yield_now().await;
        let answer = match &*self.0.script.borrow() {
            Some(Script::Down) => Err(EngineDown { reason: "connection refused".to_owned() }),
            Some(Script::Answer(status, headers, body)) => {
                let mut response = Response::new(body.clone().into_bytes());
                *response.status_mut() = StatusCode::from_u16(*status).unwrap();
                *response.headers_mut() = headers.clone();
                Ok(response)
            }
            None => Ok(self.0.engine.borrow_mut().answer(&request, self.0.now_ms.get())),
        };
        self.0.sent.borrow_mut().push(request);
        answer
    }
}

/// A response, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json");
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn code(&self) -> &'static str {
        self.problem().code.as_str()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self, pointer: &str) -> String {
        self.json().pointer(pointer).unwrap().as_str().unwrap().to_owned()
    }
}

/// A gateway and its world.
pub(crate) struct Api {
    pub(crate) gateway: Gateway<Ports>,
    pub(crate) world: Rc<World>,
}

impl Api {
    pub(crate) fn new() -> Self {
        let world = Rc::new(World {
            now_ms: Cell::new(NOW_MS),
            engine: RefCell::default(),
            script: RefCell::default(),
            sent: RefCell::default(),
            faults: RefCell::default(),
            count: Cell::new(0),
        });
        let config = Config::from_variables(variable).unwrap();
        Self { gateway: Gateway::new(config, Ports(world.clone())), world }
    }

    /// Another gateway in the same world, with other token keys.
    pub(crate) fn with_keys(&self, keys: &str) -> Self {
        let lookup = |name: &str| match name {
            "token_keys" => Some(keys.to_owned()),
            _ => variable(name),
        };
        let config = Config::from_variables(lookup).unwrap();
        Self { gateway: Gateway::new(config, Ports(self.world.clone())), world: self.world.clone() }
    }

    /// Sends `method path` with headers and a body.
    pub(crate) async fn send(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.as_bytes().to_vec()).unwrap();
        let (head, bytes) = self.gateway.handle(request).await.into_parts();
        Answer { status: head.status.as_u16(), headers: head.headers, bytes }
    }

    /// Sends with a token.
    pub(crate) async fn call(&self, line: &str, token: &str) -> Answer {
        self.send(line, &[("authorization", &format!("Bearer {token}"))], "").await
    }

    pub(crate) async fn post_form(&self, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend(headers);
        self.send("POST /v1/token", &all, form).await
    }

    /// A token of partner `p1` with all scopes, or with `scope` alone.
    pub(crate) async fn token(&self, client: &str, scope: &str) -> String {
        let form = format!(
            "grant_type=client_credentials&client_id={client}&client_secret=s-{client}&scope={scope}"
        );
        let answer = self.post_form(&[], &form).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text("/access_token")
    }

    pub(crate) async fn create(&self, token: &str, key: &str, body: &str) -> Answer {
        let authorization = format!("Bearer {token}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        self.send("POST /v1/submissions", &headers, body).await
    }

    /// A fresh submission of `p1`: a partner token, its id and its browser token.
    pub(crate) async fn submission(&self) -> (String, String, String) {
        let token = self.token("p1", "").await;
        let key = format!("key-{}", self.world.sent.borrow().len());
        let created = self.create(&token, &key, &submission_body()).await;
        assert_eq!(created.status, 201, "{created:?}");
        (token, created.text("/correlationId"), created.text("/clientToken"))
    }

    pub(crate) fn last_sent(&self) -> (String, HeaderMap) {
        let sent = self.world.sent.borrow();
        let request = sent.last().unwrap();
        (format!("{} {}", request.method(), request.uri()), request.headers().clone())
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.world.now_ms.set(self.world.now_ms.get() + seconds * 1000);
    }

    pub(crate) fn script(&self, script: Script) {
        *self.world.script.borrow_mut() = Some(script);
    }
}

pub(crate) fn submission_body() -> String {
    let image = |role: &str, digit: &str| {
        serde_json::json!({
            "role": role, "contentType": "image/jpeg", "sizeBytes": 5, "sha256": digit.repeat(64)
        })
    };
    let images = [image("selfie", "a"), image("id_portrait", "b")];
    serde_json::json!({"mode": "selfie_to_id", "images": images}).to_string()
}

fn variable(name: &str) -> Option<String> {
    let keys = format!("k1:{}", STANDARD.encode([7; 32]));
    let value = match name {
        "engine_secret" => "between-us",
        "token_keys" => &keys,
        "token_issuer" => "https://api.example.com",
        "bucket_url" => "https://s3.example.com",
        "bucket_name" => "photos",
        "upload_access_key" => "upload",
        "upload_secret_key" => "hunter2",
        _ => return None,
    };
    Some(value.to_owned())
}
