use super::uploads::sign;
use crate::call::Call;
use crate::domain::{Claims, ValidSubmission, place_of, sha256_hex};
use crate::ports::Ports;
use crate::refusal::{Outcome, Refusal};
use crate::reply::{self, CORRELATION_ID};
use crate::{access, engine};
use facematch_contract::engine::{NewSubmission, SUBMISSIONS_PATH, StoredSubmission};
use facematch_contract::limits::MAX_IDEMPOTENCY_KEY_CHARS;
use facematch_contract::{CreatedSubmission, ErrorCode, Problem, State};
use http::{HeaderName, StatusCode};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// `POST /v1/submissions`: declare photos, get upload URLs.
///
/// The answer is made of what the engine has stored, so that a replayed request gets the same one,
/// to the byte, as long as the submission's state is the same.
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let partner_id = access::partner(call)?;
    let submission = NewSubmission {
        correlation_id: call.correlation_id,
        partner_id,
        idempotency_key: read_key(call)?,
        request_sha256: sha256_hex(call.body),
        request: read_body(call)?.into_inner(),
    };
    let stored: StoredSubmission = engine::post(call, SUBMISSIONS_PATH, &submission).await?;
    let mut answer = reply::json(StatusCode::CREATED, &describe(call, &stored)?);
    let id = stored.correlation_id.to_string();
    reply::set_header(answer.headers_mut(), CORRELATION_ID, &id);
    Ok(answer)
}

fn read_key<P>(call: &Call<'_, P>) -> Result<String, Refusal> {
    let is_key = |key: &&str| {
        (1..=MAX_IDEMPOTENCY_KEY_CHARS).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let key = call.header(IDEMPOTENCY_KEY).filter(is_key);
    Ok(key.ok_or(ErrorCode::IdempotencyKeyRequired)?.to_owned())
}

fn read_body<P>(call: &Call<'_, P>) -> Result<ValidSubmission, Refusal> {
    if !call.is_of_type("application/json") {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    let request = serde_json::from_slice(call.body)
        .map_err(|error| Refusal::with_detail(ErrorCode::MalformedBody, place_of(&error)))?;
    ValidSubmission::check(request, call.config.loopback_callbacks)
        .map_err(|errors| Problem::invalid_fields(errors).into())
}

fn describe<P: Ports>(
    call: &Call<'_, P>,
    stored: &StoredSubmission,
) -> Result<CreatedSubmission, Refusal> {
    // What is erased is uploaded no more, and its declarations are gone.
    let images = stored.images.iter().filter(|_| stored.state != State::Erased);
    let images = images.map(|image| &image.declaration);
    Ok(CreatedSubmission {
        correlation_id: stored.correlation_id,
        state: stored.state,
        uploads: sign(call, stored, images, stored.created_at)?,
        client_token: call.config.issuer.issue(Claims::of_browser(stored)),
        expires_at: stored.expires_at,
    })
}
