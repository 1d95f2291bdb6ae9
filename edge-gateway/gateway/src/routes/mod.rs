//! One module for each route: read the request, ask the domain, ask the engine, answer.

mod callbacks;
mod compact;
mod confirm;
mod create;
mod erase;
mod list;
mod pages;
mod result;
mod status;
mod token;
mod uploads;

use crate::call::Call;
use crate::ports::Ports;
use crate::refusal::Outcome;
use facematch_contract::routes::Operation;

/// Answers a call by its route.
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    match call.route.operation {
        Operation::IssueToken => token::answer(call).await,
        Operation::CreateSubmission => create::answer(call).await,
        Operation::ListSubmissions => list::answer(call).await,
        Operation::RefreshUploads => uploads::answer(call).await,
        Operation::ConfirmSubmission => confirm::answer(call).await,
        Operation::GetSubmission => status::answer(call).await,
        Operation::GetResult => result::answer(call).await,
        Operation::EraseSubmission => erase::answer(call).await,
        Operation::GetCallbacks => callbacks::log(call).await,
        Operation::RedeliverCallback => callbacks::redeliver(call).await,
        Operation::Health => Ok(pages::health()),
        Operation::Ready => pages::ready(call).await,
        Operation::OpenApi => Ok(pages::open_api()),
        Operation::Docs => Ok(pages::docs()),
    }
}
