use crate::call::Call;
use crate::domain::Form;
use crate::ports::Ports;
use crate::refusal::{Outcome, Refusal};
use crate::reply::{self, Reply, set_header};
use crate::{access, engine};
use facematch_contract::SubmissionStatus;
use facematch_contract::engine::{Action, StoredSubmission};
use facematch_contract::limits::{MAX_WAIT_S, POLL_AFTER_S};
use http::StatusCode;
use http::header::RETRY_AFTER;

/// `GET /v1/submissions/{id}`: where it stands. `?wait=` lets the engine hold the answer back for
/// so many seconds until the state is final.
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let access = access::submission(call)?;
    let wait_s = read_wait_s(call)?;
    let path = access.path(Action::Status);
    let stored = engine::get(call, &format!("{path}&wait={wait_s}")).await?;
    Ok(describe(StatusCode::OK, stored))
}

/// The status of a submission, with the time of the next poll while there is something to wait for.
pub(crate) fn describe(status: StatusCode, stored: StoredSubmission) -> Reply {
    let is_final = stored.state.is_final();
    let mut reply = reply::json(status, &SubmissionStatus::from(stored));
    if !is_final {
        set_header(reply.headers_mut(), RETRY_AFTER, &POLL_AFTER_S.to_string());
    }
    reply
}

fn read_wait_s<P>(call: &Call<'_, P>) -> Result<u32, Refusal> {
    let message = format!("must be a whole number from 0 to {MAX_WAIT_S}");
    let refuse = || Refusal::of_field("wait", message);
    let query = call.head.uri.query().unwrap_or_default();
    let Ok(form) = Form::parse(query.as_bytes()) else { return Err(refuse()) };
    match form.get("wait") {
        Ok(None) => Ok(0),
        Ok(Some(text)) => parse_wait_s(text).ok_or_else(refuse),
        Err(_) => Err(refuse()),
    }
}

fn parse_wait_s(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|wait_s| is_number && *wait_s <= MAX_WAIT_S)
}
