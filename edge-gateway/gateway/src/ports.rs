//! What the gateway needs from the place where it runs.
//!
//! Futures need not be `Send`: a WebAssembly guest has one thread, and so do the tests.

use facematch_contract::CorrelationId;
use std::error::Error;

/// Time of day.
pub trait Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_unix_ms(&self) -> i64;
}

/// Randomness that nobody can guess.
pub trait Random {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The engine, which keeps all state.
pub trait Engine {
    /// Sends one request with an absolute URI and reads the whole response.
    ///
    /// # Errors
    /// [`EngineDown`] if there was no response, or not all of it.
    #[expect(async_fn_in_trait, reason = "futures stay on the thread that made them")]
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, EngineDown>;
}

/// There was no response from the engine.
#[derive(Debug, thiserror::Error)]
#[error("the engine cannot be reached: {reason}")]
pub struct EngineDown {
    /// What the transport said, for the log.
    pub reason: String,
}

/// Where faults on our side are told; the caller gets no more than a code.
pub trait Log {
    /// Notes one fault of one request.
    fn fault(&self, correlation_id: CorrelationId, fault: &dyn Error);
}

/// All ports in one.
pub trait Ports: Clock + Random + Engine + Log {}

impl<T: Clock + Random + Engine + Log> Ports for T {}
