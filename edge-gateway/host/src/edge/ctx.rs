use super::{EngineLink, Variables};
use http_body_util::BodyExt;
use wasmtime::{StoreLimits, StoreLimitsBuilder, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error, RequestOptions, Result, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks,
    WasiHttpView,
};

/// Linear memory that one instance of the gateway may grow to.
const MAX_MEMORY_BYTES: usize = 64 << 20;

/// All that one instance of the gateway can reach: no files, no sockets, no environment.
pub(super) struct Ctx {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    pub(super) limits: StoreLimits,
    pub(super) variables: Variables,
}

impl Ctx {
    pub(super) fn new(variables: Variables, engine: EngineLink) -> Self {
        Self {
            table: ResourceTable::new(),
            wasi: WasiCtx::builder().inherit_stderr().build(),
            http: WasiHttpCtx::new(),
            outbound: Outbound { engine },
            limits: StoreLimitsBuilder::new().memory_size(MAX_MEMORY_BYTES).build(),
            variables,
        }
    }
}

impl WasiView for Ctx {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Ctx {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outbound, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Outbound HTTP of the guest: the engine, and nothing else.
struct Outbound {
    engine: EngineLink,
}

type Transmission = Box<dyn Future<Output = Result<()>> + Send>;
type Sent = Result<(http::Response<WasiBody>, Transmission)>;

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _options: Option<RequestOptions>,
        _request_transmission: Transmission,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let engine = self.engine.clone();
        Box::new(async move {
            if !engine.serves(request.uri()) {
                return Err(Error::HttpRequestDenied);
            }
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let response = engine.send(http::Request::from_parts(parts, body)).await;
            let response = response.map_err(|_| Error::ConnectionRefused)?;
            let response = response.map(|body| body.map_err(|never| match never {}).boxed_unsync());
            Ok((response, Box::new(async { Ok(()) }) as Transmission))
        })
    }
}
