use crate::call::Call;
use crate::ports::Ports;
use crate::refusal::Outcome;
use crate::{access, engine};
use facematch_contract::engine::Action;
use http::Method;

/// `DELETE /v1/submissions/{id}`: erase photos and result, with an
/// [`ErasureReceipt`](facematch_contract::ErasureReceipt).
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let access = access::submission(call)?;
    let path = access.path(Action::Erase);
    engine::document(call, Method::POST, &path, access.id).await
}
