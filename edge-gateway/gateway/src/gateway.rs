use crate::call::Call;
use crate::config::Config;
use crate::ports::Ports;
use crate::refusal::{Outcome, Refusal};
use crate::reply::{self, Reply};
use crate::router::Target;
use crate::{cors, routes};
use facematch_contract::limits::MAX_BODY_BYTES;
use facematch_contract::routes::Operation;
use facematch_contract::{CorrelationId, ErrorCode, Timestamp};
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};
use std::cell::RefCell;

/// The whole public API.
#[derive(Debug)]
pub struct Gateway<P> {
    config: Config,
    ports: P,
}

/// What is known of a request before its body is looked at.
struct Arrival<'a> {
    target: Target<'a>,
    now: Timestamp,
    correlation_id: CorrelationId,
}

impl<P: Ports> Gateway<P> {
    /// A gateway that does as `config` says and reaches the world through `ports`.
    pub fn new(config: Config, ports: P) -> Self {
        Self { config, ports }
    }

    /// Answers one request. Every failure is an answer too, with a problem document.
    ///
    /// A caller that caps bodies may hand over one that is cut after [`MAX_BODY_BYTES`] and at
    /// least one byte: it is refused as too large.
    pub async fn handle(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let (head, body) = request.into_parts();
        let arrival = self.arrival(&head);
        let (outcome, quota) = self.answer(&arrival, &head, &body).await;
        let mut reply = finish(&arrival, &head, outcome);
        reply.headers_mut().extend(quota);
        reply
    }

    /// Refuses one request whose body could not be read, as [`Gateway::handle`] would have.
    pub fn refuse(&self, head: &Parts, code: ErrorCode) -> Response<Vec<u8>> {
        finish(&self.arrival(head), head, Err(code.into()))
    }

    fn arrival<'a>(&self, head: &'a Parts) -> Arrival<'a> {
        let target = Target::find(&head.method, head.uri.path());
        let now = Timestamp(self.ports.now_unix_ms());
        let correlation_id = target.correlation_id().unwrap_or_else(|| self.fresh_id(now));
        Arrival { target, now, correlation_id }
    }

    fn fresh_id(&self, now: Timestamp) -> CorrelationId {
        let mut random = [0; 10];
        self.ports.fill(&mut random);
        CorrelationId::from_parts(u64::try_from(now.0).unwrap_or_default(), &random)
    }

    /// The answer, and what the engine said of the caller's quota.
    async fn answer(
        &self,
        arrival: &Arrival<'_>,
        head: &Parts,
        body: &[u8],
    ) -> (Outcome, HeaderMap) {
        let at_once = |outcome| (outcome, HeaderMap::new());
        let route = match &arrival.target {
            Target::Nothing => return at_once(Err(ErrorCode::RouteNotFound.into())),
            Target::WrongMethod { allow } => {
                return at_once(Err(Refusal::of_method(allow.clone())));
            }
            Target::Preflight { methods } => return at_once(Ok(cors::preflight(methods))),
            Target::Route { .. } if body.len() > MAX_BODY_BYTES => {
                return at_once(Err(ErrorCode::BodyTooLarge.into()));
            }
            Target::Route { route, .. } => route,
        };
        let call = Call {
            config: &self.config,
            ports: &self.ports,
            route,
            path_id: arrival.target.correlation_id(),
            correlation_id: arrival.correlation_id,
            now: arrival.now,
            head,
            body,
            quota: RefCell::default(),
        };
        let outcome = routes::answer(&call).await;
        (outcome, call.quota.into_inner())
    }
}

/// Answer of a gateway that has no valid [`Config`]: it tells callers nothing of the reason.
pub fn unconfigured() -> Response<Vec<u8>> {
    reply::problem(&ErrorCode::Internal.into())
}

fn finish(arrival: &Arrival<'_>, head: &Parts, outcome: Outcome) -> Reply {
    let route = arrival.target.route();
    let correlation_id = arrival.correlation_id.to_string();
    let is_token = route.is_some_and(|route| route.operation == Operation::IssueToken);
    let mut reply = outcome.unwrap_or_else(|refusal| {
        let refusal = if is_token { refusal.at_token_endpoint() } else { refusal };
        refusal.into_reply(correlation_id.clone())
    });
    reply::add_common_headers(reply.headers_mut(), &correlation_id);
    if route.is_some_and(|route| route.is_for_browsers()) {
        cors::expose(reply.headers_mut());
    }
    if head.method == Method::HEAD {
        reply.body_mut().clear();
    }
    reply
}
