use crate::call::Call;
use crate::domain::UploadError;
use crate::ports::Ports;
use crate::refusal::{Outcome, Refusal};
use crate::{access, engine, reply};
use facematch_contract::engine::{Action, MissingUploads, StoredSubmission};
use facematch_contract::{ErrorCode, ImageDeclaration, Timestamp, UploadTarget, UploadTargets};
use http::StatusCode;

/// `POST /v1/submissions/{id}/uploads`: fresh URLs for what is not uploaded yet.
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let access = access::submission(call)?;
    let path = access.path(Action::Missing);
    let MissingUploads { submission, missing } = engine::get(call, &path).await?;
    let images = submission.images.iter().map(|image| &image.declaration);
    let images = images.filter(|image| missing.contains(&image.role));
    let uploads = sign(call, &submission, images, call.now)?;
    Ok(reply::json(StatusCode::OK, &UploadTargets { uploads }))
}

/// Upload targets for photos of a submission, as signed at `now`.
///
/// # Errors
/// A [`Refusal`] if the submission has ended.
pub(crate) fn sign<'i, P: Ports>(
    call: &Call<'_, P>,
    submission: &StoredSubmission,
    images: impl Iterator<Item = &'i ImageDeclaration>,
    now: Timestamp,
) -> Result<Vec<UploadTarget>, Refusal> {
    let target = |image| call.config.bucket.target(submission, image, now);
    images.map(target).collect::<Result<_, _>>().map_err(|error| match error {
        UploadError::Expired => ErrorCode::SubmissionExpired.into(),
        UploadError::NoHash => engine::internal(call, &error),
    })
}
