use crate::call::Call;
use crate::domain::{TEXT_RULE, decode_segment, is_text, place_of};
use crate::ports::Ports;
use crate::refusal::{Outcome, Refusal};
use crate::{access, engine, reply};
use facematch_contract::engine::{BaselineAction, NewBaseline, Subject, baseline_path};
use facematch_contract::{Baseline, BaselineReceipt, ErrorCode, RegisterBaseline};
use http::StatusCode;

/// `PUT /v1/baselines/{subject}`: make a submission's selfie the baseline of a subject, a [`Baseline`].
pub(crate) async fn register<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let partner = access::partner(call)?;
    let subject = subject(call)?;
    let RegisterBaseline { correlation_id } = read_body(call)?;
    let path = baseline_path(&partner, BaselineAction::Register);
    let new = NewBaseline { subject, correlation_id };
    let baseline: Baseline = engine::post(call, &path, &new).await?;
    Ok(reply::json(StatusCode::OK, &baseline))
}

/// `GET /v1/baselines/{subject}`: a [`Baseline`], without its template.
pub(crate) async fn get<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let partner = access::partner(call)?;
    let path = baseline_path(&partner, BaselineAction::Get);
    let subject = Subject { subject: subject(call)? };
    let baseline: Baseline = engine::post(call, &path, &subject).await?;
    Ok(reply::json(StatusCode::OK, &baseline))
}

/// `DELETE /v1/baselines/{subject}`: destroy it, with a [`BaselineReceipt`].
pub(crate) async fn delete<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let partner = access::partner(call)?;
    let path = baseline_path(&partner, BaselineAction::Delete);
    let subject = Subject { subject: subject(call)? };
    let receipt: BaselineReceipt = engine::post(call, &path, &subject).await?;
    Ok(reply::json(StatusCode::OK, &receipt))
}

fn subject<P>(call: &Call<'_, P>) -> Result<String, Refusal> {
    let subject = call.path_subject.and_then(decode_segment).filter(|subject| is_text(subject));
    subject.ok_or_else(|| Refusal::of_field("subject", TEXT_RULE))
}

fn read_body<P>(call: &Call<'_, P>) -> Result<RegisterBaseline, Refusal> {
    if !call.is_of_type("application/json") {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    serde_json::from_slice(call.body)
        .map_err(|error| Refusal::with_detail(ErrorCode::MalformedBody, place_of(&error)))
}
