//! The same, as the component that edges run.

use crate::{engine, http::Answer};
use ::http::{Request, Response};
use facematch_host::{Edge, EngineLink};
use http_body_util::{BodyExt, Full};

pub(crate) struct Wasm(Edge);

impl Wasm {
    pub(crate) fn new() -> Self {
        let variables =
            engine::VARIABLES.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let link = EngineLink::InProcess(engine::router());
        Self(Edge::new(variables.collect(), link, 64).unwrap())
    }
}

impl Answer for Wasm {
    async fn answer(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let body =
            |bytes: Vec<u8>| Full::from(bytes).map_err(|never| match never {}).boxed_unsync();
        let response = self.0.handle(request.map(body)).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap_or_else(|error| panic!("{error:?}")).to_bytes();
        Response::from_parts(head, bytes.to_vec())
    }
}
