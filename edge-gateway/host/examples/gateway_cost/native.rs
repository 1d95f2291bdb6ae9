//! The gateway's domain code, compiled natively.

use crate::{engine, http::Answer};
use ::http::{Request, Response};
use axum::{Router, body::Body};
use facematch_contract::CorrelationId;
use facematch_gateway::ports::{Clock, Engine, EngineDown, Log, Random};
use facematch_gateway::{Config, Gateway};
use http_body_util::BodyExt;
use std::time::SystemTime;
use tower::ServiceExt;

pub(crate) struct Native(Gateway<Ports>);

impl Native {
    pub(crate) fn new() -> Self {
        let variable = |name: &str| {
            let found = engine::VARIABLES.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let config = Config::from_variables(variable).unwrap();
        Self(Gateway::new(config, Ports(engine::router())))
    }
}

impl Answer for Native {
    async fn answer(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        self.0.handle(request).await
    }
}

struct Ports(Router);

impl Clock for Ports {
    fn now_unix_ms(&self) -> i64 {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        now.as_millis() as i64
    }
}

impl Random for Ports {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).unwrap();
    }
}

impl Log for Ports {
    fn fault(&self, id: CorrelationId, fault: &dyn std::error::Error) {
        panic!("{id}: {fault}");
    }
}

impl Engine for Ports {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, EngineDown> {
        let response = self.0.clone().oneshot(request.map(Body::from)).await.unwrap();
        let (head, body) = response.into_parts();
        Ok(Response::from_parts(head, body.collect().await.unwrap().to_bytes().to_vec()))
    }
}
