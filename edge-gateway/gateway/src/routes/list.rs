use crate::call::Call;
use crate::domain::{Form, is_reference};
use crate::ports::Ports;
use crate::refusal::{Outcome, Refusal};
use crate::{access, engine, reply};
use facematch_contract::engine::{FoundSubmissions, Lookup, lookup_path};
use facematch_contract::limits::{DEFAULT_PAGE, MAX_PAGE, MAX_REFERENCE_CHARS};
use facematch_contract::{CorrelationId, SubmissionPage, SubmissionStatus};
use http::StatusCode;

/// `GET /v1/submissions?reference=`: the partner's own submissions of that reference, newest first.
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let partner = access::partner(call)?;
    let lookup = read_query(call)?;
    let found: FoundSubmissions = engine::post(call, &lookup_path(&partner), &lookup).await?;
    let last = found.submissions.last().map(|last| last.correlation_id);
    let page = SubmissionPage {
        next_cursor: last.filter(|_| found.more),
        submissions: found.submissions.into_iter().map(SubmissionStatus::from).collect(),
    };
    Ok(reply::json(StatusCode::OK, &page))
}

fn read_query<P>(call: &Call<'_, P>) -> Result<Lookup, Refusal> {
    let query = call.head.uri.query().unwrap_or_default();
    let form = Form::parse(query.as_bytes())
        .map_err(|error| Refusal::of_field("reference", error.to_string()))?;
    let limit = parameter(&form, "limit", parse_limit, || {
        format!("must be a whole number from 1 to {MAX_PAGE}")
    })?;
    let after =
        parameter(&form, "cursor", parse_cursor, || "must be the nextCursor of a page".to_owned())?;
    let wanted = || format!("must be 1 to {MAX_REFERENCE_CHARS} characters, none of control");
    let reference = parameter(&form, "reference", parse_reference, wanted)?;
    let reference = reference.ok_or_else(|| Refusal::of_field("reference", wanted()))?;
    Ok(Lookup { reference, after, limit: limit.unwrap_or(DEFAULT_PAGE) })
}

fn parameter<T>(
    form: &Form,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
    wanted: impl Fn() -> String,
) -> Result<Option<T>, Refusal> {
    let refuse = || Refusal::of_field(name, wanted());
    match form.get(name) {
        Ok(None) => Ok(None),
        Ok(Some(text)) => parse(text).map(Some).ok_or_else(refuse),
        Err(_) => Err(refuse()),
    }
}

fn parse_limit(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|limit| is_number && (1..=MAX_PAGE).contains(limit))
}

/// An id in its one written form.
fn parse_cursor(text: &str) -> Option<CorrelationId> {
    text.parse().ok().filter(|id: &CorrelationId| id.to_string() == text)
}

fn parse_reference(text: &str) -> Option<String> {
    is_reference(text).then(|| text.to_owned())
}
