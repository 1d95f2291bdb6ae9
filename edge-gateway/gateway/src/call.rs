use crate::config::Config;
use facematch_contract::routes::Route;
use facematch_contract::{CorrelationId, Timestamp};
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use std::cell::RefCell;

/// One request on its way through a route.
pub(crate) struct Call<'a, P> {
    /// What the operator decided.
    pub(crate) config: &'a Config,
    /// The world outside.
    pub(crate) ports: &'a P,
    /// The route that it goes to.
    pub(crate) route: &'static Route,
    /// The submission in the path; `None` if the route has none, or it is no id.
    pub(crate) path_id: Option<CorrelationId>,
    /// Names the request: the submission in the path, or a fresh id.
    pub(crate) correlation_id: CorrelationId,
    /// When it came.
    pub(crate) now: Timestamp,
    /// Method, URI and headers.
    pub(crate) head: &'a Parts,
    /// Its whole body.
    pub(crate) body: &'a [u8],
    /// What the engine said of the caller's quota. It goes on the answer, whatever that is.
    pub(crate) quota: RefCell<HeaderMap>,
}

impl<P> Call<'_, P> {
    /// The value of a header that must not be repeated: `None` if it is absent, repeated or no
    /// text.
    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        let mut values = self.head.headers.get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() { None } else { first.to_str().ok() }
    }

    /// Whether a header is there at all.
    pub(crate) fn has_header(&self, name: HeaderName) -> bool {
        self.head.headers.contains_key(name)
    }

    /// Whether the body says that it is of `media_type`; parameters such as `charset` do not matter.
    pub(crate) fn is_of_type(&self, media_type: &str) -> bool {
        let content_type = self.header(http::header::CONTENT_TYPE).unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case(media_type)
    }
}
