use super::status;
use crate::call::Call;
use crate::ports::Ports;
use crate::refusal::Outcome;
use crate::{access, engine};
use facematch_contract::engine::Action;
use http::StatusCode;

/// `POST /v1/submissions/{id}/confirm`: all is uploaded; pin it and queue.
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let access = access::submission(call)?;
    let path = access.path(Action::Confirm);
    let stored = engine::command(call, &path).await?;
    Ok(status::describe(StatusCode::ACCEPTED, stored))
}
