use crate::call::Call;
use crate::ports::Ports;
use crate::refusal::Outcome;
use crate::{access, engine};
use facematch_contract::engine::Action;
use http::Method;

/// `GET /v1/submissions/{id}/result`: the decision and all that it rests on, a
/// [`SubmissionResult`](facematch_contract::SubmissionResult).
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let access = access::submission(call)?;
    let path = access.path(Action::Result);
    engine::document(call, Method::GET, &path, access.id).await
}
