use crate::{Adapters, body};
use bytes::Bytes;
use facematch_gateway::ports::{Engine, EngineDown};
use spin_sdk::http::{FullBody, send};
use std::fmt::Display;

/// The engine's answers are a few kilobytes; no other answer is worth the memory.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

impl Engine for Adapters {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, EngineDown> {
        let request = request.map(|body| FullBody::new(Bytes::from(body)));
        let (head, body) = send(request).await.map_err(|error| down(&error))?.into_parts();
        let body = body::read(body, MAX_ANSWER_BYTES).await.map_err(|error| down(&error))?;
        Ok(http::Response::from_parts(head, body))
    }
}

fn down(error: &impl Display) -> EngineDown {
    EngineDown { reason: error.to_string() }
}
