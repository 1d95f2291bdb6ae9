use crate::call::Call;
use crate::ports::Ports;
use crate::refusal::Outcome;
use crate::{access, engine};
use facematch_contract::engine::Action;
use http::Method;

/// `GET /v1/submissions/{id}/callbacks`: the delivery log, a
/// [`CallbackLog`](facematch_contract::CallbackLog).
pub(crate) async fn log<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let access = access::submission(call)?;
    engine::document(call, Method::GET, &access.path(Action::Callbacks), access.id).await
}

/// `POST /v1/submissions/{id}/callbacks/redeliver`: send it again.
pub(crate) async fn redeliver<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let access = access::submission(call)?;
    engine::document(call, Method::POST, &access.path(Action::Redeliver), access.id).await
}
