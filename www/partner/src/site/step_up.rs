use super::{
    app::{App, Begin},
    fault::Fault,
    onboarding::sha256_of,
    visits::Submission,
};
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use facematch_contract::{Mode, Role};
use serde::Deserialize;
use std::sync::Arc;

/// The page's photo and whose it should be.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Body {
    customer: String,
    consent: bool,
    images: Vec<facematch_contract::ImageDeclaration>,
}

/// `POST /api/step-up`: a new selfie, uploaded by the page, against the stored one, uploaded from here.
pub(super) async fn start(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Json<Body>, JsonRejection>,
) -> Result<impl IntoResponse, Fault> {
    const ROLES: &[Role] = &[Role::Selfie];
    let Json(Body { customer, consent, images }) = body?;
    let customer = app.visits.customer(&headers).filter(|known| known.id == customer);
    let stored = customer.ok_or(Fault::UnknownCustomer)?.selfie;
    let mut images = Begin { consent, images }.photos(ROLES)?;
    let selfie_sha256 = sha256_of(&images, Role::Selfie);
    images.push(stored.declare(Role::ReferenceSelfie));
    let created = app.create(Mode::SelfieToSelfie, images).await?;
    let target = created.uploads.iter().find(|target| target.role == Role::ReferenceSelfie);
    if let Some(target) = target {
        app.client.upload(target, &stored).await?;
    }
    let visit = app.visits.open(&headers);
    let submission = Submission { mode: Mode::SelfieToSelfie, selfie_sha256, result: None };
    app.visits.note(&visit, created.correlation_id, submission);
    Ok((StatusCode::CREATED, Json(app.hand_over(created, ROLES))))
}
