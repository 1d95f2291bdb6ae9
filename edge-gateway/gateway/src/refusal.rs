use crate::reply::{self, Reply, set_header};
use facematch_contract::limits::POLL_AFTER_S;
use facematch_contract::{ErrorCode, FieldError, Problem};
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};

/// Time until a retry that `Retry-After` suggests when something on our side is down, in seconds.
const RETRY_AFTER_S: u32 = 2;

/// A request that is turned down: the problem that its caller reads, and headers beside it.
#[derive(Debug)]
pub(crate) struct Refusal {
    problem: Box<Problem>,
    allow: Option<String>,
    retry_after_s: Option<u32>,
}

/// What a handler comes to.
pub(crate) type Outcome = Result<Reply, Refusal>;

impl Refusal {
    /// A refusal with what is particular to this occurrence.
    pub(crate) fn with_detail(code: ErrorCode, detail: impl Into<String>) -> Self {
        Problem::new(code).with_detail(detail).into()
    }

    /// A refusal of one field or parameter, which must be what `message` says.
    pub(crate) fn of_field(field: &str, message: impl Into<String>) -> Self {
        let error = FieldError { field: field.to_owned(), message: message.into() };
        Problem::invalid_fields(vec![error]).into()
    }

    /// The path takes the methods in `allow` alone.
    pub(crate) fn of_method(allow: String) -> Self {
        Self { allow: Some(allow), ..ErrorCode::MethodNotAllowed.into() }
    }

    /// The same, to be retried after so many seconds if it can be retried at all.
    pub(crate) fn retry_after(self, seconds: Option<u32>) -> Self {
        let own = self.retry_after_s;
        Self { retry_after_s: own.map(|own| seconds.unwrap_or(own)), ..self }
    }

    /// The same as a token endpoint says it: with an `error` member (RFC 6749, section 5.2).
    pub(crate) fn at_token_endpoint(mut self) -> Self {
        self.problem.error = self.problem.code.token_error();
        self
    }

    /// The response.
    pub(crate) fn into_reply(mut self, correlation_id: String) -> Reply {
        self.problem.correlation_id = Some(correlation_id);
        let mut reply = reply::problem(&self.problem);
        let headers = reply.headers_mut();
        let retry_after = self.retry_after_s.map(|seconds| seconds.to_string());
        let challenge = challenge(self.problem.code).map(str::to_owned);
        for (name, value) in
            [(ALLOW, self.allow), (RETRY_AFTER, retry_after), (WWW_AUTHENTICATE, challenge)]
        {
            value.into_iter().for_each(|value| set_header(headers, name.clone(), &value));
        }
        reply
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let after_s = match problem.code {
            ErrorCode::ResultNotReady => POLL_AFTER_S,
            _ => RETRY_AFTER_S,
        };
        let retry_after_s = problem.retryable.then_some(after_s);
        Self { problem: Box::new(problem), allow: None, retry_after_s }
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Problem::new(code).into()
    }
}

/// What a 401 or 403 says about how to get in (RFC 6750, section 3; RFC 7617).
fn challenge(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::InvalidClient => Some(r#"Basic realm="facematch", charset="UTF-8""#),
        ErrorCode::TokenMissing => Some(r#"Bearer realm="facematch""#),
        ErrorCode::TokenInvalid => Some(r#"Bearer realm="facematch", error="invalid_token""#),
        ErrorCode::TokenExpired => Some(concat!(
            r#"Bearer realm="facematch", error="invalid_token", "#,
            r#"error_description="The token has expired""#
        )),
        ErrorCode::InsufficientScope => {
            Some(r#"Bearer realm="facematch", error="insufficient_scope""#)
        }
        _ => None,
    }
}
