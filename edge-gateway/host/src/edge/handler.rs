use super::{
    EngineLink, Variables,
    ctx::Ctx,
    variables,
    workers::{Expiration, REQUEST_LIFE, Workload},
};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use std::{sync::Arc, thread, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::{
    Config, Engine, Store,
    component::{Component, Linker},
};
use wasmtime_wasi_http::{
    Error as HttpError, WasiBody, WasiHttpView,
    handler::{HandlerState, Instance, ProxyHandler, ProxyPre},
    p3,
};

/// The gateway component, built by the build script.
static COMPONENT: &[u8] = include_bytes!(env!("FACEMATCH_COMPONENT"));

/// How often a guest that computes is made to yield, so that time limits hold.
const EPOCH_TICK: Duration = Duration::from_millis(10);

/// Body of the gateway's responses.
pub type EdgeBody = UnsyncBoxBody<Bytes, HttpError>;

/// Why the gateway gave no response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EdgeError {
    /// As many requests as allowed are in the gateway.
    #[error("too many requests at once")]
    Overloaded,
    /// The guest trapped, or took too long.
    #[error("the gateway gave no response")]
    Guest(#[source] wasmtime::Error),
}

/// The gateway component, compiled once, with as many instances as the load asks for.
#[derive(Clone)]
pub struct Edge {
    handler: ProxyHandler<Instances>,
    permits: Arc<Semaphore>,
}

impl Edge {
    /// Compiles the embedded component. `max_concurrent` requests may be inside it at a time.
    ///
    /// # Errors
    /// When the component does not compile or asks for an import that this host does not give.
    pub fn new(
        variables: Variables,
        engine_link: EngineLink,
        max_concurrent: usize,
    ) -> wasmtime::Result<Self> {
        let engine = Engine::new(&config())?;
        let component = Component::from_binary(&engine, COMPONENT)?;
        let pre = ProxyPre::P3(p3::bindings::ServicePre::new(
            linker(&engine)?.instantiate_pre(&component)?,
        )?);
        tick(engine.clone());
        let instances = Instances { engine, pre, variables, engine_link };
        Ok(Self {
            handler: ProxyHandler::new(instances),
            permits: Arc::new(Semaphore::new(max_concurrent)),
        })
    }

    /// Size of the embedded component, in bytes.
    pub fn component_bytes() -> usize {
        COMPONENT.len()
    }

    /// Gives one request to the gateway. Its URI must be absolute.
    ///
    /// # Errors
    /// [`EdgeError`] when the gateway gave no response.
    pub async fn handle(
        &self,
        request: Request<WasiBody>,
    ) -> Result<Response<EdgeBody>, EdgeError> {
        // Busy is not dead: whoever restarts a process that does not answer must get its answer.
        let permit = match request.uri().path() {
            "/healthz" => None,
            _ => Some(self.permit()?),
        };
        let response = self.handler.handle((), request).await.map_err(EdgeError::Guest)?;
        Ok(response.map(|body| hold(body, permit)))
    }
}

impl Edge {
    fn permit(&self) -> Result<OwnedSemaphorePermit, EdgeError> {
        self.permits.clone().try_acquire_owned().map_err(|_| EdgeError::Overloaded)
    }
}

/// Keeps the permit until the response's body has gone out.
fn hold(body: WasiBody, permit: Option<OwnedSemaphorePermit>) -> EdgeBody {
    body.map_frame(move |frame| {
        let _held = &permit;
        frame
    })
    .boxed_unsync()
}

fn config() -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true).wasm_component_model_async(true).epoch_interruption(true);
    config
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<Ctx>> {
    let mut linker = Linker::new(engine);
    // A component of spin-sdk 7 imports WASI of both generations.
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    p3::add_to_linker(&mut linker)?;
    variables::add_to_linker(&mut linker)?;
    Ok(linker)
}

/// Advances the epoch for as long as the engine is in use elsewhere.
fn tick(engine: Engine) {
    let weak = engine.weak();
    drop(engine);
    thread::spawn(move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(EPOCH_TICK);
        }
    });
}

/// Makes instances of the gateway.
struct Instances {
    engine: Engine,
    pre: ProxyPre<Ctx>,
    variables: Variables,
    engine_link: EngineLink,
}

impl HandlerState for Instances {
    type StoreData = Ctx;
    type WorkerExpiration = Expiration;
    type WorkerState = Workload;

    async fn instantiate(&self) -> wasmtime::Result<Instance<Ctx, Expiration, Workload>> {
        let ctx = Ctx::new(self.variables.clone(), self.engine_link.clone());
        let mut store = Store::new(&self.engine, ctx);
        store.limiter(|ctx| &mut ctx.limits);
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        let proxy = tokio::time::timeout(REQUEST_LIFE, self.pre.instantiate_async(&mut store))
            .await
            .map_err(|_| wasmtime::format_err!("instantiation took too long"))??;
        let (expiration, state) = (Expiration::new(), Workload);
        Ok(Instance { store, proxy, view: |ctx| ctx.http(), expiration, state })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every edge node loads it, and every start compiles it.
    #[test]
    fn the_component_stays_small() {
        assert!(Edge::component_bytes() < 640_000, "{} bytes", Edge::component_bytes());
    }
}
