use super::{
    app::{App, Begin},
    fault::Fault,
    visits::Submission,
};
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use facematch_contract::{ImageDeclaration, Mode, Role};
use std::sync::Arc;

/// `POST /api/onboarding`: a selfie against an identity card, both uploaded by the page.
pub(super) async fn start(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Json<Begin>, JsonRejection>,
) -> Result<impl IntoResponse, Fault> {
    const ROLES: &[Role] = &[Role::Selfie, Role::IdPortrait];
    let images = body?.0.photos(ROLES)?;
    let selfie_sha256 = sha256_of(&images, Role::Selfie);
    let created = app.create(Mode::SelfieToId, images).await?;
    let visit = app.visits.open(&headers);
    let submission = Submission { mode: Mode::SelfieToId, selfie_sha256, result: None };
    app.visits.note(&visit, created.correlation_id, submission);
    let cookie = [(header::SET_COOKIE, visit.cookie())];
    Ok((StatusCode::CREATED, cookie, Json(app.hand_over(created, ROLES))))
}

/// The declared hash of the photo in a role.
pub(super) fn sha256_of(images: &[ImageDeclaration], role: Role) -> String {
    images.iter().find(|image| image.role == role).map_or_else(String::new, |i| i.sha256.clone())
}
